from collections.abc import Callable
from typing import Any

import pytest

from analysis.judgement import Judgement, judge
from analysis.result import Finding, NotEstimable, Question, Reason, Series, Verdict
from analysis.survey import Survey, analyse
from analysis.tally import WaveSeries
from analysis.verdict import DecisionRule

Flat = Callable[..., WaveSeries]


def finding(judgement: Judgement, series: Series = Series.OVERALL) -> Finding:
    outcome = judgement.outcome(series)
    assert isinstance(outcome, Finding)
    return outcome


def test_a_large_drop_in_large_groups_is_improved(flat: Flat) -> None:
    series = flat(months=14, n=100, step=(-12.0, -12.0), after=6)
    found = finding(judge(series, months_before=6))
    assert found.verdict is Verdict.IMPROVED
    assert found.reason is None
    assert found.change.value == pytest.approx(-11.5, abs=1.0)  # a little shrunk
    assert found.level_before.value == pytest.approx(50.0, abs=1.0)
    assert found.level_now.value == pytest.approx(38.0, abs=1.0)
    assert found.level_now.interval.contains(38.0)
    assert (found.months_before, found.months_after) == (6, 8)


def test_the_mirror_image_is_worse(flat: Flat) -> None:
    down = finding(judge(flat(months=14, n=100, step=(-12, -12), after=6), months_before=6))
    up = finding(judge(flat(months=14, n=100, step=(12, 12), after=6), months_before=6))
    assert up.verdict is Verdict.WORSE
    # not exactly, because the prior of the level is centred at 0 and not at 50
    assert up.change.value == pytest.approx(-down.change.value, abs=0.02)
    assert up.p_rose_meaningfully == pytest.approx(down.p_fell_meaningfully, abs=1e-3)
    assert up.p_fell == pytest.approx(down.p_rose, abs=1e-3)


def test_nothing_happens_in_a_flat_company(flat: Flat) -> None:
    judgement = judge(flat(months=12, n=100), months_before=6)
    for series in Series:
        found = finding(judgement, series)
        assert found.verdict is Verdict.NO_MEANINGFUL_CHANGE
        assert found.p_small >= 0.95


def test_months_without_a_baseline_turn_to_the_trend(flat: Flat) -> None:
    for split in (0, 1, 2):
        judgement = judge(flat(), months_before=split)
        assert judgement.headline is Question.TREND
        assert set(judgement.adoption.values()) == {NotEstimable(reason=Reason.NO_BASELINE)}
    assert judge(flat(), months_before=3).headline is Question.ADOPTION
    no_date = judge(flat())
    assert no_date.headline is Question.TREND
    assert set(no_date.adoption.values()) == {NotEstimable(reason=Reason.NO_ADOPTION_DATE)}


def test_months_still_before_adoption(flat: Flat) -> None:
    judgement = judge(flat(), months_before=9)
    assert judgement.headline is Question.ADOPTION
    assert set(judgement.adoption.values()) == {NotEstimable(reason=Reason.NOT_ADOPTED_YET)}


def test_too_early_in_the_first_two_months(flat: Flat) -> None:
    for months, expected in ((7, Verdict.TOO_EARLY), (8, Verdict.TOO_EARLY), (9, Verdict.IMPROVED)):
        series = flat(months=months, n=200, step=(-20.0, -20.0), after=6)
        found = finding(judge(series, months_before=6))
        assert found.verdict is expected


def test_sixty_months_and_no_more(flat: Flat) -> None:
    assert finding(judge(flat(months=60), months_before=30)).months_after == 30
    too_long = judge(flat(months=61), months_before=30)
    for outcome in (*too_long.adoption.values(), *too_long.trend.values()):
        assert outcome == NotEstimable(reason=Reason.TOO_MANY_MONTHS)


def test_one_group_only(flat: Flat) -> None:
    both = flat(months=12)
    empty = (None,) * 12
    alone = WaveSeries(
        n=(both.n[0], empty),
        mean=(both.mean[0], empty),
        variance=(both.variance[0], empty),
        headcount=both.headcount,
    )
    judgement = judge(alone, months_before=6)
    assert finding(judgement, Series.FIRST).verdict is Verdict.NO_MEANINGFUL_CHANGE
    for series in (Series.SECOND, Series.OVERALL, Series.GAP):
        assert judgement.adoption[series] == NotEstimable(reason=Reason.GROUP_MISSING)


def test_empty_months_at_the_ends_are_cut_off(flat: Flat) -> None:
    inner = flat(months=10, step=(-9.0, -9.0), after=5)

    def padded(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return (None, None, *row, None)

    outer = WaveSeries(
        n=(padded(inner.n[0]), padded(inner.n[1])),
        mean=(padded(inner.mean[0]), padded(inner.mean[1])),
        variance=(padded(inner.variance[0]), padded(inner.variance[1])),
        headcount=inner.headcount,
    )
    assert judge(outer, months_before=7) == judge(inner, months_before=5)


def test_a_gap_in_the_calendar_keeps_its_place(flat: Flat) -> None:
    series = flat(months=14, n=100, step=(-12.0, -12.0), after=6).without([3, 9])
    found = finding(judge(series, months_before=6))
    assert (found.months_before, found.months_after) == (5, 7)
    assert found.verdict is Verdict.IMPROVED


def test_a_group_that_stopped_answering_cannot_improve(flat: Flat) -> None:
    """Its months after adoption are missing; the other group's drop must not count for it."""
    full = flat(months=14, n=200, step=(-20.0, -20.0), after=6)
    silent = WaveSeries(
        n=(full.n[0], full.n[1][:7] + (None,) * 7),
        mean=(full.mean[0], full.mean[1][:7] + (None,) * 7),
        variance=(full.variance[0], full.variance[1][:7] + (None,) * 7),
        headcount=full.headcount,
    )
    judgement = judge(silent, months_before=6)
    assert finding(judgement, Series.FIRST).verdict is Verdict.IMPROVED
    for series in (Series.SECOND, Series.OVERALL, Series.GAP):
        found = finding(judgement, series)
        assert (found.verdict, found.reason) == (Verdict.TOO_EARLY, Reason.TOO_FEW_WAVES)


def test_the_gap_is_turned_to_its_sign_before(flat: Flat) -> None:
    args = {"months": 14, "n": 150, "after": 6}
    second_worse = judge(flat(level=(40, 60), step=(0, -14), **args), months_before=6)
    first_worse = judge(flat(level=(60, 40), step=(-14, 0), **args), months_before=6)
    one, other = finding(second_worse, Series.GAP), finding(first_worse, Series.GAP)
    assert (one.orientation, other.orientation) == (1, -1)
    assert one.verdict is other.verdict is Verdict.IMPROVED
    assert one.change.value == pytest.approx(other.change.value, abs=1e-9)
    assert one.change.interval.low == pytest.approx(other.change.interval.low, abs=1e-5)
    assert one.level_before.value == pytest.approx(other.level_before.value, abs=1e-9)
    assert one.level_before.value > 0.0


def test_a_gap_that_was_not_there_cannot_narrow(flat: Flat) -> None:
    series = flat(level=(50, 50), step=(0, -18), months=14, n=150, after=6)
    found = finding(judge(series, months_before=6), Series.GAP)
    assert found.orientation == 0
    assert (found.verdict, found.reason) == (Verdict.TOO_EARLY, Reason.NO_CLEAR_GAP)


def test_levels_stay_on_the_scale(flat: Flat) -> None:
    series = flat(level=(1, 1), variance=5.0, months=12)
    found = finding(judge(series, months_before=6))
    assert found.level_now.interval.low >= 0.0


def test_analyse_judges_dimensions_more_strictly(flat: Flat) -> None:
    series = flat(months=14, n=100, step=(-12.0, -12.0), after=6)
    result = analyse(Survey(index=series, dimensions={"respect": series}, months_before=6))
    assert finding(result.index).threshold == 0.982
    assert finding(result.dimensions["respect"]).threshold == 0.993
    assert finding(result.index).change == finding(result.dimensions["respect"]).change


def test_the_rule_travels_with_the_judgement(flat: Flat) -> None:
    rule = DecisionRule(version="trial", delta=3.0)
    judgement = judge(flat(months=12), months_before=6, rule=rule)
    assert judgement.rule_version == "trial"
    assert finding(judgement).delta == 3.0


def test_a_strange_date_is_refused(flat: Flat) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        judge(flat(), months_before=-1)


def test_the_first_month_is_no_baseline_of_itself(flat: Flat) -> None:
    """Rules from the beginning on leave nothing to compare with, however lax the rule."""
    lax = DecisionRule(least_before=1)
    judged = judge(flat(), months_before=0, rule=lax)
    assert set(judged.adoption.values()) == {NotEstimable(reason=Reason.NO_BASELINE)}
    assert finding(judge(flat(), months_before=1, rule=lax)).months_before == 1
