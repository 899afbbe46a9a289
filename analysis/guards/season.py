"""The time of year: what can be known about it inside one company, which is little.

Rule: before twelve months are seen, where a season is plausible, the trend question may not be
answered by "improved" or "worse". The adoption question carries a caution while the last months
and the baseline are different months of the year; where a season is expected (asked at set-up),
"improved" and "worse" are lowered as long as that is so; where none is (asked too), nothing is
held back. Simulated (``docs/method/calibration.md``,
S2: a yearly wave of 3 points whose bad half comes before the rules): see there for the false
"improved" with and without the guard. From 24 months on a season can be estimated.
"""

from dataclasses import dataclass

import numpy as np

from analysis import trend
from analysis.guards.guard import Guard, GuardCode, State
from analysis.joint.observations import observe, trimmed
from analysis.joint.posterior import Model, prior_precision, whiten
from analysis.result import Estimate, NotEstimable, Question, Reason, Verdict
from analysis.tally import WaveSeries, whole_number

YEAR = 12
LEAST_MONTHS = 24
"""Fewest months for an estimate: two of every month of the year."""

SEASON_SD = 2.0
"""Prior standard deviation of the sine and of the cosine, index points."""
SEASON_CORRELATION = 0.8
"""Between the groups: they share their company's calendar."""

_RECENT = 3
_FURTHER = YEAR + _RECENT
"""Months within which a baseline of three months or more is met again by the calendar."""


@dataclass(frozen=True, kw_only=True)
class Season:
    """A yearly wave.

    Attributes
    ----------
    probability : float
        That there is one, beginning with even chances.
    sine, cosine : Estimate
        Its two parts in the company, index points, given that there is one; the amplitude is
        their hypotenuse.
    """

    probability: float
    sine: Estimate
    cosine: Estimate


def season_guard(
    question: Question,
    *,
    months: int,
    months_before: int | None = None,
    plausible: bool = True,
    expected: bool = False,
) -> Guard:
    """Tell whether the calendar allows the question.

    Parameters
    ----------
    question : Question
        Asked.
    months : int
        Length of the series.
    months_before : int or None
        Months before adoption, for the adoption question.
    plausible : bool
        May the work of the company follow the seasons? False only where the company says so.
    expected : bool
        Does it? Then months of different seasons are not compared at all. Asked at set-up.

    Examples
    --------
    >>> season_guard(Question.TREND, months=11).state.value
    'raised'
    >>> season_guard(Question.ADOPTION, months=15, months_before=6).state.value
    'clear'
    >>> season_guard(Question.ADOPTION, months=9, months_before=6, expected=True).state.value
    'raised'
    """
    months = whole_number(months, "The number of months")
    lowers: frozenset[Verdict] = frozenset()
    state = State.CLEAR
    both = frozenset({Verdict.IMPROVED, Verdict.WORSE})
    plausible = plausible or expected
    if plausible and question is Question.TREND and months < YEAR:
        state, lowers = State.RAISED, both
    elif plausible and question is Question.ADOPTION:
        split = whole_number(months_before or 0, "The number of months before adoption")
        if not _are_alike(months, split):
            state, lowers = (State.RAISED, both) if expected else (State.CAUTION, lowers)
    return Guard(
        code=GuardCode.SEASON,
        state=state,
        value=float(months),
        limit=float(YEAR),
        lowers=lowers,
    )


def months_until_alike(months: int, months_before: int) -> int | None:
    """Return after how many further months the latest ones are months of the baseline again.

    Parameters
    ----------
    months : int
        Length of the series.
    months_before : int
        Months before adoption.

    Returns
    -------
    int or None
        0 where they are so now; None where a baseline of fewer than three months never is.

    Examples
    --------
    >>> months_until_alike(9, 6), months_until_alike(15, 6), months_until_alike(9, 2)
    (6, 0, None)
    """
    months = whole_number(months, "The number of months")
    split = whole_number(months_before, "The number of months before adoption")
    steps = range(_FURTHER + 1)
    return next((step for step in steps if _are_alike(months + step, split)), None)


def _are_alike(months: int, split: int) -> bool:
    """Whether every one of the latest months of the year is one of the baseline."""
    # Months of the year repeat: a longer baseline holds no thirteenth.
    before = {month % YEAR for month in range(1, min(split, YEAR) + 1)}
    recent = {month % YEAR for month in range(max(split, months - _RECENT) + 1, months + 1)}
    return recent <= before


def estimate_season(series: WaveSeries) -> Season | NotEstimable:
    """Weigh "straight line" against "straight line and yearly wave" in the joint model.

    Parameters
    ----------
    series : WaveSeries
        At least 24 months.

    Notes
    -----
    y_gt = level + slope (t - 1) + a_g sin(2 pi t / 12) + b_g cos(2 pi t / 12); a, b with prior
    SD 2 and correlation .8 between the groups. When it misleads: with two years a season rests
    on two observations of each month; a step half-way looks like part of a wave.

    Examples
    --------
    >>> short = WaveSeries.from_arrays(n=[[], []], mean=[[], []], variance=[[], []],
    ...                                headcount=[9, 9])
    >>> estimate_season(short).reason.value
    'too_few_waves'
    """
    cut, _ = trimmed(series, None)
    if cut.months < LEAST_MONTHS or not (cut.observed_months(0) and cut.observed_months(1)):
        return NotEstimable(reason=Reason.TOO_FEW_WAVES)
    observations = observe(cut)
    angle = 2.0 * np.pi * observations.month / YEAR
    member = observations.group[:, None] == np.array([0, 1])
    design = np.column_stack(
        [
            trend.design(observations),
            np.sin(angle)[:, None] * member,
            np.cos(angle)[:, None] * member,
        ]
    )
    sds, correlations = [trend.LEVEL_SD, trend.SLOPE_SD], [0.0, trend.GROUP_CORRELATION]
    wave = [SEASON_SD] * 2, [SEASON_CORRELATION] * 2
    line = Model(weight=0.5, columns=(0, 1, 2, 3), precision=prior_precision(sds, correlations))
    waved = Model(
        weight=0.5,
        columns=(0, 1, 2, 3, 4, 5, 6, 7),
        precision=prior_precision(sds + wave[0], correlations + wave[1]),
    )
    contrasts = np.zeros((2, 8))
    contrasts[0, 4:6] = contrasts[1, 6:8] = 0.5
    fit = whiten(observations, design).fit([line, waved], contrasts)
    sine, cosine = fit.given(slice(1, 2)).mixtures().estimates()
    return Season(probability=float(np.exp(fit.log_weights[:, 1]).sum()), sine=sine, cosine=cosine)
