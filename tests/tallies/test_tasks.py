"""The two jobs of the room, and what they start next."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import tables
from pulse.clock import SettableClock
from pulse.config import MailSettings, Settings
from pulse.credentials.service import create_wave_keys
from pulse.jobs.runner import TaskContext
from pulse.mail import FileMailer
from pulse.tallies import tasks
from pulse.tallies.queries import is_counted, releases_of
from pulse.waves import service as waves
from pulse.waves.queries import WaveView
from tests.factories.companies import make_company
from tests.factories.tallies import fill_box, make_body
from tests.factories.waves import make_wave


@pytest.fixture
def context(
    session: Session, engine: sa.Engine, settings: Settings, key_dir: Path, clock: SettableClock
) -> TaskContext:
    own = Settings(
        database_url=settings.database_url,
        key_dir=key_dir,
        base_url=settings.base_url,
        secret_key=settings.secret_key,
        mail=MailSettings(directory=key_dir),
    )
    return TaskContext(
        session=session, engine=engine, settings=own, clock=clock, mailer=FileMailer(key_dir)
    )


@pytest.fixture
def closing(session: Session, key_dir: Path) -> WaveView:
    company = make_company(session, minimum_cell_size=7)
    wave = make_wave(session, company.id, state="open")
    create_wave_keys(session, wave.id, key_dir)
    fill_box(session, wave.id, "first", [make_body()] * 6, key_dir)
    waves.begin_closing(session, wave.id, now=wave.closes_at, is_exempt=True)
    return wave


def queued(session: Session) -> list[str]:
    outbox = tables.metadata.tables["outbox"]
    return list(session.execute(sa.select(outbox.c.idempotency_key)).scalars())


def test_the_count_starts_the_reduction_of_the_invitations(
    context: TaskContext, closing: WaveView
) -> None:
    for _ in range(2):  # a second run after a crash changes nothing
        tasks.count_wave(context, {"wave_id": str(closing.id)})
    assert is_counted(context.session, closing.id)
    assert queued(context.session).count(f"invitations.reduce_wave:{closing.id}") == 1


def test_the_release_takes_the_company_minimum_and_starts_the_report(
    context: TaskContext, closing: WaveView
) -> None:
    payload = {"wave_id": str(closing.id)}
    tasks.count_wave(context, payload)
    for _ in range(2):
        tasks.release_wave(context, payload)
    (release,) = releases_of(context.session, [closing.id])
    assert release.content["minimum_cell_size"] == 7
    assert release.content["groups"]["first"]["index"] == {"withheld": "too_few"}
    assert queued(context.session).count(f"reports.make_report:{closing.id}") == 1
