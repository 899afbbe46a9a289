"""A trustee who comes between the hand-out and the opening still gets the key of that wave."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import (
    ENVELOPE,
    envelope_mode,
    envelope_private_key,
    is_locked,
    put_envelope_key,
    sealed_envelope,
    wave_folder,
)
from pulse.credentials.service import create_wave_keys
from pulse.credentials.trustee_keys import current_key, set_up
from pulse.waves.queries import WaveView
from pulse.waves.service import begin_ahead
from tests.conftest import START
from tests.factories.companies import make_company
from tests.factories.waves import make_wave

PASSPHRASE = "seven plain words that nobody else has written"


@pytest.fixture
def wave(session: Session, key_dir: Path) -> WaveView:
    """A wave whose keys are made while there is no trustee."""
    wave = make_wave(session, make_company(session).id)
    begin_ahead(session, wave.id, now=START)
    create_wave_keys(session, wave.id, key_dir)
    assert envelope_mode(key_dir, wave.id) == "file"
    return wave


def test_the_opening_seals_a_key_made_ahead(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    private = envelope_private_key(key_dir, wave.id)
    before = wave_keys(session, wave.id)
    create_wave_keys(session, wave.id, key_dir)
    assert not is_locked(key_dir, wave.id)
    set_up(key_dir, wave.company_id, PASSPHRASE, made_on=dt.date(2026, 3, 2))
    create_wave_keys(session, wave.id, key_dir)
    create_wave_keys(session, wave.id, key_dir)
    trustee = current_key(key_dir, wave.company_id)
    assert trustee is not None
    assert is_locked(key_dir, wave.id)
    assert not (wave_folder(key_dir, wave.id) / ENVELOPE).exists()
    assert wave_keys(session, wave.id) == before
    assert sealed_envelope(key_dir, wave.id).public_key == private.public_key


def test_a_crash_between_sealing_and_shredding_leaves_no_key_in_clear(
    session: Session, key_dir: Path, wave: WaveView
) -> None:
    private = envelope_private_key(key_dir, wave.id)
    set_up(key_dir, wave.company_id, PASSPHRASE, made_on=dt.date(2026, 3, 2))
    create_wave_keys(session, wave.id, key_dir)
    put_envelope_key(key_dir, wave.id, private)  # as if it had not been removed
    create_wave_keys(session, wave.id, key_dir)
    assert is_locked(key_dir, wave.id)
