"""What the model expects of months to come, and what it would conclude from them.

Futures are drawn from the posterior of today: cell and shape by their weights, coefficients given
both, then the means of later months given these and the months seen. Each future is judged as the
data will be one day: by all cells and shapes, with weights that have learned from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis.joint.covariance import DEFAULT_GRID, Grid, covariances
from analysis.joint.observations import Observations
from analysis.joint.posterior import Model

Array = npt.NDArray[np.float64]

_KEPT = 0.999
"""Cells that together have less than the rest of the weight today are left out."""


@dataclass(frozen=True, kw_only=True)
class _Past:
    """The months seen, whitened by every kept cell.

    Attributes
    ----------
    factors : array (cells, rows, rows)
        Lower Cholesky factors, months to come included.
    design, mean : arrays (cells, seen, columns), (cells, seen)
        L^-1 X and L^-1 y of the months seen.
    log_prior : array (cells,)
    """

    factors: Array
    design: Array
    mean: Array
    log_prior: Array

    def kept(self, cells: npt.NDArray[np.int64]) -> "_Past":
        return _Past(
            factors=self.factors[cells],
            design=self.design[cells],
            mean=self.mean[cells],
            log_prior=self.log_prior[cells],
        )


class Futures:
    """Futures of one series, to be judged month by month.

    Parameters
    ----------
    seen : Observations
        The months with answers.
    extended : Observations
        The same, followed by the months to come (:meth:`Observations.extended`).
    design : array (rows, columns)
        Regressors of all rows of `extended`.
    models : sequence of Model
        Shapes to average over.
    draws : int
        How many futures.
    rng : Generator
        Source of chance.

    Attributes
    ----------
    months : array (rows to come,)
        Month of each row.
    means : array (rows to come, draws)
        Drawn means, index points.
    """

    def __init__(
        self,
        seen: Observations,
        extended: Observations,
        design: Array,
        models: Sequence[Model],
        *,
        draws: int,
        rng: np.random.Generator,
        grid: Grid = DEFAULT_GRID,
    ) -> None:
        self.models = tuple(models)
        self.n_seen = seen.month.size
        self.months = extended.month[self.n_seen :]
        self.design = design
        past = self._past(seen, extended, grid)
        weights = self._weights(past)
        cells = _heaviest(weights.sum(axis=1))
        self._seen = past.kept(cells)
        self.means = self._drawn(weights[cells], draws, rng)
        self._white_design, self._white_mean = self._whitened()

    def chances(self, month: int, contrast: Array, delta: float) -> tuple[Array, Array, Array]:
        """Judge every future once `month` is in.

        Parameters
        ----------
        month : int
            Last month that is known.
        contrast : array (columns,)
            What is asked of the coefficients.
        delta : float
            Smallest change that matters, points.

        Returns
        -------
        three arrays (draws,)
            P(contrast < 0), P(contrast < -delta), P(contrast > delta), each averaged over cells
            and shapes as in that future.
        """
        rows = int((self.months <= month).sum())
        parts = [self._judged(model, contrast, rows) for model in self.models]
        log_weights = np.concatenate([weight for weight, _, _ in parts])
        means = np.concatenate([mean for _, mean, _ in parts])
        sds = np.concatenate([sd for _, _, sd in parts])[:, None]
        weights = np.exp(log_weights - log_weights.max(axis=0))
        weights /= weights.sum(axis=0)

        def below(bound: float) -> Array:
            inside: Array = (weights * ndtr((bound - means) / sds)).sum(axis=0)
            return np.clip(inside, 0.0, 1.0)

        return below(0.0), below(-delta), 1.0 - below(delta)

    def _past(self, seen: Observations, extended: Observations, grid: Grid) -> _Past:
        factors: Array = _cholesky(covariances(extended, grid))
        border = np.column_stack([self.design[: self.n_seen], seen.mean])
        white = _solve(factors[:, : self.n_seen, : self.n_seen], border)
        return _Past(
            factors=factors,
            design=white[:, :, :-1],
            mean=white[:, :, -1],
            log_prior=grid.log_prior,
        )

    def _weights(self, past: _Past) -> Array:
        """Posterior weights of today; (cells, models)."""
        nothing = np.zeros((past.mean.shape[0], 0, 1))
        columns = self.design.shape[1]
        log_weights = np.stack(
            [
                _log_weight(past, model, nothing, np.zeros((*nothing.shape[:2], columns)))[0][:, 0]
                for model in self.models
            ],
            axis=1,
        )
        weights = np.exp(log_weights - log_weights.max())
        found: Array = weights / weights.sum()
        return found

    def _drawn(self, weights: Array, draws: int, rng: np.random.Generator) -> Array:
        """Draw the means of the months to come; (rows to come, draws)."""
        past, n_seen = self._seen, self.n_seen
        # Evenly spaced picks: every cell and shape gets its share of the draws, up to one.
        places = (np.arange(draws) + rng.random()) / draws
        order = np.searchsorted(np.cumsum(weights.ravel() / weights.sum()), places)
        picked = np.minimum(order, weights.size - 1)
        future = np.empty((len(self.months), draws))
        for draw, (cell, place) in enumerate(np.stack(np.unravel_index(picked, weights.shape)).T):
            model = self.models[place]
            columns = list(model.columns)
            white = past.design[cell][:, columns]
            factor = _cholesky(white.T @ white + model.precision)
            right = _solve(factor, white.T @ past.mean[cell])
            chance = rng.standard_normal(len(columns))
            coefficients = _solve(factor.T, right + chance)
            left = past.mean[cell] - white @ coefficients
            lower = past.factors[cell][n_seen:]
            noise = rng.standard_normal(len(self.months))
            future[:, draw] = (
                self.design[n_seen:, columns] @ coefficients
                + lower[:, :n_seen] @ left
                + lower[:, n_seen:] @ noise
            )
        return future

    def _whitened(self) -> tuple[Array, Array]:
        """Whiten the months to come: (cells, rows, columns) and (cells, rows, draws)."""
        past, n_seen = self._seen, self.n_seen
        lower = past.factors[:, n_seen:, :n_seen]
        known = lower @ np.concatenate([past.design, past.mean[:, :, None]], axis=2)
        columns = self.design.shape[1]
        right = np.concatenate(
            [
                self.design[n_seen:] - known[:, :, :columns],
                self.means[None] - known[:, :, columns:],
            ],
            axis=2,
        )
        white = _solve(past.factors[:, n_seen:, n_seen:], right)
        return white[:, :, :columns], white[:, :, columns:]

    def _judged(self, model: Model, contrast: Array, rows: int) -> tuple[Array, Array, Array]:
        """Log weights and means (cells, draws), standard deviations (cells,)."""
        log_weight, factor, data = _log_weight(
            self._seen, model, self._white_mean[:, :rows], self._white_design[:, :rows]
        )
        asked = _solve(factor, contrast[list(model.columns)][:, None])
        means = np.einsum("ki,kid->kd", asked[:, :, 0], data)
        return log_weight, means, np.sqrt((asked[:, :, 0] ** 2).sum(axis=1))


def _cholesky(matrices: Array) -> Array:
    return np.asarray(np.linalg.cholesky(matrices), dtype=np.float64)


def _solve(matrices: Array, right: Array) -> Array:
    return np.asarray(np.linalg.solve(matrices, right), dtype=np.float64)


def _heaviest(weights: Array) -> npt.NDArray[np.int64]:
    order = np.argsort(-weights, kind="stable")
    enough = int(np.searchsorted(np.cumsum(weights[order]), _KEPT)) + 1
    return np.sort(order[:enough])


def _log_weight(
    past: _Past, model: Model, mean: Array, design: Array
) -> tuple[Array, Array, Array]:
    """Return log weight (cells, draws), the factor of A, and factor^-1 b (cells, columns, draws).

    What all cells and shapes have in common is left out. log|V| is that of the rows given: the
    Cholesky factor of the first rows is the first rows of the factor.
    """
    columns = list(model.columns)
    old, new = past.design[:, :, columns], design[:, :, columns]
    information = np.swapaxes(old, 1, 2) @ old + np.swapaxes(new, 1, 2) @ new + model.precision
    factor: Array = _cholesky(information)
    right = (np.swapaxes(old, 1, 2) @ past.mean[:, :, None]) + np.swapaxes(new, 1, 2) @ mean
    data = _solve(factor, right)
    rows = past.mean.shape[1] + mean.shape[1]
    squares = (past.mean**2).sum(axis=1)[:, None] + (mean**2).sum(axis=1)
    diagonal = np.diagonal(past.factors, axis1=1, axis2=2)[:, :rows]
    constant = (
        past.log_prior
        + np.log(model.weight)
        + 0.5 * np.linalg.slogdet(model.precision)[1]
        - np.log(diagonal).sum(axis=1)
        - np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
    )
    log_weight = constant[:, None] - 0.5 * (squares - (data**2).sum(axis=1))
    return log_weight, factor, data
