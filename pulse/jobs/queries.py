"""Every SELECT of the room `jobs` that other rooms need."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.jobs.models import OutboxJob


@dataclass(frozen=True, kw_only=True)
class JobView:
    """How far a job is."""

    idempotency_key: str
    state: str
    attempts: int
    last_error: str


def jobs_by_key(session: Session, keys: Sequence[str]) -> dict[str, JobView]:
    """Return the jobs with these idempotency keys, as far as they exist."""
    rows = session.execute(
        sa.select(
            OutboxJob.idempotency_key, OutboxJob.state, OutboxJob.attempts, OutboxJob.last_error
        ).where(OutboxJob.idempotency_key.in_(keys))
    )
    return {
        key: JobView(idempotency_key=key, state=state, attempts=attempts, last_error=error)
        for key, state, attempts, error in rows
    }


def trouble_under(session: Session, key_prefixes: Sequence[str]) -> str:
    """Return why a job failed or is being tried again, of those whose key begins so, or nothing."""
    key = OutboxJob.idempotency_key
    select = (
        sa.select(OutboxJob.last_error)
        .where(sa.or_(*(key.startswith(prefix, autoescape=True) for prefix in key_prefixes)))
        .where(OutboxJob.last_error != "", OutboxJob.state.in_(("failed", "queued")))
        .order_by(OutboxJob.available_at.desc())
    )
    return session.scalars(select.limit(1)).first() or ""
