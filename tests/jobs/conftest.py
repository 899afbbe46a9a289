"""Workers commit, so savepoints do not serve here: the tables are emptied after each test."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.jobs.models import OutboxJob, PeriodicRun
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import Runner, Task
from tests.fakes.mailer import FakeMailer

MakeRunner = Callable[[Mapping[str, Task]], Runner]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def jobs_engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    engine: sa.Engine = request.getfixturevalue(
        "pg_engine" if request.param == "postgres" else "sqlite_engine"
    )
    yield engine
    with engine.begin() as connection:
        connection.execute(sa.delete(OutboxJob))
        connection.execute(sa.delete(PeriodicRun))


@pytest.fixture
def make_runner(jobs_engine: sa.Engine, settings: Settings, clock: SettableClock) -> MakeRunner:
    def make(tasks: Mapping[str, Task]) -> Runner:
        return Runner(
            tasks, engine=jobs_engine, settings=settings, clock=clock, mailer=FakeMailer()
        )

    return make


@pytest.fixture
def promise(jobs_engine: sa.Engine, clock: SettableClock) -> Callable[..., None]:
    """Enqueue and commit."""

    def do(name: str, key: str = "", delay_seconds: float = 0.0, **payload: object) -> None:
        with Session(jobs_engine) as session:
            enqueue(
                session,
                name,
                dict(payload),
                idempotency_key=key or name,
                now=clock.now(),
                available_at=clock.now() + dt.timedelta(seconds=delay_seconds),
            )
            session.commit()

    return do
