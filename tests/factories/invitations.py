"""Rows of the room `invitations` for tests."""

import uuid
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.secrets_store import wave_folder, wave_secret
from pulse.invitations.codes import code_for
from pulse.invitations.models import Invitation
from pulse.invitations.service import invite_wave
from pulse.notices.service import publish_notice
from pulse.waves.queries import WaveView, get_wave
from tests.factories.waves import make_wave


def make_secret(key_dir: Path, wave_id: uuid.UUID) -> None:
    """Give a wave its secret, without the key pairs that take longer to make."""
    folder = wave_folder(key_dir, wave_id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret").write_bytes(wave_id.bytes * 2)


def make_invited_wave(session: Session, company_id: uuid.UUID, key_dir: Path) -> WaveView:
    """Plan a wave, invite everybody and open it."""
    wave = make_wave(session, company_id)
    if not wave_folder(key_dir, wave.id).exists():
        make_secret(key_dir, wave.id)
    publish_notice(session, wave.id, envelope=b"envelope", issuance={"first": b"1", "second": b"2"})
    invite_wave(session, wave.id, key_dir=key_dir, now=wave.opens_at)
    return get_wave(session, wave.id)


def codes_of(session: Session, wave_id: uuid.UUID, key_dir: Path, channel: str) -> list[str]:
    """All codes of a channel."""
    secret = wave_secret(key_dir, wave_id, "code")
    rows = session.execute(
        sa.select(Invitation.id, Invitation.group_code).where(
            Invitation.wave_id == wave_id, Invitation.channel == channel
        )
    )
    return [code_for(secret, row.id, row.group_code, channel) for row in rows]
