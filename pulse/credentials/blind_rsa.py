"""Blind RSA signatures, RFC 9474. Pure: no web, no database, no clock.

The signer signs without seeing what it signs; whoever later sees the signed message cannot tell
which signing it came from. Pulse uses `RANDOMIZED` only; the three other variants of the RFC are
here because its test vectors, together, pin every line of this file.

The private key is an oracle (RFC 9474, section 7): it must be used for nothing else, it must not
leak through time, and a computing fault must never leave `blind_sign`, since one faulty signature
made with the Chinese remainder theorem gives away the factors. So gmpy2's constant-time power is
required. Where it is missing this module does not import; there is no slower substitute.
"""

import hashlib
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from gmpy2 import invert, mpz, powmod, powmod_sec

RandomBytes: TypeAlias = Callable[[int], bytes]

MIN_MODULUS_BITS = 2048
PUBLIC_EXPONENT = 65537
PREFIX_BYTES = 32
HASH_BYTES = 48  # SHA-384
# A random number misses [1, n) with probability below one half; 128 misses in a row mean that the
# random source is broken, and then stopping is right.
MAX_DRAWS = 128


class BlindRsaError(Exception):
    """A step of the protocol was refused."""


class UnsuitableKeyError(BlindRsaError):
    """The key is too short, has another exponent than 65537, or is no RSA key."""


class InvalidInputError(BlindRsaError):
    """A value has the wrong length, is out of range or shares a factor with the modulus."""


class InvalidSignatureError(BlindRsaError):
    """The signature does not belong to this message and key."""


class SigningFailureError(BlindRsaError):
    """The signer computed wrongly; nothing was handed out."""


@dataclass(frozen=True)
class Variant:
    """One of the four variants of RFC 9474, section 5; lengths in bytes."""

    name: str
    salt_bytes: int
    prefix_bytes: int


RANDOMIZED = Variant("RSABSSA-SHA384-PSS-Randomized", HASH_BYTES, PREFIX_BYTES)
VARIANTS = (
    RANDOMIZED,
    Variant("RSABSSA-SHA384-PSSZERO-Randomized", 0, PREFIX_BYTES),
    Variant("RSABSSA-SHA384-PSS-Deterministic", HASH_BYTES, 0),
    Variant("RSABSSA-SHA384-PSSZERO-Deterministic", 0, 0),
)


@dataclass(frozen=True)
class PublicKey:
    """The public half of an issuance key.

    Raises
    ------
    UnsuitableKeyError
        If e is not 65537, n is even or shorter than 2048 bits, or its length in bits is no multiple
        of eight (which no key generator makes, and which would complicate every step).
    """

    rsa_key: rsa.RSAPublicKey

    def __post_init__(self) -> None:
        bits = self.rsa_key.key_size
        if self.e != PUBLIC_EXPONENT or self.n % 2 == 0 or bits < MIN_MODULUS_BITS or bits % 8:
            raise UnsuitableKeyError(f"need e = {PUBLIC_EXPONENT}, n odd, >= 2048 bits")

    @classmethod
    def from_spki(cls, der: bytes) -> "PublicKey":
        """Read a DER SubjectPublicKeyInfo; raises `UnsuitableKeyError`."""
        try:
            key = serialization.load_der_public_key(der)
        except ValueError as error:
            raise UnsuitableKeyError("not a public key") from error
        if not isinstance(key, rsa.RSAPublicKey):
            raise UnsuitableKeyError("not an RSA key")
        return cls(key)

    @cached_property
    def n(self) -> int:
        """The modulus."""
        return self.rsa_key.public_numbers().n

    @cached_property
    def e(self) -> int:
        """The public exponent."""
        return self.rsa_key.public_numbers().e

    @property
    def size(self) -> int:
        """Length of the modulus, and so of every blinded message and signature, in bytes."""
        return self.rsa_key.key_size // 8

    @cached_property
    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo with OID rsaEncryption, the form that browsers import."""
        return self.rsa_key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @cached_property
    def kid(self) -> str:
        """SHA-256 of `spki`, 64 hexadecimal digits: what the wave notice publishes."""
        return hashlib.sha256(self.spki).hexdigest()


@dataclass(frozen=True)
class PrivateKey:
    """The private half; its numbers never show in a `repr`.

    Raises
    ------
    UnsuitableKeyError
        As for `PublicKey`.
    """

    rsa_key: rsa.RSAPrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        PublicKey(self.rsa_key.public_key())  # refuses an unsuitable key before its first use

    @classmethod
    def generate(cls, bits: int = MIN_MODULUS_BITS) -> "PrivateKey":
        """Make a fresh key of `bits` bits from the system's random source."""
        return cls(rsa.generate_private_key(PUBLIC_EXPONENT, bits))

    @classmethod
    def from_pem(cls, pem: bytes) -> "PrivateKey":
        """Read what `to_pem` wrote; raises `UnsuitableKeyError`.

        The numbers are not proven prime again (36 ms a time, and every signature loads its key):
        a damaged key cannot leave a trace, since `blind_sign` checks each result before output.
        """
        try:
            key = serialization.load_pem_private_key(
                pem, password=None, unsafe_skip_rsa_key_validation=True
            )
        except ValueError as error:
            raise UnsuitableKeyError("not a private key") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise UnsuitableKeyError("not an RSA key")
        return cls(key)

    def to_pem(self) -> bytes:
        """Return the key as unencrypted PKCS #8 PEM, for a file of mode 0600 in the key folder."""
        return self.rsa_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @cached_property
    def public_key(self) -> PublicKey:
        """The public half."""
        return PublicKey(self.rsa_key.public_key())

    @cached_property
    def _numbers(self) -> rsa.RSAPrivateNumbers:
        return self.rsa_key.private_numbers()


@dataclass(frozen=True)
class Blinding:
    """What `blind` makes: `blinded` goes to the signer, `inv` stays with the client."""

    blinded: bytes
    inv: bytes = field(repr=False)


def prepare(msg: bytes, variant: Variant, random: RandomBytes = secrets.token_bytes) -> bytes:
    """Put the random prefix of the variant before the message (RFC 9474, section 4.1)."""
    return random(variant.prefix_bytes) + msg if variant.prefix_bytes else msg


def blind(
    key: PublicKey,
    input_msg: bytes,
    variant: Variant = RANDOMIZED,
    random: RandomBytes = secrets.token_bytes,
) -> Blinding:
    """Hide a prepared message from the signer (RFC 9474, section 4.2).

    Chance is drawn in this order: the salt, then the blinding factor. Python's own `pow` is used:
    the client works for itself, and nobody times it over many messages.

    Raises
    ------
    InvalidInputError
        If the encoded message shares a factor with n (a made-up key), or chance is broken.
    """
    salt = random(variant.salt_bytes) if variant.salt_bytes else b""
    m = int.from_bytes(_pss_encode(input_msg, key.size, salt))
    if math.gcd(m, key.n) != 1:
        raise InvalidInputError("the message shares a factor with the modulus")
    r = _random_unit(key, random)
    z = m * pow(r, key.e, key.n) % key.n
    inv = pow(r, -1, key.n)
    return Blinding(z.to_bytes(key.size), inv.to_bytes(key.size))


def blind_sign(key: PrivateKey, blinded: bytes, random: RandomBytes = secrets.token_bytes) -> bytes:
    """Sign a blinded message (RFC 9474, section 4.3).

    The same input gives the same signature whatever `random` yields: chance only hides the private
    power from whoever measures time.

    Raises
    ------
    InvalidInputError
        If `blinded` has the wrong length, is not below n, or shares a factor with n.
    SigningFailureError
        If the check s^e = m fails. The faulty value is dropped: it would reveal the key.
    """
    public = key.public_key
    n = mpz(public.n)
    m = mpz(_checked(public, blinded))
    if math.gcd(int(m), public.n) != 1:
        raise InvalidInputError("the blinded message shares a factor with the modulus")
    r = mpz(_random_unit(public, random))
    masked = m * powmod(r, public.e, n) % n
    s = _private_power(key, masked) * invert(r, n) % n
    if powmod(s, public.e, n) != m:
        raise SigningFailureError("the signature did not verify and was dropped")
    return int(s).to_bytes(public.size)


def finalize(
    key: PublicKey,
    input_msg: bytes,
    blind_sig: bytes,
    inv: bytes,
    variant: Variant = RANDOMIZED,
) -> bytes:
    """Unblind the signer's answer and check it (RFC 9474, section 4.4).

    Raises
    ------
    InvalidInputError
        If `blind_sig` or `inv` has the wrong length or is not below n.
    InvalidSignatureError
        If the signer answered wrongly.
    """
    s = _checked(key, blind_sig) * _checked(key, inv) % key.n
    sig = s.to_bytes(key.size)
    verify(key, input_msg, sig, variant)
    return sig


def verify(key: PublicKey, input_msg: bytes, sig: bytes, variant: Variant = RANDOMIZED) -> None:
    """Check an unblinded signature: plain RSASSA-PSS with SHA-384 (RFC 9474, section 4.5).

    It raises instead of returning a truth value, so that it cannot be forgotten in an `if`.

    Raises
    ------
    InvalidSignatureError
        If the signature does not belong to this message and key.
    """
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), variant.salt_bytes)
    try:
        key.rsa_key.verify(sig, input_msg, pss, hashes.SHA384())
    except InvalidSignature as error:
        raise InvalidSignatureError("the signature does not verify") from error


def _private_power(key: PrivateKey, base: mpz) -> mpz:
    """base^d mod n by the Chinese remainder theorem; about three times faster than directly."""
    numbers = key._numbers  # noqa: SLF001 - the private numbers stay inside this module
    s_p = _half_power(base, numbers.dmp1, numbers.p)
    s_q = _half_power(base, numbers.dmq1, numbers.q)
    return s_q + numbers.q * (numbers.iqmp * (s_p - s_q) % numbers.p)


def _half_power(base: mpz, exponent: int, prime: int) -> mpz:
    """Return base^exponent mod prime, in a time that does not depend on the exponent."""
    return powmod_sec(base % prime, exponent, prime)


def _checked(key: PublicKey, value: bytes) -> int:
    """Read a number of exactly the modulus' length and below the modulus."""
    number = int.from_bytes(value)
    if len(value) != key.size or number >= key.n:
        raise InvalidInputError(f"need {key.size} bytes, below the modulus")
    return number


def _random_unit(key: PublicKey, random: RandomBytes) -> int:
    """Draw a uniform number that has an inverse mod n, by drawing until one fits."""
    for _ in range(MAX_DRAWS):
        r = int.from_bytes(random(key.size))
        if 0 < r < key.n and math.gcd(r, key.n) == 1:
            return r
    raise InvalidInputError("the random source does not work")


def _pss_encode(message: bytes, em_bytes: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, section 9.1.1, with SHA-384 and emBits = 8 * em_bytes - 1."""
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block_bytes = em_bytes - HASH_BYTES - 1
    block = (b"\x01" + salt).rjust(block_bytes, b"\0")
    mask = _mgf1(digest, block_bytes)
    masked = bytearray(a ^ b for a, b in zip(block, mask, strict=True))
    masked[0] &= 0x7F
    return bytes(masked) + digest + b"\xbc"


def _mgf1(seed: bytes, size: int) -> bytes:
    """Mask generation function of RFC 8017, appendix B.2.1, with SHA-384."""
    blocks = range(-(-size // HASH_BYTES))
    return b"".join(hashlib.sha384(seed + i.to_bytes(4)).digest() for i in blocks)[:size]
