"""Two anonymous alarms for answers given without reading: they never delete anybody.

Good and bad events are balanced, so someone who always ticks the same place scores 50. If such
answers spread, the good and the bad half of the index drift apart, and the share of identical
answer sheets grows.
"""

import math
from dataclasses import dataclass

from scipy.special import ndtr

from analysis.result import NotEstimable, Reason
from analysis.tally import finite_number, whole_number

HALVES_LIMIT = 6.0
"""Largest change of good minus bad since the baseline, index points."""
SAME_ANSWER_LIMIT = 0.10
"""Smallest share of same-answer sheets worth an alarm."""

_LEAST = 10
_CERTAIN = 0.01


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """What is kept of the answer sheets of some waves of one group.

    Attributes
    ----------
    n : int
        Valid sheets, at least 10 for any alarm.
    good_total, bad_total : float
        Sum over sheets of the mean friction points of the five good and the five bad events.
    same_answer : int
        Sheets with one and the same answer everywhere, "sometimes" not counted.
    """

    n: int
    good_total: float
    bad_total: float
    same_answer: int

    def __post_init__(self) -> None:
        whole_number(self.n, "The number of sheets")
        whole_number(self.same_answer, "The number of same-answer sheets")
        if self.same_answer > self.n:
            raise ValueError("There are more same-answer sheets than sheets.")
        for total in (self.good_total, self.bad_total):
            if not 0.0 <= finite_number(total, "The sum of a half") <= 100.0 * self.n + 1e-6:
                raise ValueError("The sum of a half lies between 0 and 100 per sheet.")


@dataclass(frozen=True, kw_only=True)
class HalvesAlarm:
    """Good minus bad, now against the baseline.

    Attributes
    ----------
    change : float
        Index points.
    raised : bool
        Outside +-6.
    """

    change: float
    raised: bool


@dataclass(frozen=True, kw_only=True)
class SameAnswerAlarm:
    """Share of same-answer sheets, now against the baseline.

    Attributes
    ----------
    share_before, share_now : float
        Same-answer sheets per sheet.
    p_value : float
        One-sided, for an increase.
    raised : bool
        At least 10 % now, and an increase with p < .01.
    """

    share_before: float
    share_now: float
    p_value: float
    raised: bool


def halves_alarm(before: Sheets, now: Sheets) -> HalvesAlarm | NotEstimable:
    """Compare good-minus-bad of now with the baseline.

    Notes
    -----
    Simulated in the design (24 people): honest companies move by a standard deviation of 4 to 6
    points; straight-lining growing from 5 to 25 % moves it from -1.5 to -12.8. So in small
    groups a single wave raises false alarms: hand in three waves together. When it misleads: a
    true change of the good events alone moves it too.

    References
    ----------
    Baumgartner & Steenkamp (2001), Journal of Marketing Research 38, 143-156 (response styles).

    Examples
    --------
    >>> old = Sheets(n=50, good_total=2500.0, bad_total=2500.0, same_answer=0)
    >>> new = Sheets(n=50, good_total=2100.0, bad_total=2600.0, same_answer=9)
    >>> halves_alarm(old, new).raised, same_answer_alarm(old, new).raised
    (True, True)
    """
    if min(before.n, now.n) < _LEAST:
        return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    change = (now.good_total - now.bad_total) / now.n - (
        before.good_total - before.bad_total
    ) / before.n
    return HalvesAlarm(change=change, raised=abs(change) > HALVES_LIMIT)


def same_answer_alarm(before: Sheets, now: Sheets) -> SameAnswerAlarm | NotEstimable:
    """Compare the share of same-answer sheets of now with the baseline.

    Notes
    -----
    z test of two shares with half an answer added to each cell, one-sided. Honest simulated
    people give 0.0 %. When it misleads: one person in ten may honestly mean the same answer to
    every question, where things are very good or very bad.

    References
    ----------
    Agresti & Caffo (2000), The American Statistician 54, 280-288 (added answers).

    Examples
    --------
    >>> old = Sheets(n=60, good_total=2500.0, bad_total=2500.0, same_answer=0)
    >>> new = Sheets(n=60, good_total=2500.0, bad_total=2500.0, same_answer=3)
    >>> same_answer_alarm(old, new).raised
    False
    """
    if min(before.n, now.n) < _LEAST:
        return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    old = (before.same_answer + 0.5) / (before.n + 1.0)
    new = (now.same_answer + 0.5) / (now.n + 1.0)
    error = math.sqrt(old * (1.0 - old) / (before.n + 1.0) + new * (1.0 - new) / (now.n + 1.0))
    p_value = float(ndtr((old - new) / error))
    share = now.same_answer / now.n
    return SameAnswerAlarm(
        share_before=before.same_answer / before.n,
        share_now=share,
        p_value=p_value,
        raised=share >= SAME_ANSWER_LIMIT and p_value < _CERTAIN,
    )
