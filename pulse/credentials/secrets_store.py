"""The private keys of a wave: files in the key directory, mode 0600, never in a table.

One folder per wave holds the two issuance keys, the envelope key and one random secret, from which
the wave's other secrets are derived. When the folder goes, everything that it protected is
unreadable for ever, in every backup of the database as well.

Where a company has a trustee, the envelope key is never written in clear before the close: the file
holds it sealed to the trustee's key, and the trustee's unlocking puts it into the clear for the
count alone.
"""

import secrets
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pulse.credentials.blind_rsa import PrivateKey
from pulse.credentials.envelope_key import (
    EnvelopeKeyError,
    EnvelopePrivateKey,
    EnvelopePublicKey,
    SealedEnvelope,
    seal_envelope,
)
from pulse.credentials.errors import (
    EnvelopeLockedError,
    NotWaitingError,
    TrusteeKeyLostError,
    WaveKeysGoneError,
)
from pulse.credentials.key_files import make_folder, shred, sync_folder, write_private

ENVELOPE = "envelope.pem"
SEALED_ENVELOPE = "envelope.sealed"
SECRET = "secret"  # noqa: S105 - the name of a file
SECRET_BYTES = 32


def wave_folder(key_dir: Path, wave_id: uuid.UUID) -> Path:
    """Return where the private keys of a wave lie."""
    return key_dir / f"wave-{wave_id}"


def create_files(
    key_dir: Path,
    wave_id: uuid.UUID,
    group_codes: Iterable[str],
    trustee: EnvelopePublicKey | None = None,
) -> tuple[dict[str, PrivateKey], EnvelopePublicKey]:
    """Make the keys of a wave, or read those that a run before a crash has made.

    Parameters
    ----------
    trustee
        The key to which the envelope key is sealed; without one it lies in a file.
    """
    folder = wave_folder(key_dir, wave_id)
    make_folder(folder)
    _keep(folder / SECRET, lambda: secrets.token_bytes(SECRET_BYTES))
    envelope = _keep_envelope(key_dir, wave_id, trustee)
    issuance = {
        code: _keep(folder / f"{code}.pem", lambda: PrivateKey.generate().to_pem())
        for code in group_codes
    }
    keys = {code: PrivateKey.from_pem(pem) for code, pem in issuance.items()}
    return keys, envelope


def envelope_mode(key_dir: Path, wave_id: uuid.UUID) -> Literal["file", "trustee"]:
    """Return who can open the ballots before the close: who reads a file, or a trustee alone.

    Raises
    ------
    WaveKeysGoneError
        The keys are destroyed, or were never made.
    """
    folder = wave_folder(key_dir, wave_id)
    if (folder / SEALED_ENVELOPE).exists():
        return "trustee"
    if (folder / ENVELOPE).exists():
        return "file"
    raise WaveKeysGoneError


def is_locked(key_dir: Path, wave_id: uuid.UUID) -> bool:
    """Whether the envelope key waits for the trustee."""
    folder = wave_folder(key_dir, wave_id)
    return (folder / SEALED_ENVELOPE).exists() and not (folder / ENVELOPE).exists()


def sealed_envelope(key_dir: Path, wave_id: uuid.UUID) -> SealedEnvelope:
    """Return the envelope key as it is sealed to the trustee.

    Raises
    ------
    WaveKeysGoneError
        The wave has none.
    TrusteeKeyLostError
        The file is damaged.
    """
    content = _read(key_dir, wave_id, SEALED_ENVELOPE)
    try:
        return SealedEnvelope.from_json(content)
    except EnvelopeKeyError as error:
        raise TrusteeKeyLostError from error


def put_envelope_key(key_dir: Path, wave_id: uuid.UUID, key: EnvelopePrivateKey) -> None:
    """Lay the unlocked envelope key where the count finds it. Harmless when repeated.

    Raises
    ------
    NotWaitingError
        The wave has no sealed key.
    """
    folder = wave_folder(key_dir, wave_id)
    if not (folder / SEALED_ENVELOPE).exists():
        raise NotWaitingError
    write_private(folder / ENVELOPE, key.to_pem())


def seal_clear_envelope(key_dir: Path, wave_id: uuid.UUID, trustee: EnvelopePublicKey) -> None:
    """Seal the envelope key of a wave that has not opened, if it lies in clear. Harmless when repeated.

    Its public half stays the same.
    """
    folder = wave_folder(key_dir, wave_id)
    if not (folder / ENVELOPE).exists():
        return
    if not (folder / SEALED_ENVELOPE).exists():
        key = EnvelopePrivateKey.from_pem(_read(key_dir, wave_id, ENVELOPE))
        sealed = seal_envelope(key, trustee, wave_id)
        write_private(folder / SEALED_ENVELOPE, sealed.to_json())
    shred(folder / ENVELOPE)
    sync_folder(folder)


def needed_trustee_keys(key_dir: Path) -> set[str]:
    """Return the ids of the trustee keys to which some wave is sealed."""
    needed = set()
    for path in key_dir.glob(f"wave-*/{SEALED_ENVELOPE}"):
        # A file that is being destroyed at this moment needs no key any more.
        with suppress(FileNotFoundError, ValueError):
            needed.add(SealedEnvelope.from_json(path.read_bytes()).trustee)
    return needed


def issuance_private_key(key_dir: Path, wave_id: uuid.UUID, group_code: str) -> PrivateKey:
    """Return the key that signs blinded credentials of one group.

    Raises
    ------
    WaveKeysGoneError
        It is destroyed.
    """
    return PrivateKey.from_pem(_read(key_dir, wave_id, f"{group_code}.pem"))


def envelope_private_key(key_dir: Path, wave_id: uuid.UUID) -> EnvelopePrivateKey:
    """Return the key that opens the ballots.

    Raises
    ------
    EnvelopeLockedError
        It waits for the trustee.
    WaveKeysGoneError
        It is destroyed.
    """
    if is_locked(key_dir, wave_id):
        raise EnvelopeLockedError
    return EnvelopePrivateKey.from_pem(_read(key_dir, wave_id, ENVELOPE))


def wave_secret(key_dir: Path, wave_id: uuid.UUID, purpose: str) -> bytes:
    """Return the wave's 32-byte secret for one purpose ("code", "pepper", "slip-token").

    Each purpose has its own, by HKDF (RFC 5869), so that one told secret betrays no other.

    Raises
    ------
    WaveKeysGoneError
        The wave's secret is destroyed.
    """
    derivation = HKDF(
        algorithm=SHA256(), length=SECRET_BYTES, salt=None, info=f"pulse/v1|{purpose}".encode()
    )
    return derivation.derive(_read(key_dir, wave_id, SECRET))


def destroy_wave_keys(key_dir: Path, wave_id: uuid.UUID) -> None:
    """Overwrite and remove every private key of a wave. Harmless when repeated."""
    folder = wave_folder(key_dir, wave_id)
    if not folder.is_dir():
        return
    # The sealed key goes before the unlocked one: else the wave would seem to wait again.
    for path in sorted(folder.iterdir(), reverse=True):
        shred(path)
    folder.rmdir()
    sync_folder(key_dir)


def _keep(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        write_private(path, make())
    return path.read_bytes()


def _keep_envelope(
    key_dir: Path, wave_id: uuid.UUID, trustee: EnvelopePublicKey | None
) -> EnvelopePublicKey:
    # What a run before a crash has made stays, whether there was a trustee then or is one now.
    folder = wave_folder(key_dir, wave_id)
    if not (folder / SEALED_ENVELOPE).exists() and not (folder / ENVELOPE).exists():
        key = EnvelopePrivateKey.generate()
        if trustee is None:
            write_private(folder / ENVELOPE, key.to_pem())
        else:
            sealed = seal_envelope(key, trustee, wave_id)
            write_private(folder / SEALED_ENVELOPE, sealed.to_json())
    if (folder / SEALED_ENVELOPE).exists():
        return sealed_envelope(key_dir, wave_id).public_key
    return envelope_private_key(key_dir, wave_id).public_key


def _read(key_dir: Path, wave_id: uuid.UUID, name: str) -> bytes:
    try:
        return (wave_folder(key_dir, wave_id) / name).read_bytes()
    except FileNotFoundError as error:
        raise WaveKeysGoneError from error
