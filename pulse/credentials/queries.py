"""Every SELECT of the room `credentials`: public keys, and who waits for the trustee."""

import uuid
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.errors import WaveKeysGoneError
from pulse.credentials.models import EnvelopeKey, IssuanceKey
from pulse.credentials.secrets_store import is_locked
from pulse.waves.queries import WaveView, closing_waves


@dataclass(frozen=True, kw_only=True)
class IssuanceKeyView:
    """The public key under which one group's credentials of one wave are signed."""

    kid: str
    spki: bytes


@dataclass(frozen=True, kw_only=True)
class WaveKeys:
    """All public keys of a wave: the same for everybody."""

    envelope_spki: bytes
    issuance: dict[str, IssuanceKeyView]


# Every ballot asks for them: built once, without the ORM.
_ENVELOPE = sa.select(EnvelopeKey.public_key).where(
    EnvelopeKey.wave_id == sa.bindparam("wave", type_=sa.Uuid())
)
_ISSUANCE = sa.select(IssuanceKey.group_code, IssuanceKey.kid, IssuanceKey.public_key).where(
    IssuanceKey.wave_id == sa.bindparam("wave", type_=sa.Uuid())
)


def wave_keys(session: Session, wave_id: uuid.UUID) -> WaveKeys:
    """Return the public keys of a wave.

    Raises
    ------
    WaveKeysGoneError
        None were made.
    """
    connection = session.connection()
    envelope = connection.scalar(_ENVELOPE, {"wave": wave_id})
    if envelope is None:
        raise WaveKeysGoneError
    rows = connection.execute(_ISSUANCE, {"wave": wave_id})
    issuance = {code: IssuanceKeyView(kid=kid, spki=spki) for code, kid, spki in rows}
    return WaveKeys(envelope_spki=envelope, issuance=issuance)


def waiting_waves(
    session: Session, company_id: uuid.UUID | None, key_dir: Path
) -> tuple[WaveView, ...]:
    """Return the closed waves that cannot be counted before the trustee has unlocked their key.

    Parameters
    ----------
    company_id
        None for those of all companies.
    """
    return tuple(
        wave
        for wave in closing_waves(session)
        if company_id in {None, wave.company_id} and is_locked(key_dir, wave.id)
    )
