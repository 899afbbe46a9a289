"""A6: while a wave is open no page of any role shows a result or a count of answers.

Every GET route is read as every role with real ids, before the first answer, with seven, and with
one more: whatever depended on the answers in any way would differ.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from pulse import tables
from pulse.accounts.permissions import PERMISSIONS
from pulse.facts.queries import events_of
from pulse.facts.service import log_event
from pulse.notices.queries import notices_of_wave
from pulse.people.roster_file import read_roster
from pulse.people.service import draft_roster
from pulse.reports.service import make_report
from pulse.study.models import Export
from pulse.web.access import access_of
from pulse.web.context import current
from tests.clients.manager import log_in
from tests.clients.respondent import Respondent, all_answers
from tests.conftest import START
from tests.factories.accounts import make_user
from tests.factories.released import make_story
from tests.factories.responses import OpenSurvey, make_open_survey
from tests.factories.study import make_evidence

ANONYMOUS = "anonymous"
# What is drawn anew for each page: CSRF tokens, the passphrase that a trustee may take.
DRAWN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|(?<=<code>)[2-9a-z]{4}(-[2-9a-z]{4}){5}')
TOLD = ("ETag", "Last-Modified", "Content-Length", "X-Robots-Tag", "Location")
N_BEFORE = 7
BALLOTS = tables.metadata.tables["ballots"]

Pages = dict[tuple[str, str], Any]


@dataclass
class Sweep:
    """A company with an open wave, a released one, and a browser for each role."""

    app: Flask
    session: Session
    survey: OpenSurvey
    clients: dict[str, FlaskClient]
    values: dict[str, tuple[str, ...]]

    def read(self, endpoints: Callable[[str], bool] = bool) -> Pages:
        """Every page by role and address, without what is drawn anew."""
        return {
            (role, path): canonical(client.get(path))
            for path in self.paths(endpoints)
            for role, client in self.clients.items()
        }

    def paths(self, endpoints: Callable[[str], bool] = bool) -> Iterator[str]:
        """Every address that can be read, with each real value of its fields."""
        for rule in self.app.url_map.iter_rules():
            is_read = "GET" in (rule.methods or ()) and rule.endpoint != "static"
            if is_read and endpoints(rule.endpoint):
                yield from self.addresses(rule)

    def addresses(self, rule: Rule) -> list[str]:
        """The addresses of one rule."""
        found: list[dict[str, str]] = [{}]
        for name in sorted(rule.arguments):
            assert name in self.values, f"give the sweep a real value for <{name}> of {rule.rule}"
            found = [{**known, name: value} for known in found for value in self.values[name]]
        addresses = self.app.url_map.bind("localhost")
        return [addresses.build(rule.endpoint, values) for values in found]

    def answer(self, n: int) -> None:
        """So many people answer, by links and by slips of both groups."""
        links, slips = self.survey.links, self.survey.slips
        codes = [
            code for four in zip(*links.values(), *slips.values(), strict=True) for code in four
        ]
        cast = self.number()
        for code in codes[cast : cast + n]:
            person = Respondent(self.app.test_client(), self.survey.company.slug, code)
            person.respond(all_answers(person.page, person.group), comment="sweep")
        assert self.number() == cast + n

    def number(self) -> int:
        select = sa.select(sa.func.count()).select_from(BALLOTS)
        return self.session.execute(
            select.where(BALLOTS.c.wave_id == self.survey.wave.id)
        ).scalar_one()


def canonical(response: Any) -> Any:
    """What a page tells: status, telling headers, words; in no order, for slips are shuffled."""
    headers = [(name, response.headers.get(name)) for name in TOLD if name != "Content-Length"]
    words = sorted(re.split(r"[<>\s]+", DRAWN.sub("", response.get_data().decode("latin-1"))))
    return response.status_code, headers, words


def differences(before: Pages, after: Pages) -> set[tuple[str, str]]:
    return {key for key in before if before[key] != after[key]}


def share_evidence(session: Session, company_id: uuid.UUID) -> str:
    """Leave an evidence file behind an open link, as a company that agreed to it does."""
    text = make_evidence(-9.0)
    digest: str = json.loads(text)["content_hash"]
    row = Export(
        company_id=company_id, content_hash=digest, text=text, is_shared=True, agreed_at=START
    )
    session.add(row)
    session.commit()
    return digest


@pytest.fixture
def sweep(app: Flask, session: Session) -> Sweep:
    key_dir = app.extensions["pulse"].settings.key_dir
    survey = make_open_survey(session, key_dir, now=START, n_links=3, n_slips=3)
    company_id = survey.company.id
    released = make_story(session, company_id, [(46.0, 58.0), (45.0, 57.0)], has_details=True)
    make_report(session, released[-1].id, now=START)
    log_event(session, company_id, day=START.date(), kind="summit", note="", now=START)
    table = read_roster(b"id,group,language,e-mail,name\ns1,Sales,en,s1@example.com,\n")
    draft = draft_roster(session, company_id, file_name="list.csv", table=table, now=START)
    clients = {ANONYMOUS: app.test_client()}
    for role in PERMISSIONS:
        user = make_user(session, email=f"{role}@sweep.example", role=role, company_id=company_id)
        session.commit()
        clients[role] = app.test_client()
        log_in(clients[role], user.email)
    values = {
        "slug": (survey.company.slug,),
        "digest": (notices_of_wave(session, survey.wave.id)[0].digest,),
        "wave_id": (str(survey.wave.id), str(released[-1].id)),
        "month": (f"{released[-1].month:%Y-%m}", f"{survey.wave.month:%Y-%m}"),
        "group": ("first", "second"),
        "language": ("en", "es"),
        "draft_id": (str(draft),),
        "user_id": (str(user.id),),
        "event_id": (str(events_of(session, company_id)[0].id),),
        "name": ("gap", "items-first"),
        "content_hash": (share_evidence(session, company_id),),
    }
    return Sweep(app, session, survey, clients, values)


def test_no_role_sees_a_count_or_a_result(sweep: Sweep) -> None:
    empty = sweep.read()
    assert {status for status, _headers, _words in empty.values()} >= {200, 302, 403}
    # Each role has pages of its own, so that the sweep reads something.
    for role in PERMISSIONS:
        assert sum(page[0] == 200 for key, page in empty.items() if key[0] == role) > 2, role
    assert differences(empty, sweep.read()) == set()
    sweep.answer(N_BEFORE)
    seven = sweep.read()
    assert differences(empty, seven) == set()
    sweep.answer(1)
    assert differences(seven, sweep.read()) == set()


def test_a_planted_count_is_caught(sweep: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one in a comment of the page, and a sentence that only says whether there are enough."""
    endpoint = "waves_manage.waves"
    original = sweep.app.view_functions[endpoint]

    def leaking(shown: str) -> Callable[[], str]:
        def view() -> str:
            n = current().session.execute(sa.select(sa.func.count()).select_from(BALLOTS)).scalar()
            many = "Enough have answered." if n and n >= 5 else "Not enough yet."
            return str(original()) + shown.format(n=n, many=many)

        view.pulse_access = access_of(sweep.app, endpoint)  # type: ignore[attr-defined]
        return view

    def read(shown: str) -> Pages:
        monkeypatch.setitem(sweep.app.view_functions, endpoint, views[shown])
        return sweep.read(endpoint.__eq__)

    views = {shown: leaking(shown) for shown in ("{n} answered", "<!-- {n} -->", "{many}", "")}
    before = {shown: read(shown) for shown in views}
    sweep.answer(N_BEFORE)
    caught = {shown: differences(before[shown], read(shown)) for shown in views}
    assert caught.pop("") == set()
    assert set(map(frozenset, caught.values())) == {frozenset({("hr", "/manage/waves")})}
