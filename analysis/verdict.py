"""The decision rule, fixed before the data were seen.

improved: P(change < 0) >= c and P(change < -delta) >= .5; worse: the mirror image;
no meaningful change: P(-delta < change < delta) >= .95 after enough months; everything else is
too early to know. The thresholds c were calibrated by simulation so that twelve monthly looks
together give a false "improved" in at most 5 % of companies (``docs/method/calibration.md``).
``analysis.judgement`` applies the rule to a survey.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from analysis.result import Question, Reason, Series, Verdict


class Family(StrEnum):
    """Which family of verdicts a score belongs to: the index, or its dimensions."""

    HEADLINE = "headline"
    DIMENSION = "dimension"


@dataclass(frozen=True, kw_only=True)
class DecisionRule:
    """Thresholds of the verdict. Change any of them and the version must change too.

    Attributes
    ----------
    version : str
        Name of this set of thresholds; stored with every verdict.
    delta : float
        Smallest change of interest, index points.
    adoption_overall, adoption_other : float
        c of the index for the company, and for each group and the gap.
    adoption_overall_small : float
        c of the index for the company where the smaller group is small. With so few answers the
        prior of no great change weighs more, and false verdicts are rarer than 5 %.
    small, not_small : float
        Mean answers a month of the smaller group up to which, and from which on, the one and the
        other of the two holds; in between c rises evenly.
    trend_overall, trend_other : float
        The same for the question without an adoption date.
    dimension_overall, dimension_other : float
        The same for one dimension since adoption (exploratory, a family of its own).
    majority : float
        Least P(change < -delta) for "improved".
    certainty_of_no_change : float
        Least P(-delta < change < delta) for "no meaningful change".
    least_before, least_after, least_trend : int
        Months with answers needed before adoption, after it, and for a trend.
    no_change_after, no_change_trend : int
        Months needed for "no meaningful change".
    most_months : int
        Longest series the rule was calibrated for.
    """

    version: str = "2"
    delta: float = 5.0
    adoption_overall: float = 0.982
    adoption_overall_small: float = 0.974
    small: float = 7.5
    not_small: float = 10.0
    adoption_other: float = 0.99
    trend_overall: float = 0.986
    trend_other: float = 0.997
    dimension_overall: float = 0.993
    dimension_other: float = 0.997
    majority: float = 0.5
    certainty_of_no_change: float = 0.95
    least_before: int = 3
    least_after: int = 3
    least_trend: int = 6
    no_change_after: int = 6
    no_change_trend: int = 9
    most_months: int = 60

    def __post_init__(self) -> None:
        if not self.delta > 0.0:
            raise ValueError("The smallest change of interest must be above 0.")
        if not self.small < self.not_small:
            raise ValueError("Small groups must be smaller than those that are not small.")

    def threshold(
        self, question: Question, series: Series, family: Family, *, answers: float = math.inf
    ) -> float:
        """Probability that "improved" or "worse" needs.

        Parameters
        ----------
        question, series, family : Question, Series, Family
            What is asked, of whom.
        answers : float
            Mean number of answers a month of the smaller group.

        Examples
        --------
        >>> asked = Question.ADOPTION, Series.OVERALL, Family.HEADLINE
        >>> [round(DEFAULT_RULE.threshold(*asked, answers=n), 4) for n in (7.0, 8.75, 40.0)]
        [0.974, 0.978, 0.982]
        """
        overall = series is Series.OVERALL
        if question is Question.TREND:
            headline = overall and family is Family.HEADLINE
            return self.trend_overall if headline else self.trend_other
        if family is Family.DIMENSION:
            return self.dimension_overall if overall else self.dimension_other
        return self._eased(answers) if overall else self.adoption_other

    def _eased(self, answers: float) -> float:
        size = (min(answers, self.not_small) - self.small) / (self.not_small - self.small)
        easier = self.adoption_overall_small
        return easier + max(size, 0.0) * (self.adoption_overall - easier)


DEFAULT_RULE = DecisionRule()


def decide(
    question: Question,
    *,
    p_fell: float,
    p_fell_meaningfully: float,
    p_rose_meaningfully: float,
    threshold: float,
    months: int,
    rule: DecisionRule = DEFAULT_RULE,
) -> tuple[Verdict, Reason | None]:
    """Apply the rule to probabilities.

    Parameters
    ----------
    question : Question
        Which minimum numbers of months apply.
    p_fell, p_fell_meaningfully, p_rose_meaningfully : float
        P(change < 0), P(change < -delta), P(change > delta).
    threshold : float
        c of the series.
    months : int
        Months with answers after adoption (trend question: all).
    rule : DecisionRule
        The thresholds.

    Examples
    --------
    >>> decide(Question.ADOPTION, p_fell=0.99, p_fell_meaningfully=0.8,
    ...        p_rose_meaningfully=0.0, threshold=0.98, months=3)
    (<Verdict.IMPROVED: 'improved'>, None)
    """
    adoption = question is Question.ADOPTION
    if months < (rule.least_after if adoption else rule.least_trend):
        return Verdict.TOO_EARLY, Reason.TOO_FEW_WAVES
    if p_fell >= threshold and p_fell_meaningfully >= rule.majority:
        return Verdict.IMPROVED, None
    if 1.0 - p_fell >= threshold and p_rose_meaningfully >= rule.majority:
        return Verdict.WORSE, None
    small = 1.0 - p_fell_meaningfully - p_rose_meaningfully
    enough = months >= (rule.no_change_after if adoption else rule.no_change_trend)
    if enough and small >= rule.certainty_of_no_change:
        return Verdict.NO_MEANINGFUL_CHANGE, None
    return Verdict.TOO_EARLY, Reason.EVIDENCE_UNDECIDED
