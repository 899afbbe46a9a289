"""The parts of `./dev attack`, each with its table for docs/privacy/attacks.md and its verdict."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.attack.campaign import FULL, SMALL, run
from bench.attack.live import Timing, simulate
from bench.attack.table import as_table, timing_line
from bench.attack.visits import Size
from bench.audit.reconstruction import MEMBER, OPEN, PARTLY, search
from bench.audit.rosters import OPEN_WIDTH, WAVES, WEAK_K, WEAKENED, audited, narrowest, weakened

TIMING_HEAD = ("live-logging operator", "linked", "by chance", "verdict")
DIFFERENCING_HEAD = ("rules", "companies", "figures", "companies with a leak", "verdict")
SEED = 20261124


@dataclass(frozen=True, kw_only=True)
class Section:
    """What one part found."""

    text: str
    failures: tuple[str, ...]


def stores(kinds: tuple[str, ...], *, is_small: bool) -> Section:
    """Besiege the application on real databases."""
    with tempfile.TemporaryDirectory(prefix="pulse-attack-") as name:
        outcome = run(SMALL if is_small else FULL, kinds, Path(name))
    own = as_table(TIMING_HEAD, [timing_line(timing) for timing in outcome.timing])
    return Section(text=f"{outcome.text()}\n\n{own}", failures=tuple(outcome.failures))


def live(_kinds: tuple[str, ...], *, is_small: bool) -> Section:
    """Let an operator note the times of all requests."""
    timings = simulate(np.random.default_rng(SEED), Size(), 5 if is_small else 30)
    return Section(
        text=as_table(TIMING_HEAD, [timing_line(timing) for timing in timings]),
        failures=() if is_small else tuple(_above(timing) for timing in timings if timing.is_above),
    )


def _above(timing: Timing) -> str:
    return f"live operator: {timing.name}: {timing.share:.1%}"


def differencing(_kinds: tuple[str, ...], *, is_small: bool) -> Section:
    """Add and subtract everything that is released about random companies."""
    n, n_weak, n_bounds = (20, 8, 10) if is_small else (500, 40, 200)
    sound = audited(range(n))
    failures = [f"differencing: company {seed} leaks" for seed in sound.leaky]
    verdict = "LEAK" if sound.leaky else "nothing follows"
    lines = [("as they are", f"{n}", f"{sound.n_figures:,}", f"{len(sound.leaky)}", verdict)]
    for rule in WEAKENED:
        with weakened(rule):
            found = audited(range(n_weak), 2, WEAK_K.get(rule, 5))
        if not found.leaky:
            failures.append(f"differencing: not found: {rule}")
        counts = (f"{n_weak}", f"{found.n_figures:,}", f"{len(found.leaky)}")
        lines.append((f"weakened: {rule}", *counts, "found" if found.leaky else "NOT FOUND"))
    widths = [width for seed in range(n_bounds) if (width := narrowest(seed)) is not None]
    if min(widths) <= OPEN_WIDTH:
        failures.append(f"differencing: bounds as near as {min(widths):.1f} points")
    note = (
        f"Each company for {WAVES} waves, with a correction of the last one and every change between "
        f"waves. With bounds: in {len(widths)} companies the figures and 0 to 100 left open at least "
        f"{min(widths):.0f} of 100 points about the score of any few people who differ in what they "
        "answered."
    )
    return Section(text=f"{as_table(DIFFERENCING_HEAD, lines)}\n\n{note}", failures=tuple(failures))


def reconstruction(_kinds: tuple[str, ...], *, is_small: bool) -> Section:
    """Put answer tables together from what is stored."""
    found = search(1 if is_small else 10, 2 if is_small else 20)
    outcomes = (OPEN, PARTLY, MEMBER)
    lines = [
        (str(n), *(str(counts[outcome]) for outcome in outcomes), str(_bad(counts)))
        for n, counts in found.by_size.items()
    ]
    head = ("people", *outcomes, "only one table, a certain answer, or undecided")
    note = (
        f"Planted: were counts and cross products kept at 8 people, {found.n_products_unique} of "
        f"{found.n_products} tables would follow wholly."
    )
    return Section(text=f"{as_table(head, lines)}\n\n{note}", failures=tuple(found.failures))


def _bad(counts: Mapping[str, int]) -> int:
    return sum(
        number for outcome, number in counts.items() if outcome not in (OPEN, PARTLY, MEMBER)
    )


PARTS: Mapping[str, Callable[..., Section]] = {
    "stores": stores,
    "live": live,
    "differencing": differencing,
    "reconstruction": reconstruction,
}
