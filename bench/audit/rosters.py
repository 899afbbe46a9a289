"""Random companies over some waves, with joiners and leavers, and everything released about them."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import bench.audit.ballots as ballots_of
from bench.audit.ballots import GROUPS, WaveBallots
from bench.audit.differencing import Books, Leak, Published, audit
from pulse.tallies import count, release
from pulse.tallies.count import tally_wave
from pulse.tallies.disclosure import CAPPED
from pulse.tallies.release import release_content
from pulse.tallies.sheets import SheetPile
from tests.factories.tallies import KEY, make_pile, random_sheet

WAVES = 3
FEWEST = 5
OPEN_WIDTH = 10.0
"""So many points of 100 at least must be left open about the score of a few people."""

Piles = dict[str, SheetPile]


@dataclass(frozen=True, kw_only=True)
class Result:
    """All that came out of some random companies."""

    n_rosters: int = 0
    n_figures: int = 0
    leaky: tuple[int, ...] = ()
    examples: tuple[Leak, ...] = field(default=(), repr=False)


def piles_of(seed: int, n_waves: int = WAVES) -> Iterator[Piles]:
    """Yield the ballots of each wave of a random company, by group.

    Some moods are near an end of the scale, some questions are often skipped, some pairs of rules
    are drawn. Between two waves up to three people join or leave a group; about four in five answer.
    """
    chance = random.Random(seed)
    sizes = {
        code: chance.choice((chance.randrange(14), chance.randrange(5, 26))) for code in GROUPS
    }
    habits = {
        code: {
            "level": chance.choice((-2.2, -1.0, 0.0, 0.0, 1.0, 2.2)),
            "share_missing": chance.choice((0.0, 0.01, 0.03, 0.1)),
            "drawn_from": chance.choice((("RU01", "RU07"), ("RU03", "RU08", "RU09", "EMRG"))),
            "often_skipped": chance.choice(((), (), ("FRIC",), ("COM1", "COM2"), ("APP2",))),
        }
        for code in GROUPS
    }
    share = chance.choice((0.7, 0.8, 1.0))
    for _wave in range(n_waves):
        piles = {}
        for code in GROUPS:
            taking_part = sum(chance.random() < share for _ in range(sizes[code]))
            piles[code] = make_pile(
                random_sheet(chance, **habits[code]) for _ in range(taking_part)
            )
            sizes[code] = max(0, sizes[code] + chance.randint(-3, 3))
        yield piles


@dataclass(frozen=True, kw_only=True)
class Told:
    """What everybody may read about a company, and what it is made of."""

    waves: list[WaveBallots]
    contents: list[dict[str, Any]]
    figures: list[Published]
    secrets: list[Published]


def told(seed: int, n_waves: int = WAVES, k: int | None = None) -> Told:
    """Return all figures of a company: every wave, a correction of the last one, every change."""
    floor = random.Random(seed).choice((5, 5, 8)) if k is None else k
    waves, contents, figures, secrets = [], [], [], []
    for number, piles in enumerate(piles_of(seed, n_waves)):
        wave = WaveBallots(f"wave {number + 1}", piles, KEY)
        kept = tally_wave(piles)
        content = release_content(kept, KEY, floor)
        waves.append(wave)
        contents.append(content)
        figures += wave.shown(content)
        secrets += wave.withheld(content, CAPPED)
        if number + 1 == n_waves:  # a correction can be laid beside the first release
            figures += wave.shown(release_content(kept, KEY, floor + 3, [content]))
    figures += ballots_of.changes(waves, contents)
    return Told(waves=waves, contents=contents, figures=figures, secrets=secrets)


def audited(seeds: range, n_waves: int = WAVES, k: int | None = None) -> Result:
    """Audit random companies; leaks are looked for at 5, whatever `k` they are released with."""
    leaky, examples, n_figures = [], [], 0
    for seed in seeds:
        known = told(seed, n_waves, k)
        n_figures += len(known.figures)
        leaks = audit(known.figures, k=FEWEST, secrets=known.secrets)
        if leaks:
            leaky.append(seed)
            examples.append(leaks[0])
    return Result(
        n_rosters=len(seeds), n_figures=n_figures, leaky=tuple(leaky), examples=tuple(examples)
    )


def narrowest(seed: int, most: int = 4) -> float | None:
    """Return how much the figures and 0..100 leave open, in points, about the score of a few.

    None if nothing is shown, or no fewer than five ballots differ from the others.
    """
    known = told(seed, 1)
    wave = known.waves[0]
    books = Books(tuple(known.figures))
    few = [people for people in books.starts if people.size < FEWEST][:most]
    if not few:
        return None
    truth, widths = wave.truth(books), []
    for people in few:
        target = np.zeros(books.n_unknowns)
        start = books.starts[people]
        answered = np.array(wave.answered_by(people), dtype=float)
        target[start : start + len(answered)] = answered / answered.sum() / people.size
        low, high = books.bounds(target, truth)
        widths.append(high - low)
    return min(widths)


# One rule weakened at a time: an auditor that finds nothing proves nothing.


def _always_exact(sound: Callable[..., Any]) -> Callable[..., Any]:
    return lambda codes, **_exact: sound(codes, is_exact=True)


def _own_dimension(wave: WaveBallots, group: str, dimension: str) -> Published:
    return wave.own_dimension(group, dimension)


WEAKENED: Mapping[str, tuple[tuple[object, str, Callable[[Any], Any]], ...]] = {
    "a cell needs two ballots only": ((count, "FLOOR", lambda _: 2),),
    "sums are kept without a certificate": (
        (count, "given_up", lambda _: lambda *_args: frozenset()),
    ),
    "exact counts of questions that some skipped": ((count, "_item_counts", _always_exact),),
    "the company's value beside a hidden group": (
        (ballots_of, "company_reason", lambda _: lambda *_cells: None),
    ),
    "a change beside a hidden month": (
        (ballots_of, "change_reason", lambda _: lambda *_cells: None),
    ),
    "nothing withheld beside a capped figure": (
        (release, "complementary", lambda _: lambda _figures: frozenset()),
    ),
    "dimensions over own answers only": ((WaveBallots, "dimension", lambda _: _own_dimension),),
}
# A weaker floor shows only if the release asks for no more.
WEAK_K = {"a cell needs two ballots only": 2}


@contextmanager
def weakened(rule: str) -> Iterator[None]:
    """Weaken one rule as long as the block lasts."""
    before = [(place, name, getattr(place, name)) for place, name, _ in WEAKENED[rule]]
    try:
        for place, name, change in WEAKENED[rule]:
            setattr(place, name, change(getattr(place, name)))
        yield
    finally:
        for place, name, value in before:
            setattr(place, name, value)
