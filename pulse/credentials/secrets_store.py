"""The private keys of a wave: files in the key directory, mode 0600, never in a table.

One folder per wave holds the two issuance keys, the envelope key and one random secret, from which
the wave's other secrets are derived. When the folder goes, everything that it protected is
unreadable for ever, in every backup of the database as well.
"""

import os
import secrets
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pulse.credentials.blind_rsa import PrivateKey
from pulse.credentials.envelope_key import EnvelopePrivateKey
from pulse.credentials.errors import WaveKeysGoneError

ENVELOPE = "envelope.pem"
SECRET = "secret"  # noqa: S105 - the name of a file
SECRET_BYTES = 32


def wave_folder(key_dir: Path, wave_id: uuid.UUID) -> Path:
    """Return where the private keys of a wave lie."""
    return key_dir / f"wave-{wave_id}"


def create_files(
    key_dir: Path, wave_id: uuid.UUID, group_codes: Iterable[str]
) -> tuple[dict[str, PrivateKey], EnvelopePrivateKey]:
    """Make the keys of a wave, or read those that a run before a crash has made."""
    folder = wave_folder(key_dir, wave_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _keep(folder / SECRET, lambda: secrets.token_bytes(SECRET_BYTES))
    envelope = _keep(folder / ENVELOPE, lambda: EnvelopePrivateKey.generate().to_pem())
    issuance = {
        code: _keep(folder / f"{code}.pem", lambda: PrivateKey.generate().to_pem())
        for code in group_codes
    }
    keys = {code: PrivateKey.from_pem(pem) for code, pem in issuance.items()}
    return keys, EnvelopePrivateKey.from_pem(envelope)


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
    WaveKeysGoneError
        It is destroyed.
    """
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
    for path in sorted(folder.iterdir()):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    folder.rmdir()
    _sync_folder(key_dir)


def _keep(path: Path, make: Callable[[], bytes]) -> bytes:
    if not path.exists():
        content = make()
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        _sync_folder(path.parent)
    return path.read_bytes()


def _read(key_dir: Path, wave_id: uuid.UUID, name: str) -> bytes:
    try:
        return (wave_folder(key_dir, wave_id) / name).read_bytes()
    except FileNotFoundError as error:
        raise WaveKeysGoneError from error


def _sync_folder(folder: Path) -> None:
    # Without this the directory entry itself may be lost, or return, after a power cut.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
