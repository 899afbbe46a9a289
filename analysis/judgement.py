"""From a series to findings: both questions, four series, one rule."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis import intervention, trend
from analysis.joint.mixture import Mixtures
from analysis.joint.observations import observe, trimmed
from analysis.joint.posterior import whiten
from analysis.result import (
    Estimate,
    Finding,
    Interval,
    NotEstimable,
    Question,
    Reason,
    Series,
    Verdict,
)
from analysis.tally import WaveSeries, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family, decide

Outcome = Finding | NotEstimable

_CLEAR = 0.95
"""Least probability that the gap before has the sign it seems to have."""

_ORDER = (Series.FIRST, Series.SECOND, Series.OVERALL, Series.GAP)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All findings about one score.

    Attributes
    ----------
    headline : Question
        Which question the verdict of the page answers.
    adoption, trend : mapping of Series to Finding or NotEstimable
        Every series has an entry.
    rule_version : str
        Of the rule that judged.

    Examples
    --------
    >>> empty = WaveSeries.from_arrays(n=[[], []], mean=[[], []], variance=[[], []],
    ...                                headcount=[9, 9])
    >>> judge(empty).outcome(Series.OVERALL)
    NotEstimable(reason=<Reason.GROUP_MISSING: 'group_missing'>)
    """

    headline: Question
    adoption: Mapping[Series, Outcome]
    trend: Mapping[Series, Outcome]
    rule_version: str

    def outcome(self, series: Series) -> Outcome:
        """Answer to the headline question for `series`."""
        asked = self.adoption if self.headline is Question.ADOPTION else self.trend
        return asked[series]


def judge(
    series: WaveSeries,
    *,
    months_before: int | None = None,
    family: Family = Family.HEADLINE,
    rule: DecisionRule = DEFAULT_RULE,
) -> Judgement:
    """Judge one score of a survey: index or dimension, both questions, four series.

    Parameters
    ----------
    series : WaveSeries
        Wave means and variances of the two groups.
    months_before : int or None
        t0: the rules were adopted after this month of the calendar. None: no date known.
    family : Family
        Index or dimension.
    rule : DecisionRule
        The thresholds.

    Returns
    -------
    Judgement
        With fewer than three months before adoption the adoption question is
        ``NotEstimable(no_baseline)`` and the trend is the headline.

    Notes
    -----
    Months without any answer at the start or end of the calendar are cut off: "now" is the
    last month with answers. Months count as evidence only where the series has answers.
    Posterior of y = X beta + error, error ~ N(0, V), averaged over the cells of
    ``analysis.joint.covariance`` and the shapes of ``analysis.intervention`` or
    ``analysis.trend``: weight of a cell and shape exp(-1/2 [y'V^-1 y - b'A^-1 b + log|V| +
    log|A| - log|P|]) times its prior, A = X'V^-1 X + P, b = X'V^-1 y.

    When it misleads: it knows the months, not their causes; what else began with the rules is
    counted as their effect, bad months before them and a season look like one
    (``analysis.guards``).

    References
    ----------
    O'Hagan & Forster (2004), Kendall's Advanced Theory of Statistics 2B, chapter 11 (linear
    model); Hoeting, Madigan, Raftery & Volinsky (1999), Statistical Science 14, 382-417 (averaging
    over models).

    Examples
    --------
    >>> fall = [60.0] * 6 + [46.0] * 6
    >>> series = WaveSeries.from_arrays(n=[[80] * 12] * 2, mean=[fall, fall],
    ...                                 variance=[[400.0] * 12] * 2, headcount=[100, 100])
    >>> found = judge(series, months_before=6).outcome(Series.OVERALL)
    >>> found.verdict.value, round(found.change.value)
    ('improved', -14)
    """
    if months_before is not None:
        months_before = whole_number(months_before, "The number of months before adoption")
    series, months_before = trimmed(series, months_before)
    case = _Case(series=series, months_before=months_before, family=family, rule=rule)
    reasons = {
        question: {which: case.obstacle(question, which) for which in _ORDER}
        for question in Question
    }
    askable = [q for q in Question if any(reason is None for reason in reasons[q].values())]
    posteriors = _posteriors(case, askable)
    found: dict[Question, dict[Series, Outcome]] = {question: {} for question in Question}
    for question in Question:
        for which in _ORDER:
            reason = reasons[question][which]
            found[question][which] = (
                case.finding(question, which, posteriors[question])
                if reason is None
                else NotEstimable(reason=reason)
            )
    no_adoption = reasons[Question.ADOPTION][Series.OVERALL] in (
        Reason.NO_ADOPTION_DATE,
        Reason.NO_BASELINE,
    )
    return Judgement(
        headline=Question.TREND if no_adoption else Question.ADOPTION,
        adoption=found[Question.ADOPTION],
        trend=found[Question.TREND],
        rule_version=rule.version,
    )


@dataclass(frozen=True, kw_only=True)
class _Case:
    series: WaveSeries
    months_before: int | None
    family: Family
    rule: DecisionRule

    def months(self, which: Series) -> tuple[int, int]:
        """Months with answers before and after adoption; the poorer group counts."""
        groups = {Series.FIRST: (0,), Series.SECOND: (1,)}.get(which, (0, 1))
        split = self.months_before or 0
        seen = [self.series.observed_months(group) for group in groups]
        before = min(sum(month <= split for month in months) for months in seen)
        return before, min(sum(month > split for month in months) for months in seen)

    def obstacle(self, question: Question, which: Series) -> Reason | None:
        """Say why `question` cannot be asked of `which`, if so."""
        if self.series.months > self.rule.most_months:
            return Reason.TOO_MANY_MONTHS
        before, after = self.months(which)
        if question is Question.TREND:
            return self._trend_obstacle(before + after)
        if self.months_before is None:
            return Reason.NO_ADOPTION_DATE
        if before + after == 0:
            return Reason.GROUP_MISSING
        if before < self.rule.least_before:
            return Reason.NO_BASELINE
        return None if after > 0 else Reason.NOT_ADOPTED_YET

    @staticmethod
    def _trend_obstacle(months: int) -> Reason | None:
        if months == 0:
            return Reason.GROUP_MISSING
        return Reason.TOO_FEW_WAVES if months < 2 else None

    def finding(self, question: Question, which: Series, posterior: "_Posterior") -> Finding:
        before, after = self.months(which)
        if question is Question.TREND:
            before, after = 0, before + after
        view = posterior.view(_ORDER.index(which), self.rule.delta)
        threshold = self.rule.threshold(
            question, which, self.family, answers=self.series.smaller_group()
        )
        verdict, reason = decide(
            question,
            p_fell=view.p_fell,
            p_fell_meaningfully=view.p_fell_meaningfully,
            p_rose_meaningfully=view.p_rose_meaningfully,
            threshold=threshold,
            months=after,
            rule=self.rule,
        )
        if view.orientation == 0 and verdict in (Verdict.IMPROVED, Verdict.WORSE):
            verdict, reason = Verdict.TOO_EARLY, Reason.NO_CLEAR_GAP
        bounds = self.series.bounds if which is not Series.GAP else None
        return Finding(
            question=question,
            series=which,
            verdict=verdict,
            reason=reason,
            change=view.change,
            level_before=_clipped(view.level_before, bounds),
            level_now=_clipped(view.level_now, bounds),
            p_fell=view.p_fell,
            p_fell_meaningfully=view.p_fell_meaningfully,
            p_rose=1.0 - view.p_fell,
            p_rose_meaningfully=view.p_rose_meaningfully,
            p_small=max(0.0, 1.0 - view.p_fell_meaningfully - view.p_rose_meaningfully),
            delta=self.rule.delta,
            threshold=threshold,
            orientation=view.orientation,
            months_before=before,
            months_after=after,
        )


@dataclass(frozen=True, kw_only=True)
class _View:
    change: Estimate
    level_before: Estimate
    level_now: Estimate
    p_fell: float
    p_fell_meaningfully: float
    p_rose_meaningfully: float
    orientation: int


class _Posterior:
    """Estimates and probabilities of the twelve contrasts of one question."""

    def __init__(self, mixtures: Mixtures, delta: float) -> None:
        self.estimates = mixtures.estimates()
        self.below = {bound: mixtures.probability_below(bound) for bound in (-delta, 0.0, delta)}

    def view(self, index: int, delta: float) -> _View:
        """Look at one series; the gap is turned so that the gap before is positive."""
        orientation = 1
        if index == _ORDER.index(Series.GAP):
            positive = 1.0 - float(self.below[0.0][4 + index])
            orientation = int(positive >= _CLEAR) - int(positive <= 1.0 - _CLEAR)
        fell, small, rose = (
            float(self.below[0.0][index]),
            float(self.below[-delta][index]),
            1.0 - float(self.below[delta][index]),
        )
        if orientation < 0:
            fell, small, rose = 1.0 - fell, rose, small
        change, before, now = (
            _turned(self.estimates[index + 4 * kind], orientation) for kind in range(3)
        )
        return _View(
            change=change,
            level_before=before,
            level_now=now,
            p_fell=fell,
            p_fell_meaningfully=small,
            p_rose_meaningfully=rose,
            orientation=orientation,
        )


def _turned(estimate: Estimate, orientation: int) -> Estimate:
    if orientation >= 0:
        return estimate
    interval = estimate.interval
    return Estimate(
        value=-estimate.value,
        standard_error=estimate.standard_error,
        interval=Interval(low=-interval.high, high=-interval.low, level=interval.level),
    )


def _clipped(estimate: Estimate, bounds: tuple[float, float] | None) -> Estimate:
    if bounds is None:
        return estimate
    value, low, high = np.clip(
        [estimate.value, estimate.interval.low, estimate.interval.high], *bounds
    )
    return Estimate(
        value=float(value),
        standard_error=estimate.standard_error,
        interval=Interval(low=float(low), high=float(high), level=estimate.interval.level),
    )


def _posteriors(case: _Case, askable: list[Question]) -> dict[Question, _Posterior]:
    """Whiten the data once and fit the models of every question that can be asked."""
    if not askable:
        return {}
    observations = observe(case.series)
    last, split = case.series.months, case.months_before
    designs: list[npt.NDArray[np.float64]] = [trend.design(observations)]
    if Question.ADOPTION in askable and split is not None:
        designs.append(intervention.design(observations, split))
    whitened = whiten(observations, np.column_stack(designs))
    found: dict[Question, _Posterior] = {}
    delta = case.rule.delta
    if Question.TREND in askable:
        fit = whitened.part(0, 4).fit(trend.shapes(), trend.contrasts(last))
        found[Question.TREND] = _Posterior(fit.mixtures(), delta)
    if Question.ADOPTION in askable and split is not None:
        fit = whitened.part(4, 12).fit(intervention.shapes(), intervention.contrasts(split, last))
        found[Question.ADOPTION] = _Posterior(fit.mixtures(), delta)
    return found
