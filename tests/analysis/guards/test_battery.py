"""What the company answered decides what two guards may do with the verdict."""

import dataclasses
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.guards.battery import Fieldwork, battery, guards_of_part
from analysis.guards.guard import Guard, GuardCode, State, lowered
from analysis.guards.season import months_until_alike, season_guard
from analysis.judgement import judge
from analysis.result import Finding, Question, Series, Verdict
from analysis.tally import WaveSeries
from analysis.verdict import Family

SPELL = [45.0] * 4 + [56.0] * 2 + [40.0] * 6
"""Two bad months before the rules: without them the fall is not clear."""
REAL = [60.0, 61.0, 59.0, 60.0, 62.0, 61.0, *[42.0] * 6]


def series_of(first: list[float], second: list[float] | None = None, n: int = 60) -> WaveSeries:
    months = len(first)
    return WaveSeries.from_arrays(
        n=[[n] * months] * 2,
        mean=[first, second or first],
        variance=[[400.0] * months] * 2,
        headcount=[n * 1.3] * 2,
    )


def guards(
    series: WaveSeries, months_before: int | None = 6, **answers: bool | None
) -> dict[GuardCode, Guard]:
    outcome = judge(series, months_before=months_before).outcome(Series.OVERALL)
    rows = [Fieldwork(answered=60, invited=78)] * series.months
    found = battery(series, outcome, (rows, rows), months_before=months_before, **answers)
    return {guard.code: guard for guard in found}


def verdict(series: WaveSeries, months_before: int | None = 6, **answers: bool | None) -> Verdict:
    outcome = judge(series, months_before=months_before).outcome(Series.OVERALL)
    assert isinstance(outcome, Finding)
    return lowered(outcome, guards(series, months_before, **answers).values()).verdict


def test_a_bad_spell_lowers_only_where_it_led_to_the_rules() -> None:
    spell = series_of(SPELL)
    rtm = GuardCode.REGRESSION_TO_THE_MEAN
    asked, not_asked, none = (
        guards(spell, after_bad_spell=answer)[rtm] for answer in (True, None, False)
    )
    assert (asked.state, asked.lowers) == (State.RAISED, {Verdict.IMPROVED})
    assert (not_asked.state, not_asked.lowers) == (State.RAISED, frozenset())
    assert (none.state, none.value, none.lowers) == (State.NOT_CHECKED, None, frozenset())
    assert asked.value == not_asked.value
    assert verdict(spell, after_bad_spell=True) is Verdict.TOO_EARLY
    assert verdict(spell) is verdict(spell, after_bad_spell=False) is Verdict.IMPROVED


def test_a_real_fall_holds_without_the_bad_spell() -> None:
    real = series_of(REAL)
    assert guards(real, after_bad_spell=True)[GuardCode.REGRESSION_TO_THE_MEAN].state is State.CLEAR
    assert verdict(real, after_bad_spell=True) is Verdict.IMPROVED


def test_a_rise_asks_nothing_about_a_bad_spell() -> None:
    rise = series_of(REAL[::-1])
    assert GuardCode.REGRESSION_TO_THE_MEAN not in guards(rise, after_bad_spell=True)
    assert verdict(rise, after_bad_spell=True) is Verdict.WORSE


@pytest.mark.parametrize(
    ("seasonal", "state", "final"),
    [
        (True, State.RAISED, Verdict.TOO_EARLY),
        (None, State.CAUTION, Verdict.IMPROVED),
        (False, State.CLEAR, Verdict.IMPROVED),
    ],
)
def test_the_season_before_and_after_the_rules(
    seasonal: bool | None,  # noqa: FBT001 - a parameter of the table above
    state: State,
    final: Verdict,
) -> None:
    real = series_of(REAL)
    assert guards(real, seasonal=seasonal)[GuardCode.SEASON].state is state
    assert verdict(real, seasonal=seasonal) is final


def test_a_trend_waits_a_year_unless_there_are_no_seasons() -> None:
    falling = series_of([60.0 - 2.5 * month for month in range(10)])
    for seasonal, final in (
        (True, Verdict.TOO_EARLY),
        (None, Verdict.TOO_EARLY),
        (False, Verdict.IMPROVED),
    ):
        assert verdict(falling, None, seasonal=seasonal) is final


def test_no_answer_makes_a_verdict_out_of_nothing() -> None:
    """Whatever is answered, an open verdict stays open and a stated one stays or is lowered."""
    for means, split in ((SPELL, 6), (REAL, 6), (REAL[::-1], 6), ([50.0] * 12, 6), (SPELL, None)):
        series = series_of(means)
        before = judge(series, months_before=split).outcome(Series.OVERALL)
        assert isinstance(before, Finding)
        for seasonal, spell in product((True, None, False), repeat=2):
            final = verdict(series, split, seasonal=seasonal, after_bad_spell=spell)
            assert final in {before.verdict, Verdict.TOO_EARLY}


def test_a_group_answers_for_its_own_bad_spell() -> None:
    """The second group rose: the company's verdict is open, and the first group fell from a spell."""
    series = series_of(SPELL, [45.0] * 6 + [55.0] * 6)
    judged = judge(series, months_before=6)
    company = judged.outcome(Series.OVERALL)
    group = judged.outcome(Series.FIRST)
    assert isinstance(company, Finding)
    assert isinstance(group, Finding)
    assert company.verdict is not Verdict.IMPROVED
    assert group.verdict is Verdict.IMPROVED
    shared = tuple(guards(series, after_bad_spell=True).values())
    for answer, final in (
        (True, Verdict.TOO_EARLY),
        (None, Verdict.IMPROVED),
        (False, Verdict.IMPROVED),
    ):
        own = guards_of_part(
            shared,
            series,
            group,
            which=Series.FIRST,
            months_before=6,
            after_bad_spell=answer,
        )
        assert lowered(group, own).verdict is final


def test_a_group_is_not_lowered_by_the_company_s_spell() -> None:
    """The company's fall rests on the spell of the second group; the first group's own does not."""
    series = series_of([55.0] * 6 + [40.0] * 6, SPELL)
    judged = judge(series, months_before=6)
    group, company = (judged.outcome(which) for which in (Series.FIRST, Series.OVERALL))
    assert isinstance(group, Finding)
    raised = Guard(
        code=GuardCode.REGRESSION_TO_THE_MEAN,
        state=State.RAISED,
        value=0.5,
        limit=0.9,
        lowers=frozenset({Verdict.IMPROVED}),
    )
    own = guards_of_part(
        (raised,),
        series,
        group,
        which=Series.FIRST,
        family=Family.HEADLINE,
        months_before=6,
        after_bad_spell=True,
    )
    assert [guard.state for guard in own] == [State.CLEAR]
    assert isinstance(company, Finding)
    worse = dataclasses.replace(group, verdict=Verdict.WORSE)
    assert (
        guards_of_part(
            (raised,),
            series,
            worse,
            which=Series.FIRST,
            months_before=6,
            after_bad_spell=True,
        )
        == ()
    )


@given(st.integers(3, 40), st.integers(1, 40))
def test_the_month_that_is_promised_is_the_first_one_alike(before: int, after: int) -> None:
    """`season_guard` is raised in every month until then, and clear in that month."""

    def state(months: int) -> State:
        return season_guard(
            Question.ADOPTION, months=months, months_before=before, expected=True
        ).state

    months = before + after
    wait = months_until_alike(months, before)
    assert wait is not None
    assert state(months + wait) is State.CLEAR
    assert all(state(months + step) is State.RAISED for step in range(wait))


@given(st.integers(0, 60), st.integers(0, 2))
def test_a_baseline_of_two_months_promises_nothing(after: int, before: int) -> None:
    found = months_until_alike(before + after, before)
    assert found in {None, 0}


def test_a_huge_number_of_months_costs_nothing() -> None:
    found = season_guard(Question.ADOPTION, months=10**15, months_before=10**14)
    assert found.state is State.CLEAR
