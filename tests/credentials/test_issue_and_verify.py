"""A blind signature stands for one wave and one group, and for nothing else."""

import uuid
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from pulse.credentials import client, issuer, queries, service, verifier
from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.errors import (
    BlindedRefusedError,
    CredentialRefusedError,
    WaveKeysGoneError,
)
from pulse.credentials.message import token_hash
from pulse.waves.queries import WaveView
from tests.factories.companies import make_company
from tests.factories.waves import make_wave


@pytest.fixture
def wave(session: Session, key_dir: Path) -> WaveView:
    wave = make_wave(session, make_company(session).id, state="open")
    service.create_wave_keys(session, wave.id, key_dir)
    return wave


def credential(
    session: Session, key_dir: Path, wave_id: uuid.UUID, group: str
) -> client.Credential:
    view = queries.wave_keys(session, wave_id).issuance[group]
    key = PublicKey.from_spki(view.spki)
    request = client.request_credential(key, str(wave_id), group)
    signature = issuer.sign_blinded(key_dir, wave_id, group, request.blinded)
    return client.finalize_credential(key, request, signature)


def test_a_credential_is_accepted_where_it_belongs(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    found = credential(session, key_dir, wave.id, "first")
    accepted = verifier.verify_credential(
        session, wave_id=wave.id, group_code="first", message=found.msg, signature=found.sig
    )
    assert accepted == token_hash(found.token)


def test_it_is_refused_in_the_other_group(session: Session, key_dir: Path, wave: WaveView) -> None:
    found = credential(session, key_dir, wave.id, "first")
    with pytest.raises(CredentialRefusedError):
        verifier.verify_credential(
            session, wave_id=wave.id, group_code="second", message=found.msg, signature=found.sig
        )


def test_it_is_refused_in_another_wave(session: Session, key_dir: Path, wave: WaveView) -> None:
    other = make_wave(session, make_company(session).id, state="open")
    service.create_wave_keys(session, other.id, key_dir)
    found = credential(session, key_dir, wave.id, "first")
    with pytest.raises(CredentialRefusedError):
        verifier.verify_credential(
            session, wave_id=other.id, group_code="first", message=found.msg, signature=found.sig
        )


@pytest.mark.parametrize("group", ["third", ""])
def test_an_unknown_group_is_refused(session: Session, wave: WaveView, group: str) -> None:
    with pytest.raises(CredentialRefusedError):
        verifier.verify_credential(
            session, wave_id=wave.id, group_code=group, message=b"", signature=b""
        )


def test_a_bent_signature_is_refused(session: Session, key_dir: Path, wave: WaveView) -> None:
    found = credential(session, key_dir, wave.id, "second")
    bent = bytes([found.sig[0] ^ 1]) + found.sig[1:]
    with pytest.raises(CredentialRefusedError):
        verifier.verify_credential(
            session, wave_id=wave.id, group_code="second", message=found.msg, signature=bent
        )


def test_nonsense_is_not_signed(key_dir: Path, wave: WaveView) -> None:
    for nonsense in (b"", b"\x00" * 256, b"\xff" * 256, b"x" * 255):
        with pytest.raises(BlindedRefusedError):
            issuer.sign_blinded(key_dir, wave.id, "first", nonsense)


def test_a_wave_without_keys_says_so(session: Session, key_dir: Path) -> None:
    with pytest.raises(WaveKeysGoneError):
        queries.wave_keys(session, uuid.uuid4())
    with pytest.raises(WaveKeysGoneError):
        issuer.sign_blinded(key_dir, uuid.uuid4(), "first", b"x")


def test_keys_are_made_once(session: Session, key_dir: Path, wave: WaveView) -> None:
    before = queries.wave_keys(session, wave.id)
    service.create_wave_keys(session, wave.id, key_dir)
    assert queries.wave_keys(session, wave.id) == before
