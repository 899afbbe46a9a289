"""The stored table belongs to this rule, its page is written from it, and its bars are judged."""

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.verdict import DEFAULT_RULE
from bench.calibrate import shards
from bench.calibrate.__main__ import INTRO, NUMBERS, PAGE, bars_of, checks_of
from bench.calibrate.bars import at_most, error, width_word
from bench.calibrate.decide import IMPROVED, NO_CHANGE, TOO_EARLY
from bench.calibrate.document import document
from bench.calibrate.plan import cases, nulls
from bench.calibrate.summary import guarded, median_month
from tests.factories.calibrate import small_case


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
