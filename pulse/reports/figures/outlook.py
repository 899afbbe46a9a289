"""When will we know: how likely the rule gives an answer in the months to come."""

from analysis.forecast import Forecast, forecast
from analysis.guards.season import YEAR
from analysis.result import Question
from analysis.survey import Survey
from pulse.reports.figures.figure import Found, Frozen, Names, figure, share
from pulse.reports.inputs import ReportInputs

OPEN = frozenset({"too_soon", "undecided", "trend_too_soon", "trend_undecided"})
"""Situations in which the answer is still to come."""
MONTHS = 12


HELD_BACK = (
    "It leaves out the guards: a season, or a bad spell before the rules, can hold an answer back"
    " longer."
)


def found_outlook(inputs: ReportInputs, survey: Survey, situation: str) -> Frozen | None:
    """Return the chance of an answer, 1 to 12 months ahead; None where there is one, or no way to tell."""
    if situation not in OPEN:
        return None
    found = forecast(survey.index, months_before=survey.months_before)
    if not isinstance(found, Forecast):
        return None
    even = found.even_chance
    return {
        "chances": [one.any_answer for one in found.odds[:MONTHS]],
        "even": even if isinstance(even, int) else None,
        "is_trend": found.question is Question.TREND,
        "may_be_held": _may_be_held(inputs, survey),
    }


def _may_be_held(inputs: ReportInputs, survey: Survey) -> bool:
    """Whether a guard can lower an answer that the forecast counts as one."""
    split, seasonal = survey.months_before, inputs.seasonal.value
    if split is None:
        return seasonal is not False and survey.index.months < YEAR
    return inputs.after_bad_spell.value is True or (seasonal is True and split < YEAR)


def outlook_figure(found: Found | None, names: Names) -> Frozen | None:
    """Word the outlook; None where there is nothing to wait for."""
    if found is None:
        return None
    say = names.say
    chances = found["chances"]
    if found["even"] is None:
        title = say("An answer within twelve months is not likely")
    elif found["even"] == 1:
        title = say("An answer is likely next month")
    else:
        title = say("An answer is likely within %(months)s months", months=found["even"])
    return figure(
        title=title,
        subtitle=say(
            "Chance that the method says lower, higher or no meaningful change, by month to come, in"
            " per cent."
        ),
        description=say(
            "Next month %(first)s of 100, in six months %(middle)s, in twelve %(last)s.",
            first=share(chances[0]),
            middle=share(chances[min(5, len(chances) - 1)]),
            last=share(chances[-1]),
        ),
        head=[say("Months from now"), say("Chance of an answer %")],
        rows=[[str(place), share(chance)] for place, chance in enumerate(chances, start=1)],
        notes=[
            say("It takes for granted that as many people answer as in the last three months."),
            say("Of each month by itself: a later month can take an answer back."),
            *(
                [say("Asked whether friction is falling at all, it is often too hopeful.")]
                if found.get("is_trend")
                else []
            ),
            *([say(HELD_BACK)] if found.get("may_be_held") else []),
        ],
    )
