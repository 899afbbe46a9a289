"""When did it turn, if nobody knows a date.

Every month that leaves three months on each side is tried as the moment of one lasting change,
in both groups at once, against "no change". What comes out is a probability for every month.
"""

from dataclasses import dataclass

import numpy as np

from analysis import intervention
from analysis.joint.observations import Observations, observe, trimmed
from analysis.joint.posterior import Array, Fit, Model, prior_precision, whiten
from analysis.result import Estimate, NotEstimable, Reason
from analysis.tally import WaveSeries

MARGIN = 3
"""Months that must lie on each side of a change."""
LEAST_MONTHS = 8
MOST_MONTHS = 60
NEEDED = 0.95
"""Probability of any change from which a month may be named."""

_SET_CONTENT = 0.90
_ALIKE = 1e-9
"""Relative difference of probabilities up to which two months are alike: rounding, not evidence."""


@dataclass(frozen=True, kw_only=True)
class ChangePoint:
    """What is known about one lasting change.

    Attributes
    ----------
    probability : float
        That there was one, beginning with even chances.
    month : int
        Most likely last month before it (calendar of the series, from 1); the earliest where
        several are alike.
    alike : tuple of int
        The months that are as likely as `month`, itself among them. Without answers in a month
        nothing tells a change before it from one after it: then it is both of them.
    likely_months : tuple of int
        Fewest months that hold it with 90 %, given that there was one; months that are alike are
        all in it or none.
    months : tuple of (int, float)
        Probability of every month tried, given that there was one.
    step : Estimate
        Change of the company, index points, given that there was one.
    named : bool
        probability >= .95.
    """

    probability: float
    month: int
    alike: tuple[int, ...]
    likely_months: tuple[int, ...]
    months: tuple[tuple[int, float], ...]
    step: Estimate
    named: bool


def change_point(series: WaveSeries) -> ChangePoint | NotEstimable:
    """Average over all possible months of one lasting change.

    Parameters
    ----------
    series : WaveSeries
        At least eight months with answers in both groups.

    Notes
    -----
    y_gt = level_g + step_g 1[t > c] + error, c = 3 .. T - 3, prior 1/2 for no change and the
    rest spread evenly; step SD 8, correlation .5 between groups; the error is that of the
    verdict (months hang together), so that a wandering series is not full of changes.
    Exploratory: it opens no verdict. When it misleads: a slow fall gets a date in its middle;
    two changes get one date between them or the larger one's.

    References
    ----------
    Barry & Hartigan (1993), Journal of the American Statistical Association 88, 309-319;
    Carlin, Gelfand & Smith (1992), Applied Statistics 41, 389-405.

    Examples
    --------
    >>> still = WaveSeries.from_arrays(n=[[30] * 9] * 2, mean=[[50.0] * 9] * 2,
    ...                                variance=[[400.0] * 9] * 2, headcount=[40, 40])
    >>> change_point(still).named
    False
    """
    cut, _ = trimmed(series, None)
    fewest = min(len(cut.observed_months(group)) for group in (0, 1))
    if fewest < LEAST_MONTHS:
        return NotEstimable(reason=Reason.TOO_FEW_WAVES if fewest else Reason.GROUP_MISSING)
    if cut.months > MOST_MONTHS:
        return NotEstimable(reason=Reason.TOO_MANY_MONTHS)
    candidates = tuple(range(MARGIN, cut.months - MARGIN + 1))
    lead = min(series.observed_months(0) + series.observed_months(1)) - 1
    return _read(_fit(observe(cut), candidates), candidates, lead)


def _fit(observations: Observations, candidates: tuple[int, ...]) -> Fit:
    member = observations.group[:, None] == np.array([0, 1])
    after = [(observations.month > c)[:, None] * member for c in candidates]
    design = np.concatenate([member, *after], axis=1).astype(np.float64)
    half = intervention.GROUP_CORRELATION
    still = prior_precision([intervention.LEVEL_SD], [0.0])
    moved = prior_precision([intervention.LEVEL_SD, intervention.STEP_SD], [0.0, half])
    share = 0.5 / len(candidates)
    models = [Model(weight=0.5, columns=(0, 1), precision=still)]
    models += [
        Model(weight=share, columns=(0, 1, 2 * i + 2, 2 * i + 3), precision=moved)
        for i in range(len(candidates))
    ]
    contrast: Array = np.full((1, design.shape[1]), 0.5)
    contrast[0, :2] = 0.0
    return whiten(observations, design).fit(models, contrast)


def _read(fit: Fit, candidates: tuple[int, ...], lead: int) -> ChangePoint:
    weights = np.exp(fit.log_weights).sum(axis=0)
    probability = float(weights[1:].sum())
    shares = weights[1:] / max(probability, 1e-300)
    order = np.argsort(-shares)
    count = int(np.searchsorted(np.cumsum(shares[order]), _SET_CONTENT)) + 1
    months = tuple(c + lead for c in candidates)
    best, last = shares[order[0]], shares[order[min(count, len(order)) - 1]]
    return ChangePoint(
        probability=min(1.0, probability),
        month=_from(months, shares, best)[0],
        alike=_from(months, shares, best),
        likely_months=_from(months, shares, last),
        months=tuple((m, float(s)) for m, s in zip(months, shares, strict=True)),
        step=fit.given(slice(1, None)).mixtures().estimates()[0],
        named=probability >= NEEDED,
    )


def _from(months: tuple[int, ...], shares: Array, least: float) -> tuple[int, ...]:
    """Return, in their order, the months that are as likely as `least` or likelier."""
    return tuple(
        month for month, share in zip(months, shares, strict=True) if share >= least * (1 - _ALIKE)
    )
