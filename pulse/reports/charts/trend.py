"""The trend chart: each group's index by month, with its 95 % band, and the start of the rules.

Heavy to import: only the release job does. Two lines that also differ by dash and marker, no
smoothing, one axis from 0 to 100, gaps where nothing is shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from pulse.reports.charts.frames import (
    COLOURS,
    DASHES,
    FONT,
    GRID,
    INK,
    MARKERS,
    PAPER,
    SOFT,
    Frame,
    Words,
    fitted,
    wrapped,
)
from pulse.reports.charts.series import Lines, Row, label_places, lines_of, spread_labels
from pulse.reports.numbers import whole

LETTER = 9
"""Pixels that a bold letter takes at most, on average."""
NAME_HEIGHT, NUMBERS_HEIGHT = 18, 38
"""Pixels: of a name with its distance, and of the events' numbers with their lines."""


def trend_chart(
    findings: Mapping[str, Any], words: Words, frame: Frame, events: Sequence[Row] = ()
) -> dict[str, Any]:
    """Return the Vega-Lite specification.

    Parameters
    ----------
    findings
        As `pulse.reports.findings.find` froze them.
    words
        Texts; `months` has one (name, year) per month.
    frame
        Which version.
    events
        Place and label of what happened, see `event_marks`.
    """
    frame = fitted(frame, words)
    lines = lines_of(findings["waves"])
    count = len(findings["waves"])
    drawing = _Drawing(lines=lines, words=words, frame=frame, count=count, marks=events)
    layers = [*drawing.start(start_of(findings)), *drawing.events(), *drawing.gaps()]
    for code in COLOURS:
        layers += drawing.group(code)
    layers += drawing.labels()
    chart = (
        alt.layer(*layers)
        .properties(
            width=drawing.plot[0],
            height=drawing.plot[1],
            padding={
                "left": frame.left,
                "right": frame.right,
                "top": frame.top,
                "bottom": frame.bottom,
            },
            autosize=alt.AutoSizeParams(type="none"),
            background="transparent",
        )
        .configure(font=FONT)
        .configure_view(stroke=None)
    )
    # Validated by a test once, not at each release: that takes longer than the drawing.
    specification: dict[str, Any] = chart.to_dict(validate=False)
    return specification | {"datasets": drawing.datasets}


def start_of(findings: Mapping[str, Any]) -> float | None:
    """Return the place of the line at which the rules started; None where they did not."""
    split = findings["months_before"]
    return None if split is None or split >= findings["months_seen"] else split - 0.5


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    lines: Lines
    words: Words
    frame: Frame
    count: int
    marks: Sequence[Row] = ()
    datasets: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def plot(self) -> tuple[int, int]:
        """Width and height of what lies between the axes, in pixels."""
        frame = self.frame
        width = frame.width - frame.left - frame.right
        return width, frame.height - frame.top - frame.bottom

    def pixels(self, place: float) -> float:
        """Return how far right of the plot's left edge a month lies."""
        margin = 0.5 if self.count > 1 else 1.0
        return self.plot[0] * (place + margin) / (self.count - 1 + 2 * margin)

    def chart(self, rows: Sequence[Row]) -> alt.Chart:
        """Start a layer on `rows`, which go into the specification once, by name."""
        name = f"rows{len(self.datasets)}"
        self.datasets[name] = list(rows)
        return alt.Chart(alt.NamedData(name=name))

    def x(self, field: str = "place") -> alt.X:
        places = label_places(self.count, self.frame.most_labels)
        names = self._month_names(places)
        margin = 0.5 if self.count > 1 else 1.0
        return alt.X(
            f"{field}:Q",
            scale=alt.Scale(domain=[-margin, self.count - 1 + margin], nice=False, zero=False),
            axis=alt.Axis(
                values=places,
                labelExpr=f"({names!r})[toString(datum.value)]",
                title=None,
                grid=False,
                labelFontSize=self.frame.font_size,
                labelColor=SOFT,
                labelPadding=6,
                labelOverlap=False,
                labelFlush=False,
                tickColor=GRID,
                domainColor=SOFT,
            ),
        )

    def _month_names(self, places: list[int]) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        shown = ""
        for place in places:
            month, year = self.words.months[place]
            names[str(place)] = [month] if year == shown else [month, year]
            shown = year
        return names

    def y(self, field: str = "value") -> alt.Y:
        return alt.Y(
            f"{field}:Q",
            scale=alt.Scale(domain=[0, 100], nice=False),
            axis=alt.Axis(
                values=[0, 20, 40, 60, 80, 100],
                title=self.words.axis,
                titleAngle=0,
                titleAlign="left",
                titleAnchor="start",
                titleX=8 - self.frame.left,
                titleY=-26,
                titleBaseline="bottom",
                titleFontSize=self.frame.font_size,
                titleFontWeight="normal",
                titleColor=SOFT,
                gridColor=GRID,
                domain=False,
                ticks=False,
                labelFontSize=self.frame.font_size,
                labelColor=SOFT,
                labelPadding=6,
            ),
        )

    def start(self, place: float | None) -> list[alt.Chart]:
        """Draw the line at which the rules started."""
        if place is None:
            return []
        data = self.chart([{"place": place}])
        room = self.plot[0] + min(self.frame.right, 10) - self.pixels(place)
        is_late = LETTER * len(self.words.rules) > room
        return [
            data.mark_rule(color=INK, strokeWidth=1.5, strokeDash=[2, 3]).encode(x=self.x()),
            data.mark_text(
                text=self.words.rules,
                y=0,
                dy=-6,
                dx=4 if is_late else -4,
                align="right" if is_late else "left",
                baseline="bottom",
                color=INK,
                fontSize=self.frame.font_size,
                fontWeight="bold",
            ).encode(x=self.x()),
        ]

    def events(self) -> list[alt.Chart]:
        """Mark what happened by its number, at the foot of the plot."""
        if not self.marks:
            return []
        data = self.chart(self.marks)
        foot = self.plot[1]
        return [
            data.mark_rule(
                color=SOFT, strokeWidth=1, strokeDash=[1, 3], y=foot - 22, y2=foot
            ).encode(x=self.x()),
            data.mark_text(
                y=foot - 24, baseline="bottom", color=INK, fontSize=self.frame.font_size
            ).encode(x=self.x(), text="label:N"),
        ]

    def gaps(self) -> list[alt.Chart]:
        """Say why a month is empty, away from where the names stand."""
        words = {"missing": self.words.missing, "withheld": self.words.withheld}
        at_top: list[Row] = []
        at_foot: list[Row] = []
        for gap in self.lines.gaps:
            word = words[gap["kind"]]
            is_low = self.frame.has_side_labels or self._meets_the_upper_name(gap["place"], word)
            (at_foot if is_low else at_top).append(gap | {"word": word})
        look: dict[str, Any] = {"angle": 270, "baseline": "middle", "color": SOFT, "fontSize": 13}
        places: tuple[tuple[list[Row], dict[str, Any]], ...] = (
            (at_top, {"y": 0, "align": "right", "dx": -6}),
            (at_foot, {"y": self.plot[1], "align": "left", "dx": 6}),
        )
        return [
            self.chart(rows).mark_text(**place, **look).encode(x=self.x(), text="word:N")
            for rows, place in places
            if rows
        ]

    def _meets_the_upper_name(self, place: float, word: str) -> bool:
        """Whether a word that hangs from the top of a narrow picture runs into a name."""
        ends = {code: end for code, end in self.lines.ends.items() if end is not None}
        if not ends:
            return False
        code = max(ends, key=lambda one: float(ends[one]["value"]))
        name = self._name(code)
        if self.pixels(place) + 8 < self.pixels(ends[code]["place"]) - LETTER * len(name):
            return False
        top = self._clear_of(code, name, is_top=True) + 100 * NAME_HEIGHT / self.plot[1]
        return 100 - 100 * (6 + 7 * len(word)) / self.plot[1] < top

    def group(self, code: str) -> list[alt.Chart]:
        """Draw one group: soft band, line, markers that are hollow under ten answers."""
        rows = [row for row in self.lines.points if row["group"] == code]
        if not rows:
            return []
        colour = COLOURS[code]
        chart = self.chart(rows)
        runs = chart.transform_filter("!datum.is_alone")
        detail = alt.Detail("segment:N")
        size = max(14, min(58, 0.09 * (self.frame.width - self.frame.left) ** 2 // self.count**2))
        shape: dict[str, Any] = {
            "shape": MARKERS[code],
            "size": size,
            "stroke": colour,
            "strokeWidth": 2 if size > 30 else 1.2,
            "opacity": 1,
        }
        return [
            runs.mark_area(color=colour, opacity=0.16).encode(
                x=self.x(), y=self.y("low"), y2="high:Q", detail=detail
            ),
            chart.transform_filter("datum.is_alone")
            .mark_rule(color=colour, opacity=0.16, strokeWidth=14)
            .encode(x=self.x(), y=self.y("low"), y2="high:Q"),
            runs.mark_line(color=colour, strokeWidth=2.5, strokeDash=DASHES[code]).encode(
                x=self.x(), y=self.y(), detail=detail
            ),
            chart.transform_filter("!datum.is_hollow")
            .mark_point(fill=colour, **shape)
            .encode(x=self.x(), y=self.y()),
            chart.transform_filter("datum.is_hollow")
            .mark_point(fill=PAPER, **shape)
            .encode(x=self.x(), y=self.y()),
        ]

    def labels(self) -> list[alt.Chart]:
        """Name the lines where they end."""
        has_two_lines = any(len(name) > 13 for name in self.words.groups.values())
        heights = spread_labels(self.lines.ends, 14 if has_two_lines else 8)
        layers: list[alt.Chart] = []
        for code, height in heights.items():
            is_top = height == max(heights.values())
            layers += self._label(code, height, is_top=is_top)
        return layers

    def _label(self, code: str, height: float, *, is_top: bool) -> list[alt.Chart]:
        end = self.lines.ends[code]
        if end is None:
            return []
        name = self._name(code)
        common: dict[str, Any] = {
            "fontSize": self.frame.font_size,
            "fontWeight": "bold",
            "color": COLOURS[code],
        }
        if self.frame.has_side_labels:
            return [self._beside(name, height, common)]
        return self._above_or_below(code, name, common, is_top=is_top)

    def _name(self, code: str) -> str:
        """Return a group's name, with its value where that is of the last month."""
        name, end = self.words.groups[code], self.lines.ends[code]
        if end is None or end["place"] != self.count - 1:
            return name
        return f"{name} {whole(end['value'])}"

    def _beside(self, name: str, height: float, look: dict[str, Any]) -> alt.Chart:
        lines = wrapped(name)
        first_line = -self.frame.font_size * (len(lines) - 1) // 2
        chart = self.chart([{"height": height}]).encode(y=self.y("height"))
        marked: alt.Chart = chart.mark_text(
            text=lines,
            x=self.frame.width - self.frame.left - self.frame.right,
            dx=2,
            dy=first_line,
            align="left",
            baseline="middle",
            **look,
        )
        return marked

    def _above_or_below(
        self, code: str, name: str, look: dict[str, Any], *, is_top: bool
    ) -> list[alt.Chart]:
        end = self.lines.ends[code] or {}
        rows = [{"place": end["place"], "height": self._clear_of(code, name, is_top=is_top)}]
        place: dict[str, Any] = {
            "text": name,
            "align": "right",
            "baseline": "bottom" if is_top else "top",
            "dy": -4 if is_top else 4,
            "dx": 8,
        }
        halo = look | {"stroke": PAPER, "strokeWidth": 4, "color": PAPER}
        chart = self.chart(rows).encode(x=self.x(), y=self.y("height"))
        return [chart.mark_text(**place, **halo), chart.mark_text(**place, **look)]

    def _clear_of(self, code: str, name: str, *, is_top: bool) -> float:
        """Return the height at which a name is free of its own band below or above it."""
        months = math.ceil(LETTER * len(name) * (self.count + 1) / self.plot[0])
        rows = [row for row in self.lines.points if row["group"] == code]
        near = [row for row in rows if row["place"] > rows[-1]["place"] - months]
        if is_top:
            return min(93.0, max(float(row["high"]) for row in near))
        left = self.pixels(rows[-1]["place"]) - LETTER * len(name)
        is_over_numbers = any(self.pixels(mark["place"]) + 8 > left for mark in self.marks)
        lowest = 100 * (NUMBERS_HEIGHT + NAME_HEIGHT) / self.plot[1] if is_over_numbers else 7.0
        return max(lowest, min(float(row["low"]) for row in near))
