"""The figures say what was released and nothing else."""

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import altair as alt
import jsonschema
import pytest

from analysis.result import Series
from analysis.survey import analyse
from pulse.reports.charts.bars import bar_parts, items_chart, outlook_chart
from pulse.reports.charts.dots import gap_chart, rules_chart
from pulse.reports.charts.series import event_marks
from pulse.reports.charts.strips import facts_chart
from pulse.reports.figures.all_figures import figures_of
from pulse.reports.figures.facts import SERIES, found_facts
from pulse.reports.figures.figure import Names
from pulse.reports.figures.gap import found_gap, wilson
from pulse.reports.figures.items import bands_of, found_items
from pulse.reports.figures.rules import found_rules
from pulse.reports.inputs import WavePoint
from tests.factories.reports import make_inputs
from tests.reports.stories import STORIES, found

NAMES = Names(language="en", groups={"first": "Sales", "second": "Operations"})


def figures(story: str, language: str = "en") -> dict[str, Any]:
    return figures_of(found(story)["figures"], replace(NAMES, language=language))


@pytest.mark.parametrize("story", sorted(STORIES))
def test_titles_are_messages_of_at_most_ten_words(story: str) -> None:
    for language in ("en", "es"):
        for name, figure in figures(story, language).items():
            assert len(figure["title"].split()) <= 12 if "items" in name else 10, figure["title"]
            assert {len(row) for row in figure["rows"]} == {len(figure["head"])}
            assert figure["description"]


def test_counts_fold_into_the_bands_that_are_released_elsewhere() -> None:
    assert bands_of("FRIC", {"counts": [1, 2, 3, 4, 5]}) == [3, 3, 9]
    assert bands_of("APP1", {"counts": [1, 2, 3, 4, 5]}) == [9, 3, 3]
    assert bands_of("APP1", {"withheld": "difference", "bands": [3, 3, 9]}) == [9, 3, 3]
    assert bands_of("APP1", {"withheld": "capped", "capped": "high"}) is None


def test_a_group_under_ten_answers_shows_no_question() -> None:
    """Planted: the items of nine answers are in the release, as no release ever has them."""
    inputs = make_inputs([46], [58], n=(9, 41))
    cell = inputs.latest.cells["first"]
    items = {"FRIC": {"answered": 9, "no_contact": 0, "skipped": 0, "bands": [3, 3, 3]}}
    cells = {**inputs.latest.cells, "first": replace(cell, details={"items": items})}
    planted = replace(inputs, waves=(replace(inputs.latest, cells=cells),))
    for one in (inputs, planted):
        entries = found_items(one)["first"]
        assert not [entry for entry in entries if "bands" in entry]
        assert found_gap(one)["first"]["guess"] == {"withheld": "too_few"}
    assert "items-first" not in figures_of(found("low_response")["figures"], NAMES)


def test_bars_lie_astride_the_middle() -> None:
    (good, middle, bad) = bar_parts([["x", 50, 20, 30, 40]])
    assert (good["start"], good["end"]) == (-60, -10)
    assert (middle["start"], middle["end"]) == (-10, 10)
    assert (bad["start"], bad["end"]) == (10, 40)
    assert bar_parts([["x", "", "", "", "withheld"]]) == []


def test_a_misjudgement_is_named_only_where_the_ranges_lie_apart() -> None:
    gap = {
        "first": {
            "guess": {"value": 0.2, "low": 0.1, "high": 0.3, "n": 40},
            "answer": {"value": 0.8, "low": 0.7, "high": 0.9, "n": 40},
            "differs": "less",
        },
        "second": {"guess": {"withheld": "too_few"}, "answer": {"withheld": "capped"}},
    }
    worded = figures_of(found("improved")["figures"] | {"gap": gap}, NAMES)["gap"]
    assert worded["title"] == "At least one group misjudges the other"
    assert (
        "20 of 100 in Operations feel respected (likely 10 to 30); 80 of 100"
        in worded["description"]
    )
    assert "Operations about Sales: withheld, fewer than 10 answers." in worded["description"]
    assert figures("improved")["gap"]["title"] == "No clear misjudgement of the other group"
    assert figures("one_hidden")["gap"]["title"] == (
        "Cannot tell whether a group misjudges the other"
    )
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_rules_are_windows_of_three_surveys() -> None:
    inputs = STORIES["improved"]()
    rules = found_rules(inputs)
    assert rules is not None
    assert [bool(rule["now"]) for rule in rules["rules"]] == [True] * 9 + [False]
    assert rules["before"]["value"] < rules["now"]["value"]
    early = replace(inputs, waves=inputs.waves[:2])
    only = found_rules(early)
    assert only is not None
    assert only["before"] is None
    assert found_rules(make_inputs([46], [58], n=(7, 8))) is None


def test_a_small_group_rates_one_pair_a_month_and_its_last_rating_counts() -> None:
    inputs = STORIES["improved"]()
    pairs = [("RU01", "RU02"), ("RU03", "RU04"), ("RU05", "RU07"), ("RU08", "RU09"), ("RU10",), ()]
    waves = [rated_only(wave, pairs[step % 6]) for step, wave in enumerate(inputs.waves)]
    rules = found_rules(replace(inputs, waves=tuple(waves)))
    assert rules is not None
    assert rules["has_older"]
    assert [bool(rule["now"]) for rule in rules["rules"]] == [True] * 5 + [False] + [True] * 4
    assert rules["now"] is not None  # nine rules
    older = [
        rated_only(wave, ("RU01",) if step < 3 else ("RU03",))
        for step, wave in enumerate(inputs.waves)
    ]
    found = found_rules(replace(inputs, waves=tuple(older[:4])))
    assert found is not None
    assert found["rules"][0]["before"]
    assert not found["rules"][0]["now"]  # a rating from before the rules is none of now


def rated_only(wave: WavePoint, items: tuple[str, ...]) -> WavePoint:
    cells = {}
    for code, cell in wave.cells.items():
        rating = cell.details["rotating"]["RU01"]
        rotating = dict.fromkeys(items, rating)
        cells[code] = replace(cell, details={**cell.details, "rotating": rotating})
    return replace(wave, cells=cells)


def test_the_outlook_is_for_open_questions_only() -> None:
    assert "outlook" in figures("too_early")
    for story in ("improved", "drop_out", "one_hidden", "one_wave", "baseline", "not_estimable"):
        assert "outlook" not in figures(story), story


def test_facts_stand_on_the_months_of_the_trend() -> None:
    facts = found("improved")["figures"]["facts"]
    assert facts["months"] == [wave["month"] for wave in found("improved")["waves"]]
    assert facts["series"]["late"][0] == pytest.approx(30.0)
    assert facts["agreement"] == {"late": "agree", "rush": "agree"}
    assert found("worse")["figures"]["facts"] is None


def test_facts_that_did_not_move_disagree() -> None:
    inputs = STORIES["improved"]()
    months = {month: {"orders": 400, "on_time": 300} for month in inputs.calendar}
    perceived = {month: numbers | {"on_time": 300} for month, numbers in months.items()}
    outcome = analyse(inputs.survey()).index.outcome(Series.OVERALL)
    facts = found_facts(replace(inputs, facts=perceived), outcome)
    assert facts is not None
    assert facts["agreement"]["late"] == "disagree"
    assert found_facts(replace(inputs, facts={dt.date(2020, 1, 1): {"orders": 1}}), outcome) is None


def test_the_specifications_are_valid() -> None:
    width = 800
    numbers, worded = found("improved")["figures"], figures("improved")
    months = tuple(("Jan", "2026") for _month in numbers["facts"]["months"])
    specifications = [
        items_chart(worded["items-first"], width),
        gap_chart(worded["gap"], numbers["gap"], width, ("believed", "said"), NAMES.groups),
        rules_chart(worded["rules"], numbers["rules"], width),
        facts_chart(numbers["facts"], SERIES, months, 2.5, width),
        outlook_chart(figures("too_early")["outlook"], width),
    ]
    schema = alt.load_schema()
    for specification in specifications:
        jsonschema.validate(specification, schema)


def test_events_of_one_month_share_a_mark() -> None:
    events = [{"number": 1, "place": 2}, {"number": 2, "place": 2}, {"number": 3, "place": 5}]
    assert event_marks(events) == [{"place": 2, "label": "1, 2"}, {"place": 5, "label": "3"}]


def test_the_picture_and_the_table_hold_the_same_numbers() -> None:
    figure = figures("improved")["items-second"]
    rows = itertools.chain.from_iterable(items_chart(figure, 800)["datasets"].values())
    drawn = sorted(row["share"] for row in rows if "start" in row and "share" in row)
    table = sorted(
        itertools.chain.from_iterable(row[1:4] for row in figure["rows"] if row[1] != "")
    )
    assert set(table) <= set(drawn)
