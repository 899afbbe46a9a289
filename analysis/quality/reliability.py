"""Do the items measure one thing: Cronbach's alpha, McDonald's omega, Spearman-Brown.

All from cross products of the items, so that nobody's answers are needed.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.quality.cross_products import CrossProducts
from analysis.result import NotEstimable, Reason

Array = npt.NDArray[np.float64]

OMEGA_TARGET = 0.80
OMEGA_FLOOR = 0.70
"""Below: show single items only and give no verdict on the index."""
PAIR_TARGET = 0.55
"""Spearman-Brown below which a two-item dimension is not shown as a cell."""

_STEPS = 2000
_TOLERANCE = 1e-12


@dataclass(frozen=True, kw_only=True)
class Omega:
    """One-factor solution.

    Attributes
    ----------
    omega : float
        Share of the variance of the sum score that the common factor explains.
    loadings : tuple of float
        Of the items on the factor, index points.
    """

    omega: float
    loadings: tuple[float, ...]


def alpha(items: CrossProducts) -> float | NotEstimable:
    """Cronbach's alpha of the sum of all items.

    Notes
    -----
    alpha = p / (p - 1) (1 - sum_i s_ii / sum_ij s_ij). When it misleads: it is a lower bound
    only if errors are uncorrelated; good and bad events share wording effects.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334; psych ``alpha``.

    Examples
    --------
    >>> people = [[0.0, 0.0], [100.0, 100.0]] * 20
    >>> alpha(CrossProducts.of(people))
    1.0
    """
    covariance = _usable(items, least=2)
    if isinstance(covariance, NotEstimable):
        return covariance
    p = covariance.shape[0]
    return float(p / (p - 1) * (1.0 - np.trace(covariance) / covariance.sum()))


def omega(items: CrossProducts) -> Omega | NotEstimable:
    """McDonald's omega (total) of a one-factor model, fitted by minimum residuals.

    Notes
    -----
    Loadings minimise the squared off-diagonal residuals of the covariance matrix;
    omega = (sum lambda)^2 / ((sum lambda)^2 + sum psi), psi_i = s_ii - lambda_i^2, at least 0.
    When it misleads: a second factor (wording, dimensions) counts as error.

    References
    ----------
    McDonald (1999), Test Theory; psych ``fa(fm="minres", covar=TRUE)``.

    Examples
    --------
    >>> people = [[0.0, 0.0, 25.0], [100.0, 75.0, 100.0], [50.0, 50.0, 50.0]] * 20
    >>> round(omega(CrossProducts.of(people)).omega, 2)
    0.99
    """
    covariance = _usable(items, least=3)
    if isinstance(covariance, NotEstimable):
        return covariance
    loadings = _one_factor(covariance)
    if loadings is None:
        return NotEstimable(reason=Reason.NOT_CONVERGED)
    common = float(loadings.sum()) ** 2
    unique = float(np.maximum(np.diagonal(covariance) - loadings**2, 0.0).sum())
    return Omega(
        omega=common / (common + unique), loadings=tuple(float(value) for value in loadings)
    )


def spearman_brown(items: CrossProducts, first: int, second: int) -> float | NotEstimable:
    """Reliability of the sum of two items, the right coefficient for a pair.

    Notes
    -----
    2 r / (1 + r); a negative correlation gives 0. When it misleads: two items of one wording
    share more than what they are about.

    References
    ----------
    Eisinga, te Grotenhuis & Pelzer (2013), International Journal of Public Health 58, 637-642.

    Examples
    --------
    >>> people = [[0.0, 0.0], [100.0, 100.0]] * 20
    >>> spearman_brown(CrossProducts.of(people), 0, 1)
    1.0
    """
    covariance = _usable(items, least=2)
    if isinstance(covariance, NotEstimable):
        return covariance
    size = covariance.shape[0]
    if first == second or not (0 <= first < size and 0 <= second < size):
        raise ValueError("A pair needs two different items of the table.")
    scale = math.sqrt(float(covariance[first, first]) * float(covariance[second, second]))
    correlation = min(1.0, float(covariance[first, second]) / scale)
    return max(0.0, 2.0 * correlation / (1.0 + correlation)) if correlation > 0.0 else 0.0


def _usable(items: CrossProducts, *, least: int) -> Array | NotEstimable:
    covariance = items.covariance()
    if isinstance(covariance, NotEstimable):
        return covariance
    if covariance.shape[0] < least:
        return NotEstimable(reason=Reason.TOO_FEW_ITEMS)
    if float(np.diagonal(covariance).min()) <= 1e-9 or float(covariance.sum()) <= 1e-9:
        return NotEstimable(reason=Reason.NO_VARIATION)
    return covariance


def _one_factor(covariance: Array) -> Array | None:
    """Coordinate descent: lambda_i = sum_j s_ij lambda_j / sum_j lambda_j^2 over j != i."""
    off = covariance - np.diag(np.diagonal(covariance))
    strength = float(off.mean(axis=1).mean())
    if strength <= 0.0:
        return None
    loadings = np.full(covariance.shape[0], math.sqrt(strength))
    for _ in range(_STEPS):
        moved = 0.0
        for i in range(loadings.size):
            rest = float(loadings @ loadings) - float(loadings[i]) ** 2
            if rest <= 0.0:
                return None
            value = float(off[i] @ loadings) / rest
            moved = max(moved, abs(value - float(loadings[i])))
            loadings[i] = value
        if moved <= _TOLERANCE * float(np.abs(loadings).max()):
            return loadings
    return None
