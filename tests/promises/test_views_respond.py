"""The page says what is in force, in both languages, to everybody, without a cookie."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.companies.service import CompanySettings, update_settings
from pulse.config import Settings
from pulse.credentials.secrets_store import ENVELOPE, SEALED_ENVELOPE, wave_folder
from pulse.promises import figures
from tests.architecture.repository import ROOT
from tests.clients.page_client import Page, PageClient
from tests.conftest import START
from tests.factories.ahead import make_ahead_survey, open_ahead
from tests.factories.companies import OPERATIONS, SALES, make_company
from tests.factories.responses import OpenSurvey, make_open_survey


@pytest.fixture
def company(session: Session) -> CompanyView:
    company = make_company(session)
    session.commit()
    return company


def read(pages: PageClient, company: CompanyView, language: str = "en") -> Page:
    return pages.get(f"/s/{company.slug}/anonymity/{language}")


def test_both_languages_say_the_same_figures(pages: PageClient, company: CompanyView) -> None:
    english, spanish = read(pages, company), read(pages, company, "es")
    assert english.h1 == "How your answers stay anonymous"
    assert spanish.h1 == "Cómo sus respuestas siguen siendo anónimas"
    for page, numbers in (
        (english, ("99.8", "1.7", "2.5", "1.3")),
        (spanish, ("99,8", "1,7", "2,5", "1,3")),
    ):
        cells = [cell.text for cell in page.tree.all("td")]
        assert cells == list(numbers)
        assert figures.COMMAND in page.text
    assert len(list(english.tree.all("li"))) == len(list(spanish.tree.all("li")))
    assert english.tree.all("html").__next__().get("lang") == "en"


def test_the_figures_come_from_one_place(
    pages: PageClient, company: CompanyView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "SAME_VISIT", 81.5)
    text = read(pages, company).text
    assert text.count("81.5") == 2
    assert "99.8" not in text


def test_the_figures_are_those_that_were_measured() -> None:
    table = (ROOT / "docs" / "privacy" / "attacks.md").read_text()
    for case, figure in (
        (r"two visits, 75% [^|,:]*: fallback link [^|]*\| ([\d.]+)%", figures.SAME_VISIT),
        (r"two visits, 75% [^|,:]*: stored credential [^|]*\| ([\d.]+)%", figures.EARLIER_VISIT),
        (r"two visits, 75% .*habits.*: stored credential [^|]*\| ([\d.]+)%", figures.WITH_HABITS),
        (r"two visits, 75% [^|,:]*: stored [^|]*\|[^|]*\| ([\d.]+)%", figures.CHANCE),
    ):
        assert [float(found) for found in re.findall(case, table)] == [figure]


def test_front_doors(pages: PageClient, session: Session, company: CompanyView) -> None:
    assert pages.get("/anonymity").h1 == "How your answers stay anonymous"
    assert pages.get(f"/s/{company.slug}/anonymity/xx").path.endswith("/anonymity/en")
    pages.get("/s/99999/anonymity/en", status=404)
    make_company(session, name="Another", default_language="es")
    session.commit()
    assert "whole address" in pages.get("/anonymity").text


def test_two_visits_are_the_default(pages: PageClient, company: CompanyView) -> None:
    text = read(pages, company).text
    assert "Two visits." in text
    assert "about 99.8 of 100 cases" in text  # the fallback, said plainly


def test_a_company_that_turns_them_off_is_told_so(
    pages: PageClient, session: Session, company: CompanyView
) -> None:
    settings = CompanySettings(
        name=company.name,
        time_zone=company.time_zone,
        default_language="en",
        sender_name=company.sender_name,
        results_place=company.results_place,
        minimum_cell_size=8,
        separates_time=False,
    )
    assert update_settings(session, company.id, settings, groups=(SALES, OPERATIONS)) == (
        "minimum_cell_size",
        "separates_time",
    )
    session.commit()
    text = read(pages, company).text
    assert "Two visits." not in text
    assert "they are not in use here" in text
    assert "Groups of 8 or more." in text


def test_of_an_open_survey_it_says_what_was_done_there(
    pages: PageClient, session: Session, settings: Settings
) -> None:
    """A survey opened without handing ballots out is one visit, whatever the settings say."""
    survey = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    assert "they are not in use here" in read(pages, survey.company).text


def test_who_holds_the_key(pages: PageClient, session: Session, settings: Settings) -> None:
    survey: OpenSurvey = make_ahead_survey(session, settings.key_dir, now=START)
    session.commit()
    assert "The key lies in a file." in read(pages, survey.company).text
    folder = wave_folder(settings.key_dir, survey.wave.id)
    (folder / ENVELOPE).rename(folder / SEALED_ENVELOPE)
    assert "A trustee holds the key." in read(pages, survey.company).text
    open_ahead(session, survey)
    session.commit()
    text = read(pages, survey.company).text
    assert "A trustee holds the key." in text
    assert "The key lies in a file." not in text


def test_it_says_how_to_check_the_notices(pages: PageClient, company: CompanyView) -> None:
    page = read(pages, company)
    assert "pulse verify-notice" in page.text
    assert f"/notices/{company.slug}.json" in page.links


def test_it_is_linked_from_the_first_screen_the_poster_and_the_results(
    app: Flask, session: Session, settings: Settings
) -> None:
    survey = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    client = app.test_client()
    for path in (survey.path, f"{survey.path}/next"):
        html = client.get(path).text
        links = set(re.findall(r'href="([^"]*/anonymity/\w+)"', html))
        assert links == {f"{survey.path}/anonymity/{language}" for language in ("en", "es")}
