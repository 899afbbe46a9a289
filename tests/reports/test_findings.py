"""Findings say no more than the rule allows, and are plain JSON."""

import json

import numpy as np
import pytest

from analysis.judgement import judge
from analysis.result import Series
from pulse.reports.findings import situation_of
from pulse.reports.inputs import ReportInputs
from pulse.reports.wording import MARKS
from tests.factories.reports import make_inputs
from tests.reports.stories import STORIES, found

EXPECTED = {
    "improved": "lower",
    "other_ways": "guarded",
    "worse": "higher",
    "no_change": "same",
    "undecided": "undecided",
    "too_early": "too_soon",
    "not_estimable": "not_estimable",
    "one_hidden": "one_hidden",
    "both_hidden": "both_hidden",
    "missing_waves": "lower",
    "one_wave": "first_wave",
    "thirty_six": "undecided",
    "baseline": "baseline",
    "no_baseline": "trend_guarded",
    "trend_falling": "trend_guarded",
    "low_response": "lower",
    "old_trend": "lower",
    "drop_out": "guarded",
    "busy_season": "guarded",
    "no_seasons": "trend_lower",
    "same_season": "lower",
    "bad_spell": "guarded",
    "bad_spell_holds": "lower",
    "bad_spell_short": "guarded",
    "no_bad_spell": "lower",
    "late_no": "guarded",
}


@pytest.mark.parametrize("story", sorted(STORIES))
def test_the_situation_of(story: str) -> None:
    findings = found(story)
    assert findings["situation"] == EXPECTED[story]
    assert json.loads(json.dumps(findings, allow_nan=False)) == findings


def test_every_story_has_its_expectation() -> None:
    assert set(EXPECTED) == set(STORIES)


@pytest.mark.parametrize("story", ["one_hidden", "both_hidden"])
def test_a_hidden_group_hides_the_company(story: str) -> None:
    findings = found(story)
    assert (findings["level"], findings["basis"]) == (None, "none")


def test_a_month_without_survey_is_a_gap() -> None:
    findings = found("missing_waves")
    assert [wave["cells"] is None for wave in findings["waves"]].count(True) == 2
    assert findings["waves"][5]["cells"]["first"] == {
        "n_invited": 14,
        "n_counted": 3,
        "rate": pytest.approx(3 / 14),
        "withheld": "too_few",
    }


def _flat(seed: int) -> ReportInputs:
    chance = np.random.default_rng(seed)
    shocks = chance.normal(0, 3, (2, 12)) + chance.normal(0, 1, 12)
    return make_inputs(
        [float(50 + shock) for shock in shocks[0]],
        [float(55 + shock) for shock in shocks[1]],
        adopted_after=6,
        n=(40, 60),
        n_invited=(50, 80),
    )


@pytest.mark.slow
def test_flat_companies_get_no_arrow() -> None:
    """Nothing changed but the months: the mark of a change would be a lie."""
    marked = 0
    for seed in range(200):
        inputs = _flat(seed)
        survey = inputs.survey()
        verdict = judge(survey.index, months_before=survey.months_before)
        marked += situation_of(inputs, verdict.outcome(Series.OVERALL)) in MARKS
    assert marked <= 10
