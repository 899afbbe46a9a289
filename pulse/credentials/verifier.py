"""Checks a credential that comes with a ballot. Knows no person and no invitation."""

import uuid

from sqlalchemy.orm import Session

from pulse.credentials.blind_rsa import BlindRsaError, PublicKey, verify
from pulse.credentials.errors import CredentialRefusedError
from pulse.credentials.message import MalformedMessageError, label, parse_message, token_hash
from pulse.credentials.queries import wave_keys


def verify_credential(
    session: Session, *, wave_id: uuid.UUID, group_code: str, message: bytes, signature: bytes
) -> bytes:
    """Return H(t), the hash of the token inside a valid credential.

    Raises
    ------
    CredentialRefusedError
        Another wave, another group, a wrong structure or a wrong signature.
    WaveKeysGoneError
        The wave has no keys.
    """
    key = wave_keys(session, wave_id).issuance.get(group_code)
    if key is None:
        raise CredentialRefusedError
    try:
        token = parse_message(message, label(str(wave_id), group_code, key.kid))
        verify(PublicKey.from_spki(key.spki), message, signature)
    except (MalformedMessageError, BlindRsaError) as error:
        raise CredentialRefusedError from error
    return token_hash(token)
