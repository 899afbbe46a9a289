"""How many were invited, by group: the only door through which reports see this room."""

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.invitations.errors import NoLiveNumbersError
from pulse.invitations.models import InvitationCount


@dataclass(frozen=True, kw_only=True)
class InvitationCountView:
    """The numbers of one wave and group. `n_issued` counts credentials, so at most that many answer."""

    n_invited: int
    n_issued: int
    n_undeliverable: int


def wave_counts(session: Session, wave_id: uuid.UUID) -> dict[str, InvitationCountView]:
    """Return the numbers of a wave by group.

    Raises
    ------
    NoLiveNumbersError
        The wave has not closed, or its invitations are not reduced yet: there are no live numbers.
    """
    rows = session.execute(
        sa.select(
            InvitationCount.group_code,
            InvitationCount.n_invited,
            InvitationCount.n_issued,
            InvitationCount.n_undeliverable,
        ).where(InvitationCount.wave_id == wave_id)
    )
    counts = {
        code: InvitationCountView(
            n_invited=n_invited, n_issued=n_issued, n_undeliverable=n_undeliverable
        )
        for code, n_invited, n_issued, n_undeliverable in rows
    }
    if not counts:
        raise NoLiveNumbersError
    return counts
