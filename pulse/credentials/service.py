"""Use cases of the room `credentials`."""

import uuid
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.models import EnvelopeKey, IssuanceKey
from pulse.credentials.secrets_store import create_files
from pulse.ids import GROUP_CODES


def create_wave_keys(session: Session, wave_id: uuid.UUID, key_dir: Path) -> None:
    """Make the keys of a wave and publish their public halves. Harmless when repeated."""
    known = session.scalar(sa.select(EnvelopeKey.wave_id).where(EnvelopeKey.wave_id == wave_id))
    if known is not None:
        return
    issuance, envelope = create_files(key_dir, wave_id, GROUP_CODES)
    session.add(EnvelopeKey(wave_id=wave_id, public_key=envelope.public_key.spki))
    session.add_all(
        IssuanceKey(
            wave_id=wave_id,
            group_code=code,
            kid=key.public_key.kid,
            public_key=key.public_key.spki,
        )
        for code, key in issuance.items()
    )
    session.flush()
