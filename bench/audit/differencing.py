"""What can be worked out from published figures by adding and subtracting: `audit(figures)`.

The attacker knows more than anyone real: who answered which question, who rated which rule, and the
reference means. Each answer of each ballot is an unknown, each published sum a linear equation. A
*leak* is a combination of figures in which fewer than k ballots are left over, or one that gives a
figure that is withheld.

To audit a surface (a page, a file), read what it shows, say for every number what it is a sum over
(`bench.audit.ballots`), and demand that nothing is found::

    ballots = WaveBallots("2026-03", piles)
    figures = [ballots.index("first"), ballots.item("second", "APP1"), ballots.company()]
    assert audit(figures) == ()

Nothing here is shared with the product's own search (`pulse.tallies.certificate`): an auditor does
not copy the books.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Vector = NDArray[np.float64]
FLOOR = 5
CERTAIN = 1e-9  # how near to 1 an eigenvalue is that is 1
DERIVED = 1e-7
BATCH = 2_000
MOST_SETS = 400_000


@dataclass(frozen=True, kw_only=True)
class People:
    """Ballots of one cell (a group in a wave) that enter every figure alike.

    Attributes
    ----------
    cell
        The wave and group.
    number
        Tells them apart from the others of the cell.
    size
        How many ballots they are.
    width
        How many answers each has that are unknown.
    """

    cell: tuple[str, str]
    number: int
    size: int
    width: int


@dataclass(frozen=True, kw_only=True)
class Published:
    """A figure that somebody reads, as the sum that it is.

    Attributes
    ----------
    name
        Where it stands and what it is.
    parts
        Which ballots it rests on, and with what weight each of their answers enters.
    """

    name: str
    parts: Mapping[People, Vector]

    @property
    def n_ballots(self) -> int:
        """How many ballots the figure rests on."""
        return sum(people.size for people, weights in self.parts.items() if np.any(weights))

    def minus(self, other: "Published", *, name: str) -> "Published":
        """Return the difference of two figures."""
        everybody = [*self.parts, *(people for people in other.parts if people not in self.parts)]
        nothing = {people: np.zeros(people.width) for people in everybody}
        parts = {
            people: self.parts.get(people, nothing[people])
            - other.parts.get(people, nothing[people])
            for people in everybody
        }
        return Published(name=name, parts=parts)


@dataclass(frozen=True, kw_only=True)
class Leak:
    """What follows from the figures although it must not.

    Attributes
    ----------
    what
        "fewer than k ballots", or the name of the withheld figure.
    figures
        The figures that have to be combined.
    n_ballots
        How many ballots the result is about.
    """

    what: str
    figures: tuple[str, ...]
    n_ballots: int


def audit(
    figures: Iterable[Published], *, k: int = FLOOR, secrets: Iterable[Published] = ()
) -> tuple[Leak, ...]:
    """Return what can be worked out from figures by adding and subtracting; empty if nothing can.

    Parameters
    ----------
    figures
        Everything that is published, over all surfaces and waves.
    k
        Fewest ballots of a cell.
    secrets
        Figures that are withheld and must not follow from the others (capped ones, say).
    """
    books = Books(tuple(figures), tuple(secrets))
    small = [
        Leak(what=f"fewer than {k} ballots", figures=(figure.name,), n_ballots=figure.n_ballots)
        for figure in books.figures
        if 0 < figure.n_ballots < k
    ]
    return (*small, *books.small_sets(k), *books.derived())


@dataclass
class Books:
    """The figures as a system of linear equations."""

    figures: tuple[Published, ...]
    secrets: tuple[Published, ...] = ()
    starts: dict[People, int] = field(init=False)

    def __post_init__(self) -> None:
        self.starts, place = {}, 0
        for people in itertools.chain.from_iterable(f.parts for f in self.figures + self.secrets):
            if people not in self.starts:
                self.starts[people] = place
                place += people.width
        self.n_unknowns = place

    def vector(self, figure: Published) -> Vector:
        """Return a figure's weights over all unknowns."""
        vector = np.zeros(self.n_unknowns)
        for people, weights in figure.parts.items():
            vector[self.starts[people] : self.starts[people] + people.width] = weights
        return vector

    @cached_property
    def matrix(self) -> Vector:
        """All figures, one a row, each of length 1."""
        rows = np.array([self.vector(figure) for figure in self.figures])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        scaled: Vector = rows / np.where(lengths > 0, lengths, 1.0)
        return scaled

    @cached_property
    def basis(self) -> Vector:
        """Orthonormal rows that span everything that follows from the figures."""
        if not self.figures or not self.n_unknowns:
            return np.zeros((0, self.n_unknowns))
        _, sizes, rows = np.linalg.svd(self.matrix, full_matrices=False)
        spanning: Vector = rows[sizes > max(sizes[0], 1e-12) * CERTAIN]
        return spanning

    def follows(self, vector: Vector) -> bool:
        """Whether a sum follows from the figures."""
        length = np.linalg.norm(vector)
        rest = vector - self.basis.T @ (self.basis @ vector)
        return bool(length > 0 and np.linalg.norm(rest) < DERIVED * length)

    def derived(self) -> Iterator[Leak]:
        """Yield the secrets that follow."""
        for secret in self.secrets:
            vector = self.vector(secret)
            if self.follows(vector):
                yield Leak(
                    what=secret.name, figures=self._combined(vector), n_ballots=secret.n_ballots
                )

    def small_sets(self, k: int) -> Iterator[Leak]:
        """Yield, for each cell, a smallest set of fewer than k ballots about which something follows.

        A vector of the row space that lies wholly on a set of columns is one that the basis, cut to
        these columns, keeps at full length: an eigenvalue 1 of the cut basis times its transpose.
        """
        cells: dict[tuple[str, str], list[People]] = {}
        for people in self.starts:
            if people.size < k:
                cells.setdefault(people.cell, []).append(people)
        for small in cells.values():
            grams = np.stack([self._gram(people) for people in small])
            found = self._first_leaky(small, grams, k)
            if found is not None:
                chosen = _shrunk(found, grams)
                yield Leak(
                    what=f"fewer than {k} ballots",
                    figures=self._combined(self._direction([small[place] for place in chosen])),
                    n_ballots=sum(small[place].size for place in chosen),
                )

    def _gram(self, people: People) -> Vector:
        block = self.basis[:, self.starts[people] : self.starts[people] + people.width]
        return block @ block.T

    def _first_leaky(
        self, small: Sequence[People], grams: Vector, k: int
    ) -> tuple[int, ...] | None:
        if not grams.shape[1]:
            return None
        leverage = np.linalg.eigvalsh(grams)[:, -1]
        # An eigenvalue of a sum is at most the sum of the eigenvalues.
        sets = (
            chosen
            for chosen in _largest_sets([people.size for people in small], k)
            if leverage[list(chosen)].sum() > 1 - CERTAIN
        )
        identity = np.eye(grams.shape[1])
        while batch := list(itertools.islice(sets, BATCH)):
            stack = np.stack([identity - grams[list(chosen)].sum(axis=0) for chosen in batch])
            # All eigenvalues lie in 0..1, so the smallest is at least their product.
            suspects = np.flatnonzero(np.linalg.det(stack) < CERTAIN)
            for suspect in suspects:
                if np.linalg.eigvalsh(stack[suspect])[0] < CERTAIN:
                    return batch[suspect]
        return None

    def _direction(self, people: Sequence[People]) -> Vector:
        total = sum(self._gram(own) for own in people)
        _, directions = np.linalg.eigh(total)
        direction: Vector = self.basis.T @ directions[:, -1]
        return direction

    def _combined(self, vector: Vector) -> tuple[str, ...]:
        """Return the figures of a combination that gives `vector`: of all the one with least sum."""
        n = len(self.figures)
        found = linprog(
            np.ones(2 * n),
            A_eq=np.hstack([self.matrix.T, -self.matrix.T]),
            b_eq=vector,
            bounds=(0, None),
        )
        if found.status != 0:  # numbers too near to each other: name them all
            return tuple(figure.name for figure in self.figures)
        shares = found.x[:n] - found.x[n:]
        return tuple(
            figure.name
            for figure, share in zip(self.figures, shares, strict=True)
            if abs(share) > DERIVED
        )

    def bounds(self, target: Vector, truth: Vector, top: float = 100.0) -> tuple[float, float]:
        """Return the least and the highest value of a sum that the figures and 0..`top` allow.

        Parameters
        ----------
        target
            The sum's weights over all unknowns.
        truth
            The real answers, summed over the ballots of each `People`.
        """
        limits = np.zeros(self.n_unknowns)
        for people, start in self.starts.items():
            limits[start : start + people.width] = top * people.size
        values = self.matrix @ truth
        ends = []
        for sign in (1.0, -1.0):
            found = linprog(
                sign * target,
                A_eq=self.matrix,
                b_eq=values,
                bounds=np.column_stack([np.zeros_like(limits), limits]),
            )
            if found.status != 0:
                raise RuntimeError(found.message)
            ends.append(sign * float(found.fun))
        return ends[0], ends[1]


def _largest_sets(sizes: Sequence[int], k: int) -> Iterator[tuple[int, ...]]:
    """Yield the sets of fewer than k ballots to which nothing can be added: the others are parts."""
    n_sets = 0
    open_sets: list[tuple[tuple[int, ...], int, int]] = [((), 0, k - 1)]
    while open_sets:
        chosen, start, room = open_sets.pop()
        rest = [place for place in range(len(sizes)) if place not in chosen]
        if chosen and all(sizes[place] > room for place in rest):
            n_sets += 1
            if n_sets > MOST_SETS:
                raise RuntimeError("make the scene smaller: the search must be complete")
            yield chosen
        open_sets += [
            ((*chosen, place), place + 1, room - sizes[place])
            for place in range(start, len(sizes))
            if sizes[place] <= room
        ]


def _shrunk(chosen: tuple[int, ...], grams: Vector) -> tuple[int, ...]:
    """Return a set from which nothing can be left out."""
    for place in chosen:
        fewer = tuple(other for other in chosen if other != place)
        if fewer and np.linalg.eigvalsh(grams[list(fewer)].sum(axis=0))[-1] > 1 - CERTAIN:
            return _shrunk(fewer, grams)
    return chosen
