"""Finite mixtures of normal distributions: what the posterior of a contrast is."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis.result import Estimate, Interval

Array = npt.NDArray[np.float64]

_NEGLIGIBLE = 1e-9
_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Mixtures:
    """Several quantities, each a mixture of normals with the same weights.

    Attributes
    ----------
    weights : array (components,)
        Sum to 1.
    means, sds : arrays (quantities, components)
        Of each component.

    Examples
    --------
    >>> one = Mixtures(weights=np.ones(1), means=np.zeros((1, 1)), sds=np.ones((1, 1)))
    >>> round(float(one.quantiles(np.array([0.975]))[0, 0]), 6)
    1.959964
    """

    weights: Array
    means: Array
    sds: Array

    def mean(self) -> Array:
        """Return the mean of every quantity; (quantities,)."""
        mean: Array = self.means @ self.weights
        return mean

    def sd(self) -> Array:
        """Return the standard deviation of every quantity; (quantities,)."""
        deviation = self.means - self.mean()[:, None]
        sd: Array = np.sqrt((deviation**2 + self.sds**2) @ self.weights)
        return sd

    def probability_below(self, bound: float) -> Array:
        """P(quantity < bound) of every quantity; (quantities,)."""
        below: Array = ndtr((bound - self.means) / self.sds) @ self.weights
        return np.clip(below, 0.0, 1.0)

    def quantiles(self, probabilities: Array) -> Array:
        """Quantiles of every quantity; (quantities, probabilities).

        Newton steps inside a bracket that bisection shrinks. A last step of 1e-6 leaves an
        error of its square.
        """
        keep = self._components_that_matter()
        weights, means, sds = self.weights[keep], self.means[:, keep], self.sds[:, keep]
        shape = (means.shape[0], probabilities.size)
        low = np.broadcast_to((means - 9.0 * sds).min(axis=1)[:, None], shape).copy()
        high = np.broadcast_to((means + 9.0 * sds).max(axis=1)[:, None], shape).copy()
        target = probabilities * weights.sum()
        guess = np.clip(self._first_guess(probabilities), low, high)
        for _ in range(200):
            z = (guess[:, :, None] - means[:, None, :]) / sds[:, None, :]
            excess = ndtr(z) @ weights - target
            slope = np.einsum("qpk,qk->qp", np.exp(-0.5 * z * z), weights / sds) / math.sqrt(
                2.0 * math.pi
            )
            low = np.where(excess < 0.0, guess, low)
            high = np.where(excess < 0.0, high, guess)
            step = guess - excess / np.maximum(slope, 1e-300)
            inside = (step >= low) & (step <= high)
            following = np.where(inside, step, 0.5 * (low + high))
            settled = np.abs(following - guess) <= _TOLERANCE * (1.0 + np.abs(guess))
            guess = following
            if bool(settled.all()):
                break
        return guess

    def estimates(self, level: float = 0.95) -> tuple[Estimate, ...]:
        """Posterior mean, standard deviation and equal-tailed interval of every quantity."""
        tail = (1.0 - level) / 2.0
        ends = self.quantiles(np.array([tail, 1.0 - tail]))
        return tuple(
            Estimate(
                value=float(value),
                standard_error=float(sd),
                interval=Interval(low=float(low), high=float(max(low, high)), level=level),
            )
            for value, sd, (low, high) in zip(self.mean(), self.sd(), ends, strict=True)
        )

    def _components_that_matter(self) -> npt.NDArray[np.int64]:
        order = np.argsort(self.weights)
        small = int(np.searchsorted(np.cumsum(self.weights[order]), _NEGLIGIBLE))
        return order[small:]

    def _first_guess(self, probabilities: Array) -> Array:
        z = np.sign(probabilities - 0.5) * np.sqrt(
            np.maximum(0.0, -1.6 * np.log(4.0 * probabilities * (1.0 - probabilities)))
        )
        guess: Array = self.mean()[:, None] + self.sd()[:, None] * z
        return guess
