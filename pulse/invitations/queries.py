"""Every SELECT of the room `invitations`, except the numbers (`counts`)."""

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from pulse.companies.queries import all_companies
from pulse.credentials.secrets_store import wave_secret
from pulse.ids import GROUP_CODES, InvitationId
from pulse.invitations.codes import SLIP, code_for
from pulse.invitations.models import Invitation
from pulse.people.queries import PersonView, active_persons
from pulse.waves.queries import WaveView, latest_closed, open_waves

ORDER = {"failed": 0, "queued": 1, "sent": 2}


@dataclass(frozen=True, kw_only=True)
class InvitationView:
    """A personal invitation as far as its mails go.

    `has_ballot` decides which link a mail carries and is told to nobody else.
    """

    id: InvitationId
    wave_id: uuid.UUID
    group_code: str
    person_id: uuid.UUID
    letter: str
    delivery: str
    has_ballot: bool


@dataclass(frozen=True, kw_only=True)
class PersonalView:
    """An invitation of a person, and the group whose vote it is."""

    id: InvitationId
    group_code: str


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """How far the mail to one person is: "queued", "sent", or "failed" with a reason."""

    person: PersonView
    delivery: str
    reason: str


def get_invitation(session: Session, invitation_id: uuid.UUID) -> InvitationView | None:
    """Return a personal invitation; nothing where its wave is over."""
    row = session.execute(
        sa.select(
            Invitation.id,
            Invitation.wave_id,
            Invitation.group_code,
            Invitation.person_id,
            Invitation.letter,
            Invitation.delivery,
            Invitation.is_issued.label("has_ballot"),
        ).where(Invitation.id == invitation_id, Invitation.person_id.is_not(None))
    ).one_or_none()
    return row and InvitationView(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def personal_invitations(session: Session, wave_id: uuid.UUID) -> dict[uuid.UUID, PersonalView]:
    """Return the personal invitations of a wave by person."""
    rows = session.execute(
        sa.select(Invitation.person_id, Invitation.id, Invitation.group_code).where(
            Invitation.wave_id == wave_id, Invitation.person_id.is_not(None)
        )
    )
    return {
        person_id: PersonalView(id=InvitationId(invitation_id), group_code=group_code)
        for person_id, invitation_id, group_code in rows
        if person_id is not None
    }


def failed_invitations(session: Session, wave_id: uuid.UUID) -> dict[uuid.UUID, str]:
    """Return the personal invitations whose last mail could not be delivered, with its letter."""
    select = sa.select(Invitation.id, Invitation.letter).where(
        Invitation.wave_id == wave_id, Invitation.delivery == "failed"
    )
    return {row.id: row.letter for row in session.execute(select)}


def deliveries(session: Session, wave: WaveView) -> tuple[DeliveryView, ...]:
    """Return the delivery to each person of a wave: what failed first, then what waits."""
    rows = session.execute(
        sa.select(Invitation.person_id, Invitation.delivery, Invitation.delivery_reason).where(
            Invitation.wave_id == wave.id, Invitation.person_id.is_not(None)
        )
    )
    found = {person_id: (delivery, reason) for person_id, delivery, reason in rows}
    views = [
        DeliveryView(person=person, delivery=found[person.id][0], reason=found[person.id][1])
        for person in active_persons(session, wave.company_id)
        if person.id in found
    ]
    return tuple(sorted(views, key=lambda view: ORDER[view.delivery]))


def count_states(views: tuple[DeliveryView, ...]) -> dict[str, int]:
    """Return how many mails failed, wait and went out."""
    states = Counter(view.delivery for view in views)
    return {state: states[state] for state in ORDER}


def slip_codes(session: Session, wave_id: uuid.UUID, *, key_dir: Path) -> dict[str, list[str]]:
    """Return the codes of each group's last print in normal form, used or not: nobody is told.

    Raises
    ------
    WaveKeysGoneError
        The wave is over.
    """
    secret = wave_secret(key_dir, wave_id, "code")
    rows = session.execute(
        sa.select(Invitation.id, Invitation.group_code).where(*_printed(wave_id))
    )
    codes: dict[str, list[str]] = {str(group): [] for group in GROUP_CODES}
    for invitation_id, group_code in rows:
        codes[group_code].append(code_for(secret, invitation_id, group_code, SLIP))
    return codes


def slip_numbers(session: Session, wave_id: uuid.UUID) -> dict[str, int]:
    """Return how many slips each group has to print: those of its last print, used or not."""
    return _counted(session, _printed(wave_id))


def slip_head_counts(session: Session, wave_id: uuid.UUID) -> dict[str, int]:
    """Return how many people of each group take slips: as many as were made with the wave."""
    return _counted(session, (*_slips_of(wave_id), Invitation.batch == 0))


def last_closing_day(session: Session) -> dt.date | None:
    """Return the day on which the only company's last survey closed, where none is open now.

    With several companies it stays untold: nobody shall learn another company's calendar.
    """
    companies = all_companies(session)
    if len(companies) != 1 or open_waves(session):
        return None
    wave = latest_closed(session, companies[0].id)
    if wave is None:
        return None
    ended = wave.closed_at or wave.closes_at
    return ended.astimezone(ZoneInfo(companies[0].time_zone)).date()


def _slips_of(wave_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return Invitation.wave_id == wave_id, Invitation.channel == SLIP


def _printed(wave_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    """Select the last print of each group. It does not depend on what was used since."""
    other = aliased(Invitation)
    last = (
        sa.select(sa.func.max(other.batch))
        .where(
            other.wave_id == wave_id,
            other.channel == SLIP,
            other.group_code == Invitation.group_code,
        )
        .scalar_subquery()
    )
    return *_slips_of(wave_id), Invitation.batch == last


def _counted(session: Session, conditions: tuple[sa.ColumnElement[bool], ...]) -> dict[str, int]:
    rows = session.execute(
        sa.select(Invitation.group_code, sa.func.count())
        .where(*conditions)
        .group_by(Invitation.group_code)
    )
    found = {str(code): int(number) for code, number in rows}
    return {str(code): found.get(code, 0) for code in GROUP_CODES}
