"""Files that only the owner may read: written whole or not at all, overwritten before they go."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

DRAFT = ".new"


def write_private(path: Path, content: bytes) -> None:
    """Put `content` at `path`, mode 0600; after a crash there is the old file or the new one."""
    # Two writers of the same file must not meet in one draft.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{DRAFT}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def replace_private(path: Path, content: bytes) -> None:
    """Put `content` in place of the file at `path`, if there is one, and overwrite the old bytes.

    Call it inside `locked`: drafts that a crash has left are cleared away first.
    """
    for draft in path.parent.glob(f".{path.name}.*{DRAFT}"):
        shred(draft)
    with ExitStack() as stack:
        old = stack.enter_context(path.open("r+b")) if path.exists() else None
        write_private(path, content)
        if old is not None:  # its name is gone by now, its bytes are not
            _overwrite(old)


def shred(path: Path) -> None:
    """Overwrite a file and remove it."""
    with path.open("r+b") as file:
        _overwrite(file)
    path.unlink()


def sync_folder(folder: Path) -> None:
    """Make a new or removed name last: else it may be lost, or return, after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder for the owner alone, where it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def locked(key_dir: Path) -> Iterator[None]:
    """Keep other processes and threads from changing trustee keys until the block ends.

    Without it a wave could be sealed to a key that is thrown away at that moment.
    """
    make_folder(key_dir)
    descriptor = os.open(key_dir / "trustee.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _overwrite(file: BinaryIO) -> None:
    file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
    file.flush()
    os.fsync(file.fileno())
