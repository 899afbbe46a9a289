"""Sums over pairs of items: all that reliability needs, and no answer sheet.

Kept for a wave and group only from 30 respondents on; smaller groups are accumulated over
several waves first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from analysis.result import NotEstimable, Reason
from analysis.tally import finite_number

Array = npt.NDArray[np.float64]
Matrix = tuple[tuple[float, ...], ...]

MINIMUM_RESPONDENTS = 30
"""Fewest respondents per pair of items for anything computed here."""


@dataclass(frozen=True, kw_only=True)
class CrossProducts:
    """Number, sums and products over the respondents who answered both items of a pair.

    Attributes
    ----------
    n : items x items
        Respondents who answered both i and j.
    totals : items x items
        Sum of the friction points of item i over those who answered both i and j.
    products : items x items
        Sum of points of i times points of j over the same people.

    Examples
    --------
    >>> both = CrossProducts.of([[0.0, 25.0], [50.0, 50.0], [100.0, 75.0]])
    >>> both.n[0][1], both.products[0][1]
    (3.0, 10000.0)
    """

    n: Matrix
    totals: Matrix
    products: Matrix

    def __post_init__(self) -> None:
        n, totals, products = self.arrays()
        size = n.shape[0]
        if size == 0:
            raise ValueError("Cross products need at least one item.")
        if any(table.shape != (size, size) for table in (n, totals, products)):
            raise ValueError("n, totals and products must be square tables of one size.")
        if not all(np.isfinite(table).all() for table in (n, totals, products)):
            raise ValueError("Cross products must be finite numbers.")
        if (n < 0).any() or (n != n.round()).any():
            raise ValueError("Pair counts must be whole numbers that are not negative.")
        if (n != n.T).any() or not np.allclose(products, products.T):
            raise ValueError("Pair counts and products must be symmetric.")
        if (n > np.diagonal(n)).any():
            raise ValueError("A pair cannot have more answers than one of its items.")
        if (np.diagonal(products) * np.diagonal(n) < np.diagonal(totals) ** 2 * (1 - 1e-9)).any():
            raise ValueError("A sum of squares is too small for its sum and count.")

    @classmethod
    def from_arrays(
        cls,
        *,
        n: Sequence[Sequence[float]] | Array,
        totals: Sequence[Sequence[float]] | Array,
        products: Sequence[Sequence[float]] | Array,
    ) -> Self:
        """Build from nested lists or NumPy arrays."""
        return cls(n=_matrix(n), totals=_matrix(totals), products=_matrix(products))

    @classmethod
    def of(cls, points: Sequence[Sequence[float | None]]) -> Self:
        """Sum up a table of respondents x items; None is no answer. For tests and files."""
        table = np.array(
            [
                [np.nan if value is None else finite_number(value, "An answer") for value in row]
                for row in points
            ]
        )
        there = (~np.isnan(table)).astype(np.float64)
        filled = np.where(there > 0.0, table, 0.0)
        return cls.from_arrays(
            n=there.T @ there, totals=filled.T @ there, products=filled.T @ filled
        )

    def in_friction_points(self, good_events: Sequence[bool]) -> Self:
        """Turn sums of raw answers 0..4 into sums of friction points 0..100.

        Parameters
        ----------
        good_events : sequence of bool
            Direction of every item: f = 100 - 25 a for a good event, 25 a for a bad one.

        Examples
        --------
        >>> raw = CrossProducts.of([[4.0, 0.0], [3.0, 2.0]]).in_friction_points([True, False])
        >>> raw == CrossProducts.of([[0.0, 0.0], [25.0, 50.0]])
        True
        """
        n, totals, products = self.arrays()
        if len(good_events) != n.shape[0]:
            raise ValueError("Every item needs a direction.")
        good = np.array(good_events, dtype=np.bool_)
        start, slope = np.where(good, 100.0, 0.0)[:, None], np.where(good, -25.0, 25.0)[:, None]
        points = start * n + slope * totals
        crossed = (
            start * start.T * n
            + start * slope.T * totals.T
            + slope * start.T * totals
            + slope * slope.T * products
        )
        return type(self).from_arrays(n=n, totals=points, products=crossed)

    def plus(self, other: Self) -> Self:
        """Add the respondents of another wave."""
        mine, others = self.arrays(), other.arrays()
        if mine[0].shape != others[0].shape:
            raise ValueError("Cross products of different items cannot be added.")
        n, totals, products = (a + b for a, b in zip(mine, others, strict=True))
        return type(self).from_arrays(n=n, totals=totals, products=products)

    def arrays(self) -> tuple[Array, Array, Array]:
        """Return n, totals and products as arrays."""
        return np.array(self.n), np.array(self.totals), np.array(self.products)

    def covariance(self) -> Array | NotEstimable:
        """Pairwise covariance matrix of the items, divisor n - 1.

        Returns
        -------
        array (items, items) or NotEstimable
            cov_ij = (sum x_i x_j - sum x_i sum x_j / n_ij) / (n_ij - 1), every sum over
            those who answered both. ``too_few_answers`` if a pair has fewer than 30.
        """
        n, totals, products = self.arrays()
        if n.min() < MINIMUM_RESPONDENTS:
            return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
        covariance: Array = (products - totals * totals.T / n) / (n - 1.0)
        return covariance

    def means(self) -> Array:
        """Mean points of every item over all who answered it; 0 for an item without answers."""
        n, totals, _ = self.arrays()
        means: Array = np.diagonal(totals) / np.maximum(np.diagonal(n), 1.0)
        return means


def _matrix(rows: Sequence[Sequence[float]] | Array) -> Matrix:
    return tuple(tuple(float(value) for value in row) for row in rows)
