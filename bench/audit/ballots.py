"""What each figure of a wave is a sum over: answers of ballots, for the auditor."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bench.audit.differencing import Books, People, Published, Vector
from pulse.tallies.disclosure import CAPPED, change_reason, company_reason
from pulse.tallies.scoring import (
    DIMENSIONS,
    OVERLAP,
    CoreKey,
    friction_points,
    reference_means,
    valid_ballots,
)
from pulse.tallies.sheets import PERCEPTION_GAP, SheetPile

GROUPS = ("first", "second")
_GAP = PERCEPTION_GAP


class WaveBallots:
    """Who answered what in one wave; makes the figures that a surface can show of it.

    Parameters
    ----------
    wave
        Tells the wave apart from the others, its month say.
    piles
        The opened ballots by group code.
    in_cross
        The rows of a group's pile on which its stored cross products rest.
    """

    def __init__(
        self,
        wave: str,
        piles: Mapping[str, SheetPile],
        key: CoreKey,
        in_cross: Mapping[str, Collection[int]] | None = None,
    ) -> None:
        self.wave, self.piles, self.key, self._in_cross = wave, piles, key, in_cross or {}
        self._points = {code: friction_points(pile.core, key) for code, pile in piles.items()}
        self._reference = reference_means(list(self._points.values()))
        self._present = ~np.isnan(self._reference)
        self._people: dict[str, dict[tuple[Any, ...], People]] = {}
        self.n_valid: dict[str, int] = {}
        for code in piles:
            signs = [self._sign(code, row) for row in self._valid_rows(code)]
            self.n_valid[code] = len(signs)
            self._people[code] = {
                sign: People(
                    cell=(wave, code),
                    number=number,
                    size=signs.count(sign),
                    width=len(key.items) + 1 + len(sign[1]),
                )
                for number, sign in enumerate(dict.fromkeys(signs))
            }

    def index(self, group: str) -> Published:
        """Return the index of a group."""
        return self._sheets(f"{group}/index", group, [True] * len(self.key.items))

    def dimension(self, group: str, dimension: str) -> Published:
        """Return a dimension of a group."""
        used = self.key.of_dimension(dimension).tolist()
        return self._sheets(f"{group}/dimensions/{dimension}", group, used)

    def own_dimension(self, group: str, dimension: str) -> Published:
        """Return a dimension as a sum over own answers only: not what Pulse does, since it leaks."""
        used = self.key.of_dimension(dimension)
        parts = {}
        for (answered, *_), people in self._people[group].items():
            own = used & np.array(answered)
            parts[people] = self._wide(own / max(own.sum(), 1), people)
        return self._named(f"{group}/dimensions/{dimension}", parts)

    def item(self, group: str, item: str) -> Published:
        """Return the exact counts of a core item, or of the question about both groups' fairness."""
        parts = {}
        for (answered, _rated, has_gap, _in), people in self._people[group].items():
            weights = np.zeros(people.width)
            if item == _GAP:
                weights[len(self.key.items)] = float(has_gap)
            else:
                place = self.key.items.index(item)
                weights[place] = float(answered[place])
            parts[people] = weights
        return self._named(f"{group}/items/{item}", parts)

    def rule(self, group: str, item: str) -> tuple[Published, ...]:
        """Return what is shown with a rated rule: the ratings, the index of raters and of others."""
        used = (~self.key.of_dimension(*OVERLAP.get(item, ()))).tolist()
        name = f"{group}/rotating/{item}"
        raters = self._sheets(f"{name} raters", group, used, item)
        everybody = self._sheets(name, group, used)
        ratings = {}
        for (_answered, rated, *_), people in self._people[group].items():
            weights = np.zeros(people.width)
            if item in rated:
                weights[len(self.key.items) + 1 + rated.index(item)] = 1.0
            ratings[people] = weights
        return (
            self._named(f"{name} ratings", ratings),
            raters,
            everybody.minus(raters, name=f"{self.wave}/{name} others"),
        )

    def half(self, group: str, *, good: bool) -> Published:
        """Return the sum over the questions about good, or about bad events."""
        used = [own is good for own in self.key.is_good]
        return self._sheets(f"{group}/quality/{'good' if good else 'bad'}", group, used)

    def stored_sums(self, group: str) -> list[Published]:
        """Return the sum of each core item over the complete ballots of the stored cross products."""
        found = []
        for place, item in enumerate(self.key.items):
            parts = {
                people: self._wide(np.eye(len(self.key.items))[place], people)
                for (*_, is_in), people in self._people[group].items()
                if is_in
            }
            found.append(self._named(f"{group}/cross/{item}", parts))
        return found

    def company(self) -> Published:
        """Return the company's value: the mean of both groups' means."""
        parts: dict[People, Vector] = {}
        for code in GROUPS:
            for people, weights in self.index(code).parts.items():
                parts[people] = weights / (2 * max(self.n_valid[code], 1))
        return self._named("company/index", parts)

    def mean(self, group: str) -> Published:
        """Return the mean of a group's index: what the change between two waves is made of."""
        index = self.index(group)
        n = max(self.n_valid[group], 1)
        parts = {people: weights / n for people, weights in index.parts.items()}
        return self._named(f"{group}/mean", parts)

    def shown(self, content: Mapping[str, Any]) -> list[Published]:
        """Return every figure of a release, and the company's value where it may be shown."""
        found = [figure for figure, cell in self._figures(content) if "withheld" not in cell]
        first, second = (content["groups"][code]["index"] for code in GROUPS)
        return [*found, self.company()] if company_reason(first, second) is None else found

    def withheld(self, content: Mapping[str, Any], reason: str) -> list[Published]:
        """Return the figures that a release withholds for a reason."""
        return [figure for figure, cell in self._figures(content) if cell.get("withheld") == reason]

    def truth(self, books: Books) -> Vector:
        """Return the real answers, summed over the ballots that enter all figures alike."""
        truth = np.zeros(books.n_unknowns)
        for code, pile in self.piles.items():
            rotating = pile.rotating()
            for row in self._valid_rows(code):
                sign = self._sign(code, row)
                people = self._people[code][sign]
                if people not in books.starts:
                    continue
                start, width = books.starts[people], len(self.key.items)
                truth[start : start + width] += np.nan_to_num(self._points[code][row])
                if sign[2]:
                    truth[start + width] += 25.0 * pile.perception_gap[row]
                for place, item in enumerate(sign[1]):
                    truth[start + width + 1 + place] += 25.0 * rotating[item][row]
        return truth

    def answered_by(self, people: People) -> tuple[bool, ...]:
        """Return which core items some people of this wave answered."""
        of_group = self._people[people.cell[1]]
        return next(sign[0] for sign, own in of_group.items() if own == people)

    def _figures(self, content: Mapping[str, Any]) -> Iterator[tuple[Published, Mapping[str, Any]]]:
        for code, cells in content["groups"].items():
            yield self.index(code), cells["index"]
            for dimension in DIMENSIONS:
                yield self.dimension(code, dimension), cells["dimensions"][dimension]
            yield from self._details(code, cells)

    def _details(
        self, code: str, cells: Mapping[str, Any]
    ) -> Iterator[tuple[Published, Mapping[str, Any]]]:
        for item, cell in cells["items"].items():
            if "counts" in cell or cell.get("withheld") == CAPPED:
                yield self.item(code, item), cell
        for item, cell in cells["rotating"].items():
            yield from ((figure, cell) for figure in self._of_rule(code, item, cell))
        for half in ("good", "bad"):
            if "withheld" in cells["quality"] or f"{half}_half" in cells["quality"]:
                yield self.half(code, good=half == "good"), cells["quality"]

    def _of_rule(self, code: str, item: str, cell: Mapping[str, Any]) -> tuple[Published, ...]:
        """Return what a cell shows or hides: the ratings, or what friction is laid beside them."""
        ratings, *linked = self.rule(code, item)
        if "index_raters" in cell:
            return ratings, *linked
        are_ratings = "withheld" not in cell or "capped" in cell
        return (ratings,) if are_ratings else tuple(linked)

    def _sheets(
        self, name: str, group: str, weights: Sequence[bool], rated: str | None = None
    ) -> Published:
        """Return a sum over completed sheets of a group (of those who rated a rule)."""
        used = np.array(weights) & self._present
        parts = {}
        for (answered, own_rules, *_), people in self._people[group].items():
            if rated is None or rated in own_rules:
                own = np.array(answered)
                spread = (used & ~own).sum() / own.sum()
                row = np.where(own, used + spread, 0.0) / max(used.sum(), 1)
                parts[people] = self._wide(row, people)
        return self._named(name, parts)

    @staticmethod
    def _wide(core: Vector, people: People) -> Vector:
        return np.concatenate([core, np.zeros(people.width - len(core))])

    def _named(self, name: str, parts: Mapping[People, Vector]) -> Published:
        return Published(name=f"{self.wave}/{name}", parts=parts)

    def _valid_rows(self, group: str) -> list[int]:
        valid = valid_ballots(self._points[group], self._reference, self.key)
        rows: list[int] = np.flatnonzero(valid).tolist()
        return rows

    def _sign(self, group: str, row: int) -> tuple[tuple[bool, ...], tuple[str, ...], bool, bool]:
        pile = self.piles[group]
        answered = tuple((~np.isnan(self._points[group][row]) & self._present).tolist())
        rated = tuple(item for item, codes in pile.rotating().items() if codes[row] >= 0)
        is_in = row in self._in_cross.get(group, ())
        return answered, rated, bool(pile.perception_gap[row] >= 0), is_in


def changes(waves: Iterable[WaveBallots], contents: Iterable[Mapping[str, Any]]) -> list[Published]:
    """Return every change between two waves that may be shown, of groups and of the company."""
    pairs = list(zip(waves, contents, strict=True))
    found = []
    for (before, old), (after, new) in itertools.pairwise(pairs):
        old_cells, new_cells = old["groups"], new["groups"]
        for code in GROUPS:
            if change_reason(old_cells[code]["index"], new_cells[code]["index"]) is None:
                name = f"{after.wave}/{code}/change"
                found.append(after.mean(code).minus(before.mean(code), name=name))
        if all(
            company_reason(*(c[g]["index"] for g in GROUPS)) is None for c in (old_cells, new_cells)
        ):
            found.append(after.company().minus(before.company(), name=f"{after.wave}/change"))
    return found
