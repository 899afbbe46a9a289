"""The trend chart draws what was found and nothing between the months."""

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import jsonschema
import pytest

from pulse.i18n import LANGUAGES
from pulse.reports.charts import frames
from pulse.reports.charts.pictures import pictures_of
from pulse.reports.charts.series import Row, label_places, lines_of, spread_labels
from pulse.reports.charts.svg import NAMESPACE, UnsafePictureError, as_file, clean
from pulse.reports.charts.trend import trend_chart
from pulse.reports.exports.trend_csv import safe, trend_csv
from pulse.reports.pages import Setting, page_of
from pulse.resources import PACKAGE
from tests.reports.stories import STORIES, found

CSS = (PACKAGE / "static" / "css" / "report-figures.css").read_text()
COLOUR = re.compile(r'(fill|stroke)="(#[0-9a-f]{6})"')
SETTING = Setting(
    language="es",
    company="Example Works",
    groups={"first": "Ventas", "second": "el Taller"},
    is_simulated=False,
)


def words(count: int) -> frames.Words:
    return frames.Words(
        groups={"first": "Sales", "second": "Operations"},
        axis="Friction",
        rules="Rules started",
        missing="no survey",
        withheld="withheld",
        months=tuple(("Jan", "2026") for _month in range(count)),
    )


@pytest.fixture(scope="module")
def pictures() -> dict[str, dict[str, str]]:
    """All pictures of one story; of the others the trend alone, which is what differs."""
    drawn = {}
    for story in ("improved", "missing_waves", "both_hidden", "one_wave"):
        page = page_of(found(story), SETTING)
        figures = page["figures"] if story == "improved" else {}
        drawn[story] = pictures_of(found(story), SETTING, page | {"figures": figures})
    return drawn


def texts(svg: str) -> list[str]:
    """The words in a picture."""
    root = ET.fromstring(svg)  # noqa: S314
    return ["".join(text.itertext()) for text in root.iter(f"{{{NAMESPACE}}}text")]


def test_nothing_is_drawn_across_a_gap() -> None:
    lines = lines_of(found("missing_waves")["waves"])
    runs: dict[str, list[int]] = {}
    for row in lines.points:
        runs.setdefault(row["segment"], []).append(row["place"])
    for places in runs.values():
        assert places == list(range(places[0], places[-1] + 1))
    assert [gap["kind"] for gap in lines.gaps] == ["missing", "withheld", "missing"]
    hollow = {row["group"] for row in lines.points if row["is_hollow"]}
    assert hollow == {"first"}
    alone = {row["place"] for row in lines.points if row["is_alone"]}
    assert 8 in alone
    assert 0 not in alone


def test_a_month_withheld_for_both_is_named() -> None:
    lines = lines_of(found("both_hidden")["waves"])
    assert lines.gaps == ({"place": 5, "kind": "withheld"},)


@pytest.mark.parametrize("story", sorted(STORIES))
@pytest.mark.parametrize("frame", [frames.WIDE, frames.NARROW])
def test_the_specification_is_valid(story: str, frame: frames.Frame) -> None:
    findings = found(story)
    chart = trend_chart(findings, words(len(findings["waves"])), frame)
    jsonschema.validate(chart, alt.load_schema())
    scales = [
        layer["encoding"]["y"]["scale"] for layer in chart["layer"] if "y" in layer["encoding"]
    ]
    assert all(scale["domain"] == [0, 100] for scale in scales)
    assert "resolve" not in chart


def test_the_start_of_the_rules_is_marked_only_once_it_has_come() -> None:
    def rules(story: str) -> list[float]:
        findings = found(story)
        chart = trend_chart(findings, words(len(findings["waves"])), frames.WIDE)
        rows = [row for values in chart["datasets"].values() for row in values]
        return [row["place"] for row in rows if set(row) == {"place"}]

    assert rules("improved") == [2.5]
    assert rules("baseline") == []
    assert rules("one_wave") == []


def drawn(story: str, frame: frames.Frame, events: list[Row]) -> tuple[list[Row], dict[str, Any]]:
    """The layers of a trend chart in Spanish, and the rows that they draw."""
    findings = found(story)
    spanish = replace(
        words(len(findings["waves"])),
        groups={"first": "Ventas", "second": "Operaciones"},
        rules="Empiezan las reglas",
        missing="sin encuesta",
        withheld="no se muestra",
    )
    chart = trend_chart(findings, spanish, frame, events)
    return chart["layer"], chart["datasets"]


@pytest.mark.parametrize(
    ("story", "side"), [("improved", "left"), ("one_hidden", "right"), ("too_early", "right")]
)
def test_the_words_at_the_start_of_the_rules_stay_inside(story: str, side: str) -> None:
    """The long Spanish words ran out of a narrow picture whose line stands in its middle."""
    layers, _rows = drawn(story, frames.NARROW, [])
    marks = [layer["mark"] for layer in layers]
    assert [mark["align"] for mark in marks if mark.get("text") == "Empiezan las reglas"] == [side]


def test_the_word_in_a_gap_keeps_clear_of_a_name() -> None:
    """The word of the withheld month hung down into the name of the upper line."""
    layers, rows = drawn("missing_waves", frames.NARROW, [])
    aligned = {
        (row["place"], layer["mark"]["align"])
        for layer in layers
        if layer["mark"].get("angle") == 270
        for row in rows[layer["data"]["name"]]
    }
    assert aligned == {(3, "right"), (5, "left"), (7, "right")}


def test_a_name_keeps_clear_of_the_numbers_of_events() -> None:
    """The number below the end of the lower line ran into that line's name."""
    low = {"place": 7, "label": "5"}
    _layers, rows = drawn("drop_out", frames.NARROW, [low])
    _layers, free = drawn("drop_out", frames.NARROW, [low | {"place": 1}])
    heights = [
        min(row["height"] for values in one.values() for row in values if "height" in row)
        for one in (rows, free)
    ]
    foot = frames.NARROW.height - frames.NARROW.top - frames.NARROW.bottom
    assert heights[0] - 100 * 18 / foot >= 100 * 38 / foot - 0.01
    assert heights[1] < heights[0]


def test_names_stand_apart_and_inside() -> None:
    close = {"first": {"value": 40.0}, "second": {"value": 41.0}}
    heights = spread_labels(close, 8)
    assert heights["second"] - heights["first"] == pytest.approx(8)
    low = spread_labels({"first": {"value": 0.0}, "second": {"value": 1.0}}, 8)
    assert min(low.values()) >= 3.9
    assert spread_labels({"first": None, "second": {"value": 50.0}}, 8) == {"second": 50.0}


@pytest.mark.parametrize("count", [1, 2, 9, 12, 13, 36, 60])
@pytest.mark.parametrize("most", [5, 12])
def test_month_labels_never_crowd(count: int, most: int) -> None:
    places = label_places(count, most)
    assert places[0] == 0
    assert len(places) <= most


def test_the_poster_shows_no_number_without_its_event(pictures: dict[str, dict[str, str]]) -> None:
    """The list of events is on the page alone."""
    improved = pictures["improved"]
    assert {"1", "2"} <= set(texts(improved["wide"]))
    assert not {"1", "2"} & set(texts(improved["plain"]))
    assert pictures["one_wave"]["plain"] == pictures["one_wave"]["wide"]


def test_what_the_other_group_said_bears_its_name(pictures: dict[str, dict[str, str]]) -> None:
    """The row of Ventas said "dice 50", which was what the other group said."""
    for size in ("wide", "narrow"):
        drawn = texts(pictures["improved"][f"gap-{size}"])
        assert {"Ventas sobre el Taller", "El Taller sobre Ventas"} <= set(drawn)
        assert {"El Taller dice 50", "Ventas dice 58"} <= set(drawn)


def test_words_of_the_pictures(pictures: dict[str, dict[str, str]]) -> None:
    wide = texts(pictures["improved"]["wide"])
    assert {"Ventas 33", "El Taller 44", "Empiezan las reglas", "0", "100"} <= set(wide)
    assert not [word for word in wide if "Friction" in word]
    assert "sin encuesta" in texts(pictures["missing_waves"]["wide"])
    assert "no se muestra" in texts(pictures["both_hidden"]["narrow"])
    file = pictures["improved"]["file"]
    assert texts(file)[0] == "La fricción bajó desde que empezaron las reglas"
    assert 'fill="white"' in file


def test_pictures_fit_the_policy_and_have_a_name(pictures: dict[str, dict[str, str]]) -> None:
    for picture in (svg for versions in pictures.values() for svg in versions.values()):
        assert not re.search(r"style=|<style|<script|href|clip|id=", picture)
        root = ET.fromstring(picture)  # noqa: S314
        assert root.get("role") == "img"
    inline = ET.fromstring(pictures["improved"]["wide"])  # noqa: S314
    assert "width" not in inline.attrib
    assert (inline.get("aria-label") or "").startswith("La fricción bajó")


def test_every_colour_has_its_rule_in_the_style_sheet(
    pictures: dict[str, dict[str, str]],
) -> None:
    drawn = [
        svg for versions in pictures.values() for name, svg in versions.items() if name != "file"
    ]
    used = {pair for svg in drawn for pair in COLOUR.findall(svg)}
    assert used
    for kind, colour in used:
        assert f'.picture [{kind}="{colour}"]' in CSS, (kind, colour)


def test_lines_differ_without_colour(pictures: dict[str, dict[str, str]]) -> None:
    dashed = re.findall(r'stroke-dasharray="7,4"', pictures["improved"]["wide"])
    assert len(dashed) == 1
    assert set(frames.MARKERS.values()) == {"circle", "square"}


def test_strange_pictures_are_refused() -> None:
    with pytest.raises(UnsafePictureError):
        clean('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', name="x")
    kept = clean(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1" onload="x()">'
        '<g style="x"><path d="M0,0h1" onclick="x()" fill="red"/></g></svg>',
        name="a & b",
    )
    assert "onload" not in kept
    assert "style" not in kept
    assert 'aria-label="a &amp; b"' in kept
    assert "a &amp; b" in as_file(kept, title="t", subtitle=["s"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_holds_the_numbers_of_the_chart(language: str) -> None:
    findings = found("missing_waves")
    lines = trend_csv(findings, ["=Sales", "Operations"], language).splitlines()
    assert len(lines) == 1 + 2 * 9
    assert "'=Sales" in lines[1]
    assert lines[1].split(",")[2] == "46.0"
    assert {"en": "no survey", "es": "sin encuesta"}[language] in lines[7]


def test_formulas_are_defused() -> None:
    assert [safe(text) for text in ("=1", "+1", "-1", "@x", "A")] == [
        "'=1",
        "'+1",
        "'-1",
        "'@x",
        "A",
    ]
