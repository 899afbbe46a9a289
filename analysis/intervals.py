"""Confidence intervals of a wave: one group, and the company as the plain mean of two groups.

All are t-intervals for means. A group in which everybody gave the same answers has no spread to
compute with; then the share of people who would answer differently is bounded exactly.
"""

import math

from scipy.special import stdtrit

from analysis.result import Estimate, Interval, NotEstimable, Reason
from analysis.tally import Moments, finite_number

MINIMUM_ANSWERS = 3

Bounds = tuple[float, float]
_INDEX: Bounds = (0.0, 100.0)


def mean_estimate(
    moments: Moments,
    *,
    n_invited: int | None = None,
    level: float = 0.95,
    bounds: Bounds = _INDEX,
) -> Estimate | NotEstimable:
    """Mean score of one group in one wave with its interval.

    Parameters
    ----------
    moments : Moments
        Answers.
    n_invited : int or None
        Size N of the group for the finite-population correction: then the interval is about
        "the people here this month". None: about the process behind them, the one to use for
        every comparison over time.
    level : float
        Confidence level.
    bounds : tuple of two floats
        Ends of the scale; the interval is cut there.

    Returns
    -------
    Estimate or NotEstimable
        ``too_few_answers`` below three answers.

    Notes
    -----
    mean +- t_{n-1} SD / sqrt(n) [ * sqrt(1 - n / N) ].
    With SD = 0 the share p of people who would have answered otherwise is at most
    1 - (1 - level)^(1/n) (all n alike has probability (1 - p)^n), so the mean lies within
    p of the way to either end of the scale; with N known p is at most (N - n) / N too.

    When it misleads: the correction assumes that those who did not answer are like those who
    did. With fewer than about ten answers a skewed group is covered less than 95 %.

    References
    ----------
    Cochran (1977), Sampling Techniques, section 2.8. Hanley & Lippman-Hand (1983), JAMA 249.

    Examples
    --------
    >>> wave = Moments.of([30.0, 40.0, 50.0, 60.0])
    >>> interval = mean_estimate(wave).interval
    >>> round(interval.low, 2), round(interval.high, 2)
    (24.46, 65.54)
    """
    mean, variance = moments.mean, moments.variance
    if moments.n < MINIMUM_ANSWERS or isinstance(mean, NotEstimable):
        return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    if isinstance(variance, NotEstimable):
        return variance
    _check(mean, level, bounds)
    left_out = _share_left_out(moments.n, n_invited)
    error = math.sqrt(variance / moments.n * left_out)
    if variance == 0.0:
        return _without_spread(mean, moments.n, left_out, n_invited, level, bounds)
    half = float(stdtrit(moments.n - 1, 0.5 + level / 2.0)) * error
    return Estimate(value=mean, standard_error=error, interval=_cut(mean, half, level, bounds))


def company_estimate(
    first: Moments,
    second: Moments,
    *,
    n_invited: tuple[int, int] | None = None,
    level: float = 0.95,
    bounds: Bounds = _INDEX,
) -> Estimate | NotEstimable:
    """Company value of a wave: the plain mean of two groups, never pooled by head count.

    Parameters
    ----------
    first, second : Moments
        Answers of the two groups.
    n_invited : tuple of two ints, or None
        As in :func:`mean_estimate`.
    level, bounds
        As in :func:`mean_estimate`.

    Returns
    -------
    Estimate or NotEstimable
        Not estimable if either group is not.

    Notes
    -----
    I = (A + B) / 2, SE = sqrt(SE_A^2 + SE_B^2) / 2, degrees of freedom after
    Welch-Satterthwaite. If a group has no spread, its own interval is combined with the
    other's (square-and-add). When it misleads: the groups are taken as independent; what hits
    both in one month is in neither standard error.

    References
    ----------
    Welch (1947), Biometrika 34; Zou & Donner (2008), Statistics in Medicine 27.

    Examples
    --------
    >>> a, b = Moments.of([30.0, 40.0, 50.0]), Moments.of([50.0, 60.0, 70.0])
    >>> company_estimate(a, b).value
    50.0
    """
    sizes = n_invited if n_invited is not None else (None, None)
    parts = (
        mean_estimate(first, n_invited=sizes[0], level=level, bounds=bounds),
        mean_estimate(second, n_invited=sizes[1], level=level, bounds=bounds),
    )
    a, b = parts
    if isinstance(a, NotEstimable):
        return a
    if isinstance(b, NotEstimable):
        return b
    value = (a.value + b.value) / 2.0
    error = math.hypot(a.standard_error, b.standard_error) / 2.0
    if min(a.standard_error, b.standard_error) == 0.0:
        below = math.hypot(a.value - a.interval.low, b.value - b.interval.low) / 2.0
        above = math.hypot(a.interval.high - a.value, b.interval.high - b.value) / 2.0
        interval = Interval(low=value - below, high=value + above, level=level)
        return Estimate(value=value, standard_error=error, interval=interval)
    squares = (a.standard_error**2, b.standard_error**2)
    freedom = sum(squares) ** 2 / (
        squares[0] ** 2 / (first.n - 1) + squares[1] ** 2 / (second.n - 1)
    )
    half = float(stdtrit(freedom, 0.5 + level / 2.0)) * error
    return Estimate(value=value, standard_error=error, interval=_cut(value, half, level, bounds))


def _check(mean: float, level: float, bounds: Bounds) -> None:
    if not 0.0 < finite_number(level, "The confidence level") < 1.0:
        raise ValueError("The confidence level lies strictly between 0 and 1.")
    if not bounds[0] - 1e-9 <= mean <= bounds[1] + 1e-9:
        raise ValueError("The mean lies outside the scale.")


def _share_left_out(n: int, n_invited: int | None) -> float:
    if n_invited is None:
        return 1.0
    if n_invited < n:
        raise ValueError("There are more answers than people invited.")
    return 1.0 - n / n_invited


def _cut(value: float, half: float, level: float, bounds: Bounds) -> Interval:
    return Interval(
        low=max(bounds[0], min(value, value - half)),
        high=min(bounds[1], value + half),
        level=level,
    )


def _without_spread(
    mean: float,
    n: int,
    left_out: float,
    n_invited: int | None,
    level: float,
    bounds: Bounds,
) -> Estimate:
    share = 1.0 - (1.0 - level) ** (1.0 / n)
    if n_invited is not None:
        share = min(share, left_out)
    interval = Interval(
        low=mean - share * max(0.0, mean - bounds[0]),
        high=mean + share * max(0.0, bounds[1] - mean),
        level=level,
    )
    return Estimate(value=mean, standard_error=0.0, interval=interval)
