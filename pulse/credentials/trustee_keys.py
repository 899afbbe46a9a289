"""The trustee's keys of a company: one file in the key directory, locked by a passphrase.

The file holds public keys in clear and private ones wrapped (`EnvelopePrivateKey.wrap`), so that it
tells a thief nothing without the passphrase. There may be several: the current one, to which the
next wave will be sealed, and older ones as long as a wave is still sealed to them. A key that no
wave needs any more is dropped.
"""

import datetime as dt
import json
import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pulse.credentials.envelope_key import (
    EnvelopePrivateKey,
    EnvelopePublicKey,
    WrongPassphraseError,
)
from pulse.credentials.errors import NoTrusteeKeyError, PassphraseWrongError, TrusteeKeyLostError
from pulse.credentials.key_files import locked, replace_private
from pulse.credentials.message import from_base64url, to_base64url
from pulse.credentials.passphrase import check_passphrase, normalised
from pulse.credentials.secrets_store import needed_trustee_keys

FINGERPRINT_SYMBOLS = 16


@dataclass(frozen=True, kw_only=True)
class TrusteeKey:
    """One key of the trustee; `public` and `wrapped` are base64url, `made_on` an ISO date."""

    public: str
    wrapped: str = field(repr=False)
    made_on: str

    @property
    def public_key(self) -> EnvelopePublicKey:
        """The half to which waves are sealed."""
        return EnvelopePublicKey.from_spki(from_base64url(self.public))

    @property
    def kid(self) -> str:
        """SHA-256 of the public half, 64 hexadecimal digits."""
        return self.public_key.kid

    @property
    def fingerprint(self) -> str:
        """What a person can compare: the first 64 bits of `kid` in four groups."""
        start = self.kid[:FINGERPRINT_SYMBOLS].upper()
        return " ".join(start[at : at + 4] for at in range(0, FINGERPRINT_SYMBOLS, 4))

    @property
    def made(self) -> dt.date:
        """The day on which it was made."""
        return dt.date.fromisoformat(self.made_on)

    def open(self, passphrase: str) -> EnvelopePrivateKey:
        """Return the private half; slow on purpose. Raises `WrongPassphraseError`."""
        return EnvelopePrivateKey.unwrap(from_base64url(self.wrapped), normalised(passphrase))


@dataclass(frozen=True)
class _Ring:
    current: str
    keys: dict[str, TrusteeKey]


def current_key(key_dir: Path, company_id: uuid.UUID) -> TrusteeKey | None:
    """Return the key to which the next wave will be sealed, or None where there is no trustee."""
    ring = _read(key_dir, company_id)
    return ring.keys.get(ring.current)


def set_up(
    key_dir: Path, company_id: uuid.UUID, passphrase: str, *, made_on: dt.date
) -> TrusteeKey:
    """Make a key locked by the passphrase; the next wave that is prepared is sealed to it.

    A key that was current before is kept while a wave is sealed to it.

    Raises
    ------
    PassphraseTooSimpleError, PassphraseTooLongError
        See `passphrase.check_passphrase`.
    """
    checked = check_passphrase(passphrase)
    private = EnvelopePrivateKey.generate()
    key = TrusteeKey(
        public=to_base64url(private.public_key.spki),
        wrapped=to_base64url(private.wrap(checked)),
        made_on=made_on.isoformat(),
    )
    with locked(key_dir):
        ring = _read(key_dir, company_id)
        _write(key_dir, company_id, _Ring(key.kid, ring.keys | {key.kid: key}))
    return key


def change_passphrase(key_dir: Path, company_id: uuid.UUID, present: str, new: str) -> None:
    """Lock with `new` whatever `present` opens; the keys stay, and so do the waves sealed to them.

    Raises
    ------
    NoTrusteeKeyError
        There is no current key.
    PassphraseWrongError
        `present` does not open the current key.
    PassphraseTooSimpleError, PassphraseTooLongError
        For `new`.
    """
    checked = check_passphrase(new)
    with locked(key_dir):
        ring = _read(key_dir, company_id)
        if not ring.current:
            raise NoTrusteeKeyError
        opened = {kid: _try(key, present) for kid, key in ring.keys.items()}
        if opened[ring.current] is None:
            raise PassphraseWrongError
        keys = {
            kid: key if (private := opened[kid]) is None else _rewrapped(key, private, checked)
            for kid, key in ring.keys.items()
        }
        _write(key_dir, company_id, _Ring(ring.current, keys))


def stop(key_dir: Path, company_id: uuid.UUID) -> None:
    """Let the next waves keep their key in a file again. Waves already sealed stay so.

    Raises
    ------
    NoTrusteeKeyError
        There is no current key.
    """
    with locked(key_dir):
        ring = _read(key_dir, company_id)
        if not ring.current:
            raise NoTrusteeKeyError
        _write(key_dir, company_id, _Ring("", ring.keys))


def open_keys(
    key_dir: Path, company_id: uuid.UUID, passphrase: str, kids: Collection[str]
) -> dict[str, EnvelopePrivateKey]:
    """Return those of the keys `kids` that the passphrase opens, by id.

    Slow on purpose (0.3 s a key): call it outside of any transaction.

    Raises
    ------
    PassphraseWrongError
        It opens none of them.
    TrusteeKeyLostError
        None of them lies in the key directory.
    """
    ring = _read(key_dir, company_id)
    known = {kid: ring.keys[kid] for kid in kids if kid in ring.keys}
    if kids and not known:
        raise TrusteeKeyLostError
    tried = {kid: _try(key, passphrase) for kid, key in known.items()}
    opened = {kid: private for kid, private in tried.items() if private is not None}
    if not opened:
        raise PassphraseWrongError
    return opened


def _try(key: TrusteeKey, passphrase: str) -> EnvelopePrivateKey | None:
    try:
        return key.open(passphrase)
    except WrongPassphraseError:
        return None


def _rewrapped(key: TrusteeKey, private: EnvelopePrivateKey, passphrase: str) -> TrusteeKey:
    return replace(key, wrapped=to_base64url(private.wrap(passphrase)))


def _path(key_dir: Path, company_id: uuid.UUID) -> Path:
    return key_dir / f"trustee-{company_id}.json"


def _read(key_dir: Path, company_id: uuid.UUID) -> _Ring:
    path = _path(key_dir, company_id)
    if not path.exists():
        return _Ring("", {})
    try:
        values = json.loads(path.read_bytes())
    except ValueError:  # it was replaced, and overwritten, while it was read
        values = json.loads(path.read_bytes())
    keys = {kid: TrusteeKey(**entry) for kid, entry in values["keys"].items()}
    return _Ring(values["current"], keys)


def _write(key_dir: Path, company_id: uuid.UUID, ring: _Ring) -> None:
    """Replace the file; call it inside `locked`. Keys that no wave needs are left out."""
    needed = {ring.current} | needed_trustee_keys(key_dir)
    keys = {kid: asdict(key) for kid, key in ring.keys.items() if kid in needed}
    content = json.dumps({"current": ring.current, "keys": keys}).encode()
    replace_private(_path(key_dir, company_id), content)
