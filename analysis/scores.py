"""The ten core items, their direction, and scores from category counts.

Friction points run from 0 (best) to 100 (worst) whatever the direction of an item. A person's
index is computed at the count, where the answers still are; here only tallies are scored.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.result import NotEstimable, Reason
from analysis.tally import Moments, whole_number

CATEGORIES = 5
"""Answers run from 0 (never) to 4 (always)."""


class Dimension(StrEnum):
    """What a core item is about. The first four have two items each and are reported."""

    APPRECIATION = "appreciation"
    RESPECT = "respect"
    COMMUNICATION = "communication"
    HONESTY = "honesty"
    COMMITMENTS = "commitments"
    FRICTION = "friction"


@dataclass(frozen=True, kw_only=True)
class CoreItem:
    """One of the ten core items.

    Attributes
    ----------
    code : str
        As in the question bank.
    dimension : Dimension
        What it is about.
    good_event : bool
        True if "always" is the best answer.
    """

    code: str
    dimension: Dimension
    good_event: bool


def _item(code: str, dimension: Dimension, *, good: bool) -> CoreItem:
    return CoreItem(code=code, dimension=dimension, good_event=good)


CORE_ITEMS: tuple[CoreItem, ...] = (
    _item("APP1", Dimension.APPRECIATION, good=True),
    _item("RSP1", Dimension.RESPECT, good=True),
    _item("COM1", Dimension.COMMUNICATION, good=False),
    _item("HON1", Dimension.HONESTY, good=True),
    _item("COM2", Dimension.COMMUNICATION, good=True),
    _item("RSP2", Dimension.RESPECT, good=False),
    _item("APP2", Dimension.APPRECIATION, good=False),
    _item("COMMIT", Dimension.COMMITMENTS, good=True),
    _item("HON2", Dimension.HONESTY, good=False),
    _item("FRIC", Dimension.FRICTION, good=False),
)
"""In the order in which everybody is asked; source: the question bank, 1.5."""

REPORTED_DIMENSIONS = (
    Dimension.APPRECIATION,
    Dimension.RESPECT,
    Dimension.COMMUNICATION,
    Dimension.HONESTY,
)


def friction_points(answer: int, *, good_event: bool) -> int:
    """Turn an answer into friction points.

    Parameters
    ----------
    answer : int
        0 (never) to 4 (always).
    good_event : bool
        Direction of the item.

    Returns
    -------
    int
        25 a for a bad event, 25 (4 - a) for a good one.

    Examples
    --------
    >>> friction_points(4, good_event=True), friction_points(4, good_event=False)
    (0, 100)
    """
    answer = whole_number(answer, "An answer")
    if answer >= CATEGORIES:
        raise ValueError("An answer lies between 0 and 4.")
    return 25 * (CATEGORIES - 1 - answer) if good_event else 25 * answer


def item_moments(counts: Sequence[int], *, good_event: bool) -> Moments:
    """Sum up the friction points of one item.

    Parameters
    ----------
    counts : sequence of five ints
        How many answered 0, 1, 2, 3, 4.
    good_event : bool
        Direction of the item.

    Examples
    --------
    >>> item_moments([0, 0, 2, 0, 2], good_event=False).mean
    75.0
    """
    checked = _counts(counts)
    points = [friction_points(answer, good_event=good_event) for answer in range(CATEGORIES)]
    return Moments(
        n=sum(checked),
        total=float(sum(c * p for c, p in zip(checked, points, strict=True))),
        total_squares=float(sum(c * p * p for c, p in zip(checked, points, strict=True))),
    )


def share_top_box(counts: Sequence[int], *, good_event: bool) -> float | NotEstimable:
    """Share of answers in the two best categories.

    Parameters
    ----------
    counts : sequence of five ints
        How many answered 0, 1, 2, 3, 4.
    good_event : bool
        Direction of the item: "often" and "always", or "never" and "rarely".

    Notes
    -----
    When it misleads: a share moves less smoothly than a mean and hides what happens among the
    other answers; it is for reading, never for a test.

    Examples
    --------
    >>> share_top_box([1, 1, 1, 1, 1], good_event=True)
    0.4
    """
    checked = _counts(counts)
    n = sum(checked)
    if n == 0:
        return NotEstimable(reason=Reason.NO_ANSWERS)
    best = checked[-2:] if good_event else checked[:2]
    return sum(best) / n


def mean_of_items(items: Sequence[Moments]) -> float | NotEstimable:
    """Mean of item means with equal weight, for instance a dimension from its two items.

    Parameters
    ----------
    items : sequence of Moments
        One entry per item.

    Returns
    -------
    float or NotEstimable
        Items without answers make it not estimable: leaving one out would change what is
        measured.

    Examples
    --------
    >>> mean_of_items([Moments.of([0.0, 50.0]), Moments.of([100.0])])
    62.5
    """
    if not items:
        return NotEstimable(reason=Reason.TOO_FEW_ITEMS)
    means = [item.mean for item in items]
    known = [mean for mean in means if isinstance(mean, float)]
    if len(known) < len(means):
        return NotEstimable(reason=Reason.NO_ANSWERS)
    return math.fsum(known) / len(known)


def _counts(counts: Sequence[int]) -> list[int]:
    if len(counts) != CATEGORIES:
        raise ValueError("An item has five categories.")
    return [whole_number(count, "A category count") for count in counts]
