"""The exact posterior of a Bayesian generalised least squares model over a grid.

For a cell with covariance V = L L' and a model with design X and prior precision P:
z = L^-1 [X, y]; A = X'V^-1 X + P; b = X'V^-1 y; posterior N(A^-1 b, A^-1) and
log weight = log prior - 1/2 (y'V^-1 y - b'A^-1 b + log|V| + log|A| - log|P|).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.joint.covariance import DEFAULT_GRID, Grid, covariances
from analysis.joint.mixture import Mixtures
from analysis.joint.observations import Observations

Array = npt.NDArray[np.float64]

_HUGE = 1e200
"""Lower right corner of a bordered matrix; larger than any quadratic form that occurs."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """One shape of change.

    Attributes
    ----------
    weight : float
        Prior probability of the shape.
    columns : tuple of int
        Columns of the design that it uses.
    precision : array (columns, columns)
        Prior precision of their coefficients; prior means are 0.
    """

    weight: float
    columns: tuple[int, ...]
    precision: Array


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Posterior of contrasts in every cell and model.

    Attributes
    ----------
    log_weights : array (cells, models)
        Log posterior weights, normalised.
    means, variances : arrays (quantities, cells, models)
        Normal posterior of every contrast given cell and model.
    """

    log_weights: Array
    means: Array
    variances: Array

    def given(self, models: slice) -> "Fit":
        """Condition on one of `models` being true."""
        log_weights = self.log_weights[:, models]
        largest = log_weights.max()
        return Fit(
            log_weights=log_weights - largest - np.log(np.exp(log_weights - largest).sum()),
            means=self.means[:, :, models],
            variances=self.variances[:, :, models],
        )

    def mixtures(self) -> Mixtures:
        """Average over cells and models."""
        count = self.means.shape[0]
        return Mixtures(
            weights=np.exp(self.log_weights).ravel(),
            means=self.means.reshape(count, -1),
            sds=np.sqrt(np.maximum(self.variances.reshape(count, -1), 1e-18)),
        )


def prior_precision(sds: Sequence[float], correlations: Sequence[float]) -> Array:
    """Precision of coefficients that come in pairs (first group, second group).

    Parameters
    ----------
    sds : sequence of float
        Prior standard deviation of each kind (level, step, ...).
    correlations : sequence of float
        Prior correlation of the two groups' coefficients of that kind.

    Returns
    -------
    array (2 * kinds, 2 * kinds)
        Block diagonal.
    """
    size = 2 * len(sds)
    precision = np.zeros((size, size))
    for kind, (sd, correlation) in enumerate(zip(sds, correlations, strict=True)):
        block = sd**2 * np.array([[1.0, correlation], [correlation, 1.0]])
        precision[2 * kind : 2 * kind + 2, 2 * kind : 2 * kind + 2] = np.linalg.inv(block)
    return precision


def forward(matrices: Array, border: Array) -> tuple[Array, Array]:
    """Solve L z = border for every matrix V = L L', and give log|V|.

    Parameters
    ----------
    matrices : array (cells, rows, rows)
        Positive definite.
    border : array (rows, columns) or (cells, rows, columns)
        Right-hand sides.

    Returns
    -------
    solved : array (cells, columns, rows)
        Transpose of L^-1 border.
    log_determinant : array (cells,)
        log|V|.

    Notes
    -----
    NumPy has no batched triangular solve. The Cholesky factor of the bordered matrix
    [[V, B], [B', c I]] has B'L'^-1 in its lower left block whatever c is, as long as the
    whole is positive definite; c is huge and its block is not used.
    """
    cells, rows, _ = matrices.shape
    columns = border.shape[-1]
    bordered = np.zeros((cells, rows + columns, rows + columns))
    bordered[:, :rows, :rows] = matrices
    bordered[:, rows:, :rows] = np.swapaxes(border, -1, -2)
    corner = np.arange(rows, rows + columns)
    bordered[:, corner, corner] = _HUGE
    factor = np.linalg.cholesky(bordered)
    diagonal = np.diagonal(factor[:, :rows, :rows], axis1=1, axis2=2)
    return factor[:, rows:, :rows], 2.0 * np.log(diagonal).sum(axis=1)


@dataclass(frozen=True, kw_only=True)
class Whitened:
    """The data seen through every covariance of the grid: all a regression needs.

    Attributes
    ----------
    products : array (cells, columns + 1, columns + 1)
        [X, y]' V^-1 [X, y].
    log_determinant : array (cells,)
        log|V|.
    log_prior : array (cells,)
        Log prior weight of the cells.
    """

    products: Array
    log_determinant: Array
    log_prior: Array

    def part(self, first: int, last: int) -> "Whitened":
        """Keep the design columns `first` .. `last` - 1, and the data."""
        keep = [*range(first, last), self.products.shape[1] - 1]
        return Whitened(
            products=self.products[:, keep][:, :, keep],
            log_determinant=self.log_determinant,
            log_prior=self.log_prior,
        )

    def fit(self, models: Sequence[Model], contrasts: Array) -> Fit:
        """Fit `models` and average over them and the grid.

        Parameters
        ----------
        models : sequence of Model
            Shapes to average over.
        contrasts : array (quantities, columns)
            Linear combinations of the coefficients; a coefficient that a model lacks
            counts 0.
        """
        fits = [_fit_model(self.products, model, contrasts) for model in models]
        total = self.products[:, -1, -1] + self.log_determinant
        log_weights = np.column_stack(
            [
                self.log_prior + np.log(model.weight) - 0.5 * (total + penalty)
                for model, (penalty, _, _) in zip(models, fits, strict=True)
            ]
        )
        largest = log_weights.max()
        log_weights -= largest + np.log(np.exp(log_weights - largest).sum())
        return Fit(
            log_weights=log_weights,
            means=np.stack([means for _, means, _ in fits], axis=-1),
            variances=np.stack([variances for _, _, variances in fits], axis=-1),
        )


def whiten(observations: Observations, design: Array, grid: Grid = DEFAULT_GRID) -> Whitened:
    """Take the covariance of every cell out of data and design, once for all models.

    Parameters
    ----------
    observations : Observations
        The data.
    design : array (rows, columns)
        Regressors of all models side by side.
    grid : Grid
        Nuisance parameters.
    """
    border = np.column_stack([design, observations.mean])
    solved, log_determinant = forward(covariances(observations, grid), border)
    return Whitened(
        products=solved @ np.swapaxes(solved, 1, 2),
        log_determinant=log_determinant,
        log_prior=grid.log_prior,
    )


def _fit_model(products: Array, model: Model, contrasts: Array) -> tuple[Array, Array, Array]:
    """Give log|A| - log|P| - b'A^-1 b, and mean and variance of the contrasts."""
    columns = list(model.columns)
    cells, count = products.shape[0], contrasts.shape[0]
    information = products[:, columns][:, :, columns] + model.precision
    right = np.empty((cells, len(columns), count + 1))
    right[:, :, :count] = contrasts[:, columns].T
    right[:, :, count] = products[:, columns, -1]
    solved, log_determinant = forward(information, right)
    wanted, data = solved[:, :count], solved[:, count]
    penalty = (
        log_determinant - np.linalg.slogdet(model.precision)[1] - np.einsum("ki,ki->k", data, data)
    )
    means = np.einsum("kqi,ki->qk", wanted, data)
    variances = np.einsum("kqi,kqi->qk", wanted, wanted)
    return penalty, means, variances
