"""The respondent's side in Python, with chance of its own or from a slip."""

import hmac

import pytest

from pulse.credentials.blind_rsa import InvalidSignatureError, PrivateKey, blind_sign, verify
from pulse.credentials.client import (
    finalize_credential,
    request_credential,
    request_slip_credential,
    slip_random,
)
from pulse.credentials.message import MalformedMessageError, label, parse_message

WAVE = "6b0e2f0a-8f0e-4a52-9b5e-0c6b0f6f2a11"
PEPPER = b"a pepper of the wave"
CODE = "7K3MQ9XW2RT"


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return PrivateKey.generate()


def test_a_credential_is_issued_and_verifies(key: PrivateKey) -> None:
    request = request_credential(key.public_key, WAVE, "first")
    credential = finalize_credential(key.public_key, request, blind_sign(key, request.blinded))
    verify(key.public_key, credential.msg, credential.sig)
    bound = label(WAVE, "first", key.public_key.kid)
    assert parse_message(credential.msg, bound) == credential.token
    assert credential.token not in request.blinded


def test_the_signature_of_another_request_does_not_fit(key: PrivateKey) -> None:
    one, two = (request_credential(key.public_key, WAVE, "first") for _ in range(2))
    with pytest.raises(InvalidSignatureError):
        finalize_credential(key.public_key, one, blind_sign(key, two.blinded))


def test_a_wave_that_cannot_stand_in_a_label_is_refused(key: PrivateKey) -> None:
    with pytest.raises(MalformedMessageError):
        request_credential(key.public_key, "a|b", "first")


def test_a_slip_gives_the_same_request_again(key: PrivateKey) -> None:
    """A form sent twice must spend one token, not two."""
    first, again = (
        request_slip_credential(key.public_key, WAVE, "first", PEPPER, CODE) for _ in range(2)
    )
    assert first == again
    one = finalize_credential(key.public_key, first, blind_sign(key, first.blinded))
    two = finalize_credential(key.public_key, again, blind_sign(key, again.blinded))
    assert one == two


def test_slips_waves_groups_and_peppers_do_not_meet(key: PrivateKey) -> None:
    public = key.public_key
    requests = [
        request_slip_credential(public, WAVE, "first", PEPPER, CODE),
        request_slip_credential(public, WAVE, "first", PEPPER, "7K3MQ9XW2RV"),
        request_slip_credential(public, WAVE, "second", PEPPER, CODE),
        request_slip_credential(public, "another-wave", "first", PEPPER, CODE),
        request_slip_credential(public, WAVE, "first", PEPPER[::-1], CODE),
    ]
    for name in ("msg", "inv", "blinded"):
        assert len({getattr(request, name) for request in requests}) == len(requests)
    assert len({request.msg[-32:] for request in requests}) == len(requests)


def test_the_stored_hash_of_a_code_does_not_lead_to_the_token(key: PrivateKey) -> None:
    """The invitation row holds HMAC(pepper, code); it must not be the token or its source."""
    stored = hmac.digest(PEPPER, CODE.encode(), "sha256")
    request = request_slip_credential(key.public_key, WAVE, "first", PEPPER, CODE)
    assert stored not in request.msg
    chance = slip_random(stored, CODE, request.label)
    assert chance(32) != request.msg[:32]


def test_a_slip_stream_goes_on_and_is_of_any_length() -> None:
    bound = label(WAVE, "first", "kid")
    whole = slip_random(PEPPER, CODE, bound)(96)
    stream = slip_random(PEPPER, CODE, bound)
    assert stream(32) + stream(64) == whole
    assert len(slip_random(PEPPER, CODE, bound)(257)) == 257


def test_a_short_pepper_is_refused() -> None:
    with pytest.raises(ValueError, match="pepper"):
        slip_random(b"short", CODE, b"label")


def test_secrets_do_not_show(key: PrivateKey) -> None:
    shown = repr(request_credential(key.public_key, WAVE, "first"))
    assert "inv=" not in shown
    assert "msg=" not in shown
