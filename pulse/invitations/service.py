"""Use cases of the room `invitations`. Nothing here commits."""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.errors import WaveKeysGoneError
from pulse.credentials.secrets_store import wave_secret
from pulse.ids import GROUP_CODES
from pulse.invitations.codes import SLIP, code_hash, normalise
from pulse.invitations.errors import (
    CodeUnknownError,
    CodeUsedError,
    SlipsUsedUpError,
    WaveNotOverError,
)
from pulse.invitations.inviting import hand_out, invite_wave
from pulse.invitations.models import Invitation, InvitationCount
from pulse.invitations.queries import failed_invitations, personal_invitations
from pulse.invitations.sending import forget_deliveries, send_letter
from pulse.people.queries import active_persons, is_active_person
from pulse.waves.queries import (
    get_wave,
    issuing_waves,
    lock_issuing_wave,
    lock_open_wave,
)

__all__ = [
    "Grant",
    "follow_up",
    "hand_out",
    "invite_wave",
    "mark_delivery",
    "mark_issued",
    "reduce_wave",
    "resend_failed",
    "withdraw",
]

LONGEST_REASON = 200
NOT_CLOSED = frozenset({"planned", "open", "skipped"})


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The right to one signature by the key of one wave and group."""

    wave_id: uuid.UUID
    group_code: str


def mark_issued(session: Session, *, code: str, blinded: bytes, key_dir: Path) -> Grant:
    """Note that the invitation's one credential is issued. Commit, then sign.

    The same `blinded` again gives the same grant, so that a lost reply can be asked for again.
    `blinded` is uniform whatever it hides: its hash links to nothing.

    Raises
    ------
    CodeUnknownError
        No wave whose ballots can be taken has an invitation with this code, or its person left.
    CodeUsedError
        It was issued for another `blinded`.
    SlipsUsedUpError
        As many slips of the group were used as were made with the wave; roll back.
    WaveClosedError
        The wave is closing at this moment.
    """
    normal = normalise(code)
    found = normal and _find(session, normal, key_dir)
    if not found:
        raise CodeUnknownError
    wave_id, hashed = found
    lock_issuing_wave(session, wave_id)
    blinded_hash = hashlib.sha256(blinded).digest()
    claim = (
        sa.update(Invitation)
        .where(
            Invitation.code_hash == hashed,
            Invitation.is_issued.is_(False),
            Invitation.is_void.is_(False),
            # Who left gets no further credential; one that is issued stays good for ever.
            sa.or_(Invitation.person_id.is_(None), is_active_person(Invitation.person_id)),
        )
        .values(is_issued=True, blinded_hash=blinded_hash)
        .returning(Invitation.batch)
    )
    batch = session.scalar(claim)
    found_row = session.execute(
        sa.select(Invitation.group_code, Invitation.is_issued, Invitation.blinded_hash).where(
            Invitation.code_hash == hashed, Invitation.is_void.is_(False)
        )
    ).one_or_none()
    # Voided by a reprint at this moment, or its person left.
    if found_row is None or not found_row.is_issued:
        raise CodeUnknownError
    if found_row.blinded_hash != blinded_hash:
        raise CodeUsedError
    if batch:
        _require_room(session, wave_id, found_row.group_code)
    return Grant(wave_id=wave_id, group_code=found_row.group_code)


def mark_delivery(
    session: Session, invitation_id: uuid.UUID, letter: str, delivery: str, reason: str = ""
) -> None:
    """Note how a mail to one person went: "sent" or "failed". An older letter is not noted."""
    session.execute(
        sa.update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.letter == letter)
        .values(delivery=delivery, delivery_reason=reason[:LONGEST_REASON])
    )


def resend_failed(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> int:
    """Send again what could not be delivered; return how many mails that are.

    Raises
    ------
    WaveClosedError
        The wave takes neither answers nor hands out ballots.
    """
    lock_issuing_wave(session, wave_id)
    failed = failed_invitations(session, wave_id)
    for letter in sorted(set(failed.values())):
        again = [invitation_id for invitation_id, own in failed.items() if own == letter]
        send_letter(session, wave_id, again, letter, now=now, is_repeat=True)
    return len(failed)


def follow_up(session: Session, wave_id: uuid.UUID, letter: str, *, now: dt.datetime) -> None:
    """Write once more to everybody with a personal invitation, whether or not they have answered.

    Raises
    ------
    WaveClosedError
        The wave is not open.
    """
    lock_open_wave(session, wave_id)
    company_id = get_wave(session, wave_id).company_id
    present = {person.id for person in active_persons(session, company_id) if person.email}
    personal = personal_invitations(session, wave_id)
    ids = [one.id for person_id, one in personal.items() if person_id in present]
    send_letter(session, wave_id, ids, letter, now=now)


def withdraw(session: Session, wave_id: uuid.UUID) -> bool:
    """Delete the invitations of a wave that is left out; say whether it still is."""
    if get_wave(session, wave_id).state != "skipped":
        return False
    session.execute(sa.delete(Invitation).where(Invitation.wave_id == wave_id))
    forget_deliveries(session, wave_id)
    return True


def reduce_wave(session: Session, wave_id: uuid.UUID) -> None:
    """Keep the numbers of a wave that was counted, delete its invitations. Harmless when repeated.

    Raises
    ------
    WaveNotOverError
        The wave has not closed.
    """
    if get_wave(session, wave_id).state in NOT_CLOSED:
        raise WaveNotOverError
    is_reduced = session.scalar(
        sa.select(sa.func.count())
        .select_from(InvitationCount)
        .where(InvitationCount.wave_id == wave_id)
    )
    if not is_reduced:
        session.execute(sa.insert(InvitationCount), _numbers(session, wave_id))
    session.execute(sa.delete(Invitation).where(Invitation.wave_id == wave_id))
    forget_deliveries(session, wave_id)


def _find(session: Session, code: str, key_dir: Path) -> tuple[uuid.UUID, bytes] | None:
    for wave in issuing_waves(session):
        try:
            pepper = wave_secret(key_dir, wave.id, "pepper")
        except WaveKeysGoneError:
            continue
        hashed = code_hash(pepper, code)
        known = sa.select(Invitation.wave_id).where(
            Invitation.code_hash == hashed, Invitation.is_void.is_(False)
        )
        if session.scalar(known) == wave.id:
            return wave.id, hashed
    return None


def _require_room(session: Session, wave_id: uuid.UUID, group_code: str) -> None:
    """Let no reprint raise the number of ballots above the number of people."""
    slips = (
        Invitation.wave_id == wave_id,
        Invitation.group_code == group_code,
        Invitation.channel == SLIP,
    )
    n_people, n_issued = session.execute(
        sa.select(
            sa.func.count().filter(Invitation.batch == 0),
            sa.func.count().filter(Invitation.is_issued),
        ).where(*slips)
    ).one()
    if n_issued > n_people:
        raise SlipsUsedUpError


def _numbers(session: Session, wave_id: uuid.UUID) -> list[dict[str, Any]]:
    # A slip stands for a person once, however often it was printed anew.
    is_person = sa.and_(
        Invitation.batch == 0, sa.or_(Invitation.channel == SLIP, Invitation.is_void.is_(False))
    )
    rows = session.execute(
        sa.select(
            Invitation.group_code,
            sa.func.count().filter(is_person),
            sa.func.count().filter(Invitation.is_issued),
            sa.func.count().filter(Invitation.delivery == "failed"),
        )
        .where(Invitation.wave_id == wave_id)
        .group_by(Invitation.group_code)
    )
    found = {group_code: numbers for group_code, *numbers in rows}
    names = ("n_invited", "n_issued", "n_undeliverable")
    return [
        {"wave_id": wave_id, "group_code": group_code}
        | dict(zip(names, found.get(group_code, (0, 0, 0)), strict=True))
        for group_code in GROUP_CODES
    ]
