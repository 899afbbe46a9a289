"""The trustee's key file: what a passphrase opens, and what a thief of the file does not."""

import datetime as dt
import json
import stat
import uuid
from pathlib import Path

import pytest

from pulse.credentials import secrets_store, trustee_keys
from pulse.credentials.errors import (
    NoTrusteeKeyError,
    PassphraseTooLongError,
    PassphraseTooSimpleError,
    PassphraseWrongError,
    TrusteeKeyLostError,
)
from pulse.credentials.passphrase import check_passphrase, draw_passphrase, normalised
from tests.factories.trustees import (
    MADE_ON,
    PASSPHRASE,
    give_trustee,
    lend_issuance_keys,
    trustee,
)

COMPANY, WAVE = uuid.UUID(int=1), uuid.UUID(int=2)
OTHER = "eleven green parrots sing at dawn"
LATER = dt.date(2026, 5, 4)


def kids_in(key_dir: Path) -> set[str]:
    return set(json.loads((key_dir / f"trustee-{COMPANY}.json").read_bytes())["keys"])


def seal_wave(key_dir: Path) -> str:
    """A wave sealed to the current key; return the key's id."""
    key = trustee_keys.current_key(key_dir, COMPANY)
    assert key is not None
    lend_issuance_keys(key_dir, WAVE)
    secrets_store.create_files(key_dir, WAVE, ("first", "second"), key.public_key)
    return key.kid


def test_the_file_tells_a_thief_nothing(key_dir: Path) -> None:
    key = trustee_keys.set_up(key_dir, COMPANY, f"  {PASSPHRASE} ", made_on=MADE_ON)
    opened = trustee_keys.open_keys(key_dir, COMPANY, PASSPHRASE.replace(" ", "  "), {key.kid})
    assert opened[key.kid].public_key.kid == key.kid
    path = key_dir / f"trustee-{COMPANY}.json"
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    private = opened[key.kid]
    number = private.ec_key.private_numbers().private_value.to_bytes(32)
    for form in (PASSPHRASE.encode(), number, number.hex().encode(), private.to_pem()[28:80]):
        assert form not in content
    assert repr(key).count(key.wrapped) == 0
    assert key.fingerprint.replace(" ", "").lower() == key.kid[:16]
    assert key.made == MADE_ON


def test_a_wrong_passphrase_opens_nothing_and_changes_nothing(key_dir: Path) -> None:
    give_trustee(key_dir, COMPANY)
    kid = seal_wave(key_dir)
    before = (key_dir / f"trustee-{COMPANY}.json").read_bytes()
    with pytest.raises(PassphraseWrongError):
        trustee_keys.open_keys(key_dir, COMPANY, PASSPHRASE + "s", {kid})
    with pytest.raises(PassphraseWrongError):
        trustee_keys.change_passphrase(key_dir, COMPANY, OTHER, OTHER + "!")
    assert (key_dir / f"trustee-{COMPANY}.json").read_bytes() == before


def test_a_changed_passphrase_opens_the_same_key_and_the_old_one_nothing(key_dir: Path) -> None:
    give_trustee(key_dir, COMPANY)
    kid = seal_wave(key_dir)
    trustee_keys.change_passphrase(key_dir, COMPANY, PASSPHRASE, OTHER)
    opened = trustee_keys.open_keys(key_dir, COMPANY, OTHER, {kid})
    assert opened[kid].to_pem() == trustee().private[kid].to_pem()
    with pytest.raises(PassphraseWrongError):
        trustee_keys.open_keys(key_dir, COMPANY, PASSPHRASE, {kid})


def test_a_new_key_takes_over_and_the_old_one_stays_while_a_wave_needs_it(key_dir: Path) -> None:
    give_trustee(key_dir, COMPANY)
    old = seal_wave(key_dir)
    new = trustee_keys.set_up(key_dir, COMPANY, OTHER, made_on=LATER)
    assert trustee_keys.current_key(key_dir, COMPANY) == new
    assert kids_in(key_dir) == {old, new.kid}
    secrets_store.destroy_wave_keys(key_dir, WAVE)
    trustee_keys.stop(key_dir, COMPANY)
    assert kids_in(key_dir) == set()


def test_ending_it_leaves_sealed_waves_sealed(key_dir: Path) -> None:
    give_trustee(key_dir, COMPANY)
    kid = seal_wave(key_dir)
    trustee_keys.stop(key_dir, COMPANY)
    assert trustee_keys.current_key(key_dir, COMPANY) is None
    assert secrets_store.is_locked(key_dir, WAVE)
    assert kids_in(key_dir) == {kid}
    with pytest.raises(NoTrusteeKeyError):
        trustee_keys.stop(key_dir, COMPANY)
    with pytest.raises(NoTrusteeKeyError):
        trustee_keys.change_passphrase(key_dir, COMPANY, PASSPHRASE, OTHER)


def test_a_missing_key_file_is_no_wrong_passphrase(key_dir: Path) -> None:
    with pytest.raises(TrusteeKeyLostError):
        trustee_keys.open_keys(key_dir, COMPANY, PASSPHRASE, {"0" * 64})


def test_companies_do_not_share_a_key(key_dir: Path) -> None:
    give_trustee(key_dir, COMPANY)
    assert trustee_keys.current_key(key_dir, uuid.UUID(int=9)) is None


def test_a_crash_while_the_file_is_replaced_leaves_the_old_one_and_no_draft(key_dir: Path) -> None:
    give_trustee(key_dir, COMPANY)
    kid = seal_wave(key_dir)
    draft = key_dir / f".trustee-{COMPANY}.json.0badcafe.new"
    draft.write_bytes(b'{"current": ')
    assert trustee_keys.current_key(key_dir, COMPANY) is not None
    trustee_keys.stop(key_dir, COMPANY)
    assert not draft.exists()
    assert kids_in(key_dir) == {kid}


def test_guessable_passphrases_are_refused() -> None:
    for simple in (
        "",
        "short",
        "nineteen characters"[:19],
        "a" * 40,
        "abc abc abc abc abc abc abc",
    ):
        with pytest.raises(PassphraseTooSimpleError):
            check_passphrase(simple)
    with pytest.raises(PassphraseTooLongError):
        check_passphrase(PASSPHRASE * 10)
    assert check_passphrase(f"  {PASSPHRASE}\n") == PASSPHRASE


def test_drawn_passphrases_are_good_and_never_alike() -> None:
    drawn = {draw_passphrase() for _ in range(200)}
    assert len(drawn) == 200
    assert all(check_passphrase(text) == text for text in drawn)


def test_every_keyboard_means_the_same() -> None:
    assert normalised("ca\u0301mara\u00a0oscura") == normalised("c\u00e1mara oscura")
