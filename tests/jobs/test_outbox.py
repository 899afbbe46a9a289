"""A job is promised with its cause, once."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.jobs.models import OutboxJob
from pulse.jobs.outbox import enqueue, forget, requeue
from pulse.jobs.queries import jobs_by_key
from pulse.jobs.retention import DONE_JOBS_KEPT, delete_done_jobs

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def put(session: Session, key: str, **values: Any) -> None:
    enqueue(session, "a.task", {"n": 1}, idempotency_key=key, now=NOW)
    if values:
        session.execute(
            sa.update(OutboxJob).where(OutboxJob.idempotency_key == key).values(**values)
        )


def keys(session: Session) -> set[str]:
    return set(session.scalars(sa.select(OutboxJob.idempotency_key)))


def test_a_known_key_is_no_second_job(session: Session) -> None:
    put(session, "one")
    enqueue(session, "other.task", {"n": 2}, idempotency_key="one", now=NOW)
    job = session.scalars(sa.select(OutboxJob)).one()
    assert (job.name, job.payload, job.state, job.attempts) == ("a.task", {"n": 1}, "queued", 0)
    assert job.available_at == NOW


def test_without_its_cause_there_is_no_job(session: Session) -> None:
    put(session, "kept")
    session.commit()
    put(session, "one")
    session.rollback()
    assert keys(session) == {"kept"}


def test_only_failed_jobs_are_queued_again(session: Session) -> None:
    put(session, "failed", state="failed", attempts=12, last_error="trouble")
    put(session, "done", state="done")
    later = NOW + dt.timedelta(hours=1)
    assert requeue(session, ["failed", "done", "unknown"], now=later) == 1
    jobs = jobs_by_key(session, ["failed", "done", "unknown"])
    assert (jobs["failed"].state, jobs["failed"].attempts, jobs["failed"].last_error) == (
        "queued",
        0,
        "",
    )
    assert jobs["done"].state == "done"
    assert set(jobs) == {"failed", "done"}


def test_forgetting_takes_the_prefix_literally(session: Session) -> None:
    for key in ("a_b:1", "a_b:2", "axb:1", "a%:1"):
        put(session, key)
    forget(session, "a_b:")
    assert keys(session) == {"axb:1", "a%:1"}
    forget(session, "a%")
    assert keys(session) == {"axb:1"}


def test_done_jobs_go_after_a_while(session: Session) -> None:
    long_ago = NOW - DONE_JOBS_KEPT - dt.timedelta(days=1)
    put(session, "old", state="done", available_at=long_ago)
    put(session, "new", state="done")
    put(session, "failed", state="failed", available_at=long_ago)
    put(session, "waiting", available_at=long_ago)
    delete_done_jobs(session, now=NOW)
    assert keys(session) == {"new", "failed", "waiting"}
