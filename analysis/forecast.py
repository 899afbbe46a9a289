"""How many more months until there is an answer, as probabilities and not as a promise.

The model is asked what it would say at every later month if its own picture of the company is
right: the future estimate given cell and shape is normal around the present mean of the
contrast that will be asked then, and its variance is what the new months can still remove.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from analysis import intervention, trend
from analysis.joint.covariance import DEFAULT_GRID, covariances
from analysis.joint.observations import Observations, observe, trimmed
from analysis.joint.posterior import Model, Whitened, forward, whiten
from analysis.result import NotEstimable, Question, Reason, Series
from analysis.tally import WaveSeries, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family

Array = npt.NDArray[np.float64]

HORIZON = 12
"""Months ahead beyond which nothing is shown: there the ramp is all prior."""

_RECENT = 3
_INFLATION = 1.1
_EVEN = 0.5
_ORDER = (Series.FIRST, Series.SECOND, Series.OVERALL, Series.GAP)


@dataclass(frozen=True, kw_only=True)
class Odds:
    """Probabilities of each answer at one later month.

    Attributes
    ----------
    months_ahead : int
        From the last month with answers.
    improved, no_meaningful_change, worse : float
        Probability that the rule will say so at that month.
    """

    months_ahead: int
    improved: float
    no_meaningful_change: float
    worse: float

    @property
    def any_answer(self) -> float:
        """Probability of any of the three."""
        return min(1.0, self.improved + self.no_meaningful_change + self.worse)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What to expect of the coming months.

    Attributes
    ----------
    question, series : Question, Series
        As in a finding.
    odds : tuple of Odds
        For 1 .. 12 months ahead.
    even_chance : int or NotEstimable
        Fewest months ahead at which an answer is at least as likely as not;
        ``not_within_horizon`` if that is not so within twelve months.
    """

    question: Question
    series: Series
    odds: tuple[Odds, ...]
    even_chance: int | NotEstimable


def forecast(
    series: WaveSeries,
    *,
    months_before: int | None = None,
    which: Series = Series.OVERALL,
    rule: DecisionRule = DEFAULT_RULE,
) -> Forecast | NotEstimable:
    """Forecast the headline question for one series of the index.

    Parameters
    ----------
    series : WaveSeries
        The index.
    months_before : int or None
        Months before adoption; None asks the trend question.
    which : Series
        First, second or overall. The gap is not forecast, because its sign may turn.
    rule : DecisionRule
        The thresholds.

    Returns
    -------
    Forecast or NotEstimable
        The months to come are assumed to bring the mean number of answers of the last three.

    Notes
    -----
    With mu, s0^2 mean and variance of the contrast asked at horizon m given cell and shape, and
    s_m^2 its variance once the months are in (no answers are needed for that):
    P(improved) = Phi((-max(z_c s, delta) - mu) / sqrt(s0^2 - s_m^2)), s = 1.1 max(s_m, mean
    s_m over cells), summed over cells and shapes with their posterior weights; the inflation
    stands for what the rule does not know about the cell. "No meaningful change" is reached
    where a future estimate e has P(-delta < change < delta) >= .95.

    When it misleads: it believes the model. Calibration in the design (210 companies, m = 6):
    mean predicted .30, happened .28; highest bin .69, happened .43.

    References
    ----------
    Spiegelhalter, Abrams & Myles (2004), Bayesian Approaches to Clinical Trials, section 6.6
    (predictive power).

    Examples
    --------
    >>> fall = [60.0] * 6 + [46.0] * 2
    >>> series = WaveSeries.from_arrays(n=[[80] * 8] * 2, mean=[fall, fall],
    ...                                 variance=[[400.0] * 8] * 2, headcount=[100, 100])
    >>> forecast(series, months_before=6).even_chance
    1
    """
    if which is Series.GAP:
        raise ValueError("The gap is not forecast.")
    if months_before is not None:
        whole_number(months_before, "The number of months before adoption")
    series, months_before = trimmed(series, months_before)
    obstacle = _obstacle(series, months_before, which, rule)
    if obstacle is not None:
        return NotEstimable(reason=obstacle)
    design = _Design(months_before=months_before, last_month=series.months)
    odds = _odds(observe(series), design, which, rule, _months_seen(series, months_before, which))
    likely = [o.months_ahead for o in odds if o.any_answer >= _EVEN]
    return Forecast(
        question=design.question,
        series=which,
        odds=odds,
        even_chance=likely[0] if likely else NotEstimable(reason=Reason.NOT_WITHIN_HORIZON),
    )


def _groups(which: Series) -> tuple[int, ...]:
    return {Series.FIRST: (0,), Series.SECOND: (1,)}.get(which, (0, 1))


def _months_seen(series: WaveSeries, months_before: int | None, which: Series) -> int:
    return min(
        sum(month > (months_before or 0) for month in series.observed_months(group))
        for group in _groups(which)
    )


def _obstacle(
    series: WaveSeries, months_before: int | None, which: Series, rule: DecisionRule
) -> Reason | None:
    seen = [series.observed_months(group) for group in _groups(which)]
    if not all(seen):
        return Reason.GROUP_MISSING
    if max(max(months) for months in seen) > rule.most_months - 1:
        return Reason.TOO_MANY_MONTHS
    split = months_before
    if split is None:
        return Reason.TOO_FEW_WAVES if min(len(months) for months in seen) < 2 else None
    if min(sum(month <= split for month in months) for months in seen) < rule.least_before:
        return Reason.NO_BASELINE
    return Reason.NOT_ADOPTED_YET if max(max(m) for m in seen) <= split else None


@dataclass(frozen=True, kw_only=True)
class _Design:
    """The question at any later month."""

    months_before: int | None
    last_month: int

    @property
    def question(self) -> Question:
        return Question.TREND if self.months_before is None else Question.ADOPTION

    def matrix(self, observations: Observations) -> Array:
        if self.months_before is None:
            return trend.design(observations)
        return intervention.design(observations, self.months_before)

    def models(self) -> tuple[Model, ...]:
        return trend.shapes() if self.months_before is None else intervention.shapes()

    def contrast(self, ahead: int, which: Series) -> Array:
        """Change asked `ahead` months from now; (1, columns)."""
        month = self.last_month + ahead
        rows = (
            trend.contrasts(month)
            if self.months_before is None
            else intervention.contrasts(self.months_before, month)
        )
        return rows[[_ORDER.index(which)]]


def _odds(
    observations: Observations, design: _Design, which: Series, rule: DecisionRule, seen: int
) -> tuple[Odds, ...]:
    ahead = min(HORIZON, rule.most_months - design.last_month)
    future = observations.extended(design.last_month, ahead, _recent(observations, design))
    solved, log_determinant = forward(covariances(future), design.matrix(future))
    present = whiten(observations, design.matrix(observations))
    threshold = rule.threshold(
        design.question, which, Family.HEADLINE, answers=_smaller_group(observations)
    )
    found = []
    for months in range(1, ahead + 1):
        contrast = design.contrast(months, which)
        now = present.fit(design.models(), contrast)
        rows = int((future.month <= design.last_month + months).sum())
        then = _variances_then(solved[:, :, :rows], log_determinant, design.models(), contrast)
        weights = np.exp(now.log_weights)
        found.append(
            _answers(
                months,
                _Cells(weights=weights, mu=now.means[0], now=now.variances[0], then=then),
                design.question,
                rule,
                threshold,
                seen + months,
            )
        )
    return tuple(found)


def _smaller_group(observations: Observations) -> float:
    """Mean number of answers of the smaller group; 0 if a group has none."""
    counts = np.bincount(observations.group, minlength=2)
    sums = np.bincount(observations.group, weights=observations.n, minlength=2)
    return float((sums / np.maximum(counts, 1)).min())


def _recent(observations: Observations, design: _Design) -> Array:
    """Mean number of answers of the last three months in each group; 0 where none came."""
    recent = observations.month > design.last_month - _RECENT
    counts = np.bincount(observations.group[recent], minlength=2)
    sums = np.bincount(observations.group[recent], weights=observations.n[recent], minlength=2)
    means: Array = sums / np.maximum(counts, 1)
    return means


def _variances_then(
    solved: Array, log_determinant: Array, models: tuple[Model, ...], contrast: Array
) -> Array:
    """Posterior variance of the contrast after the future months; (cells, models)."""
    columns = solved.shape[1]
    products = np.zeros((solved.shape[0], columns + 1, columns + 1))
    products[:, :columns, :columns] = solved @ np.swapaxes(solved, 1, 2)
    blind = Whitened(
        products=products, log_determinant=log_determinant, log_prior=DEFAULT_GRID.log_prior
    )
    variances: Array = blind.fit(models, contrast).variances[0]
    return variances


@dataclass(frozen=True, kw_only=True)
class _Cells:
    """Per cell and shape: weight, mean, variance now and variance then."""

    weights: Array
    mu: Array
    now: Array
    then: Array


def _answers(
    months: int,
    cells: _Cells,
    question: Question,
    rule: DecisionRule,
    threshold: float,
    seen: int,
) -> Odds:
    adoption = question is Question.ADOPTION
    spread = np.sqrt(np.maximum(cells.now - cells.then, 1e-12))
    after = np.sqrt(cells.then)
    known = _INFLATION * np.maximum(after, float((cells.weights * after).sum()))
    decisive = np.maximum(float(ndtri(threshold)) * known, rule.delta)
    fell = float((cells.weights * ndtr((-decisive - cells.mu) / spread)).sum())
    rose = float((cells.weights * ndtr((cells.mu - decisive) / spread)).sum())
    reach = _largest_small_estimate(known, rule)
    small = np.where(
        reach > 0.0, ndtr((reach - cells.mu) / spread) - ndtr((-reach - cells.mu) / spread), 0.0
    )
    allowed = seen >= (rule.least_after if adoption else rule.least_trend)
    settled = seen >= (rule.no_change_after if adoption else rule.no_change_trend)
    return Odds(
        months_ahead=months,
        improved=fell if allowed else 0.0,
        no_meaningful_change=float((cells.weights * small).sum()) if settled else 0.0,
        worse=rose if allowed else 0.0,
    )


def _largest_small_estimate(sd: Array, rule: DecisionRule) -> Array:
    """Largest |e| with P(-delta < N(e, sd^2) < delta) >= .95; 0 where there is none."""
    low, high = np.zeros_like(sd), np.full_like(sd, rule.delta)
    for _ in range(30):
        middle = 0.5 * (low + high)
        inside = ndtr((rule.delta - middle) / sd) - ndtr((-rule.delta - middle) / sd)
        enough = inside >= rule.certainty_of_no_change
        low, high = np.where(enough, middle, low), np.where(enough, high, middle)
    return low
