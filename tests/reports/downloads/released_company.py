"""A simulated company in the database, and every address at which something of its answers is read.

Its tables hold more than real ones: the exact sums of all that is withheld, so that a download that
reached for them would find them.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from bench.audit.ballots import GROUPS
from bench.audit.rosters import Told, told
from pulse.clock import SettableClock
from pulse.companies.queries import CompanyView
from pulse.facts.service import enter_facts, log_event, write_action
from pulse.interventions.service import adopt_rules
from pulse.invitations.models import InvitationCount
from pulse.reports import views_manage, views_respond
from pulse.reports.exports.tables import tables_of
from pulse.reports.kept import Kept
from pulse.reports.models import Report
from pulse.reports.queries import ReportView, newest_report
from pulse.reports.service import make_report
from pulse.responses.page_cache import PageCache
from pulse.study.plans import COMPANY, NewPlan
from pulse.study.service import make_plan
from pulse.tallies.count import tally_wave
from pulse.tallies.models import Comment, Release, Tally
from pulse.tallies.scoring import friction_points
from pulse.tallies.sheets import SheetPile
from pulse.waves import service as waves
from pulse.waves.calendar import fieldwork_period
from pulse.waves.models import Wave
from tests.clients.manager import log_in
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.reports import make_month
from tests.factories.study import PLANNED
from tests.factories.waves import COMMON

START = dt.date(2026, 1, 1)
NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
NAMES = {
    "en": {"first": "Sales", "second": "Operations"},
    "es": {"first": "Ventas", "second": "Operaciones"},
}
WORDS = {"en": "Rush orders come late.", "es": "Los pedidos urgentes llegan tarde."}
TOKEN = re.compile(rb'<[^>]+name="csrf_token"[^>]*>')


@dataclass
class ReleasedCompany:
    """A company whose waves are released, with its newest report and readers of both languages."""

    session: Session
    app: Flask
    known: Told
    company: CompanyView
    wave_ids: Sequence[uuid.UUID]
    adopted_on: dt.date | None
    readers: dict[str, FlaskClient] = field(default_factory=dict)
    user_ids: Sequence[str] = ()

    @property
    def months(self) -> list[str]:
        """The months of its surveys, as addresses and files write them."""
        return [f"{make_month(step, START):%Y-%m}" for step in range(len(self.wave_ids))]

    @property
    def report(self) -> ReportView:
        """Its newest report."""
        report = newest_report(self.session, self.company.id)
        assert report is not None
        return report

    @property
    def tables(self) -> list[str]:
        """The tables of its report."""
        return list(tables_of(self.report.content, "en"))

    def read(self, endpoint: str, language: str = "en", **values: str) -> bytes:
        """Return what the address of an endpoint serves to a reader; tokens against forgery are cut out."""
        with self.app.test_request_context():
            path = self.app.url_map.bind("localhost").build(endpoint, values)
        response = self.readers[language].get(path)
        assert response.status_code == 200, (path, response.status_code)
        return TOKEN.sub(b"", response.get_data())

    def report_again(self) -> None:
        """Make the newest report anew, as if it had not been there; nothing of it stays in memory."""
        ids = sa.select(Report.wave_id).where(Report.company_id == self.company.id)
        self.session.execute(sa.delete(Report).where(Report.wave_id.in_(ids)))
        self.session.flush()
        make_report(self.session, self.wave_ids[-1], now=NOW)
        self.session.commit()
        views_manage.KEPT, views_respond.pages = Kept(), PageCache()

    def rewrite_tallies(self, change: Callable[[Any], Any]) -> None:
        """Replace what is stored of every group, and not released, by something else."""
        for row in self.session.scalars(sa.select(Tally).where(Tally.wave_id.in_(self.wave_ids))):
            row.content = change(row.content)
        self.session.flush()


def settle(
    session: Session,
    app: Flask,
    seed: int,
    n_waves: int = 2,
    *,
    adopted_after: int | None = None,
    k: int = 5,
) -> ReleasedCompany:
    """Make the company of a random roster, with books, events and an action; report its last wave.

    With `adopted_after` so many months the rules start, and a plan for the study says so beforehand.
    """
    known = told(seed, n_waves, k)
    company = make_company(session, name="Example Works", is_simulated=True)
    ids = [_release(session, company.id, step, known) for step in range(n_waves)]
    adopted_on = None if adopted_after is None else make_month(adopted_after, START)
    if adopted_on is not None:
        plan = NewPlan(starts_on=adopted_on, months_before=3, months_after=3)
        make_plan(session, company.id, plan, scope=COMPANY, now=PLANNED)
        adopt_rules(session, company.id, adopted_on, NOW)
    for step in range(n_waves):
        numbers = {"orders": 400, "on_time": 371 - step, "rush_orders": 31, "complaints": 6}
        enter_facts(session, company.id, make_month(step, START), numbers, now=NOW)
    log_event(session, company.id, day=dt.date(2026, 1, 21), kind="summit", note="", now=NOW)
    write_action(
        session, company.id, make_month(n_waves - 1, START), said=WORDS, did=WORDS, now=NOW
    )
    clock = app.extensions["pulse"].ports.clock
    assert isinstance(clock, SettableClock)
    clock.set(NOW)
    readers: dict[str, FlaskClient] = {}
    user_ids: list[str] = []
    for language in NAMES:
        email = f"{language}-{seed}@example.com"
        user = make_user(session, email=email, language=language, company_id=company.id)
        user_ids.append(str(user.id))
        session.commit()
        readers[language] = app.test_client()
        log_in(readers[language], email)
    made = ReleasedCompany(
        session=session,
        app=app,
        known=known,
        company=company,
        wave_ids=ids,
        adopted_on=adopted_on,
        readers=readers,
        user_ids=user_ids,
    )
    made.report_again()
    return made


def exact_of(pile: SheetPile) -> dict[str, Any]:
    """Return what no table of a real company holds of a group that is withheld."""
    points = friction_points(pile.core, pile.key)
    counts = {
        item: [int(np.count_nonzero(pile.core[:, place] == code)) for code in range(5)]
        for place, item in enumerate(pile.key.items)
    }
    return {"mean": float(np.nanmean(points)) if points.size else 0.0, "counts": counts}


def _release(session: Session, company_id: uuid.UUID, step: int, known: Told) -> uuid.UUID:
    period = fieldwork_period(make_month(step, START), "UTC")
    wave = waves.plan_wave(session, company_id, period)
    waves.open_wave(session, wave.id, now=period.opens_at, rotation=COMMON)
    row = session.get_one(Wave, wave.id)
    row.state, row.closed_at = "closed", period.closes_at
    content = known.contents[step]
    session.add(Release(wave_id=wave.id, version=1, reason="first release", content=content))
    kept = tally_wave(known.waves[step].piles)
    for place, code in enumerate(GROUPS):
        counted = [one["groups"][code]["n_counted"] for one in known.contents]
        n_invited = max(counted) + 2
        numbers = {"n_invited": n_invited, "n_issued": n_invited, "n_undeliverable": 0}
        session.add(InvitationCount(wave_id=wave.id, group_code=code, **numbers))
        stored = kept[code] | {"exact": exact_of(known.waves[step].piles[code])}
        session.add(Tally(wave_id=wave.id, group_code=code, content=stored))
        key = bytes([place + 1]) * 16
        comment = f"Comment of the {code} group."
        session.add(
            Comment(id=key[:8] + wave.id.bytes[:8], wave_id=wave.id, group_code=code, text=comment)
        )
    session.flush()
    return wave.id
