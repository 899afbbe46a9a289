"""The outbox: a job is written in the same transaction as its cause, so neither is without the other."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pulse.jobs.models import OutboxJob

LONGEST_REASON = 300


def enqueue(
    session: Session,
    name: str,
    payload: dict[str, Any],
    *,
    idempotency_key: str,
    now: dt.datetime,
    available_at: dt.datetime | None = None,
) -> None:
    """Promise a job. Nothing happens where `idempotency_key` is known already.

    Parameters
    ----------
    payload
        Identifiers only; never a code, a token or an address.
    available_at
        Not before this moment; at once where not given.
    """
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(OutboxJob).values(
        id=uuid.uuid4(),
        name=name,
        payload=payload,
        idempotency_key=idempotency_key,
        state="queued",
        attempts=0,
        available_at=available_at or now,
        last_error="",
    )
    session.execute(statement.on_conflict_do_nothing(index_elements=["idempotency_key"]))


def requeue(session: Session, idempotency_keys: list[str], *, now: dt.datetime) -> int:
    """Queue failed jobs again from the start; return how many there were."""
    statement = (
        sa.update(OutboxJob)
        .where(OutboxJob.idempotency_key.in_(idempotency_keys), OutboxJob.state == "failed")
        .values(state="queued", attempts=0, available_at=now, last_error="")
    )
    return session.execute(statement).rowcount  # type: ignore[attr-defined, no-any-return]


def hurry(session: Session, idempotency_keys: list[str], *, now: dt.datetime) -> None:
    """Let jobs that failed or wait for another try begin at once, with all their tries."""
    statement = (
        sa.update(OutboxJob)
        .where(
            OutboxJob.idempotency_key.in_(idempotency_keys),
            OutboxJob.state.in_(("queued", "failed")),
        )
        .values(state="queued", attempts=0, available_at=now, last_error="")
    )
    session.execute(statement)


def forget(session: Session, key_prefix: str) -> None:
    """Delete every job whose idempotency key begins with `key_prefix`, whatever its state."""
    key = OutboxJob.idempotency_key
    session.execute(sa.delete(OutboxJob).where(key.startswith(key_prefix, autoescape=True)))
