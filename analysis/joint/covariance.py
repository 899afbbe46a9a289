"""How wave means vary together, for every cell of the prior grid.

Three sources: shocks that hit a month (shared in part by the groups, fading from month to
month), the hidden panel (mostly the same people answer again, though nobody knows who), and
the sampling error that is left.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from analysis.joint.observations import Observations

Array = npt.NDArray[np.float64]

JITTER = 1e-8
"""Added to every variance, squared index points."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Prior of the nuisance parameters: points and weights whose product is the grid.

    Attributes
    ----------
    tau : tuple of float
        Standard deviation of a month's shock, index points.
    tau_scale : float
        Scale of the half-normal prior of tau.
    rho : tuple of float
        Correlation of the shocks of successive months.
    share : tuple of float
        Correlation of the two groups' shocks in one month.
    ratio, ratio_weights : tuple of float
        tau of the second group over tau of the first.
    icc : tuple of float
        Share of the people's variance that stays from month to month.
    panel_decay : float
        Correlation of the hidden panel's mean between successive months.
    """

    tau: tuple[float, ...] = (0.3, 1.2, 2.2, 3.3, 4.8, 7.0, 11.0)
    tau_scale: float = 5.0
    rho: tuple[float, ...] = (0.0, 0.3, 0.6, 0.8)
    share: tuple[float, ...] = (0.0, 0.6)
    ratio: tuple[float, ...] = (1 / 3, 1.0, 3.0)
    ratio_weights: tuple[float, ...] = (0.25, 0.5, 0.25)
    icc: tuple[float, ...] = (0.0, 0.5)
    panel_decay: float = 0.98

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Points of tau, rho, share, ratio, icc."""
        return (len(self.tau), len(self.rho), len(self.share), len(self.ratio), len(self.icc))

    @cached_property
    def log_prior(self) -> Array:
        """Log prior weight of every cell, in the order of :func:`covariances`; (cells,)."""
        tau = np.array(self.tau)
        borders = np.concatenate([[0.0], (tau[1:] + tau[:-1]) / 2.0, [1.25 * tau[-1]]])
        density = np.exp(-0.5 * (tau / self.tau_scale) ** 2) * np.diff(borders)
        weights = np.ones(self.shape)
        weights *= density[:, None, None, None, None]
        weights *= np.array(self.ratio_weights)[:, None]
        log_prior: Array = np.log(weights.ravel() / weights.sum())
        return log_prior


DEFAULT_GRID = Grid()


def covariances(observations: Observations, grid: Grid = DEFAULT_GRID) -> Array:
    """Covariance matrix of the wave means for every cell of `grid`.

    Parameters
    ----------
    observations : Observations
        The rows of the model.
    grid : Grid
        The nuisance parameters.

    Returns
    -------
    array (cells, rows, rows)
        cov(y_gt, y_hu) = tau_g tau_h S_gh rho^|t-u|
        + 1[g=h] icc (s_g^2 / N_g) q^|t-u|, and on the diagonal also
        max(s_g^2 / n - icc s_g^2 / N_g, .001 s_g^2 / n) + 1e-8, squared index points.
    """
    group, lag = observations.group, _lags(observations)
    rows = group.size
    shocks = _shock_correlations(grid, group, lag)
    people = _people(grid, observations, lag)
    tau = np.array(grid.tau)
    shape = (*grid.shape, rows, rows)
    matrices = np.empty(shape)
    np.multiply(
        (tau**2)[:, None, None, None, None, None, None], shocks[:, :, :, None], out=matrices
    )
    matrices += people
    return matrices.reshape(-1, rows, rows)


def _lags(observations: Observations) -> Array:
    month = observations.month
    lags: Array = np.abs(month[:, None] - month[None, :]).astype(np.float64)
    return lags


def _shock_correlations(grid: Grid, group: npt.NDArray[np.int64], lag: Array) -> Array:
    """Return S_gh rho^|t-u| with the tau ratio worked in: (rho, share, ratio, rows, rows)."""
    same = group[:, None] == group[None, :]
    ratio = np.array(grid.ratio)
    scale = np.where(group[None, :] == 0, ratio[:, None] ** -0.5, ratio[:, None] ** 0.5)
    scales = scale[:, :, None] * scale[:, None, :]
    share = np.where(same, 1.0, np.array(grid.share)[:, None, None])
    fading = np.array(grid.rho)[:, None, None] ** lag
    product: Array = fading[:, None, None] * share[:, None] * scales
    return product


def _people(grid: Grid, observations: Observations, lag: Array) -> Array:
    """Return the sampling part: (icc, rows, rows)."""
    group = observations.group
    icc = np.array(grid.icc)[:, None]
    between = (observations.pooled_variance / observations.headcount)[group]
    within = observations.pooled_variance[group] / observations.n
    same = group[:, None] == group[None, :]
    panel = np.where(same, between[:, None] * grid.panel_decay**lag, 0.0)
    matrices: Array = icc[:, :, None] * panel
    rest = np.maximum(within - icc * between, 0.001 * within) + JITTER
    diagonal = np.arange(group.size)
    matrices[:, diagonal, diagonal] += rest
    return matrices
