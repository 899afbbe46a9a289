"""Makes the invitations of a wave: the personal ones ahead, or all of them as it opens."""

import datetime as dt
import secrets
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView, get_company
from pulse.credentials.secrets_store import wave_secret
from pulse.ids import GROUP_CODES
from pulse.invitations.codes import EMAIL, SLIP, code_for, code_hash
from pulse.invitations.errors import NobodyToInviteError
from pulse.invitations.models import Invitation
from pulse.invitations.queries import PersonalView, personal_invitations
from pulse.invitations.sending import RESULT, SURVEY, WELCOME, promise_follow_ups, send_letter
from pulse.people.queries import PersonView, active_persons
from pulse.surveys.rotation import common_pair, mode_for
from pulse.waves.calendar import follow_up_moments
from pulse.waves.queries import WaveView, get_wave, latest_closed
from pulse.waves.service import open_wave

EXPECTED_SHARE = 0.75  # of the invited, before anybody has answered


def hand_out(session: Session, wave_id: uuid.UUID, *, key_dir: Path, now: dt.datetime) -> None:
    """Make the personal invitations of a planned wave and mail them, ahead of its opening.

    Nothing happens where it is not handed out ahead, or open already. Slips are made at the
    opening, as ever.
    """
    wave = get_wave(session, wave_id)
    if wave.state != "planned" or wave.ahead_at is None:
        return
    people = active_persons(session, wave.company_id)
    kept = _keep_fitting(session, wave, people)
    letter = WELCOME if latest_closed(session, wave.company_id) is None else RESULT
    rows = [row | {"letter": letter} for row in _personal(wave, people, kept)]
    insert_rows(session, rows, wave_id, key_dir)
    send_letter(session, wave_id, [row["id"] for row in rows], letter, now=now)


def invite_wave(session: Session, wave_id: uuid.UUID, *, key_dir: Path, now: dt.datetime) -> None:
    """Invite everybody and open the wave. Nothing happens where it is not planned any more.

    Who was invited ahead keeps that invitation. Who left since then loses it, unless the
    credential is issued: nobody knows which one that is, so it cannot be taken back.

    Raises
    ------
    NobodyToInviteError
        A group has neither a person nor a slip.
    """
    wave = get_wave(session, wave_id)
    if wave.state != "planned":
        return
    company = get_company(session, wave.company_id)
    people = active_persons(session, wave.company_id)
    kept = _keep_fitting(session, wave, people)
    rows = _personal(wave, people, kept) + _slips(wave, people, kept, company)
    groups = [row["group_code"] for row in rows] + [one.group_code for one in kept.values()]
    _require_both(groups, company)
    insert_rows(session, rows, wave_id, key_dir)
    open_wave(session, wave_id, now=now, rotation=_rotation(groups, company, wave.month))
    present = {person.id for person in people if person.email}
    mailed = [row["id"] for row in rows if row["channel"] == EMAIL]
    mailed += [one.id for person_id, one in kept.items() if person_id in present]
    send_letter(session, wave_id, mailed, SURVEY, now=now)
    moments = follow_up_moments(now, wave.closes_at, company.time_zone, company.follow_ups)
    promise_follow_ups(session, wave_id, moments, now=now)


def _keep_fitting(
    session: Session, wave: WaveView, people: tuple[PersonView, ...]
) -> dict[uuid.UUID, PersonalView]:
    """Delete unused invitations that fit nobody any more; return those that are left, by person."""
    fitting = {(person.id, str(person.group_code)) for person in people if person.email}
    gone = [
        one.id
        for person_id, one in personal_invitations(session, wave.id).items()
        if (person_id, one.group_code) not in fitting
    ]
    # Looked at again in the statement: a credential may be issued at this very moment.
    session.execute(
        sa.delete(Invitation).where(Invitation.id.in_(gone), Invitation.is_issued.is_(False))
    )
    return personal_invitations(session, wave.id)


def _require_both(groups: list[str], company: CompanyView) -> None:
    for group in company.groups:
        if group.code not in groups:
            raise NobodyToInviteError(group=group.name(company.default_language))


def _personal(
    wave: WaveView, people: tuple[PersonView, ...], kept: dict[uuid.UUID, PersonalView]
) -> list[dict[str, Any]]:
    return [
        new_row(wave.id, person.group_code, EMAIL, person.id)
        for person in people
        if person.email and person.id not in kept
    ]


def _slips(
    wave: WaveView,
    people: tuple[PersonView, ...],
    kept: dict[uuid.UUID, PersonalView],
    company: CompanyView,
) -> list[dict[str, Any]]:
    numbers = {group.code: group.slip_head_count for group in company.groups}
    for person in people:
        # Who holds a credential has a vote already, even if the e-mail address is gone.
        numbers[person.group_code] += not person.email and person.id not in kept
    return [new_row(wave.id, code, SLIP) for code in GROUP_CODES for _ in range(numbers[code])]


def new_row(
    wave_id: uuid.UUID,
    group_code: str,
    channel: str,
    person_id: uuid.UUID | None = None,
    batch: int = 0,
) -> dict[str, Any]:
    """Return an invitation that waits for `insert_rows`."""
    return {
        "id": uuid.uuid4(),
        "wave_id": wave_id,
        "group_code": group_code,
        "channel": channel,
        "person_id": person_id,
        "is_issued": False,
        # Random, so that the later update keeps the size of the row.
        "blinded_hash": secrets.token_bytes(32),
        "is_void": False,
        "batch": batch,
        "letter": SURVEY,
        "delivery": "queued" if channel == EMAIL else "printed",
        "delivery_reason": "",
    }


def insert_rows(
    session: Session, rows: list[dict[str, Any]], wave_id: uuid.UUID, key_dir: Path
) -> None:
    """Insert invitations, sorted by hash: their order tells nothing about that of the roster."""
    secret = wave_secret(key_dir, wave_id, "code")
    pepper = wave_secret(key_dir, wave_id, "pepper")
    for row in rows:
        code = code_for(secret, row["id"], row["group_code"], row["channel"])
        row["code_hash"] = code_hash(pepper, code)
    # Sorted by hash: the order of the rows tells nothing about the order of the roster.
    if rows:
        session.execute(sa.insert(Invitation), sorted(rows, key=lambda row: row["code_hash"]))


def _rotation(
    groups: list[str], company: CompanyView, month: dt.date
) -> dict[str, tuple[str, tuple[str, ...]]]:
    rotation = {}
    for group in company.groups:
        mode = mode_for(EXPECTED_SHARE * groups.count(group.code))
        items = common_pair(month, group.makes_requests) if mode == "common" else ()
        rotation[str(group.code)] = (str(mode), tuple(items))
    return rotation
