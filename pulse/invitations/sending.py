"""The delivery jobs of a wave: promised with the invitations, forgotten with them."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable

from sqlalchemy.orm import Session

from pulse.jobs.outbox import enqueue, forget

JOB = "invitations.deliver"


def enqueue_deliveries(
    session: Session,
    wave_id: uuid.UUID,
    invitation_ids: Iterable[uuid.UUID],
    *,
    now: dt.datetime,
    is_repeat: bool = False,
) -> None:
    """Promise one mail per invitation; a repeat comes beside the promise that failed."""
    suffix = f":{secrets.token_hex(4)}" if is_repeat else ""
    for invitation_id in invitation_ids:
        enqueue(
            session,
            JOB,
            {"invitation_id": str(invitation_id)},
            idempotency_key=f"{JOB}:{wave_id}:{invitation_id}{suffix}",
            now=now,
        )


def forget_deliveries(session: Session, wave_id: uuid.UUID) -> None:
    """Delete the wave's delivery jobs, done or not: no list of who was asked outlives the wave."""
    forget(session, f"{JOB}:{wave_id}:")
