"""Private keys: files of mode 0600 that survive a crash while being made and leave nothing."""

import stat
import uuid
from pathlib import Path

import pytest

from pulse.credentials import secrets_store
from pulse.credentials.errors import WaveKeysGoneError
from pulse.ids import GROUP_CODES

WAVE = uuid.UUID("00000000-0000-4000-8000-000000000001")


def test_files_are_for_the_owner_alone(key_dir: Path) -> None:
    secrets_store.create_files(key_dir, WAVE, GROUP_CODES)
    folder = secrets_store.wave_folder(key_dir, WAVE)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert files == dict.fromkeys(("secret", "envelope.pem", "first.pem", "second.pem"), 0o600)


def test_making_again_keeps_the_same_keys(key_dir: Path) -> None:
    issuance, envelope = secrets_store.create_files(key_dir, WAVE, GROUP_CODES)
    again, envelope_again = secrets_store.create_files(key_dir, WAVE, GROUP_CODES)
    assert {code: key.public_key.kid for code, key in issuance.items()} == {
        code: key.public_key.kid for code, key in again.items()
    }
    assert envelope.kid == envelope_again.kid
    assert issuance["first"].public_key.kid != issuance["second"].public_key.kid


def test_each_purpose_and_wave_has_its_own_secret(key_dir: Path) -> None:
    other = uuid.uuid4()
    for wave_id in (WAVE, other):
        secrets_store.create_files(key_dir, wave_id, ())
    seen = {
        secrets_store.wave_secret(key_dir, wave_id, purpose)
        for wave_id in (WAVE, other)
        for purpose in ("code", "pepper", "slip-token")
    }
    assert len(seen) == 6
    assert all(len(secret) == 32 for secret in seen)
    stored = (secrets_store.wave_folder(key_dir, WAVE) / "secret").read_bytes()
    assert stored not in seen


def test_destruction_leaves_no_file_and_may_be_repeated(key_dir: Path) -> None:
    secrets_store.create_files(key_dir, WAVE, GROUP_CODES)
    secrets_store.destroy_wave_keys(key_dir, WAVE)
    secrets_store.destroy_wave_keys(key_dir, WAVE)
    assert list(key_dir.iterdir()) == []
    with pytest.raises(WaveKeysGoneError):
        secrets_store.wave_secret(key_dir, WAVE, "code")
    with pytest.raises(WaveKeysGoneError):
        secrets_store.envelope_private_key(key_dir, WAVE)
    with pytest.raises(WaveKeysGoneError):
        secrets_store.issuance_private_key(key_dir, WAVE, "first")
