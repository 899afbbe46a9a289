"""The storage is rewritten before anything is released."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import db, tables
from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.jobs import tasks
from pulse.jobs.models import OutboxJob
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import Runner, Task
from tests.fakes.mailer import FakeMailer

SECRET = "a-very-rare-payload"


@pytest.fixture
def own_engine(tmp_path: Path) -> Any:
    """A file whose bytes can be read."""
    engine = db.create_engine(f"sqlite:///{tmp_path / 'own.db'}")
    tables.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def run(own_engine: sa.Engine, settings: Settings, clock: SettableClock) -> Callable[[], int]:
    table: dict[str, Task] = {"jobs.rewrite_storage": tasks.rewrite_wave_storage}
    runner = Runner(table, engine=own_engine, settings=settings, clock=clock, mailer=FakeMailer())
    return lambda: runner.run_due(1)


def promise(engine: sa.Engine, clock: SettableClock) -> None:
    with Session(engine) as session:
        enqueue(session, "old", {"x": SECRET}, idempotency_key="old", now=clock.now())
        session.commit()
        session.execute(sa.delete(OutboxJob))
        payload = {"wave_id": "w"}
        enqueue(session, "jobs.rewrite_storage", payload, idempotency_key="r", now=clock.now())
        session.commit()


def states(engine: sa.Engine) -> dict[str, str]:
    with Session(engine) as session:
        return dict(session.execute(sa.select(OutboxJob.name, OutboxJob.state)).all())  # type: ignore[arg-type]


def traces(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if SECRET.encode() in path.read_bytes()]


def test_deleted_bytes_are_gone_before_the_release(
    own_engine: sa.Engine, clock: SettableClock, run: Callable[[], int], tmp_path: Path
) -> None:
    promise(own_engine, clock)
    assert traces(tmp_path) != []  # the write-ahead log still has them
    run()
    assert traces(tmp_path) == []
    assert states(own_engine) == {
        "jobs.rewrite_storage": "done",
        "tallies.release_wave": "queued",
    }


def test_a_reader_in_the_way_delays_the_release(
    own_engine: sa.Engine, clock: SettableClock, run: Callable[[], int], tmp_path: Path
) -> None:
    promise(own_engine, clock)
    with own_engine.connect() as reader:
        reader.exec_driver_sql("SELECT * FROM outbox").all()  # its snapshot keeps the log
        own_engine_is_patient(own_engine)
        run()
        assert states(own_engine) == {"jobs.rewrite_storage": "queued"}
    clock.advance(minutes=1)
    run()
    assert traces(tmp_path) == []
    assert states(own_engine)["tallies.release_wave"] == "queued"


def own_engine_is_patient(engine: sa.Engine) -> None:
    """New connections wait half a second for a lock instead of ten."""

    @sa.event.listens_for(engine, "connect")
    def _hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=500")

    @sa.event.listens_for(engine, "checkout")
    def _hurry_too(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA busy_timeout=500")
