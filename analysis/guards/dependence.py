"""Months that hang together, groups that move as one: where the error rate of the verdict is higher.

Rule: neither lowers a verdict, because twelve months cannot tell either of them well enough from
chance; both are cautions that a report words beside the verdict. With them present, "improved" or
"worse" is wrong more often than in 5 of 100 companies (``docs/method/calibration.md``, S6 and S9).
"""

import numpy as np

from analysis import intervention, trend
from analysis.guards.guard import Guard, GuardCode, State
from analysis.joint.covariance import DEFAULT_GRID, Grid
from analysis.joint.observations import observe, trimmed
from analysis.joint.posterior import whiten
from analysis.result import Question
from analysis.tally import WaveSeries, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule

CARRY_OVER_LIMIT = 0.45
"""Posterior probability of the strongest memory (rho = .8) from which it is a caution; prior .25."""
AS_ONE_LIMIT = 0.90
"""Posterior probability of the larger share of common shocks; prior .5."""


def dependence_guards(
    series: WaveSeries,
    question: Question,
    *,
    months_before: int | None = None,
    rule: DecisionRule = DEFAULT_RULE,
    grid: Grid = DEFAULT_GRID,
) -> tuple[Guard, Guard]:
    """Tell how much of the posterior lies on strong memory, and on common shocks.

    Parameters
    ----------
    series : WaveSeries
        The index.
    question : Question
        Whose shapes of change are taken out first.
    months_before : int or None
        Months before adoption, for the adoption question.
    rule : DecisionRule
        Says how many months are needed.
    grid : Grid
        Of the nuisance parameters.

    Returns
    -------
    carry_over, moves_as_one : Guard
        ``value`` is the posterior probability of the largest rho, and of the largest share, of the
        grid. ``caution`` from the limits on, ``not_checked`` where the rule may not speak yet.

    Notes
    -----
    When it misleads: a year is too short to see memory. Of simulated companies with rho = .8 most
    stay below the limit, so that "clear" proves little. Groups that move as one make the company's
    mean less certain than two separate groups would.
    """
    cut, split = trimmed(
        series, None if months_before is None else whole_number(months_before, "months before")
    )
    weights = None
    if _enough(cut, question, split, rule):
        weights = _weights(cut, question, split or 0, grid)
    return (
        _caution(GuardCode.CARRY_OVER, weights, 1, CARRY_OVER_LIMIT),
        _caution(GuardCode.MOVES_AS_ONE, weights, 2, AS_ONE_LIMIT),
    )


def _enough(series: WaveSeries, question: Question, split: int | None, rule: DecisionRule) -> bool:
    if series.months > rule.most_months:
        return False
    seen = [series.observed_months(group) for group in (0, 1)]
    if question is Question.TREND:
        return min(len(months) for months in seen) >= rule.least_trend
    if split is None:
        return False
    before = min(sum(month <= split for month in months) for months in seen)
    after = min(sum(month > split for month in months) for months in seen)
    return before >= rule.least_before and after >= rule.least_after


def _weights(
    series: WaveSeries, question: Question, split: int, grid: Grid
) -> np.typing.NDArray[np.float64]:
    """Posterior weight of every cell, in the shape of the grid."""
    observations = observe(series)
    if question is Question.ADOPTION:
        design, models = intervention.design(observations, split), intervention.shapes()
    else:
        design, models = trend.design(observations), trend.shapes()
    fit = whiten(observations, design, grid).fit(models, np.eye(design.shape[1])[:1])
    weights: np.typing.NDArray[np.float64] = np.exp(fit.log_weights).sum(axis=1).reshape(grid.shape)
    return weights


def _caution(
    code: GuardCode,
    weights: np.typing.NDArray[np.float64] | None,
    axis: int,
    limit: float,
) -> Guard:
    """Look at the last point of one axis of the grid: the strongest dependence."""
    if weights is None:
        state, value = State.NOT_CHECKED, None
    else:
        value = float(np.take(weights, -1, axis=axis).sum())
        state = State.CAUTION if value >= limit else State.CLEAR
    return Guard(code=code, state=state, value=value, limit=limit, lowers=frozenset())
