"""Signs blinded credentials. It never sees what it signs, nor who asked."""

import uuid
from pathlib import Path

from pulse.credentials.blind_rsa import InvalidInputError, blind_sign
from pulse.credentials.errors import BlindedRefusedError
from pulse.credentials.secrets_store import issuance_private_key


def sign_blinded(key_dir: Path, wave_id: uuid.UUID, group_code: str, blinded: bytes) -> bytes:
    """Return the blind signature; the same for the same `blinded`.

    Raises
    ------
    WaveKeysGoneError
        The wave is over.
    BlindedRefusedError
        `blinded` is no number that may be signed.
    """
    key = issuance_private_key(key_dir, wave_id, group_code)
    try:
        return blind_sign(key, blinded)
    except InvalidInputError as error:
        raise BlindedRefusedError from error
