"""The start of the rules is entered once."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.interventions import queries, service
from pulse.interventions.errors import AdoptionInFutureError, AlreadyAdoptedError
from pulse.interventions.rules import RULES
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 2, 16)


def test_ten_rules_in_both_languages() -> None:
    assert [rule.number for rule in RULES] == list(range(1, 11))
    assert len({rule.text("en") for rule in RULES} | {rule.text("es") for rule in RULES}) == 20


def test_all_ten_begin_on_the_day(session: Session) -> None:
    company = make_company(session)
    assert queries.adoption_date(session, company.id) is None
    service.adopt_rules(session, company.id, DAY, NOW)
    assert queries.adoption_date(session, company.id) == DAY


def test_the_day_cannot_be_moved(session: Session) -> None:
    company = make_company(session)
    service.adopt_rules(session, company.id, DAY, NOW)
    with pytest.raises(AlreadyAdoptedError):
        service.adopt_rules(session, company.id, DAY - dt.timedelta(days=30), NOW)
    assert queries.adoption_date(session, company.id) == DAY


def test_a_day_to_come_is_refused(session: Session) -> None:
    company = make_company(session)
    with pytest.raises(AdoptionInFutureError):
        service.adopt_rules(session, company.id, NOW.date() + dt.timedelta(days=1), NOW)
    service.adopt_rules(session, company.id, NOW.date(), NOW)


def test_the_page(session: Session, pages: PageClient, app: Flask) -> None:
    company = make_company(session)
    make_user(session, email="rules@example.com", company_id=company.id)
    session.commit()
    log_in_page(pages, "rules@example.com")
    page = pages.get("/manage/rules")
    assert "Appreciate your team" in page.text
    page = pages.submit(page, {"adopted_on": "soon"}, to="/rules")
    assert page.title.startswith("Error:")
    page = pages.submit(page, {"adopted_on": "2026-03-09"}, to="/rules")
    assert "not a date to come" in page.text
    page = pages.submit(page, {"adopted_on": "2026-02-16"}, to="/rules")
    assert "February 16, 2026" in page.text
    assert audit_entries(session, company.id, limit=1)[0].action == "rules.adopted"
