"""What is in force for a company at this moment, as far as the page about anonymity says it."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.credentials.errors import WaveKeysGoneError
from pulse.credentials.secrets_store import envelope_mode
from pulse.credentials.trustee_keys import current_key
from pulse.waves.queries import WaveView, ahead_wave_of, open_wave_of

KeyHolder: TypeAlias = Literal["file", "trustee"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who holds the key to the sealed answers, and whether ballots are taken in a visit before.

    Of the open survey where there is one, else of the next.
    """

    key_holder: KeyHolder
    separates_time: bool
    minimum_cell_size: int


def standing_of(session: Session, company: CompanyView, key_dir: Path) -> Standing:
    """Return what is in force for `company`."""
    wave = open_wave_of(session, company.id) or ahead_wave_of(session, company.id)
    is_handed_out = wave is not None and wave.ahead_at is not None
    return Standing(
        key_holder=_key_holder(company, wave, key_dir),
        separates_time=is_handed_out if wave else company.separates_time,
        minimum_cell_size=company.minimum_cell_size,
    )


def _key_holder(company: CompanyView, wave: WaveView | None, key_dir: Path) -> KeyHolder:
    # A key made ahead is sealed as the wave opens, where a trustee has come meanwhile.
    is_open = wave is not None and wave.state == "open"
    if not is_open and current_key(key_dir, company.id) is not None:
        return "trustee"
    with suppress(WaveKeysGoneError):
        if wave is not None:
            return envelope_mode(key_dir, wave.id)
    return "file"
