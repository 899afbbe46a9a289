"""Answer sheets, sealed ballots and tallies for tests."""

import json
import random
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import tables
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import label
from pulse.credentials.queries import wave_keys
from pulse.responses.sealing import seal
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.tallies.ballot_body import NO_CONTACT, SKIPPED, BallotForm, Sheet
from pulse.tallies.count import tally_wave
from pulse.tallies.service import ballot_form, core_key
from pulse.tallies.sheets import SheetPile

INSTRUMENT = load_instrument(CURRENT_VERSION)
KEY = core_key(INSTRUMENT)
COMMON_PAIR = ("RU01", "RU07")
DRAWN: BallotForm = ballot_form(INSTRUMENT, rotation="drawn", common_items=(), makes_requests=False)
COMMON: BallotForm = ballot_form(
    INSTRUMENT, rotation="common", common_items=COMMON_PAIR, makes_requests=False
)
# From worst (good events never, bad ones always) to best, as option indices.
WORST = tuple(0 if good else 4 for good in KEY.is_good)
BEST = tuple(4 - code for code in WORST)


def make_body(answers: Mapping[str, Any] | None = None, **overrides: Any) -> bytes:
    """Return the JSON of a ballot that is valid as it stands."""
    content = {
        "v": 1,
        "language": "en",
        "mode": "link",
        "answers": dict(zip(KEY.items, WORST, strict=True)) if answers is None else dict(answers),
        "comment": "",
    }
    return json.dumps(content | overrides).encode()


def make_sheet(core: Sequence[int] = WORST, **overrides: Any) -> Sheet:
    """Return a sheet with option indices, NO_CONTACT or SKIPPED for the ten core items."""
    answers = {
        item: code for item, code in zip(KEY.items, core, strict=True) if code != SKIPPED
    } | overrides.pop("more", {})
    values: dict[str, Any] = {"language": "en", "mode": "link", "comment": ""}
    return Sheet(answers=answers, **(values | overrides))


def random_sheet(
    chance: random.Random,
    *,
    share_missing: float = 0.06,
    drawn_from: Sequence[str] = COMMON_PAIR,
    level: float = 0.0,
    often_skipped: Sequence[str] = (),
) -> Sheet:
    """Return the sheet of a simulated person: a mood, and noise around it."""
    mood = chance.gauss(level, 0.8)
    core = []
    for item, good in zip(KEY.items, KEY.is_good, strict=True):
        friction = min(4, max(0, round(2 + mood + chance.gauss(0, 0.8))))
        code = 4 - friction if good else friction
        missing = chance.choice((NO_CONTACT, SKIPPED))
        share = 0.7 if item in often_skipped else share_missing
        core.append(missing if chance.random() < share else code)
    rotating = chance.sample(list(drawn_from), 2)
    more = {item: chance.randrange(DRAWN.rotating[item]) for item in rotating}
    if chance.random() > share_missing:
        more["META"] = chance.randrange(5)
    return make_sheet(
        core,
        more=more,
        language=chance.choice(("en", "es")),
        mode=chance.choice(("link", "link", "slip")),
    )


def make_pile(sheets: Iterable[Sheet | None]) -> SheetPile:
    """Return a pile of sheets; None is a spoiled ballot."""
    pile = SheetPile(KEY)
    for sheet in sheets:
        pile.add(sheet)
    return pile


def make_kept(first: Iterable[Sheet | None], second: Iterable[Sheet | None]) -> dict[str, Any]:
    """Return what the count keeps of two groups."""
    return tally_wave({"first": make_pile(first), "second": make_pile(second)})


def random_kept(seed: int, n_first: int, n_second: int = 20, **how: Any) -> dict[str, Any]:
    """Return what is kept of two simulated groups."""
    chance = random.Random(seed)
    return make_kept(
        [random_sheet(chance, **how) for _ in range(n_first)],
        [random_sheet(chance, **how) for _ in range(n_second)],
    )


def fill_box(
    session: Session, wave_id: uuid.UUID, group: str, bodies: Iterable[bytes], key_dir: Path
) -> None:
    """Seal bodies and put them into the ballot box, past the door."""
    keys = wave_keys(session, wave_id)
    public_key = EnvelopePublicKey.from_spki(keys.envelope_spki)
    bound_to = label(str(wave_id), group, keys.issuance[group].kid)
    rows = []
    for body in bodies:
        token_hash = secrets.token_bytes(32)
        sealed = seal(public_key, bound_to, token_hash, body)
        rows.append(
            {
                "token_hash": token_hash,
                "wave_id": wave_id,
                "group_code": group,
                "sealed": sealed,
            }
        )
    if rows:
        session.execute(sa.insert(tables.metadata.tables["ballots"]), rows)
