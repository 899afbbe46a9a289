"""The edges of every limit, months and calendars, quantiles, and the rule over many companies."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from analysis.__main__ import main
from analysis.change_points import change_point
from analysis.forecast import Forecast, forecast
from analysis.gap import gap_estimate
from analysis.guards.attribution import Attribution, attribution
from analysis.guards.guard import GuardCode, State
from analysis.guards.mix import mix_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.guards.season import season_guard
from analysis.joint.mixture import Mixtures
from analysis.joint.observations import observe, trimmed
from analysis.judgement import judge
from analysis.links.rules import (
    within_wave_covariance,
)
from analysis.meta import Answer, answer
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.pooling.staggered import Comparison, Course, compare_staggered
from analysis.power import Plan, Power, _verdicts, power
from analysis.quality.careless import Sheets
from analysis.quality.cross_products import CrossProducts
from analysis.quality.reliability import (
    OMEGA_FLOOR,
    OMEGA_TARGET,
    PAIR_TARGET,
    alpha,
    spearman_brown,
)
from analysis.result import Estimate, Finding, Interval, NotEstimable, Question, Reason, Series
from analysis.tally import Moments, WaveSeries
from analysis.verdict import DEFAULT_RULE, DecisionRule, decide

Flat = Callable[..., WaveSeries]


def test_the_trend_counts_all_months_with_a_date_or_without(flat: Flat) -> None:
    """The verdict of the trend beside an adoption headline rests on before and after together."""
    with_date = judge(flat(months=12), months_before=6).trend[Series.OVERALL]
    without = judge(flat(months=12)).trend[Series.OVERALL]
    assert isinstance(with_date, Finding)
    assert isinstance(without, Finding)
    assert with_date.change.value == pytest.approx(without.change.value, abs=1e-9)
    assert (with_date.verdict, with_date.reason) == (without.verdict, without.reason)
    assert (with_date.months_before, with_date.months_after) == (0, 12)
    assert isinstance(judge(flat(months=2)).trend[Series.FIRST], Finding)
    assert judge(flat(months=1)).trend[Series.FIRST] == NotEstimable(reason=Reason.TOO_FEW_WAVES)


def test_limits_are_part_of_what_is_allowed(flat: Flat) -> None:
    assert not isinstance(change_point(flat(months=8)), NotEstimable)
    rule, too_long = DecisionRule(most_months=12), NotEstimable(reason=Reason.TOO_MANY_MONTHS)
    assert isinstance(attribution(flat(months=12), months_before=6, rule=rule), Attribution)
    assert attribution(flat(months=13), months_before=6, rule=rule) == too_long
    last = forecast(flat(months=11), rule=rule)
    assert isinstance(last, Forecast)
    assert len(last.odds) == 1
    assert forecast(flat(months=12), rule=rule) == too_long
    for share in (0.0, 1.0):
        assert Plan(invited=(20, 20), share=share).share == share
    with pytest.raises(ValueError, match="share"):
        Plan(invited=(20, 20), share=1.1)


def test_the_even_chance_is_the_first_likely_month(flat: Flat) -> None:
    found = forecast(flat(months=9, n=60, step=(-7.0, -7.0), after=6), months_before=6)
    assert isinstance(found, Forecast)
    likely = [odds.months_ahead for odds in found.odds if odds.any_answer >= 0.5]
    assert found.even_chance == (
        likely[0] if likely else NotEstimable(reason=Reason.NOT_WITHIN_HORIZON)
    )
    assert found.even_chance == 1


def test_two_months_are_left_out_and_no_more() -> None:
    """Bad months 5 and 6 are forgiven; a bad month 4 stays in the baseline."""

    def guarded(means: list[float]) -> float | None:
        series = WaveSeries.from_arrays(
            n=[[100] * 12] * 2,
            mean=[means, means],
            variance=[[400.0] * 12] * 2,
            headcount=[130.0] * 2,
        )
        without = series.without([5, 6])
        found = judge(without, months_before=6).adoption[Series.OVERALL]
        assert isinstance(found, Finding)
        guard = regression_to_mean_guard(series, months_before=6)
        assert guard.value == found.p_fell
        assert guard.limit == found.threshold
        return guard.value

    guarded([52.0, 50.0, 51.0, 60.0, 66.0, 70.0, 49.0, 47.0, 50.0, 48.0, 49.0, 50.0])


def test_a_season_asks_for_the_same_months_of_the_year() -> None:
    """Rules after month 3: months 13-15 are the same months a year later, 14-16 are not."""

    def state(months: int, before: int) -> str:
        return season_guard(Question.ADOPTION, months=months, months_before=before).state.value

    assert state(15, 3) == "clear"
    assert state(16, 3) == "caution"
    assert state(14, 3) == "caution"
    assert state(25, 12) == "clear"
    assert state(13, 11) == "caution"


def test_the_verdicts_of_simulated_companies() -> None:
    """`_verdicts` against the rule itself, company by company."""
    rng = np.random.default_rng(1)
    far = rng.choice([0.0, 0.02, 0.49, 0.5, 0.6, 0.97], 400)
    fell = np.clip(far + rng.choice([0.0, 0.4, 0.49, 0.5], 400), 0.0, 1.0)
    not_far = np.clip(fell + rng.choice([0.0, 0.01, 0.3, 0.5, 0.98], 400), 0.0, 1.0)
    below = np.stack([fell, far, not_far])
    for months in (2, 3, 5, 6):
        improved, calm, worse = _verdicts(below, months, 0.98, DEFAULT_RULE)
        for i in range(400):
            verdict, _ = decide(
                Question.ADOPTION,
                p_fell=fell[i],
                p_fell_meaningfully=far[i],
                p_rose_meaningfully=1.0 - not_far[i],
                threshold=0.98,
                months=months,
            )
            flags = {"improved": improved[i], "no_meaningful_change": calm[i], "worse": worse[i]}
            assert [name for name, flag in flags.items() if flag] == (
                [] if verdict.value == "too_early" else [verdict.value]
            )


def test_leading_gaps_shift_the_date(flat: Flat) -> None:
    series = flat(months=8).without([1, 2])
    cut, split = trimmed(series, 5)
    assert (cut.months, split) == (6, 3)
    assert trimmed(series, 1)[1] == 0
    empty, kept = trimmed(flat(months=3).without([1, 2, 3]), 2)
    assert (empty.months, kept) == (0, 2)
    assert observe(flat(months=2, n=3)).n.tolist() == [3.0] * 4
    assert observe(flat(months=2, n=2)).n.size == 0


def test_heads_and_months_to_come(flat: Flat) -> None:
    """A head count counts as 1 at least and else as it is; a silent group has no future."""
    thin = WaveSeries(
        n=((3, 1, 1, 1), (None,) * 4),
        mean=((50.0,) * 4, (None,) * 4),
        variance=((100.0, None, None, None), (None,) * 4),
        headcount=(1.5, 0.0),
    )
    assert observe(thin).headcount.tolist() == [1.5, 1.0]
    later = observe(flat(months=2)).extended(2, 2, np.array([1.0, 0.0]))
    assert later.month.tolist() == [1, 1, 2, 2, 3, 4]
    assert later.group.tolist() == [0, 1, 0, 1, 0, 0]
    assert later.n.tolist() == [40.0] * 4 + [1.0, 1.0]


def test_quantiles_of_mixtures() -> None:
    """SciPy as oracle for one normal; a far mixture by its own probability."""
    ends = np.array([0.001, 0.025, 0.3, 0.5, 0.9, 0.999])
    one = Mixtures(weights=np.ones(1), means=np.array([[3.0]]), sds=np.array([[2.0]]))
    assert one.quantiles(ends)[0] == pytest.approx(stats.norm.ppf(ends, 3.0, 2.0), abs=1e-7)
    two = Mixtures(
        weights=np.array([0.3, 0.7]),
        means=np.array([[-40.0, 60.0], [0.0, 0.0]]),
        sds=np.array([[1.0, 5.0], [0.1, 10.0]]),
    )
    found = two.quantiles(ends)
    for q in (0, 1):
        for p, x in zip(ends, found[q], strict=True):
            parts = stats.norm.cdf(x, two.means[q], two.sds[q])
            assert parts @ two.weights == pytest.approx(p, abs=1e-8)
    assert two.estimates(0.5)[0].interval.level == 0.5
    assert two.mean() == pytest.approx([30.0, 0.0])
    assert two.sd() == pytest.approx(
        [math.sqrt(0.3 * (70.0**2 + 1) + 0.7 * (30**2 + 25)), math.sqrt(0.003 + 70)]
    )


def test_windows_of_a_calendar(flat: Flat) -> None:
    series = flat(months=5)
    assert series.window(2, 4).months == 3
    assert series.window(1, 0).months == 0
    assert series.window(6, 5).months == 0
    for first, last in ((0, 3), (3, 1), (2, 6)):
        with pytest.raises(ValueError, match="outside the calendar"):
            series.window(first, last)


def test_edges_that_are_still_allowed(flat: Flat) -> None:
    """The last value on the right side of each limit."""
    assert isinstance(attribution(flat(months=9), months_before=3), Attribution)
    tenth = mix_guard(GuardCode.MODE_MIX, [{"web": 40, "paper": 60}], [{"web": 50, "paper": 50}])
    assert tenth.state is State.CLEAR
    two = within_wave_covariance(Moments.of([0.0, 100.0]), 100.0, 0.0)
    assert two == pytest.approx(-2500.0)
    assert (
        answer(-5.0, Interval(low=-9, high=0.0), Interval(low=-8, high=-0.1))
        is Answer.PROBABLY_FELL
    )
    everybody = Sheets(n=30, good_total=0.0, bad_total=3000.0, same_answer=30)
    assert everybody.same_answer == 30
    with pytest.raises(ValueError, match="more same-answer"):
        Sheets(n=30, good_total=0.0, bad_total=0.0, same_answer=31)
    three = Plan(invited=(4, 4), months_before=3, months_after=1)
    found = power(three, np.random.default_rng(1), companies=1)
    assert isinstance(found, Power)
    assert found.companies == 1
    fine = Moments.of([50.0, 50.001, 49.999])
    for level in (0.0, 1.0):
        with pytest.raises(ValueError, match="confidence level lies strictly between"):
            gap_estimate(fine, fine, level=level)
    narrow = gap_estimate(fine, fine)
    assert isinstance(narrow, Estimate)
    assert narrow.standard_error == pytest.approx(0.001 * math.sqrt(2 / 3))
    assert (OMEGA_TARGET, OMEGA_FLOOR, PAIR_TARGET) == (0.80, 0.70, 0.55)  # instrument.md 1.9


def test_one_month_of_a_staggered_comparison() -> None:
    flat_course = Course(index=dict.fromkeys(range(1, 13), 50.0), adopted_after=None)
    index = {m: 50.0 if m <= 6 else 50.0 - (m - 6) for m in range(1, 13)}
    falling = Course(index=index, adopted_after=6)
    companies = [flat_course, flat_course, falling, falling]
    for horizon, effect in ((1, -1.0), (3, -2.0)):
        found = compare_staggered(companies, horizon=horizon)
        assert isinstance(found, Comparison)
        assert found.effect.value == effect
    assert compare_staggered(companies) == found


def test_a_silent_group_holds_the_forecast_back(flat: Flat) -> None:
    """The poorer group counts: with no month after adoption it needs three more months."""
    full = flat(months=10, n=100, step=(-15.0, -15.0), after=6)
    silent = WaveSeries(
        n=(full.n[0], full.n[1][:6] + (None,) * 3 + full.n[1][9:]),
        mean=(full.mean[0], full.mean[1][:6] + (None,) * 3 + full.mean[1][9:]),
        variance=(full.variance[0], full.variance[1][:6] + (None,) * 3 + full.variance[1][9:]),
        headcount=full.headcount,
    )
    found = forecast(silent, months_before=6)
    assert isinstance(found, Forecast)
    assert [odds.any_answer > 0.0 for odds in found.odds[:3]] == [False, True, True]


def test_an_item_without_spread_has_no_reliability() -> None:
    rng = np.random.default_rng(6)
    table = rng.normal(50, 20, (40, 3))
    table[:, 1] = 50.0
    for found in (alpha(CrossProducts.of(table)), spearman_brown(CrossProducts.of(table), 0, 2)):
        assert found == NotEstimable(reason=Reason.NO_VARIATION)


def test_holm_never_exceeds_one() -> None:
    assert holm([0.9, 0.8, 0.7]) == (1.0, 1.0, 1.0)
    assert benjamini_hochberg([0.9, 0.8, 1.0]) == (1.0, 1.0, 1.0)


def test_places_are_named_and_empty_calendars_have_no_heads() -> None:
    with pytest.raises(ValueError, match="group 2, month 2"):
        WaveSeries.from_arrays(
            n=[[9, 9], [9, 9]],
            mean=[[50.0, 50.0], [50.0, 500.0]],
            variance=[[400.0] * 2] * 2,
            headcount=[9, 9],
        )
    assert WaveSeries.from_cells([None], [None]).headcount == (0.0, 0.0)


def test_answers_are_read_on_a_scale_of_a_hundred(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --low and --high an answer of 0 is 0 points and one of 100 is 100."""
    lines = ["wave,group,item,answer"]
    for wave in range(1, 4):
        for group, answers in (("a", (0, 50, 100)), ("b", (100, 100, 70))):
            lines += [f"{wave},{group},x,{answer}" for answer in answers]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(lines), "utf-8")
    assert main([str(path)]) == 0
    found = json.loads(capsys.readouterr().out)["index"]["trend"]
    assert found["second"]["level_now"]["value"] == pytest.approx(90.0, abs=1.0)
