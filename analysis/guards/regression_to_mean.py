"""Rules adopted after bad months: things would have got better anyway.

Rule: used when a bad period triggered the adoption (asked at set-up). The verdict must also hold
with the two months before adoption left out; if not, or if too little baseline is left to tell,
"improved" is lowered.
"""

from analysis.guards.guard import Guard, GuardCode, State
from analysis.judgement import judge
from analysis.result import Finding, Series, Verdict
from analysis.tally import WaveSeries, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family

LEFT_OUT = 2
"""Months before adoption that are left out."""


def regression_to_mean_guard(
    series: WaveSeries,
    *,
    months_before: int,
    which: Series = Series.OVERALL,
    family: Family = Family.HEADLINE,
    rule: DecisionRule = DEFAULT_RULE,
) -> Guard:
    """Judge again without the last two months before adoption.

    Returns
    -------
    Guard
        ``value`` is P(change < 0) without them, ``limit`` the threshold it needs.

    Notes
    -----
    Simulated in ``docs/method/calibration.md``: S3 (rules after the two worst of twelve months)
    for false "improved" with and without the guard, A03 for what it costs in power. When it
    misleads: a bad period of more than two months stays in the baseline.

    References
    ----------
    Barnett, van der Pols & Dobson (2005), International Journal of Epidemiology 34, 215-220.

    Examples
    --------
    >>> spike = [44.0] * 4 + [66.0] * 2 + [44.0] * 6
    >>> series = WaveSeries.from_arrays(n=[[200] * 12] * 2, mean=[spike, spike],
    ...                                 variance=[[400.0] * 12] * 2, headcount=[250, 250])
    >>> regression_to_mean_guard(series, months_before=6).state.value
    'raised'
    """
    whole_number(months_before, "The number of months before adoption")
    rest = series.without(range(months_before - LEFT_OUT + 1, months_before + 1))
    judgement = judge(rest, months_before=months_before, family=family, rule=rule)
    outcome = judgement.adoption[which]
    holds = isinstance(outcome, Finding) and outcome.verdict is Verdict.IMPROVED
    return Guard(
        code=GuardCode.REGRESSION_TO_THE_MEAN,
        state=State.CLEAR if holds else State.RAISED,
        value=outcome.p_fell if isinstance(outcome, Finding) else None,
        limit=outcome.threshold if isinstance(outcome, Finding) else rule.adoption_overall,
        lowers=frozenset({Verdict.IMPROVED}),
    )
