"""Has one item left the others: invariance over time, the version every company can afford."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from analysis.multiplicity import holm
from analysis.quality.cross_products import CrossProducts
from analysis.result import Estimate, Interval, NotEstimable

Array = npt.NDArray[np.float64]

LIMIT = 8.0
"""Smallest drift worth a flag, index points."""


@dataclass(frozen=True, kw_only=True)
class ItemDrift:
    """Change of one item beyond the change of the index.

    Attributes
    ----------
    item : int
        Position in the table.
    drift : Estimate
        (item - index) now minus before, index points.
    p_value : float
        Two-sided, Holm over the items.
    flagged : bool
        |drift| > 8 points and p < .05: run the verdict again without the item and show both.
    """

    item: int
    drift: Estimate
    p_value: float
    flagged: bool


def item_drift(
    before: CrossProducts, now: CrossProducts, *, level: float = 0.95
) -> tuple[ItemDrift, ...] | NotEstimable:
    """Compare every item's deviation from the index, baseline against now.

    Parameters
    ----------
    before, now : CrossProducts
        The same items in the same group, baseline and recent waves.
    level : float
        Of the intervals, before Holm.

    Notes
    -----
    d_j = mean_j - mean of all items; with a_j = e_j - 1/p and S the covariance of the items,
    var(d_j) = a_j' S a_j / n, n the smallest pair count. When it misleads: the same people
    answer twice, so the test is on the cautious side; and a rule aimed at one item should
    move it.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> old, new = rng.normal(50, 20, (2, 400, 4)) + rng.normal(0, 15, (2, 400, 1))
    >>> new[:, 2] += 20
    >>> [d.item for d in item_drift(CrossProducts.of(old), CrossProducts.of(new)) if d.flagged]
    [2]
    """
    parts = [_deviations(table) for table in (before, now)]
    for part in parts:
        if isinstance(part, NotEstimable):
            return part
    (old, old_error), (new, new_error) = (part for part in parts if isinstance(part, tuple))
    if old.size != new.size:
        raise ValueError("Drift needs the same items before and now.")
    change, error = new - old, np.sqrt(old_error**2 + new_error**2)
    p_values = holm([_p_value(float(c), float(e)) for c, e in zip(change, error, strict=True)])
    z = float(ndtri(0.5 + level / 2.0))
    return tuple(
        ItemDrift(
            item=i,
            drift=Estimate(
                value=float(c),
                standard_error=float(e),
                interval=Interval(low=float(c - z * e), high=float(c + z * e), level=level),
            ),
            p_value=p,
            flagged=abs(float(c)) > LIMIT and p < 1.0 - level,
        )
        for i, (c, e, p) in enumerate(zip(change, error, p_values, strict=True))
    )


def _p_value(change: float, error: float) -> float:
    if error <= 0.0:
        return 1.0 if change == 0.0 else 0.0
    return float(2.0 * ndtr(-abs(change) / error))


def _deviations(table: CrossProducts) -> tuple[Array, Array] | NotEstimable:
    covariance = table.covariance()
    if isinstance(covariance, NotEstimable):
        return covariance
    means = table.means()
    size = means.size
    weights = np.eye(size) - 1.0 / size
    variances = np.einsum("ij,jk,ik->i", weights, covariance, weights)
    errors: Array = np.sqrt(np.maximum(variances, 0.0) / math.floor(float(table.arrays()[0].min())))
    return means - means.mean(), errors
