"""From a series to the vectors of the model: one row per month and group with answers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.tally import WaveSeries

Vector = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Observations:
    """Wave means in the order of the months, with what is known about their sampling error.

    Attributes
    ----------
    month, group : arrays (rows,)
        Month from 1; group 0 or 1. Sorted by month, then group.
    n : array (rows,)
        Answers behind each mean.
    mean : array (rows,)
        Wave means, index points.
    pooled_variance : array (2,)
        s_g^2, within-group variance pooled over the months of the series; 0 for a group
        without answers.
    headcount : array (2,)
        N_g, people invited; at least 1.
    """

    month: Indices
    group: Indices
    n: Vector
    mean: Vector
    pooled_variance: Vector
    headcount: Vector

    def extended(self, last_month: int, months: int, n: Vector) -> "Observations":
        """Append `months` future months with `n` answers per group and a mean of 0.

        The means of the future rows mean nothing: only variances may be read from a model
        of the result. A group with `n` = 0 gets no rows.
        """
        groups = np.flatnonzero(n > 0.0)
        ahead = np.repeat(np.arange(last_month + 1, last_month + months + 1), groups.size)
        who = np.tile(groups, months)
        return Observations(
            month=np.concatenate([self.month, ahead]),
            group=np.concatenate([self.group, who]),
            n=np.concatenate([self.n, n[who]]),
            mean=np.concatenate([self.mean, np.zeros(who.size)]),
            pooled_variance=self.pooled_variance,
            headcount=self.headcount,
        )


def observe(series: WaveSeries) -> Observations:
    """Collect the usable cells (at least three answers) of `series`."""
    cells = sorted((month, group) for group in (0, 1) for month in series.observed_months(group))
    month = np.array([cell[0] for cell in cells], dtype=np.int64)
    group = np.array([cell[1] for cell in cells], dtype=np.int64)
    n, mean, variance = (
        np.array([float(table[g][m - 1] or 0.0) for m, g in cells])
        for table in (series.n, series.mean, series.variance)
    )
    freedom = np.bincount(group, weights=n - 1.0, minlength=2)
    squares = np.bincount(group, weights=(n - 1.0) * variance, minlength=2)
    return Observations(
        month=month,
        group=group,
        n=n,
        mean=mean,
        pooled_variance=squares / np.maximum(freedom, 1.0),
        headcount=np.maximum(np.array(series.headcount), 1.0),
    )


def trimmed(series: WaveSeries, months_before: int | None) -> tuple[WaveSeries, int | None]:
    """Cut months without any usable answer off both ends of the calendar.

    Returns
    -------
    series, months_before
        The month of adoption moves with the start.
    """
    seen = series.observed_months(0) + series.observed_months(1)
    if not seen:
        return series.window(1, 0), months_before
    lead = min(seen) - 1
    if months_before is not None:
        months_before = max(0, months_before - lead)
    return series.window(lead + 1, max(seen)), months_before
