from collections.abc import Callable, Sequence

import numpy as np
import pytest

from analysis.change_points import ChangePoint, change_point
from analysis.guards.attribution import Attribution, attribution
from analysis.guards.dependence import dependence_guards
from analysis.guards.guard import Guard, GuardCode, State, lowered
from analysis.guards.mix import mix_guard
from analysis.guards.nonresponse import (
    Participation,
    difference_that_explains,
    drop_out_guard,
    worst_and_best_case,
)
from analysis.guards.placebo import placebo_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.guards.season import Season, estimate_season, season_guard
from analysis.judgement import judge
from analysis.result import Finding, Interval, NotEstimable, Question, Reason, Series, Verdict
from analysis.tally import Moments, WaveSeries

Flat = Callable[..., WaveSeries]


def series_of(means: list[float], *, n: int = 100) -> WaveSeries:
    return two_series_of([means, means], n=n)


def two_series_of(means: Sequence[Sequence[float]], *, n: int = 100) -> WaveSeries:
    months = len(means[0])
    return WaveSeries.from_arrays(
        n=[[n] * months] * 2,
        mean=means,
        variance=[[400.0] * months] * 2,
        headcount=[n * 1.3] * 2,
    )


@pytest.fixture
def improved(flat: Flat) -> Finding:
    series = flat(months=14, n=100, step=(-12.0, -12.0), after=6)
    found = judge(series, months_before=6).adoption[Series.OVERALL]
    assert isinstance(found, Finding)
    assert found.verdict is Verdict.IMPROVED
    return found


def guard(state: State, *verdicts: Verdict) -> Guard:
    return Guard(
        code=GuardCode.SEASON, state=state, value=1.0, limit=1.0, lowers=frozenset(verdicts)
    )


def test_only_a_raised_guard_of_this_verdict_lowers(improved: Finding) -> None:
    kept = [
        guard(State.CLEAR, Verdict.IMPROVED),
        guard(State.CAUTION, Verdict.IMPROVED),
        guard(State.NOT_CHECKED, Verdict.IMPROVED),
        guard(State.RAISED, Verdict.WORSE),
        guard(State.RAISED),
    ]
    assert lowered(improved, kept) is improved
    found = lowered(improved, [*kept, guard(State.RAISED, Verdict.IMPROVED)])
    assert (found.verdict, found.reason) == (Verdict.TOO_EARLY, Reason.GUARD)
    assert found.change == improved.change
    with pytest.raises(ValueError, match="finite"):
        Guard(
            code=GuardCode.SEASON,
            state=State.CLEAR,
            value=float("nan"),
            limit=1.0,
            lowers=frozenset(),
        )


def people(percent: int) -> Participation:
    return Participation(answered=percent, invited=100)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (90, State.CLEAR),
        (65, State.CLEAR),
        (64, State.CAUTION),
        (60, State.CAUTION),
        (59, State.RAISED),
    ],
)
def test_drop_out(now: int, state: State) -> None:
    """15 points: statistics.md section 6; 20 points: instrument.md 1.3."""
    found = drop_out_guard((people(80), people(80)), (people(80), people(now)))
    assert found.state is state
    assert found.value == pytest.approx(max(0.0, 0.8 - now / 100))
    assert found.lowers == {Verdict.IMPROVED, Verdict.NO_MEANINGFUL_CHANGE}


def test_drop_out_without_invitations() -> None:
    nobody = Participation(answered=0, invited=0)
    assert nobody.rate == NotEstimable(reason=Reason.NO_ANSWERS)
    found = drop_out_guard((people(80), nobody), (people(80), people(80)))
    assert (found.state, found.value) == (State.NOT_CHECKED, None)
    with pytest.raises(ValueError, match="more answers"):
        Participation(answered=5, invited=4)


def test_bounds_by_hand() -> None:
    """Manski (1989): 8 of 10 answered 50: 40 to 60."""
    found = worst_and_best_case(Moments.of([50.0] * 8), 10)
    assert found == Interval(low=40.0, high=60.0)
    empty = Moments(n=0, total=0.0, total_squares=0.0)
    assert worst_and_best_case(empty, 10) == NotEstimable(reason=Reason.NO_ANSWERS)
    with pytest.raises(ValueError, match="more answers"):
        worst_and_best_case(Moments.of([50.0] * 8), 7)
    with pytest.raises(ValueError, match="outside the scale"):
        worst_and_best_case(Moments.of([150.0] * 3), 7)


def test_the_difference_that_explains() -> None:
    """With it put back, everybody's mean is the same before and after."""
    d = difference_that_explains(-5.0, people(75), people(50))
    assert d == pytest.approx(20.0)
    before, now = 50.0 + 0.25 * 20.0, 45.0 + 0.5 * 20.0
    assert before == now
    rising = difference_that_explains(-5.0, people(50), people(75))
    assert rising == NotEstimable(reason=Reason.NO_VARIATION)
    nobody = Participation(answered=0, invited=0)
    for pair in ((nobody, people(5)), (people(5), nobody)):
        assert difference_that_explains(1.0, *pair) == NotEstimable(reason=Reason.NO_ANSWERS)


def test_regression_to_the_mean() -> None:
    """A fall only against the two worst months is lowered; one against all months holds."""
    spike = series_of([42.0, 42.0, 42.0, 42.0, 62.0, 62.0, *[42.0] * 8], n=300)
    real = series_of([54.0, 56.0, 55.0, 54.0, 58.0, 57.0, *[42.0] * 8], n=300)
    for series, state in ((spike, State.RAISED), (real, State.CLEAR)):
        assert regression_to_mean_guard(series, months_before=6).state is state
    few = regression_to_mean_guard(real.window(3, 14), months_before=4)
    assert (few.state, few.value) == (State.RAISED, None)


def test_attribution(flat: Flat) -> None:
    """A sudden step is attributed, a steady fall is not (statistics.md section 6)."""
    step = attribution(flat(months=14, n=100, step=(-10.0, -10.0), after=6), months_before=6)
    slope = attribution(series_of([60.0 - 1.5 * t for t in range(14)]), months_before=6)
    assert isinstance(step, Attribution)
    assert isinstance(slope, Attribution)
    assert step.more_than_earlier_trend
    assert not slope.more_than_earlier_trend
    assert step.step.interval.high < 0.0


def test_attribution_of_thin_data(flat: Flat) -> None:
    for months, split, reason in (
        (0, 3, Reason.GROUP_MISSING),
        (8, 2, Reason.NO_BASELINE),
        (6, 6, Reason.NOT_ADOPTED_YET),
        (61, 6, Reason.TOO_MANY_MONTHS),
    ):
        found = attribution(flat(months=months), months_before=split)
        assert found == NotEstimable(reason=reason)


def test_placebo() -> None:
    moved_before = series_of([60.0] * 5 + [42.0] * 5 + [30.0] * 6, n=300)
    still_before = series_of([50.0] * 10 + [38.0] * 6, n=300)
    raised = placebo_guard(moved_before, months_before=10)
    assert raised.state is State.RAISED
    assert raised.lowers == {Verdict.IMPROVED}
    clear = placebo_guard(still_before, months_before=10)
    assert (clear.state, clear.lowers) == (State.CLEAR, frozenset())
    for months_before in (0, 3, 5):
        short = placebo_guard(still_before, months_before=months_before)
        assert (short.state, short.value) == (State.NOT_CHECKED, None)
    assert placebo_guard(still_before, months_before=6).state is State.CLEAR


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ({"web": 40, "paper": 60}, State.CLEAR),
        ({"web": 51, "paper": 49}, State.CAUTION),
        ({"web": 60, "paper": 40}, State.CAUTION),
        ({"web": 61, "paper": 39}, State.RAISED),
        ({"web": 40, "paper": 35, "kiosk": 25}, State.RAISED),
    ],
)
def test_mix(now: dict[str, int], state: State) -> None:
    """instrument.md 1.3: a shift of more than 20 points."""
    before = {"web": 40, "paper": 60}
    assert mix_guard(GuardCode.MODE_MIX, [before, before], [before, now]).state is state


def test_mix_that_cannot_be_checked() -> None:
    found = mix_guard(GuardCode.LANGUAGE_MIX, [{"en": 3}], [{}])
    assert (found.state, found.value) == (State.NOT_CHECKED, None)
    with pytest.raises(ValueError, match="same groups"):
        mix_guard(GuardCode.MODE_MIX, [{}], [])
    with pytest.raises(ValueError, match="modes or of languages"):
        mix_guard(GuardCode.SEASON, [{}], [{}])
    with pytest.raises(ValueError, match="at least 0"):
        mix_guard(GuardCode.MODE_MIX, [{"a": -1}], [{}])


def test_season_rule() -> None:
    """statistics.md section 6: no trend verdict before 12 months where a season is plausible."""
    early = season_guard(Question.TREND, months=11)
    assert early.state is State.RAISED
    assert early.lowers == {Verdict.IMPROVED, Verdict.WORSE}
    assert season_guard(Question.TREND, months=12).state is State.CLEAR
    assert season_guard(Question.TREND, months=8, plausible=False).state is State.CLEAR
    other_months = season_guard(Question.ADOPTION, months=12, months_before=6)
    assert (other_months.state, other_months.lowers) == (State.CAUTION, frozenset())
    a_year_later = season_guard(Question.ADOPTION, months=17, months_before=6)
    assert a_year_later.state is State.CLEAR


def test_a_season_is_found_after_two_years() -> None:
    month = np.arange(1, 37)
    wave = series_of(list(50.0 + 4.0 * np.sin(2 * np.pi * month / 12)), n=300)
    found = estimate_season(wave)
    assert isinstance(found, Season)
    assert found.probability > 0.95
    assert found.sine.value == pytest.approx(4.0, abs=0.8)
    still = estimate_season(series_of([50.0] * 24, n=300))
    assert isinstance(still, Season)
    assert still.probability < 0.5
    assert estimate_season(wave.window(1, 23)) == NotEstimable(reason=Reason.TOO_FEW_WAVES)


def test_a_change_point_is_dated() -> None:
    rng = np.random.default_rng(1)
    means = list(np.repeat([55.0, 41.0], [9, 9]) + rng.normal(0, 1, 18))
    found = change_point(series_of(means, n=200))
    assert isinstance(found, ChangePoint)
    assert found.named
    assert found.month == 9
    assert found.likely_months == (9,)
    assert found.step.value == pytest.approx(-13.0, abs=2.0)
    assert sum(share for _, share in found.months) == pytest.approx(1.0)
    assert [month for month, _ in found.months] == list(range(3, 16))


def test_a_leading_gap_moves_no_date() -> None:
    means = [55.0] * 8 + [41.0] * 8
    inner = series_of(means, n=200)
    gap = (None, None)
    outer = WaveSeries(
        n=(gap + inner.n[0], gap + inner.n[1]),
        mean=(gap + inner.mean[0], gap + inner.mean[1]),
        variance=(gap + inner.variance[0], gap + inner.variance[1]),
        headcount=inner.headcount,
    )
    one, other = change_point(inner), change_point(outer)
    assert isinstance(one, ChangePoint)
    assert isinstance(other, ChangePoint)
    assert (one.month, other.month) == (8, 10)


def test_no_change_point_in_quiet_or_thin_series(flat: Flat) -> None:
    quiet = change_point(flat(months=18))
    assert isinstance(quiet, ChangePoint)
    assert not quiet.named
    assert quiet.step.interval.contains(0.0)
    for months, reason in (
        (7, Reason.TOO_FEW_WAVES),
        (0, Reason.GROUP_MISSING),
        (61, Reason.TOO_MANY_MONTHS),
    ):
        assert change_point(flat(months=months)) == NotEstimable(reason=reason)


def test_months_that_hang_together_and_groups_that_move_as_one() -> None:
    """Slow common waves are seen by both; independent months of separate groups by neither."""
    rng = np.random.default_rng(3)
    common = 50.0 + 6.0 * np.sin(np.arange(24) / 2.5)
    own = 50.0 + rng.normal(0.0, 5.0, (2, 24))
    for question, split in ((Question.ADOPTION, 6), (Question.TREND, None)):
        memory, together = dependence_guards(
            series_of(common.tolist(), n=400), question, months_before=split
        )
        assert (memory.code, together.code) == (GuardCode.CARRY_OVER, GuardCode.MOVES_AS_ONE)
        assert [memory.state, together.state] == [State.CAUTION, State.CAUTION]
        apart = two_series_of(own.tolist(), n=400)
        found = dependence_guards(apart, question, months_before=split)
        assert [guard.state for guard in found] == [State.CLEAR, State.CLEAR]
        assert all(guard.lowers == frozenset() for guard in (memory, together))


def test_dependence_needs_the_months_of_the_rule(flat: Flat) -> None:
    for months, question, split in (
        (8, Question.ADOPTION, 6),
        (9, Question.ADOPTION, 2),
        (9, Question.ADOPTION, None),
        (5, Question.TREND, None),
        (61, Question.TREND, None),
    ):
        found = dependence_guards(flat(months=months), question, months_before=split)
        assert [guard.state for guard in found] == [State.NOT_CHECKED, State.NOT_CHECKED]
        assert [guard.value for guard in found] == [None, None]
    enough = dependence_guards(flat(months=9), Question.ADOPTION, months_before=6)
    assert all(guard.value is not None for guard in enough)


def test_an_expected_season_compares_like_months_only() -> None:
    """Half a year before, half a year after: other months of the year; from month 9 on the same."""
    for months, state in ((9, State.RAISED), (14, State.RAISED), (15, State.CLEAR)):
        found = season_guard(Question.ADOPTION, months=months, months_before=6, expected=True)
        assert found.state is state
        wanted = {Verdict.IMPROVED, Verdict.WORSE} if state is State.RAISED else frozenset()
        assert found.lowers == wanted
    full_year = season_guard(Question.ADOPTION, months=15, months_before=12, expected=True)
    assert full_year.state is State.CLEAR
    trend = season_guard(Question.TREND, months=11, plausible=False, expected=True)
    assert trend.state is State.RAISED


def lopsided(full: WaveSeries, months: Sequence[int], thin: int) -> WaveSeries:
    """Take `months` (from 1) away from one group only."""
    less = full.without(months)
    n, mean, variance = (
        tuple(less_row if group == thin else row for group, (row, less_row) in enumerate(pairs))
        for pairs in (
            zip(full.n, less.n, strict=True),
            zip(full.mean, less.mean, strict=True),
            zip(full.variance, less.variance, strict=True),
        )
    )
    return WaveSeries(n=n, mean=mean, variance=variance, headcount=full.headcount)


@pytest.mark.parametrize("thin", [0, 1])
def test_the_poorer_group_counts(flat: Flat, thin: int) -> None:
    """One group alone with too few months is enough to stay silent, whichever it is."""
    two_before = lopsided(flat(months=12), range(3, 7), thin)
    found = dependence_guards(two_before, Question.ADOPTION, months_before=6)
    assert [guard.state for guard in found] == [State.NOT_CHECKED] * 2
    seven = lopsided(flat(months=12), range(8, 13), thin)
    assert change_point(seven) == NotEstimable(reason=Reason.TOO_FEW_WAVES)
    none = lopsided(flat(months=12), range(1, 13), thin)
    assert change_point(none) == NotEstimable(reason=Reason.GROUP_MISSING)
    five = lopsided(flat(months=12), range(6, 13), thin)
    found = dependence_guards(five, Question.TREND)
    assert [guard.state for guard in found] == [State.NOT_CHECKED] * 2
    none_after = lopsided(flat(months=12), range(7, 13), thin)
    for series, reason in (
        (two_before, Reason.NO_BASELINE),
        (none_after, Reason.NOT_ADOPTED_YET),
        (none, Reason.GROUP_MISSING),
    ):
        assert attribution(series, months_before=6) == NotEstimable(reason=reason)


def test_bounds_where_everybody_answered() -> None:
    found = worst_and_best_case(Moments.of([40.0, 50.0, 60.0]), 3)
    assert found == Interval(low=50.0, high=50.0)


def test_without_a_baseline_no_season_is_the_same() -> None:
    found = season_guard(Question.ADOPTION, months=1, months_before=0)
    assert found.state is State.CAUTION
