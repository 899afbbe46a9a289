"""A3: a key that one person alone is given is refused by the Python client, forty times of forty.

The same against the page in Chromium: tests/browser/test_notice.py.
"""

import hashlib
import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pulse.config import Settings
from pulse.credentials.blind_rsa import UnsuitableKeyError
from pulse.notices.chain import read_chain, saved_problems
from pulse.notices.errors import KeysDifferError
from pulse.notices.queries import notice_digest
from tests.clients.hostile_server import HostileServer, tagging_keys
from tests.clients.respondent import OverFlask, Respondent, read_page
from tests.conftest import START
from tests.factories.notices import another_version_ran
from tests.factories.responses import OpenSurvey, make_open_survey

PEOPLE = 40


@pytest.fixture
def survey(app: Flask, session: Session, settings: Settings) -> OpenSurvey:
    made = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    return made


@pytest.fixture
def server(app: Flask) -> OverFlask:
    return OverFlask(app.test_client())


@pytest.fixture
def number(session: Session, survey: OpenSurvey) -> str:
    return notice_digest(session, survey.wave.id)


def refusals(server: OverFlask, survey: OpenSurvey, forges: str, number: str | None) -> int:
    """How many of forty people, each with a key of their own, are refused before anything is sent."""
    refused = 0
    for key in tagging_keys(PEOPLE):
        hostile = HostileServer(server, key, forges)
        try:
            Respondent(hostile, survey.company.slug, survey.links["first"][0], number).issue()
        except KeysDifferError:
            refused += hostile.posts == []
    return refused


@pytest.mark.parametrize("forges", ["page", "correction"])
def test_a_key_of_one_s_own_is_refused(server: OverFlask, survey: OpenSurvey, forges: str) -> None:
    assert refusals(server, survey, forges, None) == PEOPLE


def test_a_notice_of_one_s_own_is_refused_by_who_holds_the_poster(
    server: OverFlask, survey: OpenSurvey, number: str
) -> None:
    assert refusals(server, survey, "notice", number) == PEOPLE


def test_without_the_poster_a_notice_of_one_s_own_would_pass(
    server: OverFlask, survey: OpenSurvey
) -> None:
    """The limit that docs/privacy/verify.md states: it shows only by comparison."""
    hostile = HostileServer(server, tagging_keys(1)[0], "notice")
    person = Respondent(hostile, survey.company.slug, survey.links["first"][0])
    assert person.key.kid == hashlib.sha256(hostile.key).hexdigest()


def test_who_fetches_by_two_ways_notices(server: OverFlask, survey: OpenSurvey) -> None:
    hostile = HostileServer(server, tagging_keys(1)[0], "notice")
    path = f"/notice/{survey.wave.id}.json"
    at_work, at_home = (read_chain(way.get(path)) for way in (hostile, server))
    assert "other notices" in saved_problems(at_home, at_work)[0]


@pytest.mark.parametrize(
    ("bits", "exponent"), [(1024, 65537), (2048, 3)], ids=["short", "other exponent"]
)
def test_an_unfit_key_is_refused_though_it_is_published(
    server: OverFlask, survey: OpenSurvey, bits: int, exponent: int
) -> None:
    hostile = HostileServer(server, tagging_keys(1, bits, exponent)[0], "notice")
    with pytest.raises(UnsuitableKeyError):
        Respondent(hostile, survey.company.slug, survey.links["first"][0])
    assert hostile.posts == []


def test_a_corrected_notice_is_accepted_with_the_old_poster(
    server: OverFlask, session: Session, survey: OpenSurvey, number: str
) -> None:
    another_version_ran(session, survey.wave.id)
    person = Respondent(server, survey.company.slug, survey.links["first"][0], number)
    person.respond({"APP1": 1})
    assert len(survey.bodies(session)) == 1


def test_the_public_addresses(app: Flask, session: Session, survey: OpenSurvey) -> None:
    first = app.test_client().get(f"/notice/{survey.wave.id}.json")
    another_version_ran(session, survey.wave.id)
    session.commit()
    replies = [
        app.test_client().get(path, headers=headers)
        for path in (f"/notice/{survey.wave.id}.json", f"/notices/{survey.company.slug}.json")
        for headers in ({}, {"Cookie": "a=b", "User-Agent": "x", "Accept-Language": "es"})
    ]
    assert replies[0].data == replies[1].data != first.data
    assert replies[2].data == replies[3].data
    assert [reply.mimetype for reply in replies] == ["application/json"] * 4
    digest = hashlib.sha256(first.data).hexdigest()
    assert app.test_client().get(f"/notice/{digest}.json").data == first.data
    assert [notice.number for notice in read_chain(replies[2].text)] == [1, 2]


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "6b0e2f0a-8f0e-4a52-9b5e-0c6b0f6f2a11"])
def test_an_unknown_notice(app: Flask, name: str) -> None:
    assert app.test_client().get(f"/notice/{name}.json").status_code == 404
    assert app.test_client().get("/notices/none.json").status_code == 404


def test_the_page_and_its_notice_name_the_same_keys(server: OverFlask, survey: OpenSurvey) -> None:
    page = read_page(server.get(survey.path))
    notice = json.loads(server.get(f"/notice/{survey.wave.id}.json"))
    for code, group in page["groups"].items():
        assert notice["groups"][code]["issuance"] == group["kid"]
