"""One simulated company on the real application: its requests, its jobs, its storage, its clock."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from bench.attack.visits import Size, Visit
from pulse.app import create_app
from pulse.cli.db import upgrade
from pulse.clock import SettableClock
from pulse.companies.service import NewGroup, create_company
from pulse.config import MailSettings, Settings
from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.client import (
    Credential,
    CredentialRequest,
    finalize_credential,
    request_credential,
)
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.credentials.queries import WaveKeys, wave_keys
from pulse.credentials.secrets_store import wave_secret
from pulse.invitations.codes import code_for
from pulse.jobs.runner import Runner, Task
from pulse.mail import mailer_for
from pulse.people.service import add_person
from pulse.responses.body import encode_body
from pulse.responses.sealing import seal
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.waves import service
from pulse.waves.calendar import fieldwork_period, next_month
from pulse.waves.queries import WaveView, get_wave
from pulse.web.context import Ports
from pulse.worker import TASKS

FIRST_MONTH = dt.date(2026, 1, 1)
INVITATIONS = sa.text("SELECT id, group_code, channel, person_id FROM invitations WHERE wave_id=:w")


@dataclass(frozen=True, kw_only=True)
class Cast:
    """What happened for one person; only the harness reads it, to score."""

    person: int
    group: str
    invitation_id: uuid.UUID
    token_hash: bytes
    mark: str  # stands in the comment: whose answers these are
    issued_at: float
    submitted_at: float


@dataclass(kw_only=True)
class WaveCourse:
    """One wave as it went."""

    wave: WaveView
    keys: WaveKeys
    casts: list[Cast] = field(default_factory=list)

    @property
    def groups(self) -> dict[str, list[Cast]]:
        """The casts of each group."""
        return {code: [c for c in self.casts if c.group == code] for code in ("first", "second")}


class House:
    """The company, the application in front of it, and its background work."""

    def __init__(
        self,
        folder: Path,
        database_url: str,
        *,
        size: Size,
        rng: np.random.Generator,
        tasks: Mapping[str, Task] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.size, self.rng = folder, size, rng
        self.settings = Settings(
            database_url=database_url,
            key_dir=folder / "keys",
            base_url="http://127.0.0.1:8000",
            secret_key="for the benchmark only",  # noqa: S106
            mail=MailSettings(directory=folder / "mail"),
        )
        upgrade(database_url)
        self.month = FIRST_MONTH
        self.clock = SettableClock(dt.datetime.combine(FIRST_MONTH, dt.time(), tzinfo=dt.UTC))
        self.app = create_app(self.settings, ports=Ports(clock=self.clock))
        self.pulse = self.app.extensions["pulse"]
        self.client = self.app.test_client()
        self.runner = Runner(
            tasks or TASKS,
            engine=self.pulse.engine,
            settings=self.settings,
            clock=self.clock,
            mailer=mailer_for(self.settings.mail),
        )
        self.person_ids: dict[uuid.UUID, int] = {}
        self.company_id = self._people()
        self.item_ids = [item.id for item in load_instrument(CURRENT_VERSION).core]

    def dispose(self) -> None:
        """Close every connection."""
        self.pulse.engine.dispose()

    def open(self) -> WaveCourse:
        """Open the next month's wave; its invitations go out."""
        period = fieldwork_period(self.month, "UTC")
        self.month = next_month(self.month)
        self.clock.set(period.opens_at)
        with self.pulse.sessions() as session:
            wave = service.plan_wave(session, self.company_id, period)
            service.request_opening(session, wave.id, now=self.clock.now())
            session.commit()
        self.runner.run_due()
        with self.pulse.sessions() as session:
            return WaveCourse(wave=get_wave(session, wave.id), keys=wave_keys(session, wave.id))

    def answer(
        self,
        course: WaveCourse,
        visits: list[Visit],
        each_night: Callable[[int], None] = lambda _night: None,
        before_submit: Callable[[Cast], None] = lambda _cast: None,
    ) -> None:
        """Let everybody come at their time; every /issue and /submit is a request of its own."""
        codes = self._codes(course)
        events = [(v.issue_at, 0, v) for v in visits] + [(v.submit_at, 1, v) for v in visits]
        waiting: dict[int, tuple[CredentialRequest, Credential]] = {}
        night = 1
        for at, step, visit in sorted(events, key=lambda event: event[:2]):
            while at > night * 86400.0:
                each_night(night)
                night += 1
            self.clock.set(course.wave.opens_at + dt.timedelta(seconds=at))
            if step == 0:
                waiting[visit.person] = self._issue(course, visit.group, codes[visit.person][1])
            else:
                self._submit(
                    course, visit, codes[visit.person], waiting[visit.person], before_submit
                )

    def close(self, course: WaveCourse, after_job: Callable[[int], None]) -> None:
        """Close the wave at its time and do the chain, job by job."""
        self.clock.set(course.wave.closes_at)
        with self.pulse.sessions() as session:
            service.begin_closing(session, course.wave.id, now=self.clock.now(), is_exempt=True)
            session.commit()
        number = 0
        while self.runner.run_due(1):
            number += 1
            after_job(number)
        with self.pulse.sessions() as session:
            state = get_wave(session, course.wave.id).state
        if state != "released":
            raise RuntimeError(f"the wave stopped at {state!r}")

    def _people(self) -> uuid.UUID:
        with self.pulse.sessions() as session:
            company = create_company(
                session,
                name="Attacked Works",
                time_zone="UTC",
                default_language="en",
                first=NewGroup(name_en="Sales", name_es="Ventas", makes_requests=True),
                second=NewGroup(
                    name_en="Operations",
                    name_es="Operaciones",
                    slip_head_count=self.size.n_slips,
                ),
                sender_name="A. Person",
                results_place="the notice board",
                is_simulated=True,
                opens_by_clock=False,
                now=self.clock.now(),
            )
            for number in range(self.size.n_mail):
                person = add_person(
                    session,
                    company.id,
                    roster_id=f"P{number:03}",
                    group_code="first",
                    language="en",
                    email=f"person{number}@example.com",
                    name=None,
                )
                self.person_ids[person.id] = number
            session.commit()
            return company.id

    def _codes(self, course: WaveCourse) -> dict[int, tuple[uuid.UUID, str]]:
        """Person -> invitation and code; slips are drawn from a box."""
        secret = wave_secret(self.settings.key_dir, course.wave.id, "code")
        statement = INVITATIONS.bindparams(sa.bindparam("w", type_=sa.Uuid())).columns(
            id=sa.Uuid(), group_code=sa.String(), channel=sa.String(), person_id=sa.Uuid()
        )
        with self.pulse.sessions() as session:
            rows = session.execute(statement, {"w": course.wave.id}).all()
        slips = iter(self.rng.permutation(self.size.n_slips) + self.size.n_mail)
        return {
            self.person_ids[row.person_id] if row.person_id else int(next(slips)): (
                row.id,
                code_for(secret, row.id, row.group_code, row.channel),
            )
            for row in rows
        }

    def _issue(
        self, course: WaveCourse, group: str, code: str
    ) -> tuple[CredentialRequest, Credential]:
        key = PublicKey.from_spki(course.keys.issuance[group].spki)
        request = request_credential(key, str(course.wave.id), group)
        reply = self._post("/issue", {"code": code, "blinded": to_base64url(request.blinded)})
        return request, finalize_credential(key, request, from_base64url(reply["signature"]))

    def _submit(
        self,
        course: WaveCourse,
        visit: Visit,
        code: tuple[uuid.UUID, str],
        held: tuple[CredentialRequest, Credential],
        before_submit: Callable[[Cast], None],
    ) -> None:
        request, credential = held
        mark = f"mark{self.rng.bytes(8).hex()}"
        hashed = token_hash(credential.token)
        answers = {item: int(self.rng.integers(5)) for item in self.item_ids}
        body = encode_body(
            language="en",
            mode="link" if visit.group == "first" else "slip",
            answers=answers,
            comment=f"{mark} {'x' * int(self.rng.integers(0, 200))}",
        )
        envelope = EnvelopePublicKey.from_spki(course.keys.envelope_spki)
        cast = Cast(
            person=visit.person,
            group=visit.group,
            invitation_id=code[0],
            token_hash=hashed,
            mark=mark,
            issued_at=visit.issue_at,
            submitted_at=visit.submit_at,
        )
        before_submit(cast)
        ballot = {
            "wave": str(course.wave.id),
            "group": visit.group,
            "msg": to_base64url(credential.msg),
            "sig": to_base64url(credential.sig),
            "body": to_base64url(seal(envelope, request.label, hashed, body)),
        }
        self._post("/submit", ballot)
        course.casts.append(cast)

    def _post(self, path: str, content: Mapping[str, str]) -> dict[str, str]:
        response = self.client.post(path, json=content)
        if response.status_code != 200:
            raise RuntimeError(f"{path} answered {response.status_code}: {response.text}")
        reply: dict[str, str] = response.get_json()
        return reply
