"""Output types: what every method of this library returns.

Statistics never raise for thin data: they return :class:`NotEstimable` with a reason code.
Words for a reader are made elsewhere.
"""

import math
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a number cannot be given, or why a verdict had to stay open."""

    NO_ANSWERS = "no_answers"
    TOO_FEW_ANSWERS = "too_few_answers"
    TOO_FEW_WAVES = "too_few_waves"
    TOO_MANY_MONTHS = "too_many_months"
    NO_BASELINE = "no_baseline"
    NOT_ADOPTED_YET = "not_adopted_yet"
    NO_ADOPTION_DATE = "no_adoption_date"
    GROUP_MISSING = "group_missing"
    NO_CLEAR_GAP = "no_clear_gap"
    NO_VARIATION = "no_variation"
    TOO_FEW_ITEMS = "too_few_items"
    TOO_FEW_STUDIES = "too_few_studies"
    TOO_FEW_RULES = "too_few_rules"
    NOT_WITHIN_HORIZON = "not_within_horizon"
    ALREADY_KNOWN = "already_known"
    NOT_CONVERGED = "not_converged"
    EVIDENCE_UNDECIDED = "evidence_undecided"
    GUARD = "guard"


class Verdict(StrEnum):
    """The four things a finding may say."""

    IMPROVED = "improved"
    NO_MEANINGFUL_CHANGE = "no_meaningful_change"
    WORSE = "worse"
    TOO_EARLY = "too_early"


class Question(StrEnum):
    """What is asked: did it change since adoption, or is it falling at all."""

    ADOPTION = "adoption"
    TREND = "trend"


class Series(StrEnum):
    """Whose level is meant. ``gap`` is second minus first."""

    FIRST = "first"
    SECOND = "second"
    OVERALL = "overall"
    GAP = "gap"


@dataclass(frozen=True, kw_only=True)
class NotEstimable:
    """A number that the data cannot give, with the reason as a code.

    Examples
    --------
    >>> NotEstimable(reason=Reason.NO_ANSWERS).reason.value
    'no_answers'
    """

    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A confidence or credible interval, ends included.

    Attributes
    ----------
    low, high : float
        The ends, in the unit of the estimate.
    level : float
        Probability content, for instance .95.

    Examples
    --------
    >>> Interval(low=36.0, high=46.0, level=0.95).contains(41.0)
    True
    """

    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)):
            raise ValueError("An interval needs two finite ends.")
        if self.low > self.high:
            raise ValueError("The lower end of an interval is above its upper end.")
        if not 0.0 < self.level < 1.0:
            raise ValueError("The level of an interval lies strictly between 0 and 1.")

    @property
    def width(self) -> float:
        """Upper end minus lower end."""
        return self.high - self.low

    def contains(self, value: float) -> bool:
        """Tell whether `value` lies in the interval, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with its uncertainty.

    Attributes
    ----------
    value : float
        Point estimate (for the joint model: the posterior mean).
    standard_error : float
        Standard error or posterior standard deviation.
    interval : Interval
        Interval for the same quantity.
    """

    value: float
    standard_error: float
    interval: Interval

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError("An estimate needs a finite value.")
        if not (math.isfinite(self.standard_error) and self.standard_error >= 0.0):
            raise ValueError("A standard error is a finite number that is not negative.")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one series says to one question.

    Attributes
    ----------
    question, series : Question, Series
        What was asked, of whom.
    verdict : Verdict
        The word of the pre-registered rule.
    reason : Reason or None
        Why the verdict is ``too_early``; None for the other three.
    change : Estimate
        Posterior mean, standard deviation and interval of the change, in index points;
        negative is better. For ``gap`` it is oriented: negative means a smaller gap.
    level_before, level_now : Estimate
        Level before adoption and over the last months (trend question: first and last
        third), in index points. For ``gap`` oriented, so that before is not negative.
    p_fell, p_fell_meaningfully : float
        Posterior probabilities of change < 0 and of change < -delta.
    p_rose, p_rose_meaningfully : float
        The mirror images.
    p_small : float
        Posterior probability of -delta < change < delta.
    delta : float
        Smallest change of interest that was fixed at the start.
    threshold : float
        Probability that "improved" or "worse" needed in this series.
    orientation : int
        1, or for ``gap`` the sign of the gap before (second minus first); 0 if that sign
        is not clear, and then `change` is second minus first as it stands.
    months_before, months_after : int
        Months with answers in this series before and after adoption (trend question: 0 and
        all of them).
    """

    question: Question
    series: Series
    verdict: Verdict
    reason: Reason | None
    change: Estimate
    level_before: Estimate
    level_now: Estimate
    p_fell: float
    p_fell_meaningfully: float
    p_rose: float
    p_rose_meaningfully: float
    p_small: float
    delta: float
    threshold: float
    orientation: int
    months_before: int
    months_after: int
