"""The compiled engine is the library: same numbers to 1e-8, same verdicts."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

from analysis.guards.attribution import Attribution, attribution
from analysis.judgement import judge
from analysis.result import Finding, Verdict
from analysis.scores import Dimension
from analysis.simulate import Scenario, scenario, simulate_company, to_dimensions, to_series
from analysis.tally import WaveSeries
from analysis.verdict import DEFAULT_RULE, Family
from bench.calibrate import decide, engine, shards
from bench.calibrate.companies import Watch, looked_at, means_of, truths_of
from bench.calibrate.engine import ADOPTION, ATTRIBUTION, TREND, Means, posteriors
from bench.calibrate.summary import summarise
from tests.factories.calibrate import small_case

# The first run of a checkout compiles; later ones take what is kept.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

REFERENCE = Path(__file__).parents[1] / "analysis" / "reference" / "statistics-vectors.json"
CASES = json.loads(REFERENCE.read_text("utf-8"))["cases"]
NAMES = ("sales", "operations", "overall", "gap")
WATCH = Watch(split=6)
CODES = {
    Verdict.TOO_EARLY: decide.TOO_EARLY,
    Verdict.IMPROVED: decide.IMPROVED,
    Verdict.NO_MEANINGFUL_CHANGE: decide.NO_CHANGE,
    Verdict.WORSE: decide.WORSE,
}


def test_normal_distribution_by_table() -> None:
    z = np.concatenate([np.linspace(-9.0, 9.0, 40001), [-40.0, 40.0]])
    found = np.array([engine.normal_below(value) for value in z])
    assert np.abs(found - ndtr(z)).max() < 1e-9


@pytest.mark.parametrize("case", CASES, ids=[f"case{i}" for i in range(len(CASES))])
def test_agrees_with_the_reference_numbers(case: dict[str, Any]) -> None:
    """Mean, sd and probabilities; and that the stored interval ends hold 2.5 and 97.5 %."""
    keys = ("n", "mean", "variance", "headcount")
    series = WaveSeries.from_arrays(**{key: case[key] for key in keys})
    split = case["months_before_adoption"]
    question = TREND if split is None else ADOPTION
    end = np.array([series.months], dtype=np.int64)
    none = np.array([], dtype=np.int64)
    for which in ("lo", "hi"):
        truth = np.array([[case["expected"][name][which] for name in NAMES[:2]]])
        pair = (truth, np.zeros((0, 2))) if split else (np.zeros((0, 2)), truth)
        ends = (end, none) if split else (none, end)
        found = posteriors(means_of(series), ends, split or 0, pair)[question].series[0]
        for i, name in enumerate(NAMES):
            expected = case["expected"][name]
            assert found[i, 4] == pytest.approx(expected["mean_change"], abs=2e-8)
            assert found[i, 5] == pytest.approx(expected["sd"], abs=2e-8)
            assert found[i, 0] == pytest.approx(expected["p_fell"], abs=2e-8)
            assert found[i, 1] == pytest.approx(expected["p_fell_by_more_than_5"], abs=2e-8)
        inside = 0.025 if which == "lo" else 0.975
        assert found[:2, 3] == pytest.approx(inside, abs=1e-7)


def companies() -> list[tuple[str, WaveSeries, Scenario]]:
    """Small and large groups, gaps in the calendar, months without anybody at both ends."""
    found = []
    for seed, name in enumerate(("N06_n7_noshock", "N15_unequal", "A10_ops_only_ar.3")):
        course = replace(scenario(name), months=WATCH.months)
        company = simulate_company(course, np.random.default_rng([seed, 7]))
        found.append((name, to_series(company), course))
    dimension = to_dimensions(company)[Dimension.RESPECT]
    found.append((f"{name} dimension", dimension, course))
    name, series, course = found[0]
    found.append((f"{name} with holes", series.without([1, 9, WATCH.months]), course))
    found.append((f"{name} without baseline", series.without([1, 2, 3, 4]), course))
    return found


@pytest.mark.parametrize(
    ("series", "course", "family"),
    [
        pytest.param(
            series, course, Family.DIMENSION if "dimension" in name else Family.HEADLINE, id=name
        )
        for name, series, course in companies()
    ],
)
def test_every_look_agrees_with_the_library(
    series: WaveSeries, course: Scenario, family: Family
) -> None:
    """Probabilities to 1e-8; the verdicts, by the rule over arrays, are the library's."""
    data = means_of(series)
    found = looked_at(data, WATCH, truths_of(course, WATCH))
    for question in (ADOPTION, TREND):
        values, extra = found[question]
        codes = decide.verdicts(
            values[None],
            extra[None, :, 0],
            data.n[None],
            WATCH,
            question,
            DEFAULT_RULE,
            family,
        )[0]
        ends = decide.ends_of(WATCH, question)
        for look in (0, 4, 9):
            judged = judge(
                series.window(1, int(ends[look])), months_before=WATCH.split, family=family
            )
            asked = judged.adoption if question == ADOPTION else judged.trend
            for i, which in enumerate(decide.ORDER):
                outcome = asked[which]
                if not isinstance(outcome, Finding):
                    assert codes[look, i] == decide.SILENT
                    continue
                assert codes[look, i] == CODES[outcome.verdict]
                if outcome.orientation >= 0:
                    expected = (outcome.p_fell, outcome.p_fell_meaningfully)
                    assert values[look, i, :2] == pytest.approx(expected, abs=1e-8)
                    assert values[look, i, 2] == pytest.approx(
                        outcome.p_rose_meaningfully, abs=1e-8
                    )
                    assert values[look, i, 4] == pytest.approx(outcome.change.value, abs=1e-8)


def test_attribution_agrees_with_the_library() -> None:
    course = replace(scenario("A03_step8_ar.3"), months=WATCH.months)
    series = to_series(simulate_company(course, np.random.default_rng(5)))
    values = looked_at(means_of(series), WATCH, truths_of(course, WATCH))[ATTRIBUTION][0]
    known = attribution(series, months_before=6)
    assert isinstance(known, Attribution)
    assert values[-1, 2, 0] == pytest.approx(known.p_fell, abs=1e-8)


def test_a_wrong_engine_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: headcounts a tenth too large move the probabilities by far more than 1e-8."""
    course = replace(scenario("A16_step12_n7_ar.3"), months=WATCH.months)
    data = means_of(to_series(simulate_company(course, np.random.default_rng(6))))
    wrong = Means(n=data.n, mean=data.mean, variance=data.variance, headcount=data.headcount * 1.1)
    truths = truths_of(course, WATCH)
    right, other = (looked_at(one, WATCH, truths)[ADOPTION][0] for one in (data, wrong))
    assert np.abs(right - other).max() > 1e-5


def test_a_shard_is_kept_and_is_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shards, "STORE", tmp_path)
    [work] = shards.works([small_case()], 7)
    shards.do(work)
    first = shards.collected(small_case(), 7)
    assert [path.name for path in work.path.parent.iterdir()] == [work.path.name]
    shards.do_all([work], 1)
    assert "1 of 1 shards are there already" in capsys.readouterr().out
    work.path.unlink()
    shards.do(work)
    again = shards.collected(small_case(), 7)
    assert first["adoption"].shape == (3, 10, 4, 6)
    assert first["dimensions"].shape[0] == 1
    for name, values in first.items():
        assert np.array_equal(values, again[name])
    [other] = shards.works([small_case()], 8)
    shards.do(other)
    assert not np.array_equal(first["adoption"], shards.collected(small_case(), 8)["adoption"])
    row = summarise(small_case(), first, DEFAULT_RULE)
    assert set(row["adoption"]["improved"]) == {"first", "second", "overall", "gap"}
    assert "without_worst" in row["adoption"]["guards"]
