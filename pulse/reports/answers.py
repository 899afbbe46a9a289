"""What HR said about seasons and a bad spell, and how much of it a report may take. Pure.

The answer that stood when the first results came holds. A later one can only make the report more
careful: nobody can answer away a verdict that they have seen coming.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analysis.guards.guard import State
from analysis.guards.season import months_until_alike, season_guard
from analysis.judgement import Outcome
from analysis.result import NotEstimable, Question
from analysis.survey import Survey

SEASONAL, BAD_SPELL = "seasonal", "after_bad_spell"
CAREFUL = (False, None, True)
"""From the answer that lets a report say most to the one that lets it say least."""

Given = Sequence[tuple[dt.date, bool | None]]
"""Day and answer, the newest last: yes, no, or None for "not sure"."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a report takes for the answer.

    `value` is None where nobody was asked or sure; `is_set_aside` where the newest answer came too
    late to count.
    """

    value: bool | None = None
    is_set_aside: bool = False


NOT_ASKED = Answer()


def counted(given: Given, results_on: dt.date | None) -> Answer:
    """Return what counts of the answers.

    Parameters
    ----------
    given
        All of them.
    results_on
        Last day of the first survey whose result the answer could bend; None before there is one.

    Examples
    --------
    >>> early, results, late = (dt.date(2026, month, 1) for month in (1, 2, 3))
    >>> counted([(early, True), (late, False)], results)
    Answer(value=True, is_set_aside=True)
    >>> counted([(early, False), (late, True)], results)
    Answer(value=True, is_set_aside=False)
    """
    if not given:
        return NOT_ASKED
    in_time = [value for day, value in given if results_on is None or day < results_on]
    stood = in_time[-1] if in_time else None
    newest = given[-1][1]
    value = max(stood, newest, key=CAREFUL.index)
    return Answer(value=value, is_set_aside=value is not newest)


def found_answers(
    survey: Survey, outcome: Outcome, seasonal: Answer, after_bad_spell: Answer
) -> dict[str, Any]:
    """Return plain values: the answers, and what they did to the guard of the season.

    Returns
    -------
    dict
        "is_spared": the guard would have spoken, had the answer not been that there are no
        seasons. "alike_in": months until the latest ones are months of the baseline again.
    """
    is_spared, alike_in = False, None
    if not isinstance(outcome, NotEstimable):
        is_adoption = outcome.question is Question.ADOPTION
        split = survey.months_before if is_adoption else None
        months = survey.index.months
        usual = season_guard(outcome.question, months=months, months_before=split)
        is_spared = seasonal.value is False and usual.state is not State.CLEAR
        if split is not None:
            alike_in = months_until_alike(months, split)
    return {
        SEASONAL: seasonal.value,
        BAD_SPELL: after_bad_spell.value,
        "set_aside": [
            name
            for name, answer in ((SEASONAL, seasonal), (BAD_SPELL, after_bad_spell))
            if answer.is_set_aside
        ],
        "is_spared": is_spared,
        "alike_in": alike_in,
    }
