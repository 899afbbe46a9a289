"""Disclosure control: which figures may be shown. Pure.

A *cell* is the set of ballots that a figure rests on. Rules, in order:

1. ``too_few``: a cell under k ballots (10 or k for items, counts and comments) is withheld.
2. ``capped``: a mean within a tenth of the scale's end, a category with nine tenths of the answers,
   or a cell in which all people have the same score would tell what everybody said; only "high",
   "low" or "middle" is shown.
3. ``difference``: figures of different bases are not shown side by side exactly (`count` keeps such
   items in three bands).
4. ``complementary``: whatever could be computed from the shown figures is withheld through the
   figure that is missed least. This is linear algebra, not a list of cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

FLOOR = 5
ITEM_FLOOR = 10
CAP_SHARE = 0.9
LOW_END, HIGH_END = 10.0, 90.0

TOO_FEW = "too_few"
CAPPED = "capped"
DIFFERENCE = "difference"
COMPLEMENTARY = "complementary"

# A variance (in points squared) that rounding alone may leave in a cell of equal scores.
_NO_SPREAD = 1.0


def withheld(reason: str) -> dict[str, str]:
    """Return the cell that stands in place of a figure."""
    return {"withheld": reason}


def item_floor(k: int) -> int:
    """Return the smallest base of item figures, category counts and comments."""
    return max(ITEM_FLOOR, k)


def shows_comments(group: Mapping[str, Any], k: int) -> bool:
    """Whether a released group has the ballots that comments need."""
    return int(group["index"].get("n", 0)) >= item_floor(k)


def is_at_end(mean: float) -> bool:
    """Whether a mean of 0..100 lies within a tenth of the scale's end."""
    return mean <= LOW_END or mean >= HIGH_END


def capped_mean(n: int, total: float, sum_squares: float) -> str | None:
    """Return which end a cell's mean lies at; None if it may be shown.

    Parameters
    ----------
    n, total, sum_squares
        Ballots, sum and sum of squares of scores 0..100.

    Returns
    -------
    str or None
        "low" or "high" within a tenth of the scale's end; "middle" if all scores are equal.
    """
    mean = total / n
    if is_at_end(mean):
        return "high" if mean >= HIGH_END else "low"
    return "middle" if sum_squares / n - mean * mean < _NO_SPREAD else None


def capped_counts(counts: Sequence[int]) -> str | None:
    """Return where nine tenths of the answers or more lie: "low", "high", "middle"; else None."""
    total = sum(counts)
    for place, count in enumerate(counts):
        if count >= CAP_SHARE * total:
            return {0: "low", len(counts) - 1: "high"}.get(place, "middle")
    return None


def company_reason(first: Mapping[str, Any], second: Mapping[str, Any]) -> str | None:
    """Return why the value of both groups together may not be shown; None if it may.

    It is the mean of the two groups, so beside one group's figure it gives away the other's.
    """
    return COMPLEMENTARY if "withheld" in first or "withheld" in second else None


def change_reason(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    """Return why the difference of two waves may not be shown; None if it may.

    Both cells have to be shown themselves. Beyond that nothing can be subtracted: the same people
    give new answers in each wave, and nobody knows who of them took part.
    """
    for cell in (before, after):
        if "withheld" in cell:
            return str(cell["withheld"])
    return None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """An exact sum that is to be shown, written in terms of sums that all rest on the same ballots.

    Attributes
    ----------
    weights
        How often each basic sum (an item's completed answers) goes into the figure.
    is_secret
        Capped: it must not be computable either.
    worth
        Of two figures the one with less worth is given up.
    """

    name: str
    weights: tuple[int, ...]
    is_secret: bool
    worth: float


def complementary(figures: Sequence[Figure]) -> frozenset[str]:
    """Return the figures that have to be withheld besides the secret ones.

    As long as a secret figure is a linear combination of shown ones, the least worthy figure of
    that combination is given up.
    """
    shown = [figure for figure in figures if not figure.is_secret]
    given_up: set[str] = set()
    for secret in figures:
        while secret.is_secret:
            used = _combination(secret, shown)
            if not used:
                break
            least = min(used, key=lambda figure: (figure.worth, figure.name))
            given_up.add(least.name)
            shown.remove(least)
    return frozenset(given_up)


def _combination(target: Figure, shown: Sequence[Figure]) -> list[Figure]:
    """Return the shown figures from which `target` can be computed; empty if it cannot be."""
    # Gauss-Jordan in exact fractions on the system sum over c of c * weights(shown) = weights(target).
    rows = [
        [Fraction(figure.weights[place]) for figure in shown] + [Fraction(target.weights[place])]
        for place in range(len(target.weights))
    ]
    pivots: list[int] = []
    for column in range(len(shown)):
        done = len(pivots)
        pivot = next((place for place in range(done, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        _eliminate(rows, done, column)
        pivots.append(column)
    if any(row[-1] for row in rows[len(pivots) :]):
        return []
    return [shown[column] for row, column in zip(rows, pivots, strict=False) if row[-1]]


def _eliminate(rows: list[list[Fraction]], pivot: int, column: int) -> None:
    lead = rows[pivot][column]
    rows[pivot] = [value / lead for value in rows[pivot]]
    for place, row in enumerate(rows):
        factor = row[column]
        if place != pivot and factor:
            rows[place] = [
                value - factor * top for value, top in zip(row, rows[pivot], strict=True)
            ]


def merge_small(counts: Mapping[str, int], floor: int = FLOOR) -> dict[str, int]:
    """Add every count from 1 to `floor` - 1 to the nearest one that is not 0; to the smaller of two."""
    names, values = list(counts), list(counts.values())
    while True:
        small = [place for place, value in enumerate(values) if 0 < value < floor]
        filled = [place for place, value in enumerate(values) if value]
        if not small or len(filled) == 1:
            return dict(zip(names, values, strict=True))
        place = min(small, key=lambda place: values[place])
        others = [other for other in filled if other != place]
        neighbour = min(others, key=lambda other: (abs(other - place), values[other]))
        values[neighbour] += values[place]
        values[place] = 0
