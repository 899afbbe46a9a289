"""The pages of the study, and that no number is on them before its day."""

import datetime as dt
import io
import json
import uuid

from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.clock import SettableClock
from pulse.study import queries, service
from pulse.study.models import Result
from pulse.study.results import make_result
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.study import DUE, PLANNED, make_files, make_study_plan

ADDRESSES = ("", "/answer.json", "/figures/forest.csv", "/figures/months.csv", "/method")


def set_clock(app: Flask, pages: PageClient, moment: dt.datetime, role: str) -> None:
    """Move the clock of the application; the session of whoever was logged in has ended."""
    clock = app.extensions["pulse"].ports.clock
    assert isinstance(clock, SettableClock)
    clock.set(moment)
    pages.http.delete_cookie("pulse_session", path="/manage")
    log_in_page(pages, f"{role}@example.com")


def enter(session: Session, pages: PageClient, role: str) -> uuid.UUID:
    company = make_company(session)
    make_user(session, email=f"{role}@example.com", role=role, company_id=company.id)
    session.commit()
    log_in_page(pages, f"{role}@example.com")
    return company.id


def test_before_its_day_no_estimate_is_anywhere(
    session: Session, pages: PageClient, app: Flask, base_file: str
) -> None:
    """Planted leak: evidence and even a stored answer with numbers that cannot be missed."""
    author = enter(session, pages, "author")
    make_study_plan(session, author)
    for file in make_files((0.0, 1.0), base_file):
        service.import_evidence(session, author, file.encode(), now=PLANNED)
    make_result(session, author, now=DUE)
    leak = queries.newest_result(session, author)
    assert leak is not None
    planted = json.loads(json.dumps(leak.content).replace("Yes, friction fell", "LEAKED fell"))
    planted["page"]["basis"] = "-77.77 points"
    pictures = dict.fromkeys(leak.pictures, '<svg role="img" aria-label="-77.77"></svg>')
    row = Result(
        company_id=author,
        version=9,
        inputs_hash="0" * 64,
        content=planted,
        pictures=pictures,
        made_at=PLANNED,
    )
    session.add(row)
    session.commit()

    def everything() -> str:
        return "\n".join(
            pages.http.get(f"/manage/answer{address}").get_data(as_text=True)
            for address in ADDRESSES
        )

    set_clock(app, pages, DUE - dt.timedelta(days=1), "author")
    text = everything()
    assert "Month 6 of 6; answer due February 1, 2027" in text
    assert "LEAKED" not in text
    assert "77.77" not in text
    assert "<svg" not in text.replace('<svg class="mark"', "")
    for value in (json.loads(base_file)["content"]["estimate"]["change"]).values():
        assert str(value) not in text
    for verdict in ("It fell", "likely ", "companies, one by one"):
        assert verdict not in text
    assert pages.http.get("/manage/answer/answer.json").status_code == 409
    set_clock(app, pages, DUE, "author")
    text = everything()
    assert "LEAKED" in text, "the planted leak would have been seen"
    assert "77.77" in text


def test_the_author_sees_no_report_of_a_company(
    session: Session, pages: PageClient, app: Flask
) -> None:
    enter(session, pages, "author")
    pages.get("/manage/", status=403)
    assert pages.get("/manage/answer").h1 == "Do the Rules of Engagement work?"


def test_the_authors_page(session: Session, pages: PageClient, app: Flask, base_file: str) -> None:
    author = enter(session, pages, "author")
    page = pages.get("/manage/answer")
    page = pages.submit(page, {"starts_on": "2020-01-01"}, to="/plan")
    assert page.title.startswith("Error:")
    page = pages.submit(page, {"starts_on": "2026-07-01", "note": "pilot"}, to="/plan")
    plan = queries.frozen_plan(session, author, "study")
    assert plan is not None
    assert plan.hash in page.text
    set_clock(app, pages, DUE, "author")
    for file in make_files((0.0, 1.0, -1.0, 0.5), base_file):
        upload = {"evidence": (io.BytesIO(file.encode()), "evidence.json")}
        page = pages.submit(pages.get("/manage/answer"), upload, to="/evidence")
        assert "The evidence is in the study as" in page.text
    assert "The answer is being made" in page.text
    page = pages.submit(
        page, upload | {"evidence": (io.BytesIO(file.encode()), "e")}, to="/evidence"
    )
    assert "in the study already, as Company 4" in page.text
    altered = file.replace('"months_after":6', '"months_after":5', 1).encode()
    page = pages.submit(page, {"evidence": (io.BytesIO(altered), "e")}, to="/evidence")
    assert "altered after it was written" in page.text
    page = pages.submit(page, {"link": "https://elsewhere.example/x"}, to="/evidence")
    assert "leads to another installation" in page.text
    make_result(session, author, now=DUE)
    session.commit()
    page = pages.get("/manage/answer")
    assert page.h1 == "Do the Rules of Engagement work?"
    for words in (
        "Yes, friction fell clearly",
        "Did it fall?",
        "Was it the rules?",
        "What speaks against it",
        "To quote",
        "The next company may expect",
        plan.hash,
        "Simulated data",
    ):
        assert words in page.text, words
    assert pages.http.get("/manage/answer/answer.json").get_json()["answer"] == "clearly_fell"
    assert "All together" in pages.http.get("/manage/answer/figures/forest.csv").text
    assert pages.http.get("/manage/answer/figures/nothing.csv").status_code == 400
    assert pages.get("/manage/answer/method").h1 == "How the answer is made"


def test_the_authors_page_speaks_one_language(session: Session, pages: PageClient) -> None:
    """An author whose account is Spanish got the frame in Spanish round English words."""
    company = make_company(session)
    make_user(
        session, email="author@example.com", role="author", language="es", company_id=company.id
    )
    session.commit()
    log_in_page(pages, "author@example.com")
    page = pages.get("/manage/answer/method")
    assert page.h1 == "How the answer is made"
    assert 'lang="en"' in pages.http.get("/manage/answer/method").text
    assert "Log out" in page.text
    assert "Salir" not in page.text


def test_a_company_announces_and_gives(session: Session, pages: PageClient, app: Flask) -> None:
    company = enter(session, pages, "hr")
    page = pages.get("/manage/study")
    page = pages.submit(page, {"starts_on": "2026-07-01"}, to="/plan")
    assert "The plan is frozen." in page.text
    assert pages.http.get("/manage/study/plan.json").get_json()["format"] == "pulse-plan-file"
    assert "can be written from February 1, 2027 on" in page.text
    assert pages.http.get("/manage/study/evidence.json").status_code == 404
    set_clock(app, pages, DUE, "hr")
    page = pages.submit(pages.get("/manage/study"), to="/evidence")
    assert "without it nothing leaves your installation" in page.text
    page = pages.submit(page, {"is_agreed": "y"}, to="/evidence")
    assert "Enter the day on which the rules started first" in page.text
    assert [one.action for one in audit_entries(session, company, limit=9)].count("study.plan") == 1
    assert pages.http.get(f"/manage/study/evidence/{'0' * 64}.json").status_code == 404
