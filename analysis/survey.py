"""A whole survey at once: the index and its dimensions under one rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.judgement import Judgement, judge
from analysis.tally import WaveSeries
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What is analysed.

    Attributes
    ----------
    index : WaveSeries
        The friction index.
    dimensions : mapping of str to WaveSeries
        Its dimensions, by code.
    months_before : int or None
        Months before the rules were adopted; None if no date is known.
    """

    index: WaveSeries
    dimensions: Mapping[str, WaveSeries] = field(default_factory=dict)
    months_before: int | None = None


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What comes out: one judgement for the index and one for each dimension."""

    index: Judgement
    dimensions: Mapping[str, Judgement]


def analyse(survey: Survey, *, rule: DecisionRule = DEFAULT_RULE) -> Analysis:
    """Judge the index and every dimension.

    The cost depends on the number of months, not on the number of people.

    Examples
    --------
    >>> still = WaveSeries.from_arrays(n=[[30] * 9] * 2, mean=[[50.0] * 9] * 2,
    ...                                variance=[[400.0] * 9] * 2, headcount=[40, 40])
    >>> found = analyse(Survey(index=still, dimensions={"respect": still}, months_before=4))
    >>> found.index.headline.value, sorted(found.dimensions)
    ('adoption', ['respect'])
    """
    return Analysis(
        index=judge(survey.index, months_before=survey.months_before, rule=rule),
        dimensions={
            code: judge(
                series,
                months_before=survey.months_before,
                family=Family.DIMENSION,
                rule=rule,
            )
            for code, series in survey.dimensions.items()
        },
    )
