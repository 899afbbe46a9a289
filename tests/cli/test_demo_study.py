"""The demo's study: its files pass every check, and its answer follows the truth of the story."""

import datetime as dt
import json

import pytest
from sqlalchemy.orm import Session, sessionmaker

from pulse.cli.demo.agenda import Agenda, at
from pulse.cli.demo.companies import COMPANIES
from pulse.cli.demo.story import Story
from pulse.cli.demo.study import Study
from pulse.interventions.service import adopt_rules
from pulse.reports.models import Report
from pulse.study import queries, results
from pulse.study.plans import STUDY
from tests.factories.companies import make_company
from tests.factories.released import make_released_wave
from tests.factories.study import make_report_content

LAST_MONTH_BEFORE = dt.date(2026, 6, 1)
ANSWER_DAY = dt.date(2027, 1, 1)
TRUTHS = {
    "fall": {"clearly_fell", "probably_fell"},
    "none": {"probably_not", "cannot_tell"},
    "rise": {"rose"},
}


def make_study(effect: str) -> Study:
    story = Story(months=9, effect=effect, seed=7)
    return Study(
        story, last_month_before=LAST_MONTH_BEFORE, first_survey=LAST_MONTH_BEFORE.replace(month=4)
    )


def make_agenda(session: Session) -> Agenda:
    """Return an agenda whose transactions are savepoints of the test's."""
    return Agenda(sessionmaker(session.connection(), join_transaction_mode="create_savepoint"))


@pytest.mark.parametrize("effect", list(TRUTHS))
def test_the_answer_follows_the_truth(session: Session, effect: str) -> None:
    company, study, agenda = make_company(session), make_study(effect), make_agenda(session)
    study.put_on(agenda, company.id)
    agenda.advance(at(ANSWER_DAY, hour=12))
    results.make_result(session, company.id, now=at(ANSWER_DAY))
    result = queries.result_of(session, company.id, today=ANSWER_DAY)
    assert result is not None
    found = result.content["findings"]
    assert found["answer"] in TRUTHS[effect]
    assert (found["enrolled"], found["with_evidence"]) == (12, 11)
    for member in queries.members_of(session, company.id):
        assert member.content is None or member.content["simulated"]
        assert member.content is None or "(simulated)" in (member.content["name"] or "(simulated)")
    assert {rung["rung"]: rung["reached"] for rung in found["ladder"]} == {
        "before_after": True,
        "facts": True,
        "dose": True,
        "staggered": True,
        "comparison": False,
    }
    counter = found["counter"]
    assert [counter[name] for name in ("stopped", "missing", "unannounced")] == [1, 1, 1]


def test_before_its_day_there_are_plans_and_some_files_but_no_answer(session: Session) -> None:
    company, study, agenda = make_company(session), make_study("fall"), make_agenda(session)
    study.put_on(agenda, company.id)
    # Half way: the first companies have sent their files, the last ones are at it.
    agenda.advance(at(dt.date(2026, 8, 1)))
    members = queries.members_of(session, company.id)
    sent = [one.label for one in members if one.content is not None]
    assert sent == [f"Company {number}" for number in (1, 2, 3, 4)]
    assert [one.label for one in members] == [f"Company {n}" for n in range(1, len(COMPANIES))]
    assert queries.result_of(session, company.id, today=dt.date(2026, 8, 1)) is None


def test_every_plan_is_older_than_its_company_s_start() -> None:
    study = make_study("fall")
    for sender in study.senders:
        assert study.planned_on < sender.plan.made_on < sender.starts_on


def test_the_demo_s_own_company_gives_its_evidence_by_link(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulse.cli.demo.companies.COMPANIES", ())
    company, study, agenda = make_company(session), make_study("fall"), make_agenda(session)
    study.put_on(agenda, company.id)
    study.put_own_on(agenda, company.id, "http://127.0.0.1:8000")
    agenda.advance(at(study.starts_on))
    adopt_rules(session, company.id, study.starts_on, at(study.starts_on))
    wave = make_released_wave(session, company.id, 11, (43.0, 38.0), n=(38, 41))
    content = make_report_content(-9.0)
    session.add(
        Report(
            wave_id=wave.id,
            version=1,
            company_id=company.id,
            month=wave.month,
            created_at=at(ANSWER_DAY),
            method_version="1",
            content=content,
            pictures={},
        )
    )
    session.flush()
    agenda.advance(at(ANSWER_DAY))
    given = queries.export_of(session, company.id)
    assert given is not None
    assert given.is_shared
    own = next(
        one
        for one in queries.members_of(session, company.id)
        if one.content_hash == given.content_hash
    )
    assert own.is_announced
    assert json.loads(given.text)["content"]["plan"]["scope"] != STUDY


def test_the_agenda_is_kept_in_the_order_of_time(session: Session) -> None:
    agenda, done = make_agenda(session), []
    days = [dt.date(2026, 5, day) for day in (3, 1, 2, 9)]
    for day in days:
        agenda.put(at(day), lambda _session, now: done.append(now.day))
    agenda.advance(at(dt.date(2026, 5, 3)))
    agenda.advance(at(dt.date(2026, 5, 3)))
    assert done == [1, 2, 3]
