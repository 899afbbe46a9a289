"""The joint model, compiled: all monthly looks of one company in some milliseconds.

The covariance of a cell is that of a state space: a shock per group, AR(1) with correlation
`share` between the groups, and a hidden panel per group, AR(1) too. A Kalman filter run over the
data and over every column of the design gives [X, y]' V^-1 [X, y] and log|V| without a matrix of
the length of the series. Everything else is what `analysis.joint` does; the priors, the grid and
the contrasts are taken from there. `tests/calibrate` proves both equal.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.special import ndtr

from analysis import intervention, trend
from analysis.guards.attribution import attribution_model
from analysis.joint.covariance import DEFAULT_GRID, JITTER, Grid
from analysis.joint.posterior import Model
from bench.calibrate.lanes import LANES, fit_lanes, turn, whiten_lanes

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

OUTPUTS = ("p_fell", "p_far", "p_rose_far", "p_truth", "mean", "sd")
"""P(change < 0), P(change < -delta), P(change > delta), P(change < truth), mean and sd."""

_NEGLIGIBLE = 1e-12
"""Components of a smaller weight are left out: together less than 2e-9."""


class Priors(NamedTuple):
    """Shapes of change as plain arrays.

    Attributes
    ----------
    sizes : int array (models,)
        Number of coefficients.
    columns : int array (models, 8)
        Which columns of the design they belong to.
    precisions : array (models, 8, 8)
        Prior precision.
    log_weights : array (models,)
        Log prior weight plus half log|precision|.
    """

    sizes: Whole
    columns: Whole
    precisions: Array
    log_weights: Array


def priors(models: tuple[Model, ...]) -> Priors:
    """Lay out the priors of the library for the compiled code."""
    sizes = np.array([len(model.columns) for model in models], dtype=np.int64)
    columns = np.zeros((len(models), 8), dtype=np.int64)
    precisions = np.zeros((len(models), 8, 8))
    log_weights = np.empty(len(models))
    for i, model in enumerate(models):
        size = sizes[i]
        columns[i, :size] = model.columns
        precisions[i, :size, :size] = model.precision
        log_weights[i] = math.log(model.weight) + 0.5 * np.linalg.slogdet(model.precision)[1]
    return Priors(sizes, columns, precisions, log_weights)


def cells_of(grid: Grid) -> Array:
    """Return tau of both groups, rho, share, icc, log prior and panel decay of every cell."""
    rows = [
        (tau * ratio**-0.5, tau * ratio**0.5, rho, share, icc)
        for tau in grid.tau
        for rho in grid.rho
        for share in grid.share
        for ratio in grid.ratio
        for icc in grid.icc
    ]
    return np.column_stack([rows, grid.log_prior, np.full(len(rows), grid.panel_decay)])


@dataclass(frozen=True, kw_only=True)
class Means:
    """Wave means of one company, month by month; n = 0 where a cell is withheld or too small."""

    n: Array
    mean: Array
    variance: Array
    headcount: Array

    @property
    def months(self) -> int:
        """Length of the calendar."""
        return int(self.n.shape[1])


ADOPTION, TREND, ATTRIBUTION = 0, 1, 2
QUESTIONS = (ADOPTION, TREND, ATTRIBUTION)

_CELLS = cells_of(DEFAULT_GRID)
_BLOCKS = _CELLS.shape[0] // LANES
_TOP_RHO, _TOP_SHARE = float(max(DEFAULT_GRID.rho)), float(max(DEFAULT_GRID.share))

_PRIORS = (
    priors(intervention.shapes()),
    priors(trend.shapes()),
    priors((attribution_model(),)),
)
_STEP_ALONE = np.zeros((3, 8))
_STEP_ALONE[0, 2] = _STEP_ALONE[1, 3] = _STEP_ALONE[2, 1] = 1.0


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the model says at every look to one question.

    Attributes
    ----------
    series : array (looks, 4, 6)
        First, second, overall and gap (second minus first) by ``OUTPUTS``. For the attribution:
        the step at adoption, given the shape "step and earlier trend".
    extra : array (looks, 3)
        P(gap before > 0), P(rho is the largest of the grid), P(share is the larger one).
    """

    series: Array
    extra: Array


def posteriors(
    data: Means,
    ends: tuple[Whole, Whole],
    split: int,
    truths: tuple[Array, Array],
    delta: float = 5.0,
) -> tuple[Answers, Answers, Answers]:
    """Answer all questions at many looks.

    Parameters
    ----------
    data : Means
        The company.
    ends : pair of int arrays (looks,)
        Last month, from 1, of every look of the adoption and of the trend question; the
        attribution is looked at with the adoption.
    split : int
        Months before adoption.
    truths : pair of arrays (looks, 2)
        True change of both groups at every look.
    delta : float
        Smallest change of interest.
    """
    months = data.months
    asked = np.zeros((3, months + 1), dtype=np.bool_)
    true = np.zeros((3, months + 1, 2))
    for question, source in ((ADOPTION, 0), (TREND, 1), (ATTRIBUTION, 0)):
        asked[question, ends[source]] = True
        true[question, ends[source]] = truths[source]
    found = np.zeros((3, months + 1, 4, len(OUTPUTS)))
    extra = np.zeros((3, months + 1, 3))
    for end in np.flatnonzero(asked.any(axis=0)):
        blocks = np.empty((_BLOCKS, 9, 9, LANES))
        determinants = np.empty((_BLOCKS, LANES))
        since = split if asked[ADOPTION, end] else -1
        _whiten(
            data.n,
            data.mean,
            _pooled(data, int(end)),
            data.headcount,
            _CELLS,
            end,
            since,
            blocks,
            determinants,
        )
        for question in np.flatnonzero(asked[:, end]):
            used = _PRIORS[question]
            _average(
                blocks,
                determinants,
                -1 if question == TREND else split,
                _contrasts(int(question), int(end), split),
                true[question, end],
                delta,
                used,
                found[question, end],
                extra[question, end],
            )
    adoption, slope, alone = (
        Answers(series=found[q][ends[i]], extra=extra[q][ends[i]])
        for q, i in ((ADOPTION, 0), (TREND, 1), (ATTRIBUTION, 0))
    )
    return adoption, slope, alone


def _contrasts(question: int, end: int, split: int) -> Array:
    """Change of the first and of the second group, and the gap before; (3, 8)."""
    if question == ATTRIBUTION:
        return _STEP_ALONE
    rows = intervention.contrasts(split, end) if question == ADOPTION else trend.contrasts(end)
    padded = np.zeros((3, 8))
    padded[:, : rows.shape[1]] = rows[[0, 1, 7]]
    return padded


def _pooled(data: Means, end: int) -> Array:
    """Within-group variance pooled over the months up to `end`; (2,)."""
    there = data.n[:, :end] > 0.0
    freedom = np.where(there, data.n[:, :end] - 1.0, 0.0)
    squares = (freedom * data.variance[:, :end]).sum(axis=1)
    pooled: Array = squares / np.maximum(freedom.sum(axis=1), 1.0)
    return pooled


_STEPS = 64
_REACH = 8
_TABLE = ndtr(np.arange(-_REACH * _STEPS, _REACH * _STEPS + 1) / _STEPS)
_DENSITY = np.exp(-0.5 * (np.arange(-_REACH * _STEPS, _REACH * _STEPS + 1) / _STEPS) ** 2) / (
    math.sqrt(2.0 * math.pi)
)


@njit(cache=True, error_model="numpy")
def normal_below(z):
    """Return the standard normal distribution function, to 3e-10, by table and Taylor."""
    if z >= _REACH:
        return 1.0
    if z <= -_REACH:
        return 0.0
    at = math.floor((z + _REACH) * _STEPS + 0.5)
    near = at / _STEPS - _REACH
    d = z - near
    return _TABLE[at] + _DENSITY[at] * d * (1.0 - d * (0.5 * near - d * (near * near - 1.0) / 6.0))


@njit(cache=True, error_model="numpy")
def _whiten(n, mean, pooled, headcount, cells, end, split, blocks, determinants):
    """Run the filter over all cells."""
    for block in range(blocks.shape[0]):
        whiten_lanes(
            n,
            mean,
            pooled,
            headcount,
            JITTER,
            cells,
            block * LANES,
            end,
            split,
            blocks[block],
            determinants[block],
        )


@njit(cache=True, error_model="numpy")
def _average(blocks, determinants, split, contrasts, truth, delta, used, found, extra):
    """Average over cells and shapes; fill `found` and `extra`."""
    models, count = used.sizes.size, blocks.shape[0]
    logs = np.empty((count, models, LANES))
    parts = np.empty((count, models, 7, LANES))
    turned = np.empty((9, 9, LANES))
    for k in range(count):
        turn(blocks[k], split, turned)
        for j in range(models):
            fit_lanes(
                turned,
                used.columns[j],
                used.sizes[j],
                used.precisions[j],
                contrasts,
                parts[k, j],
                logs[k, j],
            )
            for x in range(LANES):
                logs[k, j, x] = (
                    _CELLS[k * LANES + x, 5]
                    + used.log_weights[j]
                    - 0.5 * (blocks[k, 8, 8, x] + determinants[k, x] + logs[k, j, x])
                )
    largest, total = logs.max(), 0.0
    for k in range(count):
        for j in range(models):
            for x in range(LANES):
                logs[k, j, x] = math.exp(logs[k, j, x] - largest)
                total += logs[k, j, x]
    for k in range(count):
        for j in range(models):
            for x in range(LANES):
                weight = logs[k, j, x] / total
                if weight < _NEGLIGIBLE:
                    continue
                part = parts[k, j, :, x]
                extra[0] += weight * normal_below(part[2] / math.sqrt(max(part[5], 1e-18)))
                if _CELLS[k * LANES + x, 2] == _TOP_RHO:
                    extra[1] += weight
                if _CELLS[k * LANES + x, 3] == _TOP_SHARE:
                    extra[2] += weight
                _add(part, weight, truth, delta, found)
    for s in range(4):
        found[s, 2] = 1.0 - found[s, 2]
        found[s, 5] = math.sqrt(max(found[s, 5] - found[s, 4] ** 2, 0.0))


@njit(cache=True, error_model="numpy")
def _add(part, weight, truth, delta, found):
    """Add one normal component of the mixture to the four series."""
    for s in range(4):
        if s < 2:
            middle, spread, true = part[s], part[3 + s], truth[s]
        elif s == 2:
            middle = 0.5 * (part[0] + part[1])
            spread = 0.25 * (part[3] + part[4] + 2.0 * part[6])
            true = 0.5 * (truth[0] + truth[1])
        else:
            middle = part[1] - part[0]
            spread = part[3] + part[4] - 2.0 * part[6]
            true = truth[1] - truth[0]
        spread = max(spread, 1e-18)
        scale = 1.0 / math.sqrt(spread)
        below = weight * normal_below(-middle * scale)
        found[s, 0] += below
        found[s, 1] += weight * normal_below((-delta - middle) * scale)
        found[s, 2] += weight * normal_below((delta - middle) * scale)
        found[s, 3] += below if true == 0.0 else weight * normal_below((true - middle) * scale)
        found[s, 4] += weight * middle
        found[s, 5] += weight * (middle * middle + spread)
