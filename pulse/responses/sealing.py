"""Sealing a ballot so that nobody reads it before the count, nor after the key is gone.

HPKE, RFC 9180, base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; the suite that
WebCrypto and `cryptography` both offer. `cryptography` has no associated data for it, so the sealed
text is bound through HPKE's `info` = label | H(t): moved to another wave, group or token, it does
not open. Every ballot has the same length, or the length would tell who wrote a long comment.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from pulse.credentials.envelope_key import EnvelopePrivateKey, EnvelopePublicKey

BODY_BYTES = 2048
LENGTH_BYTES = 2
MAX_BODY_BYTES = BODY_BYTES - LENGTH_BYTES
SEALED_BYTES = 65 + BODY_BYTES + 16  # ephemeral point | padded body | AES-GCM tag

_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class BodyTooLongError(ValueError):
    """A ballot body does not fit the envelope."""


class UnopenableError(ValueError):
    """A sealed ballot is damaged, foreign, or bound to another wave, group or token."""


def pad(body: bytes) -> bytes:
    """Bring a body to exactly 2,048 bytes: its length (two bytes, big-endian), itself, zeros.

    Raises
    ------
    BodyTooLongError
        Above 2,046 bytes; never cut, since half an answer is a wrong answer.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BodyTooLongError(f"a ballot has at most {MAX_BODY_BYTES} bytes")
    return (len(body).to_bytes(LENGTH_BYTES) + body).ljust(BODY_BYTES, b"\0")


def unpad(padded: bytes) -> bytes:
    """Undo `pad`.

    Raises
    ------
    UnopenableError
        If the whole or the stated length is wrong, or the padding is not zero: a hidden mark there
        could make a ballot recognisable.
    """
    size = int.from_bytes(padded[:LENGTH_BYTES])
    body, rest = padded[LENGTH_BYTES : LENGTH_BYTES + size], padded[LENGTH_BYTES + size :]
    if len(padded) != BODY_BYTES or len(body) != size or any(rest):
        raise UnopenableError("the padding is wrong")
    return body


def seal(key: EnvelopePublicKey, label: bytes, token_hash: bytes, body: bytes) -> bytes:
    """Pad and seal a ballot body; the result always has `SEALED_BYTES` bytes.

    Parameters
    ----------
    key
        Envelope key of the wave.
    label, token_hash
        What the sealed ballot is bound to: `message.label` and `message.token_hash` of the
        credential that casts it.
    body
        The answers, at most 2,046 bytes.

    Raises
    ------
    BodyTooLongError
        As `pad`.
    """
    return _SUITE.encrypt(pad(body), key.ec_key, info=label + token_hash)


def unseal(key: EnvelopePrivateKey, label: bytes, token_hash: bytes, sealed: bytes) -> bytes:
    """Open what `seal` made, for the same label and token.

    Raises
    ------
    UnopenableError
        If it was made for another key, wave, group or token, or was changed on the way.
    """
    if len(sealed) != SEALED_BYTES:
        raise UnopenableError("a sealed ballot has another length")
    try:
        padded = _SUITE.decrypt(sealed, key.ec_key, info=label + token_hash)
    except (InvalidTag, ValueError) as error:
        raise UnopenableError("the sealed ballot does not open") from error
    return unpad(padded)
