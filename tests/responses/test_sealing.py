"""Sealed ballots: HPKE exact to RFC 9180, bound to their credential, all of one length.

`open_by_the_text` follows the text of RFC 9180 with nothing but HMAC, ECDH and AES-GCM. It opens
the RFC's vector, and what `seal` makes: so `seal` is checked by the RFC and not by its own library.
"""

import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pulse.credentials.envelope_key import EnvelopePrivateKey
from pulse.credentials.message import label, token_hash
from pulse.responses.sealing import (
    MAX_BODY_BYTES,
    SEALED_BYTES,
    BodyTooLongError,
    UnopenableError,
    pad,
    seal,
    unpad,
    unseal,
)

VECTORS = Path(__file__).parents[1] / "credentials" / "vectors"
RFC9180 = json.loads((VECTORS / "rfc9180.json").read_text())
BOUND = label("wave", "first", "kid")
HASH = token_hash(b"t" * 32)
KEM = b"KEM\x00\x10"
HPKE = b"HPKE\x00\x10\x00\x01\x00\x01"


def extract(suite: bytes, salt: bytes, name: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + name + secret, "sha256")


def expand(suite: bytes, secret: bytes, name: bytes, context: bytes, size: int) -> bytes:
    bound = size.to_bytes(2) + b"HPKE-v1" + suite + name + context + b"\x01"
    return hmac.digest(secret, bound, "sha256")[:size]


def open_by_the_text(
    key: ec.EllipticCurvePrivateKey, sealed: bytes, info: bytes, aad: bytes = b""
) -> bytes:
    enc, ciphertext = sealed[:65], sealed[65:]
    own = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    dh = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(key.curve, enc))
    shared = expand(KEM, extract(KEM, b"", b"eae_prk", dh), b"shared_secret", enc + own, 32)
    context = (
        b"\0" + extract(HPKE, b"", b"psk_id_hash", b"") + extract(HPKE, b"", b"info_hash", info)
    )
    secret = extract(HPKE, shared, b"secret", b"")
    nonce = expand(HPKE, secret, b"base_nonce", context, 12)
    return AESGCM(expand(HPKE, secret, b"key", context, 16)).decrypt(nonce, ciphertext, aad)


@pytest.fixture(scope="module")
def key() -> EnvelopePrivateKey:
    return EnvelopePrivateKey.generate()


def test_the_reading_of_the_text_matches_rfc9180() -> None:
    vector = {
        k: v if isinstance(v, dict) else bytes.fromhex(v) for k, v in list(RFC9180.items())[1:]
    }
    key = ec.derive_private_key(int.from_bytes(vector["skRm"]), ec.SECP256R1())
    encryption = {k: bytes.fromhex(v) for k, v in vector["encryption"].items()}
    sealed = vector["enc"] + encryption["ct"]
    assert open_by_the_text(key, sealed, vector["info"], encryption["aad"]) == encryption["pt"]


def test_a_sealed_ballot_opens_by_the_text(key: EnvelopePrivateKey) -> None:
    sealed = seal(key.public_key, BOUND, HASH, b"answers")
    assert open_by_the_text(key.ec_key, sealed, BOUND + HASH) == pad(b"answers")


@pytest.mark.parametrize("size", [0, 1, 1000, MAX_BODY_BYTES])
def test_every_ballot_has_one_length(key: EnvelopePrivateKey, size: int) -> None:
    body = b"a" * size
    sealed = seal(key.public_key, BOUND, HASH, body)
    assert len(sealed) == SEALED_BYTES == 2129
    assert unseal(key, BOUND, HASH, sealed) == body


def test_sealing_twice_looks_unrelated(key: EnvelopePrivateKey) -> None:
    one, two = (seal(key.public_key, BOUND, HASH, b"answers") for _ in range(2))
    assert one[:65] != two[:65]
    assert one[65:] != two[65:]


def test_a_long_body_is_refused_not_cut(key: EnvelopePrivateKey) -> None:
    with pytest.raises(BodyTooLongError):
        seal(key.public_key, BOUND, HASH, b"a" * (MAX_BODY_BYTES + 1))


def test_a_ballot_is_bound_to_its_credential(key: EnvelopePrivateKey) -> None:
    sealed = seal(key.public_key, BOUND, HASH, b"answers")
    for bound, spent in (
        (label("other", "first", "kid"), HASH),
        (label("wave", "second", "kid"), HASH),
        (BOUND, token_hash(b"u" * 32)),
    ):
        with pytest.raises(UnopenableError):
            unseal(key, bound, spent, sealed)


def test_another_key_does_not_open(key: EnvelopePrivateKey) -> None:
    sealed = seal(key.public_key, BOUND, HASH, b"answers")
    with pytest.raises(UnopenableError):
        unseal(EnvelopePrivateKey.generate(), BOUND, HASH, sealed)


def test_a_changed_ballot_does_not_open(key: EnvelopePrivateKey) -> None:
    sealed = seal(key.public_key, BOUND, HASH, b"answers")
    for place in (0, 1, 40, 64, 65, 1000, SEALED_BYTES - 1):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(UnopenableError):
            unseal(key, BOUND, HASH, bytes(changed))
    for wrong in (b"", sealed[:-1], sealed + b"\0", bytes(SEALED_BYTES)):
        with pytest.raises(UnopenableError):
            unseal(key, BOUND, HASH, wrong)


@given(st.binary(max_size=MAX_BODY_BYTES))
def test_unpadding_undoes_padding(body: bytes) -> None:
    assert unpad(pad(body)) == body


@pytest.mark.parametrize(
    "padded",
    [b"", pad(b"a")[:-1], pad(b"a") + b"\0", pad(b"a")[:-1] + b"\1", b"\xff\xff" + bytes(2046)],
)
def test_wrong_padding_is_refused(padded: bytes) -> None:
    with pytest.raises(UnopenableError):
        unpad(padded)
