"""The pages of events, facts and the box."""

import datetime as dt
import io

from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import CompanyView
from pulse.facts import queries
from pulse.interventions.service import adopt_rules
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import FOUNDED, make_company


def enter(session: Session, pages: PageClient) -> CompanyView:
    company = make_company(session)
    make_user(session, email="facts@example.com", company_id=company.id)
    session.commit()
    log_in_page(pages, "facts@example.com")
    return company


def test_events(session: Session, pages: PageClient, app: Flask) -> None:
    company = enter(session, pages)
    page = pages.get("/manage/facts")
    assert "Nothing is in the log yet." in page.text
    page = pages.submit(page, {"day": "2030-01-01", "kind": "summit"}, to="/events")
    assert page.title.startswith("Error:")
    assert "Enter a day that has come already." in page.text
    page = pages.submit(
        page, {"day": "2026-01-09", "kind": "summit", "note": "hall 2"}, to="/events"
    )
    assert "hall 2" in page.text
    adopt_rules(session, company.id, dt.date(2026, 1, 5), now=FOUNDED)
    session.commit()
    page = pages.submit(
        page, {"day": "2026-01-02", "kind": "summit", "note": "hall 3"}, to="/events"
    )
    places = [page.text.index(words) for words in ("hall 2", "The ten rules started", "hall 3")]
    assert places == sorted(places)
    page = pages.submit(page, to="/remove")
    page = pages.submit(page, to="/remove")
    assert "taken out of the log" in page.text
    assert queries.events_of(session, company.id) == ()
    actions = [entry.action for entry in audit_entries(session, company.id, limit=9)]
    assert {"event.remove", "event.log"} <= set(actions)


def test_numbers_of_a_month(session: Session, pages: PageClient, app: Flask) -> None:
    company = enter(session, pages)
    page = pages.get("/manage/facts")
    page = pages.submit(page, {"month": "May"}, to="/months")
    assert "Write the month like 2026-05." in page.text
    page = pages.submit(page, {"month": "2026-01", "orders": "5", "on_time": "9"}, to="/months")
    assert "more of these than orders (5)" in page.text
    pages.submit(page, {"month": "2026-01", "orders": "50", "on_time": "9"}, to="/months")
    assert queries.facts_of(session, company.id)[0].numbers == {"orders": 50, "on_time": 9}


def test_a_file_is_shown_before_it_is_imported(
    session: Session, pages: PageClient, app: Flask
) -> None:
    company = enter(session, pages)
    page = pages.get("/manage/facts")
    file = (io.BytesIO(b"month,orders\n2026-01,70\nnever,1\n"), "facts.csv")
    page = pages.submit(page, {"file": file}, to="/import")
    assert "1 months are good, 1 lines are left out." in page.text
    assert "never is no month" in page.text
    assert queries.facts_of(session, company.id) == ()
    page = pages.submit(page, to="/confirm")
    assert "Imported: 1 months." in page.text
    assert queries.facts_of(session, company.id)[0].numbers == {"orders": 70}
    page = pages.submit(pages.get("/manage/facts"), {"file": (io.BytesIO(b"x"), "f")}, to="/import")
    assert "one of them has to be: month" in page.text
    assert pages.http.get("/manage/facts/sample.csv").text.startswith("\ufeffmonth,orders,")


def test_the_box(session: Session, pages: PageClient, app: Flask) -> None:
    company = enter(session, pages)
    page = pages.get("/manage/facts/done/2026-01")
    assert page.h1 == "You said, we did: January 2026"
    page = pages.submit(page, {"said_en": "a"}, to="2026-01")
    assert "both languages" in page.text
    texts = {"said_en": "a", "said_es": "b", "did_en": "c", "did_es": "d"}
    pages.submit(page, texts, to="2026-01")
    assert queries.actions_of(session, company.id)[0].did == {"en": "c", "es": "d"}
    kept = pages.get("/manage/facts/done/2026-01").tree.all("textarea")
    assert [area.text.strip() for area in kept] == ["a", "c", "b", "d"]
    pages.get("/manage/facts/done/nonsense", status=400)
