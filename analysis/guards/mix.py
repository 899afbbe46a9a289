"""Paper against screen, Spanish against English: a changed mix can look like a changed mood.

Rule: if the share of any mode (or language) in either group moved by more than 20 points since
the baseline, "improved", "worse" and "no meaningful change" are lowered; by more than 10 points
it is a caution.
"""

from collections.abc import Mapping, Sequence

from analysis.guards.guard import Guard, GuardCode, State
from analysis.result import Verdict
from analysis.tally import whole_number

CAUTION_SHIFT = 0.10
LARGEST_SHIFT = 0.20

Counts = Mapping[str, int]

_LOWERS = frozenset({Verdict.IMPROVED, Verdict.WORSE, Verdict.NO_MEANINGFUL_CHANGE})


def mix_guard(code: GuardCode, before: Sequence[Counts], now: Sequence[Counts]) -> Guard:
    """Compare shares of modes or languages, baseline against the last three waves.

    Parameters
    ----------
    code : GuardCode
        ``mode_mix`` or ``language_mix``.
    before, now : sequences of mappings from code to count
        One entry per group, groups in the same order.

    Notes
    -----
    Roberts et al. (2004): online answers were more positive than paper on 8 of 14 items, and
    trends differed by mode. When it misleads: shares of a small group jump by chance; 2 of 10
    people are 20 points.

    References
    ----------
    de Leeuw (2005), Journal of Official Statistics 21, 233-255 (mixing modes).

    Examples
    --------
    >>> mix_guard(GuardCode.MODE_MIX, [{"paper": 5, "web": 5}], [{"web": 10}]).value
    0.5
    """
    if code not in (GuardCode.MODE_MIX, GuardCode.LANGUAGE_MIX):
        raise ValueError("A mix is one of modes or of languages.")
    if len(before) != len(now) or not before:
        raise ValueError("The mix needs the same groups before and now.")
    shifts = [_largest_shift(old, new) for old, new in zip(before, now, strict=True)]
    known = [shift for shift in shifts if shift is not None]
    if len(known) < len(shifts):
        state, value = State.NOT_CHECKED, None
    else:
        value = max(known)
        state = State.CLEAR if value <= CAUTION_SHIFT + 1e-12 else State.CAUTION
        if value > LARGEST_SHIFT + 1e-12:
            state = State.RAISED
    return Guard(code=code, state=state, value=value, limit=LARGEST_SHIFT, lowers=_LOWERS)


def _largest_shift(before: Counts, now: Counts) -> float | None:
    for counts in (before, now):
        for count in counts.values():
            whole_number(count, "A count of the mix")
    sums = sum(before.values()), sum(now.values())
    if min(sums) == 0:
        return None
    return max(
        abs(before.get(code, 0) / sums[0] - now.get(code, 0) / sums[1]) for code in {*before, *now}
    )
