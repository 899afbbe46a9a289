"""Formulas worked out once more in the test, on irregular numbers, and the edges of every limit."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from analysis.change_points import change_point
from analysis.forecast import Forecast, forecast
from analysis.gap import gap_estimate
from analysis.guards.attribution import Attribution, attribution
from analysis.guards.guard import GuardCode, State
from analysis.guards.mix import mix_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.guards.season import season_guard
from analysis.intervals import company_estimate, mean_estimate
from analysis.joint.mixture import Mixtures
from analysis.joint.observations import observe, trimmed
from analysis.judgement import judge
from analysis.links.facts import share_series
from analysis.links.rules import (
    Link,
    LinkPoint,
    RulesFollowed,
    links,
    rules_followed,
    within_wave_covariance,
)
from analysis.meta import Answer, Company, Pooled, answer, pool
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.pooling.staggered import Comparison, Course, compare_staggered
from analysis.power import Plan, Power, _verdicts, power
from analysis.quality.careless import HalvesAlarm, SameAnswerAlarm, Sheets, halves_alarm
from analysis.quality.careless import same_answer_alarm as same_alarm
from analysis.quality.cross_products import CrossProducts
from analysis.quality.drift import item_drift
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


# --- links -----------------------------------------------------------------------------------


def test_the_interval_and_p_value_of_a_link() -> None:
    """Fisher's z and t at Bartlett's effective number, with halo taken off."""
    rng = np.random.default_rng(12)
    noise = rng.standard_normal((2, 16))
    for t in range(1, 16):
        noise[:, t] += 0.9 * noise[:, t - 1]
    month = np.arange(1, 17)
    shared = rng.uniform(-0.2, 0.1, 16)
    points = [
        LinkPoint(month=int(m), dose=50 + x, friction=40 + y, shared_covariance=s)
        for m, x, y, s in zip(month, *noise, shared, strict=True)
    ]
    found = links({"r": points})["r"]
    assert isinstance(found, Link)
    x, y = (v - np.polyval(np.polyfit(month, v, 1), month) for v in noise)
    r = (x @ y - 14 * shared.mean()) / math.sqrt((x @ x) * (y @ y))
    memory = (x[1:] @ x[:-1]) / (x @ x) * (y[1:] @ y[:-1]) / (y @ y)
    effective = min(16.0, 16 * (1 - memory) / (1 + memory))
    assert effective < 16
    assert found.correlation == pytest.approx(r)
    assert found.effective_waves == pytest.approx(effective)
    free = effective - 3
    t_value = abs(r) * math.sqrt(free / (1 - r * r))
    assert found.p_value == pytest.approx(2 * stats.t.sf(t_value, free))
    half = stats.norm.ppf(0.975) / math.sqrt(effective - 4)
    assert found.interval.low == pytest.approx(math.tanh(math.atanh(r) - half))
    assert found.interval.high == pytest.approx(math.tanh(math.atanh(r) + half))
    lagged = links({"r": points}, lag=1)["r"]
    assert isinstance(lagged, Link)
    a, b = (
        v - np.polyval(np.polyfit(month[:-1], v, 1), month[:-1])
        for v in (noise[0][:-1], noise[1][1:])
    )
    assert lagged.correlation == pytest.approx(a @ b / math.sqrt((a @ a) * (b @ b)))


def estimate(value: float, error: float) -> Estimate:
    interval = Interval(low=value - error, high=value + error)
    return Estimate(value=value, standard_error=error, interval=interval)


def test_rules_followed_by_hand() -> None:
    values, errors = [10, 20, 30, 40, 50, 60, 70, 80], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    found = rules_followed(
        {f"R{i}": estimate(v, e) for i, (v, e) in enumerate(zip(values, errors, strict=True))}
    )
    assert isinstance(found, RulesFollowed)
    error = math.sqrt(sum(e * e for e in errors)) / 8
    assert found.level.value == 45.0
    assert found.level.standard_error == pytest.approx(error)
    assert found.level.interval.low == pytest.approx(45.0 - 1.959963985 * error)
    assert found.level.interval.high == pytest.approx(45.0 + 1.959963985 * error)
    ends = rules_followed({f"R{i}": estimate(99.5, 5.0) for i in range(7)})
    assert isinstance(ends, RulesFollowed)
    assert ends.level.interval.high == 100.0
    ends = rules_followed({f"R{i}": estimate(0.5, 5.0) for i in range(7)})
    assert isinstance(ends, RulesFollowed)
    assert ends.level.interval.low == 0.0


def test_shares_of_small_months() -> None:
    found = share_series([1, 2, None, 5], [2, 1 + 4, 3, 0])
    assert found.n[0] == (2, 5, None, None)
    assert found.mean[0] == (50.0, 40.0, None, None)
    assert found.variance[0][0] == pytest.approx(5000.0)
    assert found.variance[0][1] == pytest.approx(1e4 * 0.4 * 0.6 * 5 / 4)


# --- pooling ----------------------------------------------------------------------------------


def test_staggered_windows_by_hand() -> None:
    """Every month has its own value, so that a shifted window would show."""

    def wild(seed: int, date: int | None) -> Course:
        values = np.random.default_rng(seed).normal(50, 5, 12)
        return Course(index={m: float(v) for m, v in enumerate(values, 1)}, adopted_after=date)

    companies = [wild(1, 5), wild(2, 7), wild(3, None), wild(4, None), wild(5, 9)]

    def effect(everyone: list[Course], h: int) -> float:
        extras = []
        for one in everyone:
            if one.adopted_after is None:
                continue
            a = one.adopted_after

            def change(c: Course, a: int = a) -> float:
                before = [c.index[m] for m in (a - 2, a - 1, a)]
                after = [c.index[m] for m in range(a + 1, a + h + 1) if m in c.index]
                return float(np.mean(after) - np.mean(before))

            rest = [
                change(c)
                for c in everyone
                if c is not one and (c.adopted_after is None or c.adopted_after >= a + h)
            ]
            extras.append(change(one) - float(np.mean(rest)))
        return float(np.mean(extras))

    for h in (2, 3):
        found = compare_staggered(companies, horizon=h)
        assert isinstance(found, Comparison)
        assert found.effect.value == pytest.approx(effect(companies, h))
        spread = np.array([effect([c for c in companies if c is not o], h) for o in companies])
        error = math.sqrt(4 / 5 * ((spread - spread.mean()) ** 2).sum())
        assert found.effect.standard_error == pytest.approx(error)
        half = stats.t.ppf(0.975, 4) * error
        assert found.effect.interval.low == pytest.approx(found.effect.value - half)
        assert found.effect.interval.high == pytest.approx(found.effect.value + half)
    assert found.adopters == 3


def test_edges_of_the_rule_over_companies() -> None:
    def of(low: float, high: float) -> Interval:
        return Interval(low=low, high=high)

    assert answer(-5.0, of(-9, 0.0), of(-8, 0.0)) is Answer.CANNOT_TELL
    assert answer(0.0, of(-6, 6), of(-5.0, 4.0)) is Answer.CANNOT_TELL
    assert answer(0.0, of(-6, 6), of(-4.0, 5.0)) is Answer.CANNOT_TELL
    assert answer(2.0, of(0.0, 6), of(1.0, 5.5)) is Answer.CANNOT_TELL
    small = pool([Company(change=0.1, standard_error=0.1)] * 3, margin=0.5)
    assert isinstance(small, Pooled)
    assert small.answer is Answer.ROSE
    assert small.interval_90.level == 0.9
    assert small.prediction.level == small.mean.interval.level == 0.95


# --- quality of answers -------------------------------------------------------------------------


def test_careless_answers_by_hand() -> None:
    old = Sheets(n=40, good_total=1800.0, bad_total=1500.0, same_answer=3)
    new = Sheets(n=50, good_total=2100.0, bad_total=2600.0, same_answer=9)
    halves, same = halves_alarm(old, new), same_alarm(old, new)
    assert isinstance(halves, HalvesAlarm)
    assert halves.change == pytest.approx(-500 / 50 - 300 / 40)
    assert isinstance(same, SameAnswerAlarm)
    assert (same.share_before, same.share_now) == pytest.approx((3 / 40, 9 / 50))
    a, b = 3.5 / 41, 9.5 / 51
    z = (b - a) / math.sqrt(a * (1 - a) / 41 + b * (1 - b) / 51)
    assert same.p_value == pytest.approx(stats.norm.sf(z))
    assert not same.raised
    six = Sheets(n=40, good_total=1540.0, bad_total=1000.0, same_answer=0)
    level = Sheets(n=40, good_total=1300.0, bad_total=1000.0, same_answer=0)
    at_the_limit = halves_alarm(level, six)
    assert isinstance(at_the_limit, HalvesAlarm)
    assert (at_the_limit.change, at_the_limit.raised) == (6.0, False)


def test_drift_by_hand() -> None:
    rng = np.random.default_rng(3)
    old, new = rng.normal(50, 20, (2, 60, 3))
    new = new[:50]
    found = item_drift(CrossProducts.of(old), CrossProducts.of(new))
    assert isinstance(found, tuple)
    for i, item in enumerate(found):
        parts = [t[:, i] - t.mean(axis=1) for t in (old, new)]
        change = parts[1].mean() - parts[0].mean()
        error = math.sqrt(sum(p.var(ddof=1) / p.size for p in parts))
        assert item.drift.value == pytest.approx(change)
        assert item.drift.standard_error == pytest.approx(error)
        assert item.drift.interval.low == pytest.approx(change - 1.959963985 * error)
    raw = [2 * stats.norm.sf(abs(d.drift.value) / d.drift.standard_error) for d in found]
    order = np.argsort(raw)
    worst, holm = 0.0, [0.0] * 3
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, (3 - rank) * raw[i]))
        holm[i] = worst
    assert [d.p_value for d in found] == pytest.approx(holm)


def test_a_pair_of_items_is_named_right() -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(50, 20, (40, 3))
    table[:, 1] += table[:, 0]
    items = CrossProducts.of(table)
    r = np.corrcoef(table.T)
    assert spearman_brown(items, 1, 0) == pytest.approx(2 * r[0, 1] / (1 + r[0, 1]))
    for pair in ((0, 0), (0, 3), (3, 0), (-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="two different items"):
            spearman_brown(items, *pair)
    table[:, 2] = -table[:, 0]
    assert spearman_brown(CrossProducts.of(table), 0, 2) == 0.0
    dull = CrossProducts.of([[50.0, 10.0], [50.0, 20.0], [50.0, 40.0]] * 10)
    assert alpha(dull) == NotEstimable(reason=Reason.NO_VARIATION)


# --- intervals --------------------------------------------------------------------------------------


def test_the_company_interval_by_hand() -> None:
    a, b = Moments.of([30.0, 42.0, 55.0, 61.0]), Moments.of([20.0, 35.0, 80.0, 44.0, 51.0, 39.0])
    found = company_estimate(a, b)
    assert isinstance(found, Estimate)
    va, vb = np.var([30, 42, 55, 61], ddof=1) / 4, np.var([20, 35, 80, 44, 51, 39], ddof=1) / 6
    freedom = (va + vb) ** 2 / (va**2 / 3 + vb**2 / 5)
    half = stats.t.ppf(0.975, freedom) * math.sqrt(va + vb) / 2
    assert found.standard_error == pytest.approx(math.sqrt(va + vb) / 2)
    assert found.interval.low == pytest.approx(found.value - half)
    assert found.interval.high == pytest.approx(found.value + half)
    whole = company_estimate(a, b, n_invited=(8, 12))
    assert isinstance(whole, Estimate)
    assert whole.standard_error == pytest.approx(math.sqrt(va / 2 + vb / 2) / 2)


def test_means_of_too_few() -> None:
    few = NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    assert mean_estimate(Moments.of([1.0, 2.0])) == few
    assert isinstance(mean_estimate(Moments.of([1.0, 2.0, 3.0])), Estimate)
    assert gap_estimate(Moments.of([1.0, 2.0, 3.0]), Moments.of([])) == few


# --- model, limits and months ---------------------------------------------------------------------------


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
        assert guard.limit == 0.98
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
        with pytest.raises(ValueError, match="strictly between"):
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
