"""Runs `analysis` once and freezes what it found into plain values: codes and numbers, no words.

The result is stored with the report, so that the same page can be explained years later.
"""

from collections.abc import Sequence
from typing import Any

from analysis.guards.attribution import Attribution, attribution
from analysis.guards.battery import battery, guards_of_part
from analysis.guards.guard import Guard, State, lowered
from analysis.intervals import company_estimate, mean_estimate
from analysis.judgement import Outcome
from analysis.result import Estimate, Finding, NotEstimable, Question, Reason, Series, Verdict
from analysis.survey import Analysis, Survey, analyse
from analysis.tally import Moments
from analysis.verdict import DEFAULT_RULE, Family
from pulse.ids import FIRST, GROUP_CODES, SECOND, GroupCode
from pulse.reports.answers import found_answers
from pulse.reports.figures.all_figures import found_figures
from pulse.reports.inputs import DIMENSIONS, Cell, ReportInputs, WavePoint
from pulse.reports.quality import fieldwork_of, quality_of

SCHEMA = 1
SERIES = {FIRST: Series.FIRST, SECOND: Series.SECOND}
ONE_WAVE = 1

Frozen = dict[str, Any]


def find(inputs: ReportInputs) -> Frozen:
    """Return everything that the report of the latest wave may say.

    Returns
    -------
    dict
        JSON values only. `situation` is the code of the one headline sentence; index values are
        points from 0 to 100, where lower is better.
    """
    survey = inputs.survey()
    result = analyse(survey)
    unguarded = result.index.outcome(Series.OVERALL)
    seasonal, after_bad_spell = inputs.seasonal, inputs.after_bad_spell
    guards = battery(
        survey.index,
        unguarded,
        fieldwork_of(inputs),
        months_before=survey.months_before,
        seasonal=seasonal.value,
        after_bad_spell=after_bad_spell.value,
    )
    parts = _Parts(survey, result, guards, after_bad_spell=after_bad_spell.value)
    overall = guarded(unguarded, guards)
    situation = situation_of(inputs, overall)
    level, basis = _level(inputs, situation, overall)
    return {
        "schema": SCHEMA,
        "rule_version": result.index.rule_version,
        "month": inputs.latest.month.isoformat(),
        "adopted_on": inputs.adopted_on.isoformat() if inputs.adopted_on else None,
        "months_before": inputs.months_before,
        "waves_seen": len(inputs.waves),
        "months_seen": len(inputs.calendar),
        "minimum_cell_size": inputs.minimum_cell_size,
        "delta": DEFAULT_RULE.delta,
        "least_months": least_months(result.index.headline),
        "situation": situation,
        "beats_earlier_trend": situation == "lower" and _beats_earlier_trend(survey),
        "question": result.index.headline.value,
        "basis": basis,
        "level": level,
        "overall": _outcome(overall) | {"guard": _lowering(unguarded, guards)},
        "trend": _outcome(result.index.trend[Series.OVERALL]),
        "groups": {
            code: _group(result.index.outcome(SERIES[code]), parts.of_group(code))
            for code in GROUP_CODES
        },
        "hidden": {code: _hidden(inputs.latest.cells[code]) for code in GROUP_CODES},
        "waves": [
            _wave(month.isoformat(), point)
            for month, point in zip(inputs.calendar, inputs.by_month(), strict=True)
        ],
        "dimensions": _dimensions(inputs.latest, parts),
        "events": [{"day": day.isoformat(), "kind": kind} for day, kind in inputs.events],
        "figures": found_figures(inputs, survey, overall, situation),
        "guards": [_guard(guard) for guard in guards],
        "answers": found_answers(survey, unguarded, seasonal, after_bad_spell),
        "quality": {code: quality_of(inputs, code) for code in GROUP_CODES},
    }


class _Parts:
    """The guards of each group and area: a bad spell is looked at in the part's own months."""

    def __init__(
        self,
        survey: Survey,
        result: Analysis,
        guards: Sequence[Guard],
        *,
        after_bad_spell: bool | None,
    ) -> None:
        self._survey = survey
        self.result = result
        self._guards = guards
        self._after_bad_spell = after_bad_spell

    def of_group(self, code: GroupCode, dimension: str | None = None) -> tuple[Guard, ...]:
        """Return the guards of a group in the index or, where it is named, in an area."""
        is_index = dimension is None
        judged = self.result.dimensions[dimension] if dimension else self.result.index
        return guards_of_part(
            self._guards,
            self._survey.dimensions[dimension] if dimension else self._survey.index,
            judged.outcome(SERIES[code]),
            which=SERIES[code],
            family=Family.HEADLINE if is_index else Family.DIMENSION,
            months_before=self._survey.months_before,
            after_bad_spell=self._after_bad_spell,
        )


def _group(outcome: Outcome, guards: Sequence[Guard]) -> Frozen:
    return _outcome(guarded(outcome, guards)) | {"guard": _lowering(outcome, guards)}


def guarded(outcome: Outcome, guards: Sequence[Guard]) -> Outcome:
    """Return the outcome; a verdict that a raised guard makes doubtful becomes "too early"."""
    return outcome if isinstance(outcome, NotEstimable) else lowered(outcome, guards)


def _lowering(outcome: Outcome, guards: Sequence[Guard]) -> str | None:
    """Return the code of the first guard that takes the verdict back, None where none does."""
    if isinstance(outcome, NotEstimable):
        return None
    raised = [guard for guard in guards if guard.state is State.RAISED]
    return next((guard.code.value for guard in raised if outcome.verdict in guard.lowers), None)


def _guard(guard: Guard) -> Frozen:
    return {
        "code": guard.code.value,
        "state": guard.state.value,
        "value": guard.value,
        "limit": guard.limit,
    }


def situation_of(inputs: ReportInputs, outcome: Outcome) -> str:
    """Return the code of the headline sentence. What hides a group comes before any verdict."""
    hidden = [code for code in GROUP_CODES if inputs.latest.cells[code].moments is None]
    if len(hidden) == len(GROUP_CODES):
        return "both_hidden"
    if hidden:
        return "one_hidden"
    if len(inputs.waves) == ONE_WAVE:
        return "first_wave"
    if inputs.adopted_on is not None and inputs.survey().months_before is None:
        return "baseline"
    if isinstance(outcome, NotEstimable):
        return "not_estimable"
    return _verdict_situation(outcome)


def _beats_earlier_trend(survey: Survey) -> bool:
    """Whether the fall is more than the earlier trend explains: a check of its own."""
    if survey.months_before is None:
        return False
    found = attribution(survey.index, months_before=survey.months_before)
    return isinstance(found, Attribution) and found.more_than_earlier_trend


def _verdict_situation(finding: Finding) -> str:
    is_adoption = finding.question is Question.ADOPTION
    if finding.verdict is Verdict.TOO_EARLY:
        word = {Reason.TOO_FEW_WAVES: "too_soon", Reason.GUARD: "guarded"}.get(
            finding.reason or Reason.EVIDENCE_UNDECIDED, "undecided"
        )
    else:
        word = {
            Verdict.IMPROVED: "lower",
            Verdict.WORSE: "higher",
            Verdict.NO_MEANINGFUL_CHANGE: "same",
        }[finding.verdict]
    return word if is_adoption else f"trend_{word}"


def _level(inputs: ReportInputs, situation: str, outcome: Outcome) -> tuple[Frozen | None, str]:
    """Return the one number of the page and what it rests on: several months, or this one."""
    is_one_month = situation in {"first_wave", "baseline", "not_estimable"}
    is_one_month = is_one_month or situation.endswith("too_soon")
    if situation.endswith("hidden"):
        return None, "none"
    if isinstance(outcome, Finding) and not is_one_month:
        is_adoption = outcome.question is Question.ADOPTION
        return _estimate(outcome.level_now), "recent" if is_adoption else "third"
    first, second = (inputs.latest.cells[code].moments for code in GROUP_CODES)
    if first is None or second is None:
        return None, "none"
    estimate = company_estimate(first, second)
    if isinstance(estimate, NotEstimable):
        return None, "none"
    return _estimate(estimate), "month"


def _hidden(cell: Cell) -> str | None:
    """Return the code of the reason why a group is not shown; None where it is."""
    return cell.index if isinstance(cell.index, str) else None


def _wave(month: str, point: WavePoint | None) -> Frozen:
    if point is None:
        return {"month": month, "cells": None}
    return {"month": month, "cells": {code: _cell(point.cells[code]) for code in GROUP_CODES}}


def _cell(cell: Cell) -> Frozen:
    return {
        "n_invited": cell.n_invited,
        "n_counted": cell.n_counted,
        "rate": cell.response_rate,
    } | _value(cell.index)


def _value(found: Moments | str) -> Frozen:
    if not isinstance(found, Moments):
        return {"withheld": found}
    estimate = mean_estimate(found)
    if isinstance(estimate, NotEstimable):
        return {"withheld": estimate.reason.value}
    return {"n": found.n} | _estimate(estimate)


def _dimensions(point: WavePoint, parts: _Parts) -> Frozen:
    return {
        dimension: {
            code: _value(point.cells[code].dimensions.get(dimension, "not_released"))
            | {"change": _real_change(parts, dimension, code)}
            for code in GROUP_CODES
        }
        for dimension in DIMENSIONS
    }


def _real_change(parts: _Parts, dimension: str, code: GroupCode) -> str | None:
    """Return "lower" or "higher" where the rule is met since adoption, else None."""
    judgement = parts.result.dimensions[dimension]
    if judgement.headline is not Question.ADOPTION:
        return None
    outcome = guarded(judgement.outcome(SERIES[code]), parts.of_group(code, dimension))
    if isinstance(outcome, NotEstimable):
        return None
    return {Verdict.IMPROVED: "lower", Verdict.WORSE: "higher"}.get(outcome.verdict)


def _outcome(outcome: Outcome) -> Frozen:
    if isinstance(outcome, NotEstimable):
        return {"not_estimable": outcome.reason.value}
    return {
        "question": outcome.question.value,
        "verdict": outcome.verdict.value,
        "reason": outcome.reason.value if outcome.reason else None,
        "change": _estimate(outcome.change),
        "before": _estimate(outcome.level_before),
        "now": _estimate(outcome.level_now),
        "p_fell": outcome.p_fell,
        "p_fell_meaningfully": outcome.p_fell_meaningfully,
        "p_rose": outcome.p_rose,
        "p_rose_meaningfully": outcome.p_rose_meaningfully,
        "p_small": outcome.p_small,
        "threshold": outcome.threshold,
        "months_before": outcome.months_before,
        "months_after": outcome.months_after,
    }


def _estimate(estimate: Estimate) -> Frozen:
    return {
        "value": estimate.value,
        "standard_error": estimate.standard_error,
        "low": estimate.interval.low,
        "high": estimate.interval.high,
    }


def least_months(question: Question) -> int:
    """Return how many months the rule needs before it may speak."""
    if question is Question.ADOPTION:
        return DEFAULT_RULE.least_after
    return DEFAULT_RULE.least_trend
