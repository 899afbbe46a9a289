"""An operator who logs the moment of every /issue and every /submit, and lays the two side by side.

No storage can help against him; only time between the two requests can. Times are simulated; the
real application's log of the besieged waves is matched in the same way.
"""

from dataclasses import dataclass

import numpy as np

from bench.attack.matching import Order, match
from bench.attack.visits import DAY, Mode, Size, Visit, make_visits

WAVES = 30
HABIT = 0.5
FALLBACK_SHARE = 0.3
BAR = 0.03


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How many ballots an operator links by their times, in one way of arriving."""

    name: str
    n_linked: int
    n_ballots: int
    is_bounded: bool = False

    @property
    def share(self) -> float:
        """The linked share."""
        return self.n_linked / self.n_ballots


def link(times: list[list[tuple[float, float]]], rng: np.random.Generator) -> tuple[int, int]:
    """Return (linked, ballots) for logs of (issued at, submitted at), one list per group and wave."""
    by_way = [0, 0, 0]
    for log in times:
        issued = Order(keys={n: at for n, (at, _) in enumerate(log)}, axis="clock")
        sent = Order(keys={n: at for n, (_, at) in enumerate(log)}, axis="clock")
        for way, guess in enumerate(match(issued, sent, rng)):
            by_way[way] += sum(person == ballot for person, ballot in guess.items())
    return max(by_way), sum(len(log) for log in times)


def simulate(rng: np.random.Generator, size: Size, waves: int = WAVES) -> list[Timing]:
    """Return what the operator links in each way of arriving."""
    cases: tuple[tuple[str, Mode, float], ...] = (
        ("credential at Send, as the page does today", "at send", 0.0),
        ("credential when the page opens", "at opening", 0.0),
        ("credential in an independent earlier visit", "earlier visit", 0.0),
        ("the same, people keep their habits (correlation 0.5)", "earlier visit", HABIT),
    )
    found = []
    for name, mode, habit in cases:
        log = [part for _ in range(waves) for part in _log(make_visits(rng, size, mode, habit))]
        linked, ballots = link(log, rng)
        is_bounded = mode == "earlier visit" and not habit
        found.append(Timing(name=name, n_linked=linked, n_ballots=ballots, is_bounded=is_bounded))
    return found + _with_fallback(rng, size, waves)


def _log(visits: list[Visit]) -> list[list[tuple[float, float]]]:
    groups = [[v for v in visits if v.group == code] for code in ("first", "second")]
    return [[(v.issue_at, v.submit_at) for v in group] for group in groups]


def _with_fallback(rng: np.random.Generator, size: Size, waves: int) -> list[Timing]:
    """Tell apart the ballots of those who have no stored credential and get theirs on the spot."""
    linked, ballots = {True: 0, False: 0}, {True: 0, False: 0}
    for _ in range(waves):
        for log in _log(make_visits(rng, size, "earlier visit")):
            is_late = rng.random(len(log)) < FALLBACK_SHARE
            trips = rng.lognormal(np.log(1.5), 0.6, len(log))
            issued = [
                sent - trip if late else at
                for (at, sent), late, trip in zip(log, is_late, trips, strict=True)
            ]
            for person, ballot in _two_steps(issued, [sent for _, sent in log], rng).items():
                late = bool(is_late[person])
                ballots[late] += 1
                linked[late] += person == ballot
    return [
        Timing(
            name=f"{name} ({share:.0%} of ballots)",
            n_linked=linked[late],
            n_ballots=ballots[late],
            is_bounded=not late,
        )
        for late, name, share in (
            (False, "with fallbacks: stored credential", 1 - FALLBACK_SHARE),
            (True, "with fallbacks: credential at Send", FALLBACK_SHARE),
        )
    ]


def _two_steps(issued: list[float], sent: list[float], rng: np.random.Generator) -> dict[int, int]:
    """Match what was issued during the wave by its gaps first; then the rest by rank."""
    late = {n: at for n, at in enumerate(issued) if at > -DAY}
    found: dict[int, int] = {}
    if len(late) > 1:
        answers = Order(keys=dict(enumerate(sent)), axis="clock")
        guess = match(Order(keys=late, axis="clock"), answers, rng)[-1]
        found = {int(str(p)): int(str(a)) for p, a in guess.items()}
    rest = {n: at for n, at in enumerate(issued) if n not in found}
    free = {n: at for n, at in enumerate(sent) if n not in set(found.values())}
    guesses = match(Order(keys=rest), Order(keys=free), rng)
    return found | {int(str(p)): int(str(a)) for p, a in guesses[0].items()}
