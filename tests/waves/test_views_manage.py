"""The page of surveys, over HTTP."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import CompanyView
from pulse.companies.service import answer_seasons
from pulse.jobs.models import OutboxJob
from pulse.waves.queries import get_wave, waves_of
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.released import make_story
from tests.factories.waves import make_wave

URL = "/manage/waves"


@pytest.fixture
def company(session: Session, pages: PageClient) -> CompanyView:
    company = make_company(session)
    make_user(session, email="waves@example.com", company_id=company.id)
    session.commit()
    log_in_page(pages, "waves@example.com")
    return company


def test_planning_shows_the_dates(company: CompanyView, pages: PageClient) -> None:
    page = pages.get(URL)
    assert "planned within a minute" in page.text
    page = pages.submit(page, to="/plan")
    assert "The coming three months are planned." in page.text
    assert "March 2026" in page.text
    assert "Tuesday 10 March, 09:00" in page.text
    assert page.text.count("Open now") == 1


def test_seasons_are_asked_until_they_are_answered_or_a_survey_has_ended(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    link = "/manage/settings#verdict"
    assert link in pages.get(URL).links
    now = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    answer_seasons(session, company.id, "unsure", now=now)
    session.commit()
    assert link not in pages.get(URL).links
    late = make_company(session)
    make_story(session, late.id, [(46, 58)])
    make_user(session, email="late@example.com", company_id=late.id)
    session.commit()
    pages.submit(pages.get(URL), to="/logout")
    log_in_page(pages, "late@example.com")
    assert link not in pages.get(URL).links


def test_opening_by_hand_starts_the_chain(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    page = pages.submit(pages.get(URL), to="/plan")
    wave = waves_of(session, company.id)[0]
    page = pages.submit(page, to=f"/{wave.id}/open")
    assert "opening" in page.text
    assert "Open now" not in page.text
    names = list(session.scalars(sa.select(OutboxJob.name)))
    assert names == ["credentials.prepare_wave"]
    assert audit_entries(session, company.id, limit=1)[0].action == "wave.open_requested"


def test_a_stopped_chain_says_why_and_can_be_taken_up(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    page = pages.submit(pages.get(URL), to="/plan")
    wave = waves_of(session, company.id)[0]
    pages.submit(page, to=f"/{wave.id}/open")
    reason = "Operations has nobody to invite."
    session.execute(sa.update(OutboxJob).values(state="failed", last_error=reason))
    session.commit()
    page = pages.get(URL)
    assert reason in page.text
    page = pages.submit(page, to=f"/{wave.id}/retry")
    assert reason not in page.text
    assert session.scalar(sa.select(OutboxJob.state)) == "queued"


def test_closing_early_is_confirmed_first(
    session: Session, company: CompanyView, pages: PageClient, app: Flask
) -> None:
    wave = make_wave(session, company.id, state="open")
    session.commit()
    clock = app.extensions["pulse"].ports.clock
    clock.set(wave.opens_at + dt.timedelta(hours=3))
    page = pages.get(f"{URL}/{wave.id}/close")
    assert "cannot be undone" in page.text
    pages.submit(page, to="/close", status=409)
    clock.set(wave.opens_at + dt.timedelta(hours=25))
    page = pages.submit(pages.get(f"{URL}/{wave.id}/close"), to="/close")
    assert "being counted" in page.text
    assert get_wave(session, wave.id).state == "closing"


def test_a_month_is_left_out_and_planned_again(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    page = pages.submit(pages.get(URL), to="/plan")
    wave = waves_of(session, company.id)[1]
    page = pages.submit(page, to=f"/{wave.id}/skip")
    assert "left out" in page.text
    page = pages.submit(page, to=f"/{wave.id}/unskip")
    assert get_wave(session, wave.id).state == "planned"


def test_another_companys_wave_is_unknown(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    foreign = make_wave(session, make_company(session).id, state="open")
    session.commit()
    pages.get(f"{URL}/{foreign.id}/close", status=404)


def test_no_number_of_answers_before_the_close(
    session: Session, company: CompanyView, pages: PageClient
) -> None:
    make_wave(session, company.id, state="open")
    session.commit()
    page = pages.get(URL)
    # The page never counts: what it shows of an open wave are dates and a state.
    assert "answered" in page.text
    assert "Nobody sees a result, or how many have answered" in page.text
    assert page.text.count("answered") == 1
