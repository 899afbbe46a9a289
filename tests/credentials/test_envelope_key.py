"""The envelope key: P-256 only, saved plainly or behind a trustee's passphrase."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from pulse.credentials.envelope_key import (
    EnvelopeKeyError,
    EnvelopePrivateKey,
    EnvelopePublicKey,
    WrongPassphraseError,
    is_wrapped,
)


@pytest.fixture(scope="module")
def key() -> EnvelopePrivateKey:
    return EnvelopePrivateKey.generate()


def test_keys_survive_saving(key: EnvelopePrivateKey) -> None:
    again = EnvelopePrivateKey.from_pem(key.to_pem())
    assert again.public_key.kid == key.public_key.kid
    assert EnvelopePublicKey.from_spki(key.public_key.spki).kid == key.public_key.kid
    assert len(key.public_key.spki) == 91
    assert not is_wrapped(key.to_pem())


def test_a_passphrase_locks_the_key(key: EnvelopePrivateKey) -> None:
    wrapped = key.wrap("seven lame llamas")
    assert is_wrapped(wrapped)
    assert key.to_pem()[28:100] not in wrapped
    again = EnvelopePrivateKey.unwrap(wrapped, "seven lame llamas")
    assert again.to_pem() == key.to_pem()
    with pytest.raises(WrongPassphraseError):
        EnvelopePrivateKey.unwrap(wrapped, "seven lame llama")
    with pytest.raises(WrongPassphraseError):
        EnvelopePrivateKey.unwrap(wrapped[:-1], "seven lame llamas")
    with pytest.raises(EnvelopeKeyError):
        EnvelopePrivateKey.unwrap(key.to_pem(), "seven lame llamas")


@pytest.mark.parametrize(
    "foreign", [ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)]
)
def test_other_keys_are_refused(foreign: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    der = foreign.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(EnvelopeKeyError):
        EnvelopePublicKey.from_spki(der)
    pem = foreign.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(EnvelopeKeyError):
        EnvelopePrivateKey.from_pem(pem)


def test_garbage_is_refused() -> None:
    with pytest.raises(EnvelopeKeyError):
        EnvelopePublicKey.from_spki(b"garbage")
    with pytest.raises(EnvelopeKeyError):
        EnvelopePrivateKey.from_pem(b"garbage")


def test_secrets_do_not_show(key: EnvelopePrivateKey) -> None:
    assert repr(key) == "EnvelopePrivateKey()"
