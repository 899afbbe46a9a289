"""What HR answers reaches the report, and nobody can answer away a verdict that is coming."""

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from analysis.guards.guard import GuardCode
from pulse.companies.service import answer_seasons
from pulse.interventions.service import adopt_rules, answer_bad_spell
from pulse.reports.answers import CAREFUL, Answer, counted
from pulse.reports.figures.figure import Names
from pulse.reports.figures.outlook import HELD_BACK, outlook_figure
from pulse.reports.findings import find
from pulse.reports.queries import report_of_month
from pulse.reports.service import make_report
from pulse.reports.words.guard_words import lowering_key, next_step_fields
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.released import make_story
from tests.factories.reports import make_inputs, make_moments
from tests.reports.stories import EARLY as EARLY_DAY
from tests.reports.stories import STORIES, found

DAY = dt.date(2026, 3, 10)
EARLY, LATE = DAY - dt.timedelta(days=1), DAY
ANSWERS = st.lists(
    st.tuples(st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 1)), st.sampled_from(CAREFUL)),
    max_size=6,
).map(lambda given: sorted(given, key=lambda one: one[0]))
SPELL = [(42, 54)] * 4 + [(58, 70)] * 2 + [(38, 50), (37, 49), (39, 51), (38, 50)]
NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("given", "value", "is_set_aside"),
    [
        ([], None, False),
        ([(EARLY, True)], True, False),
        ([(EARLY, False)], False, False),
        ([(EARLY, True), (EARLY, False)], False, False),
        ([(LATE, False)], None, True),
        ([(LATE, True)], True, False),
        ([(LATE, None)], None, False),
        ([(EARLY, True), (LATE, False)], True, True),
        ([(EARLY, True), (LATE, None)], True, True),
        ([(EARLY, False), (LATE, True)], True, False),
        # A slip of the hand after the results can be taken back.
        ([(EARLY, False), (LATE, True), (LATE, False)], False, False),
        ([(LATE, True), (LATE, False)], None, True),
    ],
)
def test_what_stood_before_the_results_holds(
    given: list[tuple[dt.date, bool | None]], *, value: bool | None, is_set_aside: bool
) -> None:
    assert counted(given, DAY) == Answer(value=value, is_set_aside=is_set_aside)


def test_before_there_are_results_the_newest_answer_counts() -> None:
    assert counted([(LATE, True), (LATE, False)], None) == Answer(value=False)


@given(ANSWERS, st.sampled_from(CAREFUL))
def test_a_later_answer_never_lets_a_report_say_more(
    given: list[tuple[dt.date, bool | None]],
    later: bool | None,  # noqa: FBT001 - drawn
) -> None:
    """Whatever was said: one more answer after the results takes no care away."""
    in_time = [one for one in given if one[0] < DAY]
    stood = counted(in_time, DAY).value
    after = counted([*given, (dt.date(2026, 7, 1), later)], DAY).value
    assert CAREFUL.index(after) >= CAREFUL.index(stood)
    assert CAREFUL.index(after) >= CAREFUL.index(later)


def test_results_of_the_rules_are_those_after_their_start() -> None:
    """About the bad spell an answer counts until the first survey after the start has ended."""
    inputs = STORIES["no_bad_spell"]()
    first_after = inputs.waves[6].last_day
    for day, value in ((first_after - dt.timedelta(days=1), False), (first_after, None)):
        answered = replace(inputs, bad_spell_answers=((day, False),))
        assert answered.after_bad_spell.value is value
    assert replace(inputs, bad_spell_answers=((first_after, True),)).after_bad_spell.value is True
    seasons = replace(inputs, season_answers=((inputs.waves[0].last_day, False),))
    assert seasons.seasonal == Answer(value=None, is_set_aside=True)
    without_start = replace(inputs, adopted_on=None, bad_spell_answers=((first_after, False),))
    assert without_start.after_bad_spell.value is False


def test_the_same_months_are_promised_for_the_right_month() -> None:
    """Half a year after rules that came after three months: the three come again in month 15."""
    findings = found("busy_season")
    assert findings["answers"]["alike_in"] == 6
    assert findings["month"] == "2026-09-01"
    assert next_step_fields(findings, "en") == {"month": "March 2027"}
    assert find(STORIES["same_season"]())["answers"]["alike_in"] == 0


def test_a_baseline_too_short_for_the_bad_spell_is_called_so() -> None:
    assert lowering_key(found("bad_spell_short")) == "short_baseline"
    assert lowering_key(found("bad_spell")) == "regression_to_the_mean"


def test_a_group_answers_for_its_own_bad_spell() -> None:
    def lowering(story: str) -> list[str | None]:
        return [group["guard"] for group in found(story)["groups"].values()]

    assert lowering("no_bad_spell") == lowering("bad_spell_holds") == [None, None]
    assert lowering("bad_spell") == ["regression_to_the_mean"] * 2


def test_an_area_answers_for_its_own_bad_spell() -> None:
    """The index holds without the two bad months; "respect" holds by the index's threshold only."""
    means = [44, 45, 43, 44, 54, 55, 38, 37, 39, 38, 37, 38]
    inputs = STORIES["bad_spell_holds"]()
    waves = tuple(
        replace(
            wave,
            cells={
                code: replace(
                    cell,
                    dimensions={**cell.dimensions, "respect": make_moments(mean, 60, 20.0)},
                )
                for code, cell in wave.cells.items()
            },
        )
        for wave, mean in zip(inputs.waves, means, strict=True)
    )
    for answers, word in ((((EARLY_DAY, True),), None), ((), "lower")):
        findings = find(replace(inputs, waves=waves, bad_spell_answers=answers))
        assert findings["situation"] == "lower"
        assert findings["dimensions"]["respect"]["first"]["change"] == word
        assert findings["dimensions"]["honesty"]["first"]["change"] == "lower"


@pytest.mark.parametrize(
    ("seasonal", "spell", "is_said"),
    [(None, None, False), (True, None, True), (False, False, False), (None, True, True)],
)
def test_the_outlook_says_that_a_guard_can_hold_an_answer_back(
    *, seasonal: bool | None, spell: bool | None, is_said: bool
) -> None:
    inputs = STORIES["too_early"]()
    findings = find(
        replace(
            inputs,
            season_answers=((EARLY_DAY, seasonal),),
            bad_spell_answers=((EARLY_DAY, spell),),
        )
    )
    figure = outlook_figure(findings["figures"]["outlook"], Names(language="en", groups={}))
    assert figure is not None
    assert (HELD_BACK in figure["notes"]) is is_said


def test_the_outlook_of_a_trend_waits_for_a_year_unless_there_are_no_seasons() -> None:
    inputs = make_inputs([46, 45, 47, 44, 46, 45], [58, 57, 59, 56, 58, 57], adopted_after=None)
    for seasonal, is_said in ((None, True), (False, False)):
        answered = replace(inputs, season_answers=((EARLY_DAY, seasonal),))
        assert find(answered)["figures"]["outlook"]["may_be_held"] is is_said


def report_with(session: Session, seasons: str | None, *, spell: bool | None) -> dict[str, object]:
    """The findings of a company's report, all the way from the stored answers."""
    company = make_company(session)
    story = make_story(session, company.id, SPELL)
    start = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    adopt_rules(session, company.id, start.date(), start)
    if seasons is not None:
        answer_seasons(session, company.id, seasons, now=dt.datetime(2025, 12, 1, tzinfo=dt.UTC))
    if spell is not None:
        answer_bad_spell(session, company.id, is_bad_spell=spell, now=start)
    make_report(session, story[-1].id, now=NOW)
    content = report_of_month(session, company.id, story[-1].month).content
    return {"guards": {g["code"]: g["state"] for g in content["findings"]["guards"]}} | {
        "verdict": content["findings"]["overall"]["verdict"],
        "data": {name: content["data"][name] for name in ("seasonal", "after_bad_spell")},
        "headline": content["pages"]["es"]["headline"],
    }


def test_answers_go_from_the_page_to_the_verdict(session: Session) -> None:
    """Planted: an answer that is lost on the way leaves the verdict as it was."""
    season, spell = GuardCode.SEASON.value, GuardCode.REGRESSION_TO_THE_MEAN.value
    silent = report_with(session, None, spell=None)
    assert silent["verdict"] == "improved"
    assert silent["data"] == {"seasonal": None, "after_bad_spell": None}
    bad = report_with(session, "no", spell=True)
    assert (bad["verdict"], bad["guards"][spell]) == ("too_early", "raised")
    assert bad["guards"][season] == "clear"
    assert bad["data"] == {"seasonal": False, "after_bad_spell": True}
    assert "mala racha" in bad["headline"]
    busy = report_with(session, "yes", spell=False)
    assert (busy["verdict"], busy["guards"][season]) == ("too_early", "raised")
    assert busy["guards"][spell] == "not_checked"
    assert "temporada" in busy["headline"]
    unsure = report_with(session, "unsure", spell=None)
    assert unsure | {"headline": ""} == silent | {"headline": ""}


@pytest.mark.parametrize(
    ("seasons", "spell", "headline"),
    [
        ("unsure", "yes", "Cannot tell: a bad spell led to the rules"),
        ("unsure", "no", "Friction is lower than before the rules started"),
        ("yes", "no", "Cannot tell: other months of the year are compared"),
    ],
)
def test_what_is_ticked_on_the_pages_stands_on_the_page_of_the_report(
    session: Session, pages: PageClient, app: Flask, seasons: str, spell: str, headline: str
) -> None:
    company = make_company(session)
    make_user(session, company_id=company.id, email="answers@example.com")
    session.commit()
    app.extensions["pulse"].ports.clock.set(dt.datetime(2026, 7, 2, 9, tzinfo=dt.UTC))
    log_in_page(pages, "answers@example.com")
    pages.submit(pages.get("/manage/settings"), {"seasons": seasons}, to="/settings")
    start = {"adopted_on": "2026-07-01", "bad_spell": spell}
    pages.submit(pages.get("/manage/rules"), start, to="/rules")
    story = make_story(session, company.id, SPELL)
    make_report(session, story[-1].id, now=NOW)
    session.commit()
    assert pages.get("/manage/").h1.startswith(headline)
