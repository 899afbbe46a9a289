"""Companies with their reports and studies, for the tests of the pages of HR and the author.

Drawing takes seconds: two languages read one report.
"""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from pulse.facts.service import enter_facts, log_event, write_action
from pulse.interventions.service import adopt_rules
from pulse.reports.service import make_report
from pulse.study import service as study
from pulse.study.plans import COMPANY, NewPlan
from pulse.study.results import make_result
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.released import make_story
from tests.factories.study import (
    DUE,
    PLANNED,
    STARTS,
    make_company_plan,
    make_evidence,
    make_files,
    make_study_plan,
)

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
FALL = [(46, 58), (45, 57), (47, 59), (40, 50), (37, 47), (35, 46), (36, 45), (34, 44), (33, 44)]
ONE_HIDDEN = [*FALL[:5], (None, 46)]
REPORTS: dict[str, Sequence[tuple[float | None, float | None]]] = {
    "improved": FALL,
    "hidden": ONE_HIDDEN,
    "early": FALL[:1],
    "empty": [],
}
AUTHORS = ("answered", "waiting", "new")
# Companies of HR without a report: no start of the rules on record, and a plan that is due.
COMPANIES = ("giving", "planned")
SHIFTS = (0.0, 2.5, -3.0, 4.0, -1.0, 1.5)


def make_stories(session: Session) -> None:
    """Make every story; who logs in as "<story> <language>" reads it in that language."""
    for name in REPORTS:
        make_readers(session, name, _reported(session, name), "hr")
    for name in AUTHORS:
        company = make_company(session, name=f"Author, {name}")
        if name == "answered":
            _answer(session, company.id)
        if name == "waiting":
            make_study_plan(session, company.id)
        make_readers(session, name, company.id, "author")
    for name in COMPANIES:
        company = make_company(session, name=f"Talleres, {name}")
        if name == "planned":
            plan = NewPlan(starts_on=STARTS)
            study.make_plan(session, company.id, plan, scope=COMPANY, now=PLANNED)
        make_readers(session, name, company.id, "hr")


def make_readers(session: Session, name: str, company_id: uuid.UUID, role: str) -> None:
    """Make one account per language."""
    for language in ("en", "es"):
        make_user(
            session, company_id=company_id, email=email(f"{name} {language}"), role=role,
            language=language,
        )  # fmt: skip


def email(person: str) -> str:
    """Return the address of "<story> <language>"."""
    return f"{person.replace(' ', '.')}@example.com"


def _reported(session: Session, name: str) -> uuid.UUID:
    company = make_company(session, name="Talleres Río Bravo", is_simulated=True)
    waves = make_story(session, company.id, REPORTS[name], has_details=True)
    adopt_rules(session, company.id, dt.date(2026, 4, 1), NOW)
    if name == "improved":
        _write_beside(session, company.id)
    if waves:
        make_report(session, waves[-1].id, now=NOW)
    return company.id


def _write_beside(session: Session, company_id: uuid.UUID) -> None:
    """Events, numbers from the books and a filled box, so that every figure is drawn."""
    day = dt.date(2026, 5, 4)
    log_event(session, company_id, day=day, kind="summit", note="Half a day in the hall", now=NOW)
    for month in range(1, 10):
        numbers = {"orders": 400, "on_time": 280 + 10 * month, "rush_orders": 90 - 5 * month}
        enter_facts(session, company_id, dt.date(2026, month, 1), numbers, now=NOW)
    words = {"en": "Rush orders come late.", "es": "Los pedidos urgentes llegan tarde."}
    write_action(session, company_id, dt.date(2026, 9, 1), said=words, did=words, now=NOW)


def _answer(session: Session, author: uuid.UUID) -> None:
    """Take in six companies at three starts, one of them unannounced, and one that stays silent."""
    base = make_evidence(-9.0)
    make_study_plan(session, author)
    silent = study.plan_file(make_company_plan("silent")).encode()
    study.enrol(session, author, silent, now=PLANNED)
    for file in make_files(SHIFTS, base):
        study.import_evidence(session, author, file.encode(), now=DUE)
    make_result(session, author, now=DUE)
