"""Those who did not answer: bounds, the difference that would explain a change, drop-out.

Rule: a response rate that fell by more than 20 points since the baseline in either group lowers
"improved" and "no meaningful change" (unhappy people leave first, so the true change is worse
than the measured one); more than 15 points is a caution.
"""

from dataclasses import dataclass

from analysis.guards.guard import Guard, GuardCode, State
from analysis.result import Interval, NotEstimable, Reason, Verdict
from analysis.tally import Moments, finite_number, whole_number

CAUTION_FALL = 0.15
LARGEST_FALL = 0.20

_LOWERS = frozenset({Verdict.IMPROVED, Verdict.NO_MEANINGFUL_CHANGE})


@dataclass(frozen=True, kw_only=True)
class Participation:
    """Valid answers and invitations of one group over some waves."""

    answered: int
    invited: int

    def __post_init__(self) -> None:
        answered = whole_number(self.answered, "The number of answers")
        if answered > whole_number(self.invited, "The number of people invited"):
            raise ValueError("There are more answers than people invited.")

    @property
    def rate(self) -> float | NotEstimable:
        """Answers per invitation."""
        if self.invited == 0:
            return NotEstimable(reason=Reason.NO_ANSWERS)
        return self.answered / self.invited


def worst_and_best_case(moments: Moments, n_invited: int) -> Interval | NotEstimable:
    """Mean of everybody invited if those silent were all at one or the other end of the scale.

    Parameters
    ----------
    moments : Moments
        Answers of one group in one wave, index points 0..100.
    n_invited : int
        Everybody asked.

    Returns
    -------
    Interval or NotEstimable
        From r m to r m + (1 - r) 100, r the response rate. Its ``level`` has no meaning of
        probability and is set to .95 only by form.

    Notes
    -----
    When it misleads: nothing is assumed, so the bounds are wide; they are there for honesty.

    References
    ----------
    Manski (1989), Journal of Human Resources 24, 343-360.

    Examples
    --------
    >>> bounds = worst_and_best_case(Moments.of([40.0, 60.0, 50.0]), 4)
    >>> bounds.low, bounds.high
    (37.5, 62.5)
    """
    invited = whole_number(n_invited, "The number of people invited")
    mean = moments.mean
    if isinstance(mean, NotEstimable):
        return mean
    if moments.n > invited:
        raise ValueError("There are more answers than people invited.")
    if not 0.0 <= mean <= 100.0:
        raise ValueError("The mean lies outside the scale.")
    rate = moments.n / invited
    return Interval(low=rate * mean, high=rate * mean + (1.0 - rate) * 100.0)


def difference_that_explains(
    change: float, before: Participation, now: Participation
) -> float | NotEstimable:
    """How much worse those silent must be than those answering to explain a change.

    Parameters
    ----------
    change : float
        Measured change among those who answered, index points.
    before, now : Participation
        Baseline and recent waves of one group.

    Returns
    -------
    float or NotEstimable
        Points by which the silent differ, the same before and now, if everybody's mean did
        not change at all: -change / (r_before - r_now). ``no_variation`` if response did not
        fall.

    Notes
    -----
    Everybody's mean = answering mean + (1 - r) d. A large number (over 20 points, a standard
    deviation) means: silence alone hardly explains it. When it misleads: who is silent now may
    differ more than who was silent before, and then a smaller difference explains as much.

    References
    ----------
    Groves (2006), Public Opinion Quarterly 70, 646-675 (bias = silent share times difference).

    Examples
    --------
    >>> old, new = Participation(answered=80, invited=100), Participation(answered=60, invited=100)
    >>> round(difference_that_explains(-6.0, old, new), 6)
    30.0
    """
    change = finite_number(change, "A change")
    first, last = before.rate, now.rate
    if isinstance(first, NotEstimable):
        return first
    if isinstance(last, NotEstimable):
        return last
    if first - last <= 1e-9:
        return NotEstimable(reason=Reason.NO_VARIATION)
    return -change / (first - last)


def drop_out_guard(
    before: tuple[Participation, Participation], now: tuple[Participation, Participation]
) -> Guard:
    """Guard against a falling response, the larger fall of the two groups counting.

    Parameters
    ----------
    before, now : pairs of Participation
        Baseline and last three waves, first and second group.

    Notes
    -----
    Fall = r_before - r_now per group. When it misleads: a small group falls by chance; 3 of 15
    people are 20 points.

    Examples
    --------
    >>> full = Participation(answered=90, invited=100)
    >>> half = Participation(answered=60, invited=100)
    >>> drop_out_guard((full, full), (full, half)).state.value
    'raised'
    """
    falls = []
    for old, new in zip(before, now, strict=True):
        first, last = old.rate, new.rate
        if isinstance(first, float) and isinstance(last, float):
            falls.append(first - last)
    if len(falls) < len(before):
        state, value = State.NOT_CHECKED, None
    else:
        value = max(falls)
        state = State.CLEAR if value <= CAUTION_FALL + 1e-12 else State.CAUTION
        if value > LARGEST_FALL + 1e-12:
            state = State.RAISED
    return Guard(
        code=GuardCode.DROP_OUT, state=state, value=value, limit=LARGEST_FALL, lowers=_LOWERS
    )
