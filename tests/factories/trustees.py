"""A trustee whose key is made once: locking and opening it is slow on purpose."""

import datetime as dt
import tempfile
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pulse.credentials import trustee_keys
from pulse.credentials.blind_rsa import PrivateKey
from pulse.credentials.envelope_key import EnvelopePrivateKey
from pulse.credentials.key_files import make_folder
from pulse.credentials.secrets_store import wave_folder
from pulse.ids import GROUP_CODES

PASSPHRASE = "nine brown otters cross a quiet river"
MADE_ON = dt.date(2026, 2, 20)


@dataclass(frozen=True)
class Trustee:
    """The content of the key file, and what the passphrase opens."""

    file: bytes
    private: dict[str, EnvelopePrivateKey]


@cache
def trustee() -> Trustee:
    """Return the trustee of all tests of this process."""
    company_id = uuid.uuid4()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        key = trustee_keys.set_up(place, company_id, PASSPHRASE, made_on=MADE_ON)
        private = trustee_keys.open_keys(place, company_id, PASSPHRASE, {key.kid})
        return Trustee((place / f"trustee-{company_id}.json").read_bytes(), private)


def give_trustee(key_dir: Path, company_id: uuid.UUID) -> Trustee:
    """Let the company's next waves be sealed to the trustee, as setting the passphrase does."""
    key_dir.mkdir(exist_ok=True)
    (key_dir / f"trustee-{company_id}.json").write_bytes(trustee().file)
    return trustee()


@cache
def _issuance_keys() -> dict[str, bytes]:
    return {str(code): PrivateKey.generate().to_pem() for code in GROUP_CODES}


def lend_issuance_keys(key_dir: Path, wave_id: uuid.UUID) -> None:
    """Give a wave RSA keys made before, where they are not what is tested: they take long."""
    make_folder(wave_folder(key_dir, wave_id))
    for code, pem in _issuance_keys().items():
        (wave_folder(key_dir, wave_id) / f"{code}.pem").write_bytes(pem)
