"""Placebo in time: pretend that the rules came earlier, when nothing had happened.

Rule: if the months before adoption alone, cut in the middle, are called "improved" (for a real
"improved") or "worse" (for a real "worse"), the real verdict is lowered: something moved before
the rules did.
"""

from analysis.guards.guard import Guard, GuardCode, State
from analysis.joint.observations import trimmed
from analysis.judgement import judge
from analysis.result import Finding, Series, Verdict
from analysis.tally import WaveSeries, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family


def placebo_guard(
    series: WaveSeries,
    *,
    months_before: int,
    which: Series = Series.OVERALL,
    family: Family = Family.HEADLINE,
    rule: DecisionRule = DEFAULT_RULE,
) -> Guard:
    """Judge the months before adoption as if the rules had come in their middle.

    Returns
    -------
    Guard
        ``value`` is P(change < 0) at the pretended date. ``not_checked`` with fewer than six
        months before adoption (three on each side of the middle).

    Notes
    -----
    When it misleads: six months have little power, so "clear" proves little; a raised placebo
    is the strong result.

    References
    ----------
    Abadie, Diamond & Hainmueller (2015), American Journal of Political Science 59, 495-510
    (in-time placebos).

    Examples
    --------
    >>> early = [60.0] * 4 + [44.0] * 4 + [40.0] * 6
    >>> series = WaveSeries.from_arrays(n=[[200] * 14] * 2, mean=[early, early],
    ...                                 variance=[[400.0] * 14] * 2, headcount=[250, 250])
    >>> placebo_guard(series, months_before=8).state.value
    'raised'
    """
    whole_number(months_before, "The number of months before adoption")
    cut, split = trimmed(series, min(months_before, series.months))
    before = cut.window(1, min(split or 0, cut.months))
    middle = before.months // 2
    outcome = judge(before, months_before=middle, family=family, rule=rule).adoption[which]
    lowers: frozenset[Verdict] = frozenset()
    if not isinstance(outcome, Finding) or outcome.months_after < rule.least_after:
        state, value = State.NOT_CHECKED, None
    else:
        moved = outcome.verdict in (Verdict.IMPROVED, Verdict.WORSE)
        state, value = (State.RAISED if moved else State.CLEAR), outcome.p_fell
        lowers = frozenset({outcome.verdict}) if moved else lowers
    return Guard(
        code=GuardCode.PLACEBO,
        state=state,
        value=value,
        limit=outcome.threshold if isinstance(outcome, Finding) else rule.adoption_overall,
        lowers=lowers,
    )
