"""The ballot box: one ballot per credential, nothing but sealed bytes, only while the wave is open."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.envelope_key import EnvelopePrivateKey
from pulse.credentials.errors import CredentialRefusedError, WaveKeysGoneError
from pulse.credentials.secrets_store import envelope_private_key
from pulse.credentials.service import create_wave_keys
from pulse.responses.body import encode_body
from pulse.responses.errors import MalformedBallotError
from pulse.responses.models import Ballot
from pulse.responses.queries import sealed_ballots
from pulse.responses.sealing import SEALED_BYTES, unseal
from pulse.responses.service import delete_ballots
from pulse.waves.errors import WaveClosedError
from pulse.waves.queries import WaveView
from pulse.waves.service import begin_closing
from tests.factories.companies import make_company
from tests.factories.responses import ANSWERS, make_voter
from tests.factories.waves import make_wave


@pytest.fixture
def wave(session: Session, key_dir: Path) -> WaveView:
    wave = make_wave(session, make_company(session).id, state="open")
    create_wave_keys(session, wave.id, key_dir)
    return wave


def box(session: Session) -> list[sa.Row[tuple[bytes, bytes]]]:
    return list(session.execute(sa.select(Ballot.token_hash, Ballot.sealed)).all())


def test_a_ballot_is_stored_sealed(session: Session, key_dir: Path, wave: WaveView) -> None:
    voter = make_voter(session, key_dir, wave.id)
    assert voter.cast(session) is True
    assert box(session) == [(voter.token_hash, voter.sealed)]
    key: EnvelopePrivateKey = envelope_private_key(key_dir, wave.id)
    body = encode_body(language="en", mode="link", answers=ANSWERS)
    assert unseal(key, voter.label, voter.token_hash, voter.sealed) == body


def test_a_repeat_changes_nothing(session: Session, key_dir: Path, wave: WaveView) -> None:
    voter = make_voter(session, key_dir, wave.id)
    voter.cast(session)
    assert voter.cast(session) is False
    other = bytes(SEALED_BYTES)
    assert voter.cast(session, sealed=other) is False
    assert box(session) == [(voter.token_hash, voter.sealed)]


@pytest.mark.parametrize("size", [0, SEALED_BYTES - 1, SEALED_BYTES + 1])
def test_another_length_is_refused(
    session: Session, key_dir: Path, wave: WaveView, size: int
) -> None:
    voter = make_voter(session, key_dir, wave.id)
    with pytest.raises(MalformedBallotError):
        voter.cast(session, sealed=bytes(size))
    assert not box(session)


def test_a_credential_of_the_other_group_is_refused(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    voter = make_voter(session, key_dir, wave.id, "second")
    with pytest.raises(CredentialRefusedError):
        voter.cast(session, group_code="first")
    assert not box(session)


def test_a_forged_signature_is_refused(session: Session, key_dir: Path, wave: WaveView) -> None:
    voter = make_voter(session, key_dir, wave.id)
    forged = bytes([voter.credential.sig[0] ^ 1]) + voter.credential.sig[1:]
    with pytest.raises(CredentialRefusedError):
        voter.cast(session, signature=forged)
    assert not box(session)


def test_a_wave_without_keys_takes_nothing(session: Session, key_dir: Path, wave: WaveView) -> None:
    other = make_wave(session, make_company(session).id, state="open")
    voter = make_voter(session, key_dir, wave.id)
    with pytest.raises(WaveKeysGoneError):
        voter.cast(session, wave_id=other.id)


def test_a_closed_wave_takes_nothing(session: Session, key_dir: Path, wave: WaveView) -> None:
    voter = make_voter(session, key_dir, wave.id)
    begin_closing(session, wave.id, now=wave.closes_at + dt.timedelta(minutes=1))
    with pytest.raises(WaveClosedError):
        voter.cast(session)
    assert not box(session)


def test_ballots_come_out_by_wave_and_group_and_go_together(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    other = make_wave(session, make_company(session).id, state="open")
    create_wave_keys(session, other.id, key_dir)
    first = {make_voter(session, key_dir, wave.id) for _ in range(3)}
    second = make_voter(session, key_dir, wave.id, "second")
    elsewhere = make_voter(session, key_dir, other.id)
    for voter in (*first, second, elsewhere):
        voter.cast(session)
    assert set(sealed_ballots(session, wave.id, "first")) == {
        (voter.token_hash, voter.sealed) for voter in first
    }
    assert [*sealed_ballots(session, wave.id, "second")] == [(second.token_hash, second.sealed)]
    delete_ballots(session, wave.id)
    assert box(session) == [(elsewhere.token_hash, elsewhere.sealed)]


def test_the_box_holds_nothing_that_tells_who_or_when() -> None:
    """The intro's promise "we do not store who you are with your answers", in the schema."""
    columns = {column.name: type(column.type).__name__ for column in Ballot.__table__.columns}
    assert columns == {
        "token_hash": "LargeBinary",
        "wave_id": "Uuid",
        "group_code": "String",
        "sealed": "LargeBinary",
    }
    assert not Ballot.__table__.foreign_keys
