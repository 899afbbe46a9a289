"""The survey page and the ballot box over HTTP: same bytes for all, no cookie, exactly one ballot."""

import datetime as dt
import gzip
import logging
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pulse.companies.service import CompanySettings, update_settings
from pulse.config import Settings
from pulse.notices.client_bundle import bundle_integrity, client_bundle
from pulse.waves.service import begin_closing
from tests.clients.page_client import PageClient
from tests.clients.respondent import RefusedError, Respondent, all_answers, read_page
from tests.conftest import START
from tests.factories.companies import OPERATIONS, SALES, make_company
from tests.factories.responses import OpenSurvey, make_open_survey
from tests.factories.waves import make_wave


@pytest.fixture
def survey(app: Flask, session: Session, settings: Settings) -> OpenSurvey:
    made = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    return made


def test_the_page_keeps_the_rules(pages: PageClient, survey: OpenSurvey) -> None:
    page = pages.get(survey.path)
    assert page.h1 == "Survey · Encuesta"
    assert read_page(page.html)["wave"] == str(survey.wave.id)


def test_same_bytes_for_everybody(app: Flask, survey: OpenSurvey) -> None:
    visits = [
        {},
        {"User-Agent": "another", "Accept-Language": "es", "Referer": "https://example.com/"},
        {"Cookie": "pulse_session=x; other=y", "X-Forwarded-For": "192.0.2.7"},
    ]
    replies = [app.test_client().get(survey.path, headers=headers) for headers in visits]
    replies.append(app.test_client().get(f"{survey.path}?code=ABC&x=1"))
    assert len({reply.data for reply in replies}) == 1
    assert len({str(reply.headers) for reply in replies}) == 1


def test_packed_for_browsers_that_unpack(app: Flask, survey: OpenSurvey) -> None:
    client = app.test_client()
    for path in (survey.path, "/s/survey.js"):
        plain = client.get(path)
        packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"


def test_nothing_sets_a_cookie(app: Flask, survey: OpenSurvey) -> None:
    client = app.test_client()
    person = Respondent(client, survey.company.slug, survey.links["first"][0])
    ballot = person.ballot(person.issue(), {"APP1": 1})
    replies = [
        client.get("/s"),
        client.get(survey.path),
        client.get("/s/survey.js"),
        client.post("/submit", json=ballot),
        client.post("/submit", json={}),
    ]
    for reply in replies:
        assert "Set-Cookie" not in reply.headers
        assert "Cookie" not in reply.headers.get("Vary", "")


def test_the_page_is_made_once_and_again_when_something_changed(
    app: Flask, session: Session, survey: OpenSurvey
) -> None:
    client = app.test_client()
    before = client.get(survey.path).data
    begin_closing(session, survey.wave.id, now=survey.wave.closes_at)
    session.commit()
    after = client.get(survey.path).data
    assert b"survey-data" in before
    assert b"survey-data" not in after


def test_a_changed_setting_changes_the_page(
    app: Flask, session: Session, survey: OpenSurvey
) -> None:
    """The page promises the company's minimum: it may not go on promising an older one."""
    client = app.test_client()
    assert "groups of 5 or more" in client.get(survey.path).text
    company = survey.company
    settings = CompanySettings(
        name=company.name,
        time_zone=company.time_zone,
        default_language=company.default_language,
        minimum_cell_size=9,
        sender_name=company.sender_name,
        results_place=company.results_place,
        opens_by_clock=company.opens_by_clock,
    )
    update_settings(session, company.id, settings, groups=(SALES, OPERATIONS))
    session.commit()
    assert "groups of 9 or more" in client.get(survey.path).text


def test_the_page_names_the_script_s_digest(app: Flask, survey: OpenSurvey) -> None:
    client = app.test_client()
    assert f'integrity="{bundle_integrity()}"' in client.get(survey.path).text
    assert client.get("/s/survey.js").data == client_bundle()


def test_one_company_needs_no_address(app: Flask, survey: OpenSurvey) -> None:
    reply = app.test_client().get("/s")
    assert reply.status_code == 302
    assert reply.headers["Location"] == survey.path


def test_several_companies_are_not_listed(
    pages: PageClient, session: Session, survey: OpenSurvey
) -> None:
    other = make_company(session, name="Another Works")
    session.commit()
    page = pages.get("/s")
    for company in (survey.company, other):
        assert company.slug not in page.html
        assert company.name not in page.html


def test_an_unknown_address_is_said_kindly(app: Flask, survey: OpenSurvey) -> None:
    reply = app.test_client().get("/s/00000")
    assert reply.status_code == 404


def test_between_two_waves(pages: PageClient, session: Session, survey: OpenSurvey) -> None:
    make_wave(session, survey.company.id, month=dt.date(2026, 4, 1))
    begin_closing(session, survey.wave.id, now=dt.datetime(2026, 3, 20, 23, 30, tzinfo=dt.UTC))
    session.commit()
    page = pages.get(survey.path)
    # Half past eleven in UTC is the next day in Madrid.
    assert "The last survey closed on March 21, 2026." in page.text
    assert "La última encuesta se cerró el 21 de marzo de 2026." in page.text
    assert "The next survey opens on April 14, 2026." in page.text


def test_before_the_first_wave(pages: PageClient, session: Session) -> None:
    company = make_company(session)
    session.commit()
    page = pages.get(f"/s/{company.slug}")
    assert "closed" not in page.text
    assert "opens" not in page.text


def test_a_response_is_counted_once(app: Flask, session: Session, survey: OpenSurvey) -> None:
    person = Respondent(app.test_client(), survey.company.slug, survey.links["second"][0])
    answers = all_answers(person.page, "second")
    credential = person.issue()
    ballot = person.ballot(credential, answers, language="es", comment="Bien")
    for _ in range(3):
        person.submit(ballot)
    again = person.ballot(credential, {"APP1": 0})
    person.submit(again)
    assert survey.bodies(session) == [
        {
            "group": "second",
            "v": 1,
            "language": "es",
            "mode": "link",
            "answers": answers,
            "comment": "Bien",
        }
    ]


def test_one_answer_is_enough(app: Flask, session: Session, survey: OpenSurvey) -> None:
    """The intro says "you can skip any question"."""
    person = Respondent(app.test_client(), survey.company.slug, survey.slips["first"][0])
    person.respond({"FRIC": "na"})
    assert [body["answers"] for body in survey.bodies(session)] == [{"FRIC": "na"}]


def test_a_closed_survey_refuses(app: Flask, session: Session, survey: OpenSurvey) -> None:
    person = Respondent(app.test_client(), survey.company.slug, survey.links["first"][0])
    ballot = person.ballot(person.issue(), {"APP1": 1})
    begin_closing(session, survey.wave.id, now=survey.wave.closes_at)
    session.commit()
    with pytest.raises(RefusedError) as refused:
        person.submit(ballot)
    assert refused.value.status == 409
    assert refused.value.reply["error"] == "WaveClosedError"


def test_a_credential_of_another_group_is_refused(
    app: Flask, session: Session, survey: OpenSurvey
) -> None:
    person = Respondent(app.test_client(), survey.company.slug, survey.links["first"][0])
    ballot = person.ballot(person.issue(), {"APP1": 1}) | {"group": "second"}
    with pytest.raises(RefusedError) as refused:
        person.submit(ballot)
    assert refused.value.status == 403
    assert not survey.bodies(session)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {}}, 400),
        ({"json": [1]}, 400),
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"a=b", "content_type": "application/x-www-form-urlencoded"}, 400),
        ({"data": b'"' + b"a" * 9000 + b'"', "content_type": "application/json"}, 400),
    ],
)
def test_what_is_no_ballot_is_refused(
    app: Flask, survey: OpenSurvey, sent: dict[str, Any], status: int
) -> None:
    reply = app.test_client().post("/submit", **sent)
    assert reply.status_code == status
    if "json" in str(sent.get("content_type", "json")):
        assert reply.get_json()["error"] == "MalformedBallotError"


def test_nothing_of_a_submission_is_logged(
    app: Flask, survey: OpenSurvey, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    person = Respondent(client, survey.company.slug, survey.links["first"][0])
    credential = person.issue()
    ballot = person.ballot(credential, {"APP1": 1})
    person.submit(ballot)
    client.post("/submit", json=ballot | {"group": "second"}, headers={"User-Agent": "canary-7"})
    client.post("/submit", json={"canary": "canary-8"})
    for secret in ("canary", person.code, *ballot.values()):
        assert secret == "first" or secret == ballot["wave"] or secret not in caplog.text


def test_a_get_changes_nothing(app: Flask, session: Session, survey: OpenSurvey) -> None:
    """Mail scanners open links, also with scripts on: only a press of Send asks for anything."""
    client = app.test_client()
    for _ in range(20):
        client.get(survey.path)
        client.get(f"{survey.path}/form/first/en")
    Respondent(client, survey.company.slug, survey.links["first"][0]).respond({"APP1": 1})
    assert len(survey.bodies(session)) == 1
