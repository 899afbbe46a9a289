"""The respondent's side of a credential: ask blindly, then unblind.

The same steps as `static/js/blind_rsa.js`, which draws chance in the same order: prefix, token,
salt, blinding factor. Used by tests, the demo and the path without JavaScript. On that path the
server acts for the respondent, so nothing is hidden from it in that moment; that is why it accepts
paper slips only, whose holder nobody knows.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from pulse.credentials.blind_rsa import PublicKey, RandomBytes, blind, finalize
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import (
    PREFIX_BYTES,
    TOKEN_BYTES,
    build_message,
    label,
    parse_message,
)
from pulse.notices.errors import KeysDifferError
from pulse.notices.notice import checked_keys, require_key


@dataclass(frozen=True, kw_only=True)
class TrustedKeys:
    """Public keys of a wave after the comparison with its notice."""

    envelope: EnvelopePublicKey
    issuance: dict[str, PublicKey]


def trusted_keys(
    newest: str,
    first: str,
    *,
    wave: str,
    envelope: bytes,
    issuance: Mapping[str, bytes],
    number: str | None = None,
) -> TrustedKeys:
    """Return the keys that a page handed out, if they are the published ones and fit for use.

    Parameters
    ----------
    newest, first
        Texts of the wave's newest and first notice, fetched from the public address.
    envelope, issuance
        The keys of the page as SPKI, those of the groups by code.
    number
        The printed safety number, where there is one.

    Raises
    ------
    KeysDifferError, MalformedNoticeError
        As `pulse.notices.notice.checked_keys`; or a key is not the published one, or there is one
        too many or too few.
    UnsuitableKeyError, EnvelopeKeyError
        As `PublicKey` (e = 65537, n odd, at least 2048 bits) and `EnvelopePublicKey`.
    """
    notice = checked_keys(newest, first, wave=wave, number=number)
    if set(issuance) != set(notice.groups):
        raise KeysDifferError("there is not one key per group")
    require_key(notice, "envelope", envelope)
    for code, spki in issuance.items():
        require_key(notice, code, spki)
    return TrustedKeys(
        envelope=EnvelopePublicKey.from_spki(envelope),
        issuance={code: PublicKey.from_spki(spki) for code, spki in issuance.items()},
    )


@dataclass(frozen=True)
class CredentialRequest:
    """Kept until the credential is there: without `inv` the signature is lost.

    Attributes
    ----------
    label
        Wave, group and key; the message carries it.
    msg
        What will be signed without being seen.
    inv
        Undoes the blinding; secret.
    blinded
        The only part that is sent with the invitation code.
    """

    label: bytes
    msg: bytes = field(repr=False)
    inv: bytes = field(repr=False)
    blinded: bytes


@dataclass(frozen=True)
class Credential:
    """The right to cast one ballot: the message, its signature, and the token inside it."""

    msg: bytes
    sig: bytes
    token: bytes


def request_credential(
    key: PublicKey, wave: str, group: str, random: RandomBytes = secrets.token_bytes
) -> CredentialRequest:
    """Make a message for this wave, group and key, and blind it.

    The key's id comes from the key itself, so that label and signature cannot part. The caller
    must have got the key from `trusted_keys`.

    Raises
    ------
    MalformedMessageError
        If wave or group cannot stand in a label.
    """
    bound = label(wave, group, key.kid)
    prefix = random(PREFIX_BYTES)
    msg = build_message(prefix, bound, random(TOKEN_BYTES))
    blinding = blind(key, msg, random=random)
    return CredentialRequest(bound, msg, blinding.inv, blinding.blinded)


def finalize_credential(
    key: PublicKey, request: CredentialRequest, blind_signature: bytes
) -> Credential:
    """Unblind the issuer's answer and check it.

    Raises
    ------
    InvalidInputError, InvalidSignatureError
        If the issuer answered wrongly; see `pulse.credentials.blind_rsa.finalize`.
    """
    sig = finalize(key, request.msg, blind_signature, request.inv)
    return Credential(request.msg, sig, parse_message(request.msg, request.label))


def slip_random(pepper: bytes, code: str, bound: bytes) -> RandomBytes:
    """Return a stream of chance that depends on nothing but the slip, wave, group and key.

    A respondent without JavaScript who sends the form twice, or whose connection broke, must make
    the same request and spend the same token; so all four draws come from the slip's code. Give
    every request a new stream: a stream goes on, it does not start again.

    The stream is HMAC-SHA256 in counter mode under a key of its own. It differs from
    HMAC(pepper, code), which the invitation row stores, because that row must not lead to the token.
    It can still be computed by whoever has both pepper and code: the pepper stays in the key folder
    and goes with the wave's private keys.

    Parameters
    ----------
    pepper
        Secret of the installation or wave, at least 16 bytes.
    code
        The slip's code in the one normal form (upper case, no hyphens).
    bound
        The label of wave, group and key.

    Raises
    ------
    ValueError
        If the pepper is too short to be a secret.
    """
    if len(pepper) < 16:
        raise ValueError("the pepper needs at least 16 bytes")
    seed = hmac.digest(pepper, b"pulse/v1 slip credential|" + bound + code.encode(), "sha256")
    counter = 0

    def draw(size: int) -> bytes:
        nonlocal counter
        out = b""
        while len(out) < size:
            out += hmac.digest(seed, counter.to_bytes(8), "sha256")
            counter += 1
        return out[:size]

    return draw


def request_slip_credential(
    key: PublicKey, wave: str, group: str, pepper: bytes, code: str
) -> CredentialRequest:
    """Make the one request that belongs to a slip: called again, it gives the same bytes.

    Raises
    ------
    MalformedMessageError, ValueError
        As `label` and `slip_random`.
    """
    chance = slip_random(pepper, code, label(wave, group, key.kid))
    return request_credential(key, wave, group, chance)
