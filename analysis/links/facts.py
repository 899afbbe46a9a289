"""Facts from the books beside what people say: on time, rush orders, complaints.

A fact goes through the same model and the same rule as friction, turned so that lower is better.
Then the two are compared: do they agree.
"""

from collections.abc import Sequence
from enum import StrEnum

from analysis.judgement import Outcome
from analysis.result import Finding, Verdict
from analysis.tally import WaveSeries, whole_number

_NO_PANEL = 1e12
"""Head count that switches the hidden panel off: next month's orders are other orders."""


class Agreement(StrEnum):
    """Perception against fact."""

    AGREE = "agree"
    DISAGREE = "disagree"
    CANNOT_TELL = "cannot_tell"


def share_series(events: Sequence[int | None], out_of: Sequence[int | None]) -> WaveSeries:
    """Make a series of a monthly share of bad events, in per cent.

    Parameters
    ----------
    events : sequence of (int or None)
        Bad events per month, for instance orders not on time; None is an unknown month.
    out_of : sequence of (int or None)
        What could have gone wrong, for instance orders.

    Returns
    -------
    WaveSeries
        The share is the first group, the second is empty; judge ``Series.FIRST`` with a
        smallest change of interest in percentage points.

    Notes
    -----
    mean = 100 p, variance = 100^2 p (1 - p) n / (n - 1). When it misleads: orders of one month
    share their troubles; what they share beyond chance is left to the monthly shocks.

    Examples
    --------
    >>> late = share_series([30, 20, None], [100, 80, None])
    >>> late.mean[0]
    (30.0, 25.0, None)
    """
    if len(events) != len(out_of):
        raise ValueError("Events and what they are out of must cover the same months.")
    n: list[int | None] = []
    mean: list[float | None] = []
    variance: list[float | None] = []
    for bad, total in zip(events, out_of, strict=True):
        if bad is None or total is None or total == 0:
            n.append(None)
            mean.append(None)
            variance.append(None)
            continue
        count = whole_number(total, "What events are out of")
        if whole_number(bad, "A number of events") > count:
            raise ValueError("There are more events than could have happened.")
        share = bad / count
        n.append(count)
        mean.append(100.0 * share)
        variance.append(1e4 * share * (1.0 - share) * count / (count - 1) if count > 1 else None)
    nothing = [None] * len(n)
    return WaveSeries.from_arrays(
        n=[n, nothing],
        mean=[mean, nothing],
        variance=[variance, nothing],
        headcount=[_NO_PANEL, 0.0],
    )


def agreement(perceived: Outcome, fact: Outcome) -> Agreement:
    """Compare the verdict on friction with the verdict on a fact.

    Returns
    -------
    Agreement
        ``agree`` if both verdicts are the same, ``disagree`` if they differ, ``cannot_tell`` if
        either is too early or not estimable. A fact that did not move is no proof against a
        better mood: it is a disagreement that the report shows, not a correction.

    Notes
    -----
    When it misleads: a fact may follow the mood by months, or have causes of its own.

    Examples
    --------
    >>> from analysis.result import NotEstimable, Reason
    >>> agreement(NotEstimable(reason=Reason.NO_ANSWERS), NotEstimable(reason=Reason.NO_ANSWERS))
    <Agreement.CANNOT_TELL: 'cannot_tell'>
    """
    verdicts = [outcome.verdict for outcome in (perceived, fact) if isinstance(outcome, Finding)]
    if len(verdicts) < 2 or Verdict.TOO_EARLY in verdicts:
        return Agreement.CANNOT_TELL
    return Agreement.AGREE if verdicts[0] is verdicts[1] else Agreement.DISAGREE
