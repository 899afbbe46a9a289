"""How many more months until there is an answer, as probabilities and not as a promise.

The model draws months to come from its own picture of the company and judges each of these
futures as it will judge the data then: by the same rule, with all that it will have learned.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import intervention, trend
from analysis.joint.observations import Observations, observe, trimmed
from analysis.joint.posterior import Model
from analysis.joint.predictive import Futures
from analysis.result import NotEstimable, Question, Reason, Series, Verdict
from analysis.tally import WaveSeries, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family, decide

Array = npt.NDArray[np.float64]

HORIZON = 12
"""Months ahead beyond which nothing is shown: there the ramp is all prior."""

DRAWS = 200
"""Futures; an error of at most 3.5 points in each probability."""

_RECENT = 3
_EVEN = 0.5
_SEED = 2711
"""The same series always has the same forecast."""
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
    Futures are drawn from the posterior over cells, shapes and coefficients and judged by
    :func:`analysis.verdict.decide` at every horizon; a probability is a share of the futures.

    When it misleads: it believes the model, its prior included, and that people go on to answer
    as they do. How often it came true, simulated, stands in docs/method/figures.md.

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
        """Change asked `ahead` months from now; (columns,)."""
        month = self.last_month + ahead
        rows = (
            trend.contrasts(month)
            if self.months_before is None
            else intervention.contrasts(self.months_before, month)
        )
        contrast: Array = rows[_ORDER.index(which)]
        return contrast


def _odds(
    observations: Observations, design: _Design, which: Series, rule: DecisionRule, seen: int
) -> tuple[Odds, ...]:
    ahead = min(HORIZON, rule.most_months - design.last_month)
    extended = observations.extended(design.last_month, ahead, _recent(observations, design))
    futures = Futures(
        observations,
        extended,
        design.matrix(extended),
        design.models(),
        draws=DRAWS,
        rng=np.random.default_rng(_SEED),
    )
    threshold = rule.threshold(
        design.question, which, Family.HEADLINE, answers=_smaller_group(observations)
    )
    found = []
    for months in range(1, ahead + 1):
        fell, fell_meaningfully, rose_meaningfully = futures.chances(
            design.last_month + months, design.contrast(months, which), rule.delta
        )
        verdicts = [
            decide(
                design.question,
                p_fell=float(fell[draw]),
                p_fell_meaningfully=float(fell_meaningfully[draw]),
                p_rose_meaningfully=float(rose_meaningfully[draw]),
                threshold=threshold,
                months=seen + months,
                rule=rule,
            )[0]
            for draw in range(DRAWS)
        ]
        found.append(
            Odds(
                months_ahead=months,
                improved=verdicts.count(Verdict.IMPROVED) / DRAWS,
                no_meaningful_change=verdicts.count(Verdict.NO_MEANINGFUL_CHANGE) / DRAWS,
                worse=verdicts.count(Verdict.WORSE) / DRAWS,
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
