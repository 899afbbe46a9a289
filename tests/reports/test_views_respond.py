"""The page of the result mail: the same for everybody, nothing before the release, a ballot to take."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.config import Settings
from pulse.notices.client_bundle import FOLDER, PAGES, bundle_integrity, client_bundle
from pulse.reports.service import make_report
from tests.clients.page_client import PageClient
from tests.clients.respondent import RefusedError, Respondent, all_answers, read_page
from tests.conftest import START
from tests.factories.ahead import make_ahead_survey, open_ahead
from tests.factories.companies import make_company
from tests.factories.released import make_released_wave
from tests.factories.responses import OpenSurvey


@pytest.fixture
def company(session: Session) -> CompanyView:
    return make_company(session)


@pytest.fixture
def survey(session: Session, settings: Settings) -> OpenSurvey:
    survey = make_ahead_survey(session, settings.key_dir, now=START)
    session.commit()
    return survey


def table(session: Session) -> list[object]:
    return sorted(map(tuple, session.execute(sa.text("SELECT * FROM invitations"))), key=str)


def test_nothing_is_shown_before_the_release(
    pages: PageClient, session: Session, company: CompanyView
) -> None:
    make_released_wave(session, company.id, 0, (52.0, 48.0))  # cells, but no report yet
    session.commit()
    page = pages.get(f"/s/{company.slug}/next")
    assert "52" not in page.text
    assert list(page.tree.all("section")) == []
    assert read_page(page.html)["state"] == "nothing"


def test_both_groups_see_the_sentence_and_both_indices(
    pages: PageClient, session: Session, company: CompanyView
) -> None:
    wave = make_released_wave(session, company.id, 0, (52.0, 48.0))
    make_report(session, wave.id, now=START)
    session.commit()
    english, spanish = pages.get(f"/s/{company.slug}/next").tree.all("section")
    assert english.get("lang") == "en"
    assert "Sales about Operations 52 likely" in english.text
    assert "Operations about Sales 48 likely" in english.text
    assert "Too early to tell" in english.text
    assert "Ventas sobre Operaciones 52 probablemente" in spanish.text


def test_what_is_withheld_is_withheld_here_too(
    pages: PageClient, session: Session, company: CompanyView
) -> None:
    wave = make_released_wave(session, company.id, 0, (52.0, None), n=(13, 3))
    make_report(session, wave.id, now=START)
    session.commit()
    english, _spanish = pages.get(f"/s/{company.slug}/next").tree.all("section")
    (_, hidden) = english.all("li")
    assert "fewer than 5" in hidden.text.lower()
    assert not any(strong.text for strong in hidden.all("strong"))


def test_the_bytes_are_the_same_for_everybody(app: Flask, survey: OpenSurvey) -> None:
    client = app.test_client()
    replies = {
        client.get(f"{survey.path}/next", headers=headers).data
        for headers in ({}, {"Cookie": "pulse_session=x"}, {"Accept-Language": "es"})
    }
    assert len(replies) == 1
    assert app.test_client().get("/s/99999/next").status_code == 404


def test_opening_the_page_changes_nothing(app: Flask, session: Session, survey: OpenSurvey) -> None:
    """Mail scanners open links: only a press takes a ballot, and the code is in no address."""
    for _ in range(20):
        app.test_client().get(f"{survey.path}/next")
    person = Respondent(
        app.test_client(), survey.company.slug, survey.links["first"][0], ahead=True
    )
    person.issue()


def test_two_visits_over_http(app: Flask, session: Session, survey: OpenSurvey) -> None:
    person = Respondent(
        app.test_client(), survey.company.slug, survey.links["first"][0], ahead=True
    )
    person.issue()
    with pytest.raises(RefusedError) as raised:
        person.answer({"APP1": 1})  # nothing can be cast before the opening
    assert raised.value.reply["error"] == "WaveClosedError"
    open_ahead(session, survey)
    session.commit()
    person.return_to_survey()
    person.answer(all_answers(person.page, person.group))
    (body,) = survey.bodies(session)
    assert body["group"] == "first"
    with pytest.raises(RefusedError) as raised:
        Respondent(app.test_client(), survey.company.slug, survey.links["first"][0]).issue()
    assert raised.value.reply["error"] == "CodeUsedError"


def test_the_page_turns_to_the_next_wave(
    app: Flask, session: Session, settings: Settings, survey: OpenSurvey
) -> None:
    """What is kept in memory depends on the wave's state, so that no old page is served."""
    path = f"{survey.path}/next"
    assert read_page(app.test_client().get(path).text)["state"] == "ahead"
    open_ahead(session, survey)
    session.commit()
    assert read_page(app.test_client().get(path).text)["state"] == "open"


def test_the_report_of_a_later_version_is_the_one_shown(
    pages: PageClient, session: Session, settings: Settings, company: CompanyView
) -> None:
    first = make_released_wave(session, company.id, 0, (52.0, 48.0))
    make_report(session, first.id, now=START)
    session.commit()
    assert "January 2026" in pages.get(f"/s/{company.slug}/next").text
    second = make_released_wave(session, company.id, 1, (42.0, 38.0))
    make_report(session, second.id, now=START)
    session.commit()
    text = pages.get(f"/s/{company.slug}/next").text
    assert "February 2026" in text
    assert "January 2026" not in text


def test_the_script_of_the_page_is_whole(app: Flask, survey: OpenSurvey) -> None:
    """Each module stands after what it imports, nothing of a module system is left, the digest fits."""
    seen: set[str] = set()
    for name in PAGES["next"]:
        imported = set(re.findall(r'from "\./(\w+)\.js"', (FOLDER / f"{name}.js").read_text()))
        assert imported <= seen
        seen.add(name)
    script = app.test_client().get("/s/next.js").data
    assert script == client_bundle("next")
    assert not re.search(rb"^\s*(import|export)\b|https?://", script, re.MULTILINE)
    assert (
        f'integrity="{bundle_integrity("next")}"'
        in app.test_client().get(f"{survey.path}/next").text
    )
