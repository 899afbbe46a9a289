"""Is a group mean meaningful at all: r_wg, ICC(1), ICC(2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.result import NotEstimable, Reason
from analysis.tally import Moments

LEAST_WAVES = 6
ICC2_CUSTOMARY = 0.70

_UNIFORM_FIVE_POINTS = 1250.0
"""Variance of five equally likely answers, in friction points: (5^2 - 1) / 12 * 25^2."""


@dataclass(frozen=True, kw_only=True)
class IntraclassCorrelation:
    """How much of the variance lies between units (waves, or groups).

    Attributes
    ----------
    icc1 : float
        Of one person's score.
    icc2 : float
        Of the unit mean: its reliability.
    """

    icc1: float
    icc2: float


def within_group_agreement(item: Moments) -> float | NotEstimable:
    """r_wg of one five-point item against random answers.

    Notes
    -----
    r_wg = 1 - s^2 / 1250, where 1250 is the variance of evenly spread answers in friction
    points; negative values are given as 0. When it misleads: real people without an opinion do
    not answer evenly, so it flatters.

    References
    ----------
    James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98.

    Examples
    --------
    >>> within_group_agreement(Moments.of([50.0, 50.0, 75.0, 75.0, 50.0, 75.0]))
    0.85
    """
    variance = item.variance
    if isinstance(variance, NotEstimable):
        return variance
    return max(0.0, 1.0 - variance / _UNIFORM_FIVE_POINTS)


def intraclass_correlation(
    units: Sequence[Moments], *, least: int = LEAST_WAVES
) -> IntraclassCorrelation | NotEstimable:
    """ICC(1) and ICC(2) by one-way analysis of variance.

    Parameters
    ----------
    units : sequence of Moments
        The index of one group, one entry per wave (or per group).
    least : int
        Fewest units with two answers or more.

    Notes
    -----
    ICC(1) = (MSB - MSW) / (MSB + (n0 - 1) MSW), ICC(2) = (MSB - MSW) / MSB, with
    n0 = (N - sum n_i^2 / N) / (units - 1); negative values are given as 0.
    When it misleads: with waves as units it is low both when the means are noisy and when
    nothing happened, and then a low value is no fault of the measurement.

    References
    ----------
    Bliese (2000), in Multilevel Theory, Research, and Methods in Organizations, chapter 8;
    psych ``ICC`` (ICC1 and ICC1k).

    Examples
    --------
    >>> waves = [Moments.of([20.0, 22.0, 24.0]), Moments.of([60.0, 62.0, 64.0])] * 3
    >>> round(intraclass_correlation(waves).icc2, 3)
    0.997
    """
    used = [unit for unit in units if unit.n >= 2]
    if len(used) < max(2, least):
        return NotEstimable(reason=Reason.TOO_FEW_WAVES)
    people = sum(unit.n for unit in used)
    grand = sum(unit.total for unit in used) / people
    between = sum(unit.n * (unit.total / unit.n - grand) ** 2 for unit in used)
    within = sum((unit.n - 1) * v for unit in used if isinstance(v := unit.variance, float))
    ms_between = between / (len(used) - 1)
    ms_within = within / (people - len(used))
    if ms_between <= 0.0:
        return NotEstimable(reason=Reason.NO_VARIATION)
    n0 = (people - sum(unit.n**2 for unit in used) / people) / (len(used) - 1)
    excess = max(0.0, ms_between - ms_within)
    return IntraclassCorrelation(
        icc1=excess / (ms_between + (n0 - 1.0) * ms_within), icc2=excess / ms_between
    )
