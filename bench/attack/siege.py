"""Besieges one store for some waves: lets people answer, takes every copy, scores every attack."""

import itertools
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.attack.evidence import Copies, Evidence, gather, is_of, needles_of, remnants
from bench.attack.house import House, WaveCourse
from bench.attack.matching import Order, chance_limit, match
from bench.attack.plants import LEFT_BY, SHOWS_IN, Planted, tables_of
from bench.attack.stores import Backup, Store
from bench.attack.visits import Mode, Size, Visit, make_visits

AFTER, MIDWAVE = "after the close", "during the wave"
WAYS = ("forwards", "backwards", "gaps")


@dataclass(kw_only=True)
class Findings:
    """What the attacks on one store came to.

    Attributes
    ----------
    hits
        (when, attack) -> how many persons were matched rightly.
    left
        What still lay in the live files after the release, counted.
    times
        Per group of a wave: (issued at, submitted at) of each person, in seconds.
    """

    store: str
    plants: tuple[str, ...] = ()
    hits: Counter[tuple[str, str]] = field(default_factory=Counter)
    outside: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)
    left_in_log: Counter[str] = field(default_factory=Counter)
    n_people: int = 0
    n_groups: int = 0
    times: list[list[tuple[float, float]]] = field(default_factory=list)

    @property
    def limit(self) -> int:
        """The most right matches that chance explains."""
        return chance_limit(self.n_groups)

    def best(self, when: str, *, is_outside: bool, about: str = "") -> tuple[int, str]:
        """Return the hits of the best attack, and its name."""
        fitting = [
            (hits, name)
            for (moment, name), hits in self.hits.items()
            if moment == when and (name in self.outside) is is_outside and about in name
        ]
        return max(fitting, default=(0, "none"))

    def above(self, when: str) -> set[str]:
        """Return the attacks that did better than chance."""
        return {
            n for (moment, n), hits in self.hits.items() if moment == when and hits > self.limit
        }

    def n_attacks(self, when: str) -> int:
        """Return how many attacks were tried."""
        return sum(moment == when for moment, _name in self.hits)

    def is_found(self, plant: str) -> bool:
        """Whether a planted leak was noticed, by the attack or the search that it feeds."""
        if plant in LEFT_BY:
            return self.left[LEFT_BY[plant]] > 0
        return any(
            self.best(AFTER, is_outside=outside, about=SHOWS_IN[plant])[0] > self.limit
            for outside in (False, True)
        )


def besiege(
    store: Store,
    folder: Path,
    *,
    waves: int,
    size: Size,
    rng: np.random.Generator,
    plants: tuple[str, ...] = (),
    mode: Mode = "at send",
) -> Findings:
    """Run `waves` waves on a store, the product's own way or with planted leaks, and attack them."""
    planted = Planted(plants)
    house = House(folder, store.url, size=size, rng=rng, tasks=planted.tasks())
    planted.make_tables(house)
    findings = Findings(store=store.name, plants=plants)
    try:
        with planted.installed():
            for _wave in range(waves):
                _one_wave(store, house, planted, findings, make_visits(rng, size, mode))
    finally:
        house.dispose()
    return findings


def _one_wave(
    store: Store, house: House, planted: Planted, findings: Findings, visits: list[Visit]
) -> None:
    more = tables_of(planted.plants)
    store.begin_wave()
    course = house.open()
    nights: list[Backup] = []
    house.answer(
        course,
        visits,
        each_night=lambda _night: nights.append(store.backup()),
        before_submit=planted.before_submit,
    )
    nights.append(store.backup())
    counted: list[Backup] = []
    house.close(course, lambda number: counted.append(store.backup()) if number == 1 else None)
    final = store.backup(more)
    copies = Copies(
        nights=nights,
        after_count=counted[0],
        final=final,
        wal_places=store.wal_places(needles_of(course, nights[-1]), [*nights, counted[0], final]),
        final_wal=store.wal_bytes(),
    )
    _note_remnants(store, course, copies, findings)
    findings.n_people += len(course.casts)
    for evidence in gather(course, copies, house.settings.key_dir, planted.plants):
        findings.n_groups += 1
        _attack(evidence, house.rng, findings)
    for casts in course.groups.values():
        findings.times.append([(cast.issued_at, cast.submitted_at) for cast in casts])


def _note_remnants(store: Store, course: WaveCourse, copies: Copies, findings: Findings) -> None:
    last = copies.nights[-1]
    findings.left.update(remnants(course, last, store.live_bytes()))
    findings.left["invitation rows"] += sum(
        is_of(row, course) for row in copies.final.rows["invitations"]
    )
    findings.left_in_log.update(remnants(course, last, [copies.final_wal]))


def _attack(evidence: Evidence, rng: np.random.Generator, findings: Findings) -> None:
    targets = (
        (AFTER, evidence.answers, evidence.mark_of),
        (MIDWAVE, evidence.sealed, evidence.ballot_of),
    )
    for when, orders, truth in targets:
        for (who, persons), (what, answers) in itertools.product(
            evidence.persons.items(), orders.items()
        ):
            for way, hits in _score(persons, answers, truth, rng):
                name = f"{who} x {what} ({way})"
                findings.hits[when, name] += hits
                if persons.is_outside:
                    findings.outside.add(name)


def _score(
    persons: Order, answers: Order, truth: Mapping[Hashable, Hashable], rng: np.random.Generator
) -> list[tuple[str, int]]:
    guesses = match(persons, answers, rng)
    return [
        (way, sum(truth.get(person) == answer for person, answer in guess.items()))
        for way, guess in zip(WAYS, guesses, strict=False)
    ]
