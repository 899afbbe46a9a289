"""The start of the rules is entered once."""

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.service import answer_seasons
from pulse.interventions import queries, service
from pulse.interventions.errors import AdoptionInFutureError, AlreadyAdoptedError, NotAdoptedError
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
    assert page.text.count("Answer yes or no.") == 2  # summary and field
    page = pages.submit(page, {"adopted_on": "2026-03-09", "bad_spell": "yes"}, to="/rules")
    assert "not a date to come" in page.text
    assert page.chosen("bad_spell") == ["yes"]
    page = pages.submit(page, {"adopted_on": "2026-02-16"} | {"bad_spell": ""}, to="/rules")
    assert 'value="2026-02-16"' in page.html
    assert queries.adoption_date(session, company.id) is None
    page = pages.submit(page, {"bad_spell": "yes"}, to="/rules")
    assert "February 16, 2026" in page.text
    assert page.chosen("bad_spell") == ["yes"]
    entries = audit_entries(session, company.id, limit=2)
    assert {entry.action: entry.details for entry in entries} == {
        "rules.adopted": {"adopted_on": "2026-02-16"},
        "rules.answer": {"answer": "yes"},
    }


def test_the_answer_is_given_later_and_changed(session: Session, pages: PageClient) -> None:
    """A start that was put on record without the question can still be answered for."""
    company = make_company(session)
    make_user(session, email="rules@example.com", company_id=company.id)
    service.adopt_rules(session, company.id, DAY, NOW)
    session.commit()
    log_in_page(pages, "rules@example.com")
    page = pages.get("/manage/rules")
    assert page.chosen("bad_spell") == []
    assert "Save the answer" in page.text
    wrong = pages.submit(page, {}, to="/bad-spell")
    assert wrong.title.startswith("Error:")
    assert wrong.text.count("Answer yes or no.") == 2
    for answer in ("yes", "yes", "no"):
        page = pages.submit(page, {"bad_spell": answer}, to="/bad-spell")
        assert page.chosen("bad_spell") == [answer]
        assert "Change the answer" in page.text
    session.expire_all()
    given = [one.is_bad_spell for one in queries.bad_spell_answers(session, company.id)]
    assert given == [True, False]
    entries = audit_entries(session, company.id, limit=9)
    logged = [entry.details["answer"] for entry in entries if entry.action == "rules.answer"]
    assert sorted(logged) == ["no", "yes"]
    assert queries.adoption_date(session, company.id) == DAY


def test_a_reason_needs_a_start(session: Session) -> None:
    company = make_company(session)
    with pytest.raises(NotAdoptedError):
        service.answer_bad_spell(session, company.id, is_bad_spell=True, now=NOW)
    assert queries.bad_spell_answers(session, company.id) == ()


@pytest.mark.parametrize("answer", ["yes", ""])
def test_a_reason_that_is_sent_without_a_start(
    session: Session, pages: PageClient, answer: str
) -> None:
    """Whatever is sent to the address of the answer before there is a start, is refused."""
    company = make_company(session)
    make_user(session, email="rules@example.com", company_id=company.id)
    session.commit()
    log_in_page(pages, "rules@example.com")
    form = pages.get("/manage/rules").form("/rules")
    token = {box.get("name"): box.get("value") for box in form.all("input")}["csrf_token"]
    sent = pages.http.post(
        "/manage/rules/bad-spell", data={"csrf_token": token, "bad_spell": answer}
    )
    assert sent.status_code == 409
    assert "Put the start of the rules on record first." in sent.get_data(as_text=True)


def test_the_page_of_rules_leads_to_the_other_question(session: Session, pages: PageClient) -> None:
    company = make_company(session)
    make_user(session, email="rules@example.com", company_id=company.id, language="es")
    session.commit()
    log_in_page(pages, "rules@example.com")
    page = pages.get("/manage/rules")
    assert "¿Empezaron las reglas porque" in page.text
    assert "/manage/settings#verdict" in page.links
    answer_seasons(session, company.id, "no", now=NOW)
    session.commit()
    assert "/manage/settings#verdict" not in pages.get("/manage/rules").links
