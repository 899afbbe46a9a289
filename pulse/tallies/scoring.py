"""Person scores of the friction index, with missing answers adjusted for. Pure.

Raw answers are option indices 0..4; friction points are 0..100, higher = worse. The formula::

    F_i = clip(mean over answered j of (f_ij - m_j) + mean over all j of m_j, 0, 100)

is the mean of the *completed sheet* of person i: a missing answer is filled with m_j + c_i, the
item's reference mean plus how far the person lies above or below it (two-way imputation). Every
figure of the index and its parts is a sum over completed sheets. So all rest on the same ballots,
the index is exactly the mean of its parts, and subtracting published figures from each other
leaves nothing over: no remainder that belongs to the one person who skipped a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pulse.tallies.ballot_body import NO_CONTACT

Floats: TypeAlias = NDArray[np.float64]
Codes: TypeAlias = NDArray[np.int8]
Flags: TypeAlias = NDArray[np.bool_]

SCALE_TOP = 100.0
STEP = 25.0
MINIMUM_ANSWERS = 5
MINIMUM_ANSWERED_ITEMS = 6
MINIMUM_DIMENSIONS = 3
MAIN_DIMENSIONS = ("appreciation", "respect", "communication", "honesty")
DIMENSIONS = (*MAIN_DIMENSIONS, "commitments", "friction")

# Rule items that partly ask what the index asks: these dimensions are left out beside them.
OVERLAP: dict[str, tuple[str, ...]] = {
    "RU01": ("appreciation",),
    "RU03": ("communication",),
    "RU04": ("respect",),
    "RU06": ("communication",),
    "RU06S": ("communication",),
    "RU09": ("honesty", "respect"),
    "RU10": ("commitments",),
}
_HAPPENED_AT_ALL = frozenset({"RU05", "RU07"})
_CONTACTS = "RU08"
_CONTACT_POINTS = (0, 33, 67, 100)


@dataclass(frozen=True, kw_only=True)
class CoreKey:
    """The core items in the order of asking: their dimension, and whether the event is a good one."""

    items: tuple[str, ...]
    dimensions: tuple[str, ...]
    is_good: tuple[bool, ...]

    def of_dimension(self, *dimensions: str) -> Flags:
        """Return which items belong to one of `dimensions`."""
        return np.array([dimension in dimensions for dimension in self.dimensions])


def friction_points(codes: Codes, key: CoreKey) -> Floats:
    """Return friction points 0..100 of option indices (persons x items); NaN where missing."""
    points = codes.astype(np.float64) * STEP
    good = np.array(key.is_good)
    points[:, good] = SCALE_TOP - points[:, good]
    points[codes <= NO_CONTACT] = np.nan
    return points


def reference_means(groups: Sequence[Floats], minimum: int = MINIMUM_ANSWERS) -> Floats:
    """Return m_j: the plain mean over the groups that have `minimum` answers to item j or more.

    NaN where no group has: such an item leaves this wave's index.
    """
    sums = np.stack([np.nansum(points, axis=0) for points in groups])
    counts = np.stack([np.count_nonzero(~np.isnan(points), axis=0) for points in groups])
    enough = counts >= minimum
    means = np.where(enough, sums / np.maximum(counts, 1), 0.0)
    n_groups = enough.sum(axis=0)
    means = means.sum(axis=0) / np.maximum(n_groups, 1)
    reference: Floats = np.where(n_groups > 0, means, np.nan)
    return reference


def valid_ballots(points: Floats, reference: Floats, key: CoreKey) -> Flags:
    """Return who has a score: 6 answered items or more, in 3 of the 4 dimensions or more."""
    answered = ~np.isnan(points) & ~np.isnan(reference)
    touched = sum(
        answered[:, key.of_dimension(dimension)].any(axis=1).astype(np.int64)
        for dimension in MAIN_DIMENSIONS
    )
    enough: Flags = answered.sum(axis=1) >= MINIMUM_ANSWERED_ITEMS
    return enough & (touched >= MINIMUM_DIMENSIONS)


def completed_sheets(points: Floats, reference: Floats) -> Floats:
    """Return the sheets of valid ballots with every missing answer filled in.

    The mean of a row over the items of the index is exactly F_i, clipping included. A filled value
    may lie outside 0..100. Columns of items that left the index are NaN.
    """
    present = ~np.isnan(reference)
    means = np.where(present, reference, 0.0)
    answered = ~np.isnan(points) & present
    known = np.where(answered, points, 0.0)
    n_answered = answered.sum(axis=1)
    deviation = (known.sum(axis=1) - answered @ means) / np.maximum(n_answered, 1)
    n_items = int(present.sum())
    score = np.clip(deviation + means.sum() / max(n_items, 1), 0.0, SCALE_TOP)
    n_missing = n_items - n_answered
    rest = score * n_items - known.sum(axis=1) - (present & ~answered) @ means
    shift = rest / np.maximum(n_missing, 1)
    filled = np.where(answered, known, means + shift[:, np.newaxis])
    sheets: Floats = np.where(present, filled, np.nan)
    return sheets


def mean_over(sheets: Floats, items: Flags) -> Floats:
    """Return each person's mean over some `items` of the completed sheets; items that left do not count.

    With all items it is the index F_i; with those of a dimension, that dimension's score.
    """
    used = items & ~np.isnan(sheets).any(axis=0)
    means: Floats = sheets[:, used].mean(axis=1)
    return means


def rotating_points(item: str, codes: Codes) -> Floats:
    """Return the points 0..100 of answers to a rotating item, higher = more of what it asks about.

    RU05 and RU07 ask for a count of rare events: none 0, else 100. RU08: 0, 33, 67, 100.
    """
    if item in _HAPPENED_AT_ALL:
        return np.where(codes > 0, SCALE_TOP, 0.0)
    if item == _CONTACTS:
        return np.array(_CONTACT_POINTS, dtype=np.float64)[codes]
    return codes.astype(np.float64) * STEP
