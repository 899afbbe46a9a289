"""The difference between the two groups in one wave: size, effect size, equivalence.

The change of the gap over months is a finding of ``analysis.judgement``. Groups are never
ranked by these numbers ("who is worse") before measurement invariance has been shown.
"""

import math
from dataclasses import dataclass

from scipy.special import stdtr, stdtrit

from analysis.result import Estimate, Interval, NotEstimable, Reason
from analysis.tally import MINIMUM_ANSWERS, Moments, finite_number


@dataclass(frozen=True, kw_only=True)
class Equivalence:
    """Result of two one-sided tests.

    Attributes
    ----------
    p_value : float
        The larger of the two one-sided p values; small means: the gap is inside the margin.
    margin : float
        Half-width of what counts as no gap, index points.
    """

    p_value: float
    margin: float


def gap_estimate(
    first: Moments, second: Moments, *, level: float = 0.95
) -> Estimate | NotEstimable:
    """Second minus first with Welch's interval.

    Parameters
    ----------
    first, second : Moments
        The two groups in one wave.
    level : float
        Confidence level.

    Notes
    -----
    d = mean_2 - mean_1, SE = sqrt(s_1^2 / n_1 + s_2^2 / n_2), degrees of freedom after
    Welch-Satterthwaite. When it misleads: one wave says nothing about a lasting gap, because a
    month's shock is not in this interval.

    References
    ----------
    Welch (1947), Biometrika 34, 28-35.

    Examples
    --------
    >>> gap = gap_estimate(Moments.of([40.0, 50.0, 60.0]), Moments.of([50.0, 60.0, 70.0]))
    >>> gap.value, round(gap.interval.low, 2)
    (10.0, -12.67)
    """
    parts = _welch(first, second)
    if isinstance(parts, NotEstimable):
        return parts
    value, error, freedom = parts
    if not 0.0 < level < 1.0:
        raise ValueError("The confidence level lies strictly between 0 and 1.")
    half = float(stdtrit(freedom, 0.5 + level / 2.0)) * error
    return Estimate(
        value=value,
        standard_error=error,
        interval=Interval(low=value - half, high=value + half, level=level),
    )


def standardised_gap(
    first: Moments, second: Moments, *, level: float = 0.95
) -> Estimate | NotEstimable:
    """Gap in units of the pooled standard deviation, corrected for small samples.

    Notes
    -----
    Hedges' g = J (mean_2 - mean_1) / s_pooled with the exact
    J = Gamma(m / 2) / (sqrt(m / 2) Gamma((m - 1) / 2)), m = n_1 + n_2 - 2; variance
    1 / n_1 + 1 / n_2 + g^2 / (2 (n_1 + n_2)). The interval is normal. When it misleads: a
    standard deviation is a property of the staff; for what matters use index points.

    References
    ----------
    Hedges (1981), Journal of Educational Statistics 6, 107-128; metafor ``escalc("SMD")``.

    Examples
    --------
    >>> round(standardised_gap(Moments.of([40.0, 50.0, 60.0]),
    ...                        Moments.of([50.0, 60.0, 70.0])).value, 4)
    0.7979
    """
    parts = _welch(first, second)
    if isinstance(parts, NotEstimable):
        return parts
    freedom = first.n + second.n - 2
    squares = (first.n - 1) * _variance(first) + (second.n - 1) * _variance(second)
    correction = math.exp(
        math.lgamma(freedom / 2.0) - math.lgamma((freedom - 1) / 2.0)
    ) / math.sqrt(freedom / 2.0)
    value = correction * parts[0] / math.sqrt(squares / freedom)
    error = math.sqrt(1.0 / first.n + 1.0 / second.n + value * value / (2.0 * (first.n + second.n)))
    half = _normal_quantile(level) * error
    return Estimate(
        value=value,
        standard_error=error,
        interval=Interval(low=value - half, high=value + half, level=level),
    )


def equivalence(
    first: Moments, second: Moments, *, margin: float = 5.0
) -> Equivalence | NotEstimable:
    """Test whether the gap is smaller than `margin` (two one-sided Welch tests).

    Parameters
    ----------
    first, second : Moments
        The two groups in one wave.
    margin : float
        Smallest gap of interest, index points.

    Notes
    -----
    p = max of two one-sided Welch tests, gap < margin and gap > -margin. When it misleads: in
    small groups it can hardly be shown that they are alike, even where they are.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680.

    Examples
    --------
    >>> alike = Moments.of([49.0, 50.0, 51.0] * 9)
    >>> equivalence(alike, alike).p_value < 0.001
    True
    """
    if not finite_number(margin, "The margin") > 0.0:
        raise ValueError("The margin must be above 0.")
    parts = _welch(first, second)
    if isinstance(parts, NotEstimable):
        return parts
    value, error, freedom = parts
    below = float(stdtr(freedom, (value - margin) / error))
    above = float(stdtr(freedom, (-margin - value) / error))
    return Equivalence(p_value=max(below, above), margin=margin)


def _variance(moments: Moments) -> float:
    variance = moments.variance
    return variance if isinstance(variance, float) else 0.0


def _welch(first: Moments, second: Moments) -> tuple[float, float, float] | NotEstimable:
    """Return difference, standard error and degrees of freedom."""
    a, b = first.mean, second.mean
    if min(first.n, second.n) < MINIMUM_ANSWERS or not (
        isinstance(a, float) and isinstance(b, float)
    ):
        return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    squares = (_variance(first) / first.n, _variance(second) / second.n)
    if sum(squares) <= 0.0:
        return NotEstimable(reason=Reason.NO_VARIATION)
    freedom = sum(squares) ** 2 / (
        squares[0] ** 2 / (first.n - 1) + squares[1] ** 2 / (second.n - 1)
    )
    return b - a, math.sqrt(sum(squares)), freedom


def _normal_quantile(level: float) -> float:
    if not 0.0 < level < 1.0:
        raise ValueError("The confidence level lies strictly between 0 and 1.")
    return float(stdtrit(math.inf, 0.5 + level / 2.0))
