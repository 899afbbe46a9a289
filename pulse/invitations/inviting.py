"""Makes the invitations of a wave and opens it, in one transaction."""

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
from pulse.invitations.sending import enqueue_deliveries
from pulse.people.queries import active_persons
from pulse.surveys.rotation import common_pair, mode_for
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.service import open_wave

EXPECTED_SHARE = 0.75  # of the invited, before anybody has answered


def invite_wave(session: Session, wave_id: uuid.UUID, *, key_dir: Path, now: dt.datetime) -> None:
    """Invite everybody and open the wave. Nothing happens where it is not planned any more.

    Raises
    ------
    NobodyToInviteError
        A group has neither a person nor a slip.
    """
    wave = get_wave(session, wave_id)
    if wave.state != "planned":
        return
    company = get_company(session, wave.company_id)
    rows = _personal(session, wave) + _slips(session, wave, company)
    _require_both(rows, company)
    insert_rows(session, rows, wave_id, key_dir)
    open_wave(session, wave_id, now=now, rotation=_rotation(rows, company, wave.month))
    mailed = [row["id"] for row in rows if row["channel"] == EMAIL]
    enqueue_deliveries(session, wave_id, mailed, now=now)


def _require_both(rows: list[dict[str, Any]], company: CompanyView) -> None:
    for group in company.groups:
        if not any(row["group_code"] == group.code for row in rows):
            raise NobodyToInviteError(group=group.name(company.default_language))


def _personal(session: Session, wave: WaveView) -> list[dict[str, Any]]:
    return [
        new_row(wave.id, person.group_code, EMAIL, person.id)
        for person in active_persons(session, wave.company_id)
        if person.email
    ]


def _slips(session: Session, wave: WaveView, company: CompanyView) -> list[dict[str, Any]]:
    numbers = {group.code: group.slip_head_count for group in company.groups}
    for person in active_persons(session, wave.company_id):
        numbers[person.group_code] += not person.email
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
    session.execute(sa.insert(Invitation), sorted(rows, key=lambda row: row["code_hash"]))


def _rotation(
    rows: list[dict[str, Any]], company: CompanyView, month: dt.date
) -> dict[str, tuple[str, tuple[str, ...]]]:
    rotation = {}
    for group in company.groups:
        n_invited = sum(row["group_code"] == group.code for row in rows)
        mode = mode_for(EXPECTED_SHARE * n_invited)
        items = common_pair(month, group.makes_requests) if mode == "common" else ()
        rotation[str(group.code)] = (str(mode), tuple(items))
    return rotation
