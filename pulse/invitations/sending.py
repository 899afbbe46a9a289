"""The delivery jobs of a wave: promised with the invitations, forgotten with them."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.invitations.models import Invitation
from pulse.jobs.outbox import enqueue, forget

JOB = "invitations.deliver"
FOLLOW_UP = "invitations.follow_up"

# What a person may get, in this order. The first two carry the ballot, before the wave opens.
WELCOME = "welcome"
RESULT = "result"
SURVEY = "survey"
FOLLOW_UPS = ("again1", "again2")
AHEAD = frozenset({WELCOME, RESULT})


def send_letter(
    session: Session,
    wave_id: uuid.UUID,
    invitation_ids: Iterable[uuid.UUID],
    letter: str,
    *,
    now: dt.datetime,
    is_repeat: bool = False,
) -> None:
    """Promise one mail per invitation; a repeat comes beside the promise that failed."""
    wanted = list(invitation_ids)
    session.execute(
        sa.update(Invitation)
        .where(
            Invitation.id.in_(wanted),
            # Rows that were just made say so already and stay where they lie.
            sa.or_(Invitation.letter != letter, Invitation.delivery != "queued"),
        )
        .values(letter=letter, delivery="queued", delivery_reason="")
    )
    suffix = f":{secrets.token_hex(4)}" if is_repeat else ""
    for invitation_id in wanted:
        enqueue(
            session,
            JOB,
            {"invitation_id": str(invitation_id), "letter": letter},
            idempotency_key=f"{JOB}:{wave_id}:{letter}:{invitation_id}{suffix}",
            now=now,
        )


def promise_follow_ups(
    session: Session, wave_id: uuid.UUID, moments: Iterable[dt.datetime], *, now: dt.datetime
) -> None:
    """Promise the follow-up mails of an open wave, one round at each moment."""
    for letter, moment in zip(FOLLOW_UPS, moments, strict=False):
        enqueue(
            session,
            FOLLOW_UP,
            {"wave_id": str(wave_id), "letter": letter},
            idempotency_key=f"{FOLLOW_UP}:{wave_id}:{letter}",
            now=now,
            available_at=moment,
        )


def forget_deliveries(session: Session, wave_id: uuid.UUID) -> None:
    """Delete the wave's mail jobs, done or not: no list of who was asked outlives the wave."""
    for name in (JOB, FOLLOW_UP):
        forget(session, f"{name}:{wave_id}:")
