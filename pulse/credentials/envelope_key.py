"""The envelope key E of a wave: ballots are sealed to it, and its destruction makes them unreadable.

P-256, because WebCrypto and `cryptography` share it on every browser in use. It lives beside the
issuance keys and below the ballot box, so that one room makes and destroys all keys of a wave;
`pulse.responses.sealing` uses it.

A trustee has a key of the same kind, locked by a passphrase; a wave's key can be sealed to it (HPKE
with the suite of the ballots), so that nobody without the passphrase opens a ballot.
"""

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from pulse.credentials.blind_rsa import RandomBytes
from pulse.credentials.message import from_base64url, to_base64url

# scrypt with 32 MiB, three passes: OWASP's profile for small memory, about 0.3 s a guess.
_SCRYPT: Final = {"n": 2**15, "r": 8, "p": 3, "maxmem": 2**26, "dklen": 32}
_WRAP_MAGIC = b"pulse/v1 wrapped envelope key\n"
_SEALING: Final = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
# The wave follows: the file of one wave cannot be passed off as that of another.
_SEALED_FOR = b"pulse/v1|envelope key for the trustee|"
_SALT_BYTES = 16
_NONCE_BYTES = 12


class EnvelopeKeyError(ValueError):
    """What was read is no P-256 key."""


class WrongPassphraseError(EnvelopeKeyError):
    """The passphrase does not open the key (or the file was changed)."""


@dataclass(frozen=True)
class EnvelopePublicKey:
    """The public half: published in the wave notice, used by every browser."""

    ec_key: ec.EllipticCurvePublicKey

    def __post_init__(self) -> None:
        _require_p256(self.ec_key.curve)

    @classmethod
    def from_spki(cls, der: bytes) -> "EnvelopePublicKey":
        """Read a DER SubjectPublicKeyInfo; raises `EnvelopeKeyError`."""
        try:
            key = serialization.load_der_public_key(der)
        except ValueError as error:
            raise EnvelopeKeyError("not a public key") from error
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise EnvelopeKeyError("not an elliptic curve key")
        return cls(key)

    @property
    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo, 91 bytes: the form that browsers import."""
        return self.ec_key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def kid(self) -> str:
        """SHA-256 of `spki`, 64 hexadecimal digits: what the wave notice publishes."""
        return hashlib.sha256(self.spki).hexdigest()


@dataclass(frozen=True)
class EnvelopePrivateKey:
    """The private half; lives in the key folder until the count, then nowhere."""

    ec_key: ec.EllipticCurvePrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        _require_p256(self.ec_key.curve)

    @classmethod
    def generate(cls) -> "EnvelopePrivateKey":
        """Make a fresh key from the system's random source."""
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_key(self) -> EnvelopePublicKey:
        """The public half."""
        return EnvelopePublicKey(self.ec_key.public_key())

    def to_pem(self) -> bytes:
        """Return the key as unencrypted PKCS #8 PEM, for a file of mode 0600 in the key folder."""
        return self.ec_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @classmethod
    def from_pem(cls, pem: bytes) -> "EnvelopePrivateKey":
        """Read what `to_pem` wrote; raises `EnvelopeKeyError`."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise EnvelopeKeyError("not a private key") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise EnvelopeKeyError("not an elliptic curve key")
        return cls(key)

    def wrap(self, passphrase: str, random: RandomBytes = secrets.token_bytes) -> bytes:
        """Return the key locked with a trustee's passphrase.

        PKCS #8's own encryption is not used: `cryptography` gives it 2,048 rounds of PBKDF2, which
        a stolen file does not survive for long.
        """
        salt, nonce = random(_SALT_BYTES), random(_NONCE_BYTES)
        locked = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, self.to_pem(), _WRAP_MAGIC)
        return _WRAP_MAGIC + salt + nonce + locked

    @classmethod
    def unwrap(cls, wrapped: bytes, passphrase: str) -> "EnvelopePrivateKey":
        """Read what `wrap` wrote.

        Raises
        ------
        EnvelopeKeyError
            If this is no wrapped key.
        WrongPassphraseError
            If the passphrase does not open it.
        """
        if not is_wrapped(wrapped):
            raise EnvelopeKeyError("not a wrapped key")
        body = wrapped.removeprefix(_WRAP_MAGIC)
        salt, nonce = body[:_SALT_BYTES], body[_SALT_BYTES : _SALT_BYTES + _NONCE_BYTES]
        locked = body[_SALT_BYTES + _NONCE_BYTES :]
        try:
            pem = AESGCM(_stretch(passphrase, salt)).decrypt(nonce, locked, _WRAP_MAGIC)
        except (InvalidTag, ValueError) as error:
            raise WrongPassphraseError("the passphrase does not open the key") from error
        return cls.from_pem(pem)


@dataclass(frozen=True)
class SealedEnvelope:
    """An envelope key that only the trustee's private key opens.

    Attributes
    ----------
    public_key
        Of the envelope: browsers need it while nobody can open anything.
    trustee
        The id (`kid`) of the trustee's key.
    """

    public_key: EnvelopePublicKey
    trustee: str
    sealed: bytes = field(repr=False)

    def to_json(self) -> bytes:
        """Return the content of the file."""
        content = {
            "public": to_base64url(self.public_key.spki),
            "trustee": self.trustee,
            "sealed": to_base64url(self.sealed),
        }
        return json.dumps(content).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "SealedEnvelope":
        """Read what `to_json` wrote; raises `EnvelopeKeyError`."""
        try:
            values = json.loads(content)
            return cls(
                EnvelopePublicKey.from_spki(from_base64url(values["public"])),
                str(values["trustee"]),
                from_base64url(values["sealed"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise EnvelopeKeyError("not a sealed envelope key") from error


def seal_envelope(
    key: EnvelopePrivateKey, trustee: EnvelopePublicKey, wave_id: uuid.UUID
) -> SealedEnvelope:
    """Seal a wave's envelope key to the trustee."""
    bound_to = _SEALED_FOR + wave_id.bytes
    sealed = _SEALING.encrypt(key.to_pem(), trustee.ec_key, info=bound_to)
    return SealedEnvelope(key.public_key, trustee.kid, sealed)


def unseal_envelope(
    envelope: SealedEnvelope, trustee: EnvelopePrivateKey, wave_id: uuid.UUID
) -> EnvelopePrivateKey:
    """Open what `seal_envelope` made.

    Raises
    ------
    EnvelopeKeyError
        Another trustee's, another wave's, or changed; or what it holds is not the wave's key.
    """
    bound_to = _SEALED_FOR + wave_id.bytes
    try:
        pem = _SEALING.decrypt(envelope.sealed, trustee.ec_key, info=bound_to)
    except (InvalidTag, ValueError) as error:
        raise EnvelopeKeyError("the sealed envelope key does not open") from error
    key = EnvelopePrivateKey.from_pem(pem)
    if key.public_key.spki != envelope.public_key.spki:
        raise EnvelopeKeyError("the sealed key is not that of the envelope")
    return key


def is_wrapped(stored: bytes) -> bool:
    """Whether a stored private key waits for a trustee's passphrase."""
    return stored.startswith(_WRAP_MAGIC)


def _stretch(passphrase: str, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, **_SCRYPT)


def _require_p256(curve: ec.EllipticCurve) -> None:
    if not isinstance(curve, ec.SECP256R1):
        raise EnvelopeKeyError("need a key on the curve P-256")
