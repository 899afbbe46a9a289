"""B4: the server is killed again and again while 500 invitations go out; everybody gets one.

Three kills in each run; PULSE_TEST_KILLS=20 for the long one.

A kill between the mail server's "250" and our commit can double the one mail that is in flight:
no protocol between two machines can close that gap. Never more than one a kill, and none is lost.
"""

import asyncio
import os
import random
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from pulse.clock import SystemClock
from pulse.companies.service import NewGroup, create_company
from pulse.people.service import add_person
from pulse.waves import service
from pulse.waves.calendar import period_from_now
from tests.clients.installation import Installation, wait_for_state

N_PEOPLE = 500
KILLS = int(os.environ.get("PULSE_TEST_KILLS", "3"))
SECONDS_A_STEP = 0.01  # each of MAIL, RCPT, DATA
SECONDS_ALIVE = (0.1, 0.9)
PATIENCE_SECONDS = 120.0


class MailServer:
    """Takes its time, and counts by address and by Message-ID."""

    def __init__(self) -> None:
        self.to: Counter[str] = Counter()
        self.message_ids: Counter[str] = Counter()

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        await asyncio.sleep(SECONDS_A_STEP)
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        await asyncio.sleep(SECONDS_A_STEP)
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content or b"")  # type: ignore[arg-type]
        self.to.update(envelope.rcpt_tos)
        self.message_ids[message["Message-ID"]] += 1
        await asyncio.sleep(SECONDS_A_STEP)  # killed here, the mail is out and we do not know
        return "250 taken"


@pytest.fixture
def mails() -> MailServer:
    return MailServer()


@pytest.fixture
def smtp(mails: MailServer) -> Iterator[Controller]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mails, hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


def prepare(place: Installation) -> uuid.UUID:
    """A company whose first wave opens as soon as the server runs."""
    place.pulse("db", "upgrade")
    now = SystemClock().now()
    with place.writing() as session:
        company = create_company(
            session,
            name="Example Works",
            time_zone="UTC",
            default_language="en",
            first=NewGroup(name_en="Sales", name_es="Ventas", makes_requests=True),
            second=NewGroup(name_en="Operations", name_es="Operaciones"),
            sender_name="A. Person",
            results_place="the notice board",
            opens_by_clock=False,
            now=now,
        )
        for number in range(N_PEOPLE):
            add_person(
                session,
                company.id,
                roster_id=f"P{number}",
                group_code="first" if number % 2 else "second",
                language="es" if number % 3 else "en",
                email=f"person{number}@example.com",
                name=None,
            )
        wave = service.plan_wave(session, company.id, period_from_now(now, "UTC"))
        service.request_opening(session, wave.id, now=now)
    return wave.id


def waiting(place: Installation) -> int:
    """How many mails are not out yet."""
    with place.engine.connect() as connection:
        number = sa.text("SELECT count(*) FROM invitations WHERE delivery = 'queued'")
        return int(connection.scalar(number) or 0)


def is_moving(place: Installation, mails: MailServer, before: int) -> bool:
    """Wait until this life of the server has sent something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if mails.to.total() > before:
            return True
        if not waiting(place):
            return False
        time.sleep(0.02)
    raise TimeoutError(place.log.read_text())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_while_delivering(tmp_path: Path, smtp: Controller, mails: MailServer) -> None:
    chance = random.Random(20261124)
    place = Installation(
        tmp_path,
        PULSE_MAIL="smtp",
        PULSE_SMTP_HOST="127.0.0.1",
        PULSE_SMTP_PORT=str(smtp.port),
        PULSE_SMTP_SECURITY="none",
    )
    wave_id = prepare(place)
    kills = 0
    place.start()
    wait_for_state(place, wave_id, "open")
    while kills < KILLS and is_moving(place, mails, mails.to.total()):
        time.sleep(chance.uniform(*SECONDS_ALIVE))
        place.kill()
        kills += 1
        place.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while waiting(place) and time.monotonic() < deadline:
        time.sleep(0.1)
    place.stop()
    doubled = {address: number for address, number in mails.to.items() if number > 1}
    print(
        f"\n{kills} kills; {len(mails.to)} of {N_PEOPLE} addresses reached by {mails.to.total()} "
        f"mails; doubled: {len(doubled)} (at most one a kill)"
    )
    with place.engine.connect() as connection:
        states = sa.text("SELECT delivery, count(*) FROM invitations GROUP BY delivery")
        assert [tuple(row) for row in connection.execute(states)] == [("sent", N_PEOPLE)]
    place.dispose()
    assert kills == KILLS
    assert set(mails.to) == {f"person{number}@example.com" for number in range(N_PEOPLE)}
    assert len(doubled) <= kills
    assert all(number == 2 for number in doubled.values())
    # A doubled mail is the same mail: mail programs and people recognise it.
    assert len(mails.message_ids) == N_PEOPLE
