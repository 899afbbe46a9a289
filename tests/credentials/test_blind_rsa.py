"""Blind RSA: exact to RFC 9474, and safe as a private-key oracle."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import gmpy2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from pulse.credentials import blind_rsa
from pulse.credentials.blind_rsa import (
    RANDOMIZED,
    VARIANTS,
    InvalidInputError,
    InvalidSignatureError,
    PrivateKey,
    PublicKey,
    RandomBytes,
    SigningFailureError,
    UnsuitableKeyError,
    blind,
    blind_sign,
    finalize,
    prepare,
    verify,
)

RFC9474 = json.loads((Path(__file__).parent / "vectors" / "rfc9474.json").read_text())


def rsa_key(p: int, q: int, e: int) -> rsa.RSAPrivateKey:
    """Build a key from its primes; the numbers are checked by `cryptography`."""
    d = pow(e, -1, math.lcm(p - 1, q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    parts = (rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q))
    return rsa.RSAPrivateNumbers(p, q, d, *parts, public).private_key()


def draws(*values: bytes) -> RandomBytes:
    """Return a random source that hands out the given values, in order and of these lengths."""
    queue = list(values)

    def draw(size: int) -> bytes:
        value = queue.pop(0)
        assert len(value) == size
        return value

    return draw


@pytest.fixture(scope="module")
def rfc_key() -> PrivateKey:
    return PrivateKey(rsa_key(*(int(RFC9474["key"][name], 16) for name in "pqe")))


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey.generate()


@pytest.mark.parametrize("vector", RFC9474["vectors"], ids=lambda vector: vector["name"])
def test_matches_rfc9474(rfc_key: PrivateKey, vector: dict[str, str]) -> None:
    variant = next(v for v in VARIANTS if v.name == vector["name"])
    public, value = rfc_key.public_key, {k: bytes.fromhex(v) for k, v in list(vector.items())[1:]}
    r = pow(int.from_bytes(value["inv"]), -1, public.n).to_bytes(public.size)

    input_msg = prepare(bytes.fromhex(RFC9474["msg"]), variant, draws(value["msg_prefix"]))
    assert input_msg == value["msg_prefix"] + bytes.fromhex(RFC9474["msg"])
    chance = draws(value["salt"], r) if variant.salt_bytes else draws(r)
    blinding = blind(public, input_msg, variant, chance)
    assert blinding.blinded == value["blinded_msg"]
    assert blinding.inv == value["inv"]
    blind_sig = blind_sign(rfc_key, blinding.blinded)
    assert blind_sig == value["blind_sig"]
    sig = finalize(public, input_msg, blind_sig, blinding.inv, variant)
    assert sig == value["sig"]
    verify(public, input_msg, sig, variant)


@pytest.mark.parametrize("bits", [2048, 3072])
def test_a_round_trip_with_own_chance(bits: int) -> None:
    key = PrivateKey.generate(bits)
    msg = prepare(b"message", RANDOMIZED)
    blinding = blind(key.public_key, msg)
    sig = finalize(key.public_key, msg, blind_sign(key, blinding.blinded), blinding.inv)
    assert len(sig) == key.public_key.size == bits // 8


def test_signing_is_deterministic_and_blinding_is_not(key: PrivateKey) -> None:
    """A retry gets the same signature; two blindings of one message look unrelated."""
    one, two = blind(key.public_key, b"m" * 32), blind(key.public_key, b"m" * 32)
    assert one.blinded != two.blinded
    assert blind_sign(key, one.blinded) == blind_sign(key, one.blinded)


def test_every_signing_explains_every_signature(key: PrivateKey) -> None:
    """For each signing and each credential a blinding factor exists that fits: nothing links them."""
    public = key.public_key
    seen, credentials = [], []
    for i in range(4):
        msg = prepare(b"credential %d" % i, RANDOMIZED)
        blinding = blind(public, msg)
        blind_sig = blind_sign(key, blinding.blinded)
        seen.append((int.from_bytes(blinding.blinded), int.from_bytes(blind_sig)))
        credentials.append(int.from_bytes(finalize(public, msg, blind_sig, blinding.inv)))
    for blinded, blind_sig in seen:
        for sig in credentials:
            r = blind_sig * pow(sig, -1, public.n) % public.n
            encoded = pow(sig, public.e, public.n)
            assert encoded * pow(r, public.e, public.n) % public.n == blinded


def test_blinded_outside_the_range_is_refused(key: PrivateKey) -> None:
    n, size = key.public_key.n, key.public_key.size
    for number in (n, n + 1, 2 ** (8 * size) - 1):
        with pytest.raises(InvalidInputError):
            blind_sign(key, number.to_bytes(size))
    for value in (b"", bytes(size - 1), b"\0" + blind(key.public_key, b"m").blinded):
        with pytest.raises(InvalidInputError):
            blind_sign(key, value)


def test_blinded_with_a_common_factor_is_refused(rfc_key: PrivateKey) -> None:
    p, size = int(RFC9474["key"]["p"], 16), rfc_key.public_key.size
    for number in (0, p, 5 * p):
        with pytest.raises(InvalidInputError):
            blind_sign(rfc_key, number.to_bytes(size))


@pytest.mark.parametrize("half", ["p", "q"])
def test_a_faulty_half_never_leaves(
    rfc_key: PrivateKey, half: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One wrong bit in one half of the computation: without the check it would factor the key."""
    prime = int(RFC9474["key"][half], 16)
    sound = blind_rsa._half_power

    def faulty(base: Any, exponent: int, modulus: int) -> Any:
        return sound(base, exponent, modulus) ^ (1 if modulus == prime else 0)

    monkeypatch.setattr(blind_rsa, "_half_power", faulty)
    m, n, e = 1234567, rfc_key.public_key.n, rfc_key.public_key.e
    wrong = int(blind_rsa._private_power(rfc_key, gmpy2.mpz(m)))
    assert 1 < math.gcd(pow(wrong, e, n) - m, n) < n, "the planted fault is not the dangerous one"
    blinded = blind(rfc_key.public_key, b"m").blinded
    with pytest.raises(SigningFailureError) as caught:
        blind_sign(rfc_key, blinded)
    assert not any(character.isdigit() for character in str(caught.value))


def test_a_fault_in_unblinding_never_leaves(
    key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blind_rsa, "invert", lambda r, n: gmpy2.invert(r, n) + 1)
    with pytest.raises(SigningFailureError):
        blind_sign(key, blind(key.public_key, b"m").blinded)


def test_the_private_power_is_constant_time_and_masked(
    key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both halves go through `powmod_sec`, and never twice with the same base."""
    assert blind_rsa.powmod_sec is gmpy2.powmod_sec
    bases = []

    def watched(base: Any, exponent: Any, modulus: Any) -> Any:
        bases.append(int(base))
        return gmpy2.powmod_sec(base, exponent, modulus)

    monkeypatch.setattr(blind_rsa, "powmod_sec", watched)
    blinded = blind(key.public_key, b"m").blinded
    assert blind_sign(key, blinded) == blind_sign(key, blinded)
    assert len(bases) == len(set(bases)) == 4


def test_without_gmpy2_nothing_signs() -> None:
    code = "import sys; sys.modules['gmpy2'] = None; import pulse.credentials.blind_rsa"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ModuleNotFoundError" in done.stderr


def test_a_wrong_answer_of_the_signer_is_refused(key: PrivateKey) -> None:
    public = key.public_key
    blinding = blind(public, b"message")
    blind_sig = blind_sign(key, blinding.blinded)
    changed = blind_sig[:-1] + bytes([blind_sig[-1] ^ 1])
    with pytest.raises(InvalidSignatureError):
        finalize(public, b"message", changed, blinding.inv)
    with pytest.raises(InvalidSignatureError):
        finalize(public, b"another message", blind_sig, blinding.inv)
    for answer in (b"", blind_sig[1:], public.n.to_bytes(public.size)):
        with pytest.raises(InvalidInputError):
            finalize(public, b"message", answer, blinding.inv)


def test_another_key_does_not_verify(key: PrivateKey, rfc_key: PrivateKey) -> None:
    blinding = blind(key.public_key, b"message")
    sig = finalize(key.public_key, b"message", blind_sign(key, blinding.blinded), blinding.inv)
    with pytest.raises(InvalidSignatureError):
        verify(rfc_key.public_key, b"message", sig)
    for variant in VARIANTS[1::2]:  # the empty salt is another scheme
        with pytest.raises(InvalidSignatureError):
            verify(key.public_key, b"message", sig, variant)


def test_a_broken_random_source_stops(key: PrivateKey) -> None:
    for byte in (b"\0", b"\xff"):
        with pytest.raises(InvalidInputError):
            blind(key.public_key, b"m", random=lambda size, byte=byte: byte * size)


def test_draws_above_the_modulus_are_drawn_again(key: PrivateKey) -> None:
    """Reducing them instead would favour small blinding factors."""
    size = key.public_key.size
    chance = draws(bytes(48), b"\xff" * size, bytes(size), (7).to_bytes(size))
    assert blind(key.public_key, b"m", random=chance).inv == pow(7, -1, key.public_key.n).to_bytes(
        size
    )


def test_a_message_with_a_common_factor_is_refused(
    key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blind_rsa, "_pss_encode", lambda *_: bytes(256))
    with pytest.raises(InvalidInputError):
        blind(key.public_key, b"m")


def test_keys_survive_saving(key: PrivateKey) -> None:
    again = PrivateKey.from_pem(key.to_pem())
    assert again.public_key.kid == key.public_key.kid
    public = PublicKey.from_spki(key.public_key.spki)
    assert (public.n, public.e, public.size) == (key.public_key.n, 65537, 256)
    assert len(public.kid) == 64


def test_unsuitable_keys_are_refused(rfc_key: PrivateKey) -> None:
    n = rfc_key.public_key.n
    foreign = [
        rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505 - that is the point
        rsa.generate_private_key(3, 2048).public_key(),
        rsa.generate_private_key(65537, 2052).public_key(),
        ec.generate_private_key(ec.SECP256R1()).public_key(),
    ]
    for public in foreign:
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(UnsuitableKeyError):
            PublicKey.from_spki(der)
    for value in (b"", b"-----BEGIN", n.to_bytes(512)):
        with pytest.raises(UnsuitableKeyError):
            PublicKey.from_spki(value)
        with pytest.raises(UnsuitableKeyError):
            PrivateKey.from_pem(value)


def test_unsuitable_private_keys_are_refused() -> None:
    for foreign in (
        rsa.generate_private_key(3, 2048),
        ec.generate_private_key(ec.SECP256R1()),
    ):
        pem = foreign.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(UnsuitableKeyError):
            PrivateKey.from_pem(pem)


def test_secrets_do_not_show(key: PrivateKey) -> None:
    shown = repr(key) + repr(blind(key.public_key, b"m"))
    assert "inv" not in shown
    assert "RSAPrivateKey" not in shown
