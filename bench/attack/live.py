"""An operator who logs the moment of every /issue and every /submit, and lays the two side by side.

No storage can help against him; only time between the two requests can. Times are simulated; the
real application's log of the besieged waves is matched in the same way.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.attack.mailbox import GROUPS, MonthLog, months
from bench.attack.matching import Order, chance_limit, match
from bench.attack.visits import DAY, Mode, Size, Visit, make_visits

WAVES = 30
HABIT = 0.5
COLLECTS = (0.75, 0.5)  # shares who get their ballot by the result mail; nobody knows it beforehand
BAR = 0.03


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How many ballots an operator links by their times, in one way of arriving.

    Attributes
    ----------
    chance
        The right pairs that guessing gives on average; None where it was not worked out.
    """

    name: str
    n_linked: int
    n_ballots: int
    chance: float | None = None
    is_bounded: bool = False

    @property
    def share(self) -> float:
        """The linked share."""
        return self.n_linked / self.n_ballots if self.n_ballots else 0.0

    @property
    def limit(self) -> int | None:
        """The most right pairs that chance explains."""
        return None if self.chance is None else chance_limit(self.chance)

    @property
    def is_above(self) -> bool:
        """Whether a bounded figure breaks its bar: 3 %, and what chance explains."""
        by_chance = self.limit is not None and self.n_linked > self.limit
        return self.is_bounded and (by_chance or self.share > BAR)


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
    cases: tuple[tuple[str, Mode], ...] = (
        ("one visit, credential at Send (a slip, or the fallback link)", "at send"),
        ("one visit, credential when the page opens", "at opening"),
        ("credential in an independent earlier visit", "earlier visit"),
    )
    found = []
    for name, mode in cases:
        log = [part for _ in range(waves) for part in _log(make_visits(rng, size, mode))]
        linked, ballots = link(log, rng)
        is_bounded = mode == "earlier visit"
        chance = float(len(log)) if is_bounded else None
        found.append(
            Timing(
                name=name,
                n_linked=linked,
                n_ballots=ballots,
                chance=chance,
                is_bounded=is_bounded,
            )
        )
    for collects in COLLECTS:
        for habit in (0.0, HABIT):
            found += two_visits(rng, waves, collects=collects, habit=habit)
    return found


def _log(visits: list[Visit]) -> list[list[tuple[float, float]]]:
    groups = [[v for v in visits if v.group == code] for code in ("first", "second")]
    return [[(v.issue_at, v.submit_at) for v in group] for group in groups]


def two_visits(
    rng: np.random.Generator, waves: int, *, collects: float, habit: float
) -> list[Timing]:
    """Return what is linked of ballots with a stored credential, and of those by the fallback link.

    The best of three attacks counts: the order of one visit beside the order of the other; the
    order of habits, as the earlier months show them; and the hour of the day. In the first month
    nobody has a habit yet.
    """
    by_attack: dict[str, list[int]] = {}
    n_ballots, chance = [0, 0], 0.0
    for n_people in GROUPS:
        logs = months(rng, n_people, waves, collects=collects, habit=habit)
        for number, log in enumerate(logs):
            for attack, guess in _guesses(log, logs[:number], rng).items():
                hits = by_attack.setdefault(attack, [0, 0])
                for ballot, person in guess.items():
                    hits[ballot_is_late(log, ballot)] += log.writer[ballot] == person
            n_late = len(log.issued_late)
            n_ballots[True] += n_late
            n_ballots[False] += len(log.ballots) - n_late
            chance += (len(log.ballots) - n_late) / max(len(log.issued_early), 1)
    habits = f", habits correlate {habit:.1f}" if habit else ""
    share = n_ballots[True] / sum(n_ballots)
    name = f"two visits, {collects:.0%} get their ballot by the result mail{habits}"
    return [
        Timing(
            name=f"{name}: stored credential ({1 - share:.0%} of ballots)",
            n_linked=max(hits[False] for hits in by_attack.values()),
            n_ballots=n_ballots[False],
            chance=chance,
            is_bounded=not habit,
        ),
        Timing(
            name=f"{name}: fallback link ({share:.0%} of ballots)",
            n_linked=max(hits[True] for hits in by_attack.values()),
            n_ballots=n_ballots[True],
        ),
    ]


def ballot_is_late(log: MonthLog, ballot: int) -> bool:
    """Whether a ballot's credential was issued by the fallback link."""
    return log.writer[ballot] in log.issued_late


def _guesses(
    log: MonthLog, before: list[MonthLog], rng: np.random.Generator
) -> dict[str, dict[int, int]]:
    """Return ballot -> person for each attack: fallbacks by their gaps, then what is left."""
    late = _by_gaps(log, rng)
    free = {ballot: at for ballot, at in log.ballots.items() if ballot not in late}
    found = {}
    for attack, persons in (
        ("order of visits", log.issued_early),
        ("order of habits", _habits(log, before)),
    ):
        guess = match(Order(keys=persons), Order(keys=free), rng)
        found[attack] = late | _turned(guess[0] if guess else {})
    found["hour of the day"] = late | _by_hour(log, before, free)
    return found


def _by_gaps(log: MonthLog, rng: np.random.Generator) -> dict[int, int]:
    persons = Order(keys=log.issued_late, axis="clock")
    guesses = match(persons, Order(keys=log.ballots, axis="clock"), rng)
    return _turned(guesses[-1]) if len(guesses) == 3 else {}


def _turned(guess: Mapping[Hashable, Hashable]) -> dict[int, int]:
    return {int(str(ballot)): int(str(person)) for person, ballot in guess.items()}


def _habits(log: MonthLog, before: list[MonthLog]) -> dict[int, float]:
    """Return how late each person was in all result visits so far, as a mean rank."""
    ranks: dict[int, list[float]] = {person: [] for person in log.issued_early}
    for month in [*before, log]:
        ranked = sorted(month.issued_early, key=lambda person: month.issued_early[person])
        for place, person in enumerate(ranked):
            if person in ranks:
                ranks[person].append(place / len(ranked))
    return {person: float(np.mean(own)) for person, own in ranks.items()}


def _by_hour(log: MonthLog, before: list[MonthLog], free: dict[int, float]) -> dict[int, int]:
    """Assign each ballot to the person whose usual hour of the day is nearest."""
    hours: dict[int, list[float]] = {person: [] for person in log.issued_early}
    for month in [*before, log]:
        for person, at in month.issued_early.items():
            if person in hours:
                hours[person].append(at % DAY)
    persons, ballots = list(hours), list(free)
    if not persons or not ballots:
        return {}
    usual = np.array([np.median(hours[person]) for person in persons])
    came = np.array([free[ballot] % DAY for ballot in ballots])
    rows, columns = linear_sum_assignment(np.abs(came[:, None] - usual[None, :]))
    return {ballots[row]: persons[column] for row, column in zip(rows, columns, strict=True)}
