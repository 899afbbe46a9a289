"""The stored table belongs to this rule, its page is written from it, and its bars are judged."""

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.simulate import Scenario
from analysis.verdict import DEFAULT_RULE
from bench.calibrate import shards
from bench.calibrate.__main__ import INTRO, NUMBERS, PAGE, bars_of, checks_of
from bench.calibrate.bars import at_most, error, width_word
from bench.calibrate.companies import Watch
from bench.calibrate.decide import IMPROVED, NO_CHANGE, TOO_EARLY
from bench.calibrate.document import document
from bench.calibrate.plan import Case, cases, nulls
from bench.calibrate.summary import guarded, median_month, summarise


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(NUMBERS.read_text("utf-8"))
    return found


def test_the_table_was_measured_with_this_rule(stored: dict[str, Any]) -> None:
    """A changed threshold needs `./dev calibrate --write`."""
    assert stored["rule"] == dataclasses.asdict(DEFAULT_RULE)


def test_the_page_is_the_table(stored: dict[str, Any]) -> None:
    assert PAGE.read_text("utf-8") == document(stored, INTRO.read_text("utf-8"))
    assert stored["bars"] == bars_of(checks_of(stored))


def test_enough_companies_of_every_scenario(stored: dict[str, Any]) -> None:
    counted = {row["scenario"]: row["companies"] for row in stored["fixed"]["rows"]}
    assert set(counted) == {case.name for case in cases()}
    assert min(counted.values()) >= 500
    worst = ("N04_ar.6", "N05_ar.6_tau5", "N09_mood+", "N15_unequal")
    assert {counted[name] for name in worst} == {2000}
    assert stored["fresh"]
    for entry in stored["fresh"].values():
        assert {row["scenario"] for row in entry["rows"]} == {case.name for case in nulls()}


def test_false_verdicts_and_power_hold(stored: dict[str, Any]) -> None:
    missed = [
        c for c in checks_of(stored) if not c.holds and c.bar in ("T1", "T1 dimensions", "T2")
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("scenario", "path", "value", "bar"),
    [
        ("N04_ar.6", ("adoption", "improved_any"), 7.0, "T1"),
        ("N04_ar.6", ("trend", "worse", "gap"), 7.0, "T1"),
        ("N05_ar.6_tau5", ("trend", "dimensions", "improved_any_of_16"), 9.0, "T1 dimensions"),
        ("A03_step8_ar.3", ("adoption", "improved", "overall"), 80.0, "T2"),
        ("A16_step12_n7_ar.3", ("adoption", "found_by_month", "3"), 42.0, "T2"),
        ("A13_worse+8_ar.3", ("adoption", "worse", "overall"), 70.0, "T2"),
        ("N03_ar.3", ("trend", "coverage_95", "overall"), 80.0, "T3"),
    ],
)
def test_a_missed_bar_is_noticed(
    stored: dict[str, Any], scenario: str, path: tuple[str, ...], value: float, bar: str
) -> None:
    """Planted: one number of the table made worse."""
    wrong = copy.deepcopy(stored)
    [place] = [row for row in wrong["fixed"]["rows"] if row["scenario"] == scenario]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    before, after = bars_of(checks_of(stored))[bar], bars_of(checks_of(wrong))[bar]
    assert after["held"] == before["held"] - 1
    assert any(scenario in missed for missed in after["missed"])


def test_the_bar_allows_for_chance() -> None:
    assert error(5.0, 2000) == pytest.approx(0.487, abs=0.001)
    assert at_most("T1", "x", 5.9, 2000).holds
    assert not at_most("T1", "x", 6.0, 2000).holds
    assert error(0.0, 500) == error(0.2, 500)


@pytest.mark.parametrize(
    ("percent", "word"),
    [(99.5, "too wide"), (97.5, "a little wide"), (95.0, "as stated"), (93.0, "as stated"),
     (92.0, "a little narrow"), (85.0, "too narrow")],
)  # fmt: skip
def test_words_for_ranges(percent: float, word: str) -> None:
    assert width_word(percent, 500) == word


def small_case(name: str = "N04_ar.6") -> Case:
    watch = Watch(split=6)
    course = Scenario(months=watch.months, posts=(12, 12), tau=(3.0, 3.0), months_before=6)
    return Case(name=name, course=course, watch=watch, companies=3, dimensions=1, thinned=2)


@pytest.mark.slow
@pytest.mark.timeout(900)
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


def test_changed_code_makes_new_shards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = shards.fingerprint()
    copied = tmp_path / "analysis" / "trend.py"
    copied.parent.mkdir()
    copied.write_text("# changed\n")
    monkeypatch.setattr(shards, "ROOT", tmp_path)
    monkeypatch.setattr(shards, "DECIDES", ("analysis/trend.py",))
    assert shards.fingerprint() != now


def test_guards_lower_and_medians_count() -> None:
    codes = np.full((4, 10, 4), TOO_EARLY, dtype=np.int8)
    codes[:2, 4:] = IMPROVED
    codes[3, 9] = NO_CHANGE
    raised = np.zeros((4, 10), dtype=np.bool_)
    raised[0] = True
    left = guarded(codes, raised, (IMPROVED,))
    assert (left[0] == TOO_EARLY).all()
    assert (left[1] == codes[1]).all()
    assert median_month(codes[:, :, 2], small_case(), 0) == 7
    assert median_month(left[:, :, 2], small_case(), 0) is None
