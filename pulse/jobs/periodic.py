"""Periodic tasks, each run by one process only."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.jobs.models import PeriodicRun

LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class PeriodicTask:
    """A task and how often it runs."""

    interval: dt.timedelta
    task: Callable[..., Any]


def claim_periodic(
    session: Session, name: str, interval: dt.timedelta, *, now: dt.datetime
) -> bool:
    """Whether `name` is due, and this caller is the one to run it."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    known = insert(PeriodicRun).values(name=name, last_run_at=LONG_AGO)
    session.execute(known.on_conflict_do_nothing(index_elements=["name"]))
    claim = (
        sa.update(PeriodicRun)
        .where(PeriodicRun.name == name, PeriodicRun.last_run_at <= now - interval)
        .values(last_run_at=now)
        .returning(PeriodicRun.name)
    )
    return session.execute(claim).one_or_none() is not None
