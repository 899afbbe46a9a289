"""An attacker with a pencil: what can be worked out from released figures by + and -.

He is stronger than anyone real: he knows the reference means, who answered which question, and who
rated which rule. Each answer of each person is an unknown, each released sum an equation. A *leak*
is a combination of equations in which fewer than k people are left, or one that gives a figure that
was capped. Persons with the same gaps enter every equation alike, so they are taken as one class.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from pulse.tallies.disclosure import company_reason
from pulse.tallies.scoring import (
    DIMENSIONS,
    OVERLAP,
    friction_points,
    reference_means,
    valid_ballots,
)
from pulse.tallies.sheets import SheetPile
from tests.factories.tallies import KEY

Vector = NDArray[np.float64]
CERTAIN = 1 - 1e-9
DERIVED = 1e-9
MOST_SUBSETS = 20_000


@dataclass(frozen=True, kw_only=True)
class PersonClass:
    """People of one group with the same gaps and the same rated rules."""

    group: str
    answered: tuple[bool, ...]
    rated: tuple[str, ...]
    size: int
    start: int  # its first column: ten for the core, then one per rated rule


@dataclass(frozen=True, kw_only=True)
class Equation:
    """A figure and what it is made of."""

    name: str
    vector: Vector
    is_shown: bool


class Scene:
    """Who answered what, in both groups of a wave."""

    def __init__(self, piles: Mapping[str, SheetPile]) -> None:
        points = {code: friction_points(pile.core, KEY) for code, pile in piles.items()}
        self.reference = reference_means(list(points.values()))
        self.present = ~np.isnan(self.reference)
        self.classes: list[PersonClass] = []
        self.n_valid: dict[str, int] = {}
        start = 0
        for code, pile in piles.items():
            valid = valid_ballots(points[code], self.reference, KEY)
            self.n_valid[code] = int(valid.sum())
            rotating = pile.rotating()
            sizes: dict[tuple[tuple[bool, ...], tuple[str, ...]], int] = {}
            for row in np.flatnonzero(valid):
                answered = tuple(bool(v) for v in ~np.isnan(points[code][row]) & self.present)
                rated = tuple(item for item, codes in rotating.items() if codes[row] >= 0)
                sizes[answered, rated] = sizes.get((answered, rated), 0) + 1
            for (answered, rated), size in sizes.items():
                self.classes.append(
                    PersonClass(group=code, answered=answered, rated=rated, size=size, start=start)
                )
                start += 10 + len(rated)
        self.n_unknowns = start

    def completed(self, group: str, weights: Sequence[bool], rated: str | None = None) -> Vector:
        """Return the sum over completed sheets of a group (of those who rated a rule)."""
        vector = np.zeros(self.n_unknowns)
        used = np.array(weights) & self.present
        for people in self._of(group, rated):
            answered = np.array(people.answered)
            spread = (used & ~answered).sum() / answered.sum()
            vector[people.start : people.start + 10] = np.where(answered, used + spread, 0.0)
        return vector / max(used.sum(), 1)

    def answered(self, group: str, item: str) -> Vector:
        """Return the sum over those who answered one core item."""
        vector, place = np.zeros(self.n_unknowns), KEY.items.index(item)
        for people in self._of(group):
            vector[people.start + place] = float(people.answered[place])
        return vector

    def naive_dimension(self, group: str, dimension: str) -> Vector:
        """Return the sum over those with an answer in the dimension, of their own answers only."""
        vector, used = np.zeros(self.n_unknowns), KEY.of_dimension(dimension)
        for people in self._of(group):
            own = used & np.array(people.answered)
            if own.any():
                vector[people.start : people.start + 10] = own / own.sum()
        return vector

    def ratings(self, group: str, item: str) -> Vector:
        """Return the sum of the ratings of one rule."""
        vector = np.zeros(self.n_unknowns)
        for people in self._of(group, item):
            vector[people.start + 10 + people.rated.index(item)] = 1.0
        return vector

    def _of(self, group: str, rated: str | None = None) -> Iterator[PersonClass]:
        for people in self.classes:
            if people.group == group and (rated is None or rated in people.rated):
                yield people

    def equations(self, content: Mapping[str, Any]) -> list[Equation]:
        """Write every figure of a release, and the company value where it may be shown."""
        found: list[Equation] = []
        for code, cells in content["groups"].items():
            for name, vector, cell in self._figures(code, cells):
                found.append(_equation(f"{code}/{name}", vector, cell))
        first, second = (content["groups"][code]["index"] for code in ("first", "second"))
        if company_reason(first, second) is None:
            parts = [self.completed(code, [True] * 10) / n for code, n in self.n_valid.items()]
            found.append(Equation(name="company", vector=sum(parts) / 2, is_shown=True))
        return found

    def _figures(
        self, code: str, cells: Mapping[str, Any]
    ) -> Iterator[tuple[str, Vector, Mapping[str, Any]]]:
        yield "index", self.completed(code, [True] * 10), cells["index"]
        for dimension in DIMENSIONS:
            used = KEY.of_dimension(dimension).tolist()
            yield dimension, self.completed(code, used), cells["dimensions"][dimension]
        for item in KEY.items:
            cell = cells["items"][item]
            if "counts" in cell or cell.get("withheld") == "capped":
                yield item, self.answered(code, item), cell
        for item, cell in cells["rotating"].items():
            used = (~KEY.of_dimension(*OVERLAP.get(item, ()))).tolist()
            raters = self.completed(code, used, item)
            yield f"{item} ratings", self.ratings(code, item), cell
            yield f"{item} raters", raters, cell
            yield f"{item} others", self.completed(code, used) - raters, cell
        for half, wanted in (("good", True), ("bad", False)):
            used = [good is wanted for good in KEY.is_good]
            if "withheld" in cells["quality"] or f"{half}_half" in cells["quality"]:
                yield f"{half} half", self.completed(code, used), cells["quality"]


def _equation(name: str, vector: Vector, cell: Mapping[str, Any]) -> Equation:
    return Equation(name=name, vector=vector, is_shown="withheld" not in cell)


class Audit:
    """What the shown equations give away."""

    def __init__(self, scene: Scene, equations: Sequence[Equation], k: int) -> None:
        self.scene, self.equations, self.k = scene, equations, k

    @cached_property
    def _rows(self) -> Vector:
        """Orthonormal basis of everything that follows from the shown figures."""
        shown = [equation.vector for equation in self.equations if equation.is_shown]
        if not shown or self.scene.n_unknowns == 0:
            return np.zeros((0, max(self.scene.n_unknowns, 1)))
        _, sizes, rows = np.linalg.svd(np.stack(shown), full_matrices=False)
        basis: Vector = rows[sizes > sizes[0] * DERIVED] if sizes[0] else rows[:0]
        return basis

    def small_cells(self) -> list[tuple[PersonClass, ...]]:
        """Return the sets of fewer than k people about whom something follows exactly."""
        classes = [people for people in self.scene.classes if people.size < self.k]
        grams = {}
        for people in classes:
            block = self._rows[:, people.start : people.start + 10 + len(people.rated)]
            grams[people] = block @ block.T
        subsets = list(itertools.islice(self._subsets(classes), MOST_SUBSETS + 1))
        assert len(subsets) <= MOST_SUBSETS, "make the scene smaller: the search must be complete"
        if not subsets or not len(self._rows):
            return []
        # A unit vector of the row space that lies wholly on a subset has eigenvalue 1 there.
        stack = np.stack([sum(grams[people] for people in subset) for subset in subsets])
        highest = np.linalg.eigvalsh(stack)[:, -1]
        return [s for s, value in zip(subsets, highest, strict=True) if value > CERTAIN]

    def _subsets(self, classes: Sequence[PersonClass]) -> Iterator[tuple[PersonClass, ...]]:
        # A cell lies in one group; what links the groups is the company value only.
        for code in self.scene.n_valid:
            own = [people for people in classes if people.group == code]
            for length in range(1, self.k):
                for subset in itertools.combinations(own, length):
                    if sum(people.size for people in subset) < self.k:
                        yield subset

    def derived_secrets(self) -> list[str]:
        """Return the withheld figures that follow from the shown ones and are no sum of many."""
        return [
            equation.name
            for equation in self.equations
            if not equation.is_shown and self.follows(equation.vector)
        ]

    def follows(self, vector: Vector) -> bool:
        """Whether a sum follows from the shown figures."""
        length = np.linalg.norm(vector)
        if not length or not len(self._rows):
            return False
        rest = vector - self._rows.T @ (self._rows @ vector)
        return bool(np.linalg.norm(rest) < 1e-7 * length)

    def bounds(self, target: Vector, truth: Vector) -> tuple[float, float]:
        """Return the least and the highest value of `target` that the shown figures allow.

        Parameters
        ----------
        truth
            The real answers by class, summed over its people, 0..100 each.
        """
        rows = np.stack([e.vector for e in self.equations if e.is_shown])
        tops = np.zeros(self.scene.n_unknowns)
        for people in self.scene.classes:
            width = 10 + len(people.rated)
            answered = [*people.answered, *[True] * len(people.rated)]
            tops[people.start : people.start + width] = 100.0 * people.size * np.array(answered)
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * target,
                A_eq=rows,
                b_eq=rows @ truth,
                bounds=list(zip(np.zeros_like(tops), tops, strict=True)),
            )
            assert found.status == 0, found.message
            ends.append(sign * found.fun)
        return ends[0], ends[1]


def truth_of(scene: Scene, piles: Mapping[str, SheetPile]) -> Vector:
    """Return the real answers by class, summed over the people of each class."""
    truth = np.zeros(scene.n_unknowns)
    starts = {(c.group, c.answered, c.rated): c for c in scene.classes}
    for code, pile in piles.items():
        points = friction_points(pile.core, KEY)
        rotating = pile.rotating()
        for row in np.flatnonzero(valid_ballots(points, scene.reference, KEY)):
            answered = tuple(bool(v) for v in ~np.isnan(points[row]) & scene.present)
            rated = tuple(item for item, codes in rotating.items() if codes[row] >= 0)
            start = starts[code, answered, rated].start
            truth[start : start + 10] += np.nan_to_num(points[row])
            for place, item in enumerate(rated):
                truth[start + 10 + place] += 25.0 * rotating[item][row]
    return truth
