"""Diverging bars of a group's questions, and the chance of an answer by month. Heavy to import."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import altair as alt

from pulse.reports.charts.frames import GRID, INK, PAPER, SOFT
from pulse.reports.charts.sheet import (
    FONT_SIZE,
    LABEL_ROW,
    NARROW,
    Row,
    Sheet,
    percent_axis,
    row_labels,
    rows_axis,
)

LOOKS = {"good": (GRID, 1.0, INK), "middle": (SOFT, 0.4, INK), "bad": (INK, 1.0, PAPER)}
# A pale bar alone does not stand out from the paper.
OUTLINE: dict[str, Any] = {"stroke": SOFT, "strokeWidth": 1}
SMALLEST_LABEL = 12


def items_chart(figure: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Return the specification: little friction to the left, much to the right, the middle astride."""
    rows = figure["rows"]
    sheet = Sheet(
        width=width, height=60 + (LABEL_ROW + 2) * len(rows), left=10, right=12, top=32, bottom=28
    )
    y, y2 = rows_axis("top", len(rows)), alt.Y2("bottom:Q")
    layers: list[alt.Chart] = []
    for band, (fill, opacity, ink) in LOOKS.items():
        parts = [part for part in bar_parts(rows) if part["band"] == band]
        chart = sheet.chart(parts)
        layers.append(
            chart.mark_bar(fill=fill, fillOpacity=opacity, **OUTLINE).encode(
                x=percent_axis("start", -100), x2="end:Q", y=y, y2=y2
            )
        )
        labelled = [part for part in parts if part["share"] >= SMALLEST_LABEL]
        layers.append(
            sheet.chart(labelled)
            .mark_text(color=ink, fontSize=FONT_SIZE, baseline="middle")
            .encode(
                x=percent_axis("centre", -100), y=rows_axis("middle", len(rows)), text="share:Q"
            )
        )
    layers += [*_heads(sheet, figure["head"]), *_withheld(sheet, rows)]
    return sheet.specification([*layers, row_labels(sheet, [row[0] for row in rows])])


def bar_parts(rows: Sequence[Sequence[Any]]) -> list[Row]:
    """Return the three parts of each bar, laid out so that the middle band lies astride zero."""
    parts: list[Row] = []
    for place, row in enumerate(rows):
        if row[1] == "":
            continue
        good, middle, bad = row[1:4]
        edges = {
            "good": (-middle / 2 - good, -middle / 2),
            "middle": (-middle / 2, middle / 2),
            "bad": (middle / 2, middle / 2 + bad),
        }
        for (band, (start, end)), value in zip(edges.items(), (good, middle, bad), strict=True):
            parts.append(
                {
                    "band": band,
                    "start": start,
                    "end": end,
                    "centre": (start + end) / 2,
                    "share": value,
                    "top": place + 0.46,
                    "bottom": place + 0.94,
                    "middle": place + 0.7,
                }
            )
    return parts


Align: TypeAlias = Literal["left", "center", "right"]


def _heads(sheet: Sheet, head: Sequence[str]) -> list[alt.Chart]:
    inner = sheet.width - sheet.left - sheet.right
    places: dict[int, Align] = {0: "left", inner // 2: "center", inner: "right"}
    return [
        sheet.chart([{"name": name.removesuffix(" %")}])
        .mark_text(
            align=align,
            baseline="bottom",
            x=x,
            y=0,
            dy=-10,
            color=SOFT,
            fontSize=FONT_SIZE,
            fontWeight="bold",
        )
        .encode(text="name:N")
        for (x, align), name in zip(places.items(), head[1:4], strict=True)
    ]


def _withheld(sheet: Sheet, rows: Sequence[Sequence[Any]]) -> list[alt.Chart]:
    hidden = [{"row": place + 0.7, "why": row[4]} for place, row in enumerate(rows) if row[1] == ""]
    if not hidden:
        return []
    return [
        sheet.chart(hidden)
        .mark_text(color=SOFT, fontSize=FONT_SIZE, fontStyle="italic", align="left", x=0)
        .encode(y=rows_axis("row", len(rows)), text="why:N")
    ]


def outlook_chart(figure: Mapping[str, Any], width: int) -> dict[str, Any]:
    """Return the specification: one bar per month to come, and the line of even chances."""
    sheet = Sheet(width=width, height=240, left=40, right=12, top=16, bottom=30)
    rows = [{"month": row[0], "chance": row[1]} for row in figure["rows"]]
    y = alt.Y(
        "chance:Q",
        scale=alt.Scale(domain=[0, 100], nice=False),
        axis=alt.Axis(
            values=[0, 50, 100],
            title=None,
            gridColor=GRID,
            domain=False,
            ticks=False,
            labelFontSize=FONT_SIZE,
            labelColor=SOFT,
            labelPadding=6,
        ),
    )
    x = alt.X(
        "month:N",
        sort=[row["month"] for row in rows],
        axis=alt.Axis(
            title=None,
            labelAngle=0,
            labelFontSize=FONT_SIZE,
            labelColor=SOFT,
            domainColor=SOFT,
            ticks=False,
            labelPadding=6,
        ),
    )
    bars = sheet.chart(rows)
    layers = [bars.mark_bar(fill=SOFT, fillOpacity=0.4, **OUTLINE).encode(x=x, y=y)]
    if width > NARROW:
        place: dict[str, Any] = {"baseline": "bottom", "dy": -3, "fontSize": FONT_SIZE}
        # The halo parts a number near 100 from the line there.
        for look in ({"color": PAPER, "stroke": PAPER, "strokeWidth": 4}, {"color": INK}):
            numbers = bars.mark_text(**place, **look)
            layers.append(numbers.encode(x=x, y=y, text="chance:Q"))
    even = sheet.chart([{"chance": 50}]).mark_rule(color=INK, strokeDash=[2, 3]).encode(y=y)
    return sheet.specification([*layers, even])
