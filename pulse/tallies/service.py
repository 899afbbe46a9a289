"""Use cases of the count: open and tally the ballots, release what may be seen."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.queries import get_company
from pulse.credentials.message import label
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import envelope_private_key
from pulse.ids import GROUP_CODES
from pulse.responses.queries import sealed_ballots
from pulse.responses.sealing import UnopenableError, unseal
from pulse.responses.service import delete_ballots
from pulse.surveys.bank import PERCEPTION_GAP, Instrument, load_instrument
from pulse.surveys.rotation import rotating_items
from pulse.tallies.ballot_body import BallotForm, parse_body
from pulse.tallies.count import ITEM_FLOOR, tally_wave
from pulse.tallies.disclosure import FLOOR
from pulse.tallies.errors import CellFloorError, NotClosingError, NotCountedError
from pulse.tallies.models import Comment, Release, Tally
from pulse.tallies.queries import all_releases, is_counted, kept_tallies
from pulse.tallies.release import release_content, without_hidden
from pulse.tallies.scoring import CoreKey
from pulse.tallies.sheets import SheetPile
from pulse.waves.queries import WaveView, get_wave

RandomBytes: TypeAlias = Callable[[int], bytes]

FIRST_RELEASE = "first release"
COMMENT_ID_BYTES = 16
_CLOSING = "closing"


def count_wave(
    session: Session, wave_id: uuid.UUID, *, key_dir: Path, random_bytes: RandomBytes
) -> None:
    """Open and count the ballots, keep the sums and comments, delete the ballots.

    All in the caller's transaction; a wave that is already counted is left alone, so that a run
    after a crash is safe.

    Parameters
    ----------
    key_dir
        Where the wave's private keys lie.
    random_bytes
        Source of the comments' ids, and so of their order.

    Raises
    ------
    NotClosingError
        The wave still takes answers, or never did.
    WaveKeysGoneError
        The key that opens the ballots is destroyed.
    """
    if is_counted(session, wave_id):
        return
    wave = get_wave(session, wave_id)
    if wave.state != _CLOSING:
        raise NotClosingError
    piles = _open_ballots(session, wave, key_dir)
    kept = {
        code: without_hidden(tally, piles[code].key) for code, tally in tally_wave(piles).items()
    }
    session.connection().execute(
        sa.insert(Tally),
        [{"wave_id": wave_id, "group_code": code, "content": kept[code]} for code in kept],
    )
    _keep_comments(session, wave_id, piles, kept, random_bytes)
    delete_ballots(session, wave_id)


def release_wave(
    session: Session, wave_id: uuid.UUID, *, minimum_cell_size: int, reason: str = FIRST_RELEASE
) -> None:
    """Store what may be seen of a counted wave, once and for ever.

    A further release stands beside the earlier ones, with its own reason; the same reason again
    changes nothing.

    Raises
    ------
    NotCountedError
        There is nothing to release yet.
    CellFloorError
        `minimum_cell_size` is below 5.
    """
    if minimum_cell_size < FLOOR:
        raise CellFloorError(floor=FLOOR)
    earlier = all_releases(session, wave_id)
    is_repeat = reason == FIRST_RELEASE and bool(earlier)
    if is_repeat or any(release.reason == reason for release in earlier):
        return
    kept = kept_tallies(session, wave_id)
    if not kept:
        raise NotCountedError
    instrument = load_instrument(get_wave(session, wave_id).instrument_version)
    content = release_content(
        kept, core_key(instrument), minimum_cell_size, [release.content for release in earlier]
    )
    version = len(earlier) + 1
    row = {"wave_id": wave_id, "version": version, "reason": reason, "content": content}
    session.connection().execute(sa.insert(Release), row)


def core_key(instrument: Instrument) -> CoreKey:
    """Return the scoring key of an instrument's core."""
    return CoreKey(
        items=tuple(item.id for item in instrument.core),
        dimensions=tuple(item.dimension for item in instrument.core),
        is_good=tuple(item.key > 0 for item in instrument.core),
    )


def ballot_form(
    instrument: Instrument, *, rotation: str, common_items: tuple[str, ...], makes_requests: bool
) -> BallotForm:
    """Return what a group may be asked: the core, the perception gap, and its rotating items."""
    rotating = rotating_items(makes_requests) if rotation == "drawn" else common_items
    fixed = [*(item.id for item in instrument.core), PERCEPTION_GAP]
    return BallotForm(
        fixed={item: instrument.n_options(item) for item in fixed},
        rotating={item: instrument.n_options(item) for item in rotating},
    )


def _open_ballots(session: Session, wave: WaveView, key_dir: Path) -> dict[str, SheetPile]:
    instrument = load_instrument(wave.instrument_version)
    company = get_company(session, wave.company_id)
    private_key = envelope_private_key(key_dir, wave.id)
    issuance = wave_keys(session, wave.id).issuance
    piles: dict[str, SheetPile] = {}
    for code in GROUP_CODES:
        asked = wave.groups[code]
        form = ballot_form(
            instrument,
            rotation=asked.rotation,
            common_items=asked.common_items,
            makes_requests=company.group(code).makes_requests,
        )
        bound_to = label(str(wave.id), code, issuance[code].kid)
        piles[code] = SheetPile(core_key(instrument))
        for token_hash, sealed in sealed_ballots(session, wave.id, code):
            try:
                body = unseal(private_key, bound_to, token_hash, sealed)
            except UnopenableError:
                piles[code].add(None)
            else:
                piles[code].add(parse_body(body, form))
    return piles


def _keep_comments(
    session: Session,
    wave_id: uuid.UUID,
    piles: dict[str, SheetPile],
    kept: dict[str, dict[str, int]],
    random_bytes: RandomBytes,
) -> None:
    # Written in the order of their random ids: the write-ahead log shows the order of writing.
    shuffled = sorted(
        (random_bytes(COMMENT_ID_BYTES), code, text)
        for code, pile in piles.items()
        if kept[code]["valid"] >= ITEM_FLOOR
        for text in pile.comments
    )
    rows = [
        {"id": row_id, "wave_id": wave_id, "group_code": code, "text": text}
        for row_id, code, text in shuffled
    ]
    if rows:
        session.connection().execute(sa.insert(Comment), rows)
