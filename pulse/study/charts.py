"""The forest and the months of a study as pictures. Heavy to import: only the job does."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pulse.reports.charts.frames import GRID, INK, PAPER, SOFT
from pulse.reports.charts.render import render
from pulse.reports.charts.sheet import (
    FONT_SIZE,
    LABEL_ROW,
    NARROW,
    WIDE,
    Row,
    Sheet,
    row_labels,
    rows_axis,
)
from pulse.reports.numbers import signed

Found = Mapping[str, Any]
STEP = 10
COLOUR = "#0b6a82"


def pictures_of(found: Found, page: Found) -> dict[str, str]:
    """Return the pictures in both widths by name."""
    pictures = {}
    for size, width in (("wide", WIDE), ("narrow", NARROW)):
        for name, draw in (("forest", forest_chart), ("months", months_chart)):
            if page[name] is not None:
                text = f"{page[name]['title']}. {page[name]['description']}"
                drawn = render(draw(found, page, width), name=text)
                pictures[f"{name}-{size}"] = drawn
    return pictures


def forest_chart(found: Found, page: Found, width: int) -> dict[str, Any]:
    """Return one row per company, then all together and what the next one may expect."""
    names = [row[0] for row in page["forest"]["rows"]]
    count = len(names)
    sheet = Sheet(width=width, height=46 + LABEL_ROW * count, bottom=36, left=14)
    pooled = found["pooled"]
    ranges = [
        {**row["change"], "row": place + 0.68, "stopped": row["status"] == "stopped"}
        for place, row in enumerate(found["companies"])
        if row["change"]
    ]
    ends = [(one["low"], one["high"]) for one in ranges]
    if pooled:
        ends.append((pooled["next_low"], pooled["next_high"]))
    x = _changes(ends)
    y = rows_axis("row", count)
    layers = [
        _zero(sheet, x),
        sheet.chart(ranges)
        .mark_rule(color=SOFT, strokeWidth=3)
        .encode(x=x("low"), x2="high:Q", y=y),
        *(
            _points(sheet, [one for one in ranges if one["stopped"] is stopped], x, y, fill)
            for stopped, fill in ((False, INK), (True, PAPER))
        ),
    ]
    if pooled:
        layers += _together(sheet, pooled, len(found["companies"]), x, y)
    empty = [
        {"row": place + 0.68, "why": row[5]}
        for place, row in enumerate(page["forest"]["rows"][: len(found["companies"])])
        if not row[4]
    ]
    layers.append(
        sheet.chart(empty)
        .mark_text(color=SOFT, fontSize=13, fontStyle="italic", align="left", x=0)
        .encode(y=y, text="why:N")
    )
    return sheet.specification([*layers, row_labels(sheet, names)])


def months_chart(found: Found, _page: Found, width: int) -> dict[str, Any]:
    """Return every company as a thin line, all together as a bold one with its band."""
    sheet = Sheet(width=width, height=360, left=44, bottom=46)
    mean = [
        dict(zip(("month", "value", "low", "high"), one[:4], strict=True))
        for one in found["months"]["mean"]
    ]
    points = [
        {"month": month, "value": value, "company": line["label"]}
        for line in found["months"]["lines"]
        for month, value in line["points"]
    ]
    places = [one["month"] for one in points]
    x = alt.X(
        "month:Q",
        scale=alt.Scale(domain=[min(places), max(places)], nice=False, padding=8),
        axis=_axis(list(range(min(places), max(places) + 1, 1 if width > NARROW else 3))),
    )
    y = _vertical([(one["value"], one["value"]) for one in points])
    layers = [
        sheet.chart([{"value": 0}]).mark_rule(color=SOFT).encode(y=y("value")),
        sheet.chart([{"month": 0.5}]).mark_rule(color=INK, strokeDash=[5, 4]).encode(x=x),
        sheet.chart(mean)
        .mark_area(color=COLOUR, opacity=0.18)
        .encode(x=x, y=y("low"), y2="high:Q"),
        sheet.chart(points)
        .mark_line(color=SOFT, strokeWidth=1, opacity=0.8)
        .encode(x=x, y=y("value"), detail="company:N"),
        sheet.chart(mean).mark_line(color=COLOUR, strokeWidth=4).encode(x=x, y=y("value")),
        sheet.chart([{"month": 0.5, "text": "Rules started"}])
        .mark_text(align="left", dx=6, color=INK, fontSize=FONT_SIZE, y=10)
        .encode(x=x, text="text:N"),
    ]
    return sheet.specification(layers)


def _points(sheet: Sheet, rows: Sequence[Row], x: Any, y: alt.Y, fill: str) -> alt.Chart:  # noqa: ANN401
    point: alt.Chart = (
        sheet.chart(rows)
        .mark_point(shape="circle", size=90, fill=fill, stroke=INK, strokeWidth=2, opacity=1)
        .encode(x=x("value"), y=y)
    )
    return point


def _together(sheet: Sheet, pooled: Found, place: int, x: Any, y: alt.Y) -> list[alt.Chart]:  # noqa: ANN401
    whole = [{**pooled, "row": place + 0.68}]
    expected = [{"low": pooled["next_low"], "high": pooled["next_high"], "row": place + 1.68}]
    return [
        sheet.chart(whole)
        .mark_rule(color=COLOUR, strokeWidth=4)
        .encode(x=x("low"), x2="high:Q", y=y),
        sheet.chart(whole)
        .mark_point(shape="diamond", size=260, fill=COLOUR, stroke=COLOUR, opacity=1)
        .encode(x=x("value"), y=y),
        sheet.chart(expected)
        .mark_rule(color=COLOUR, strokeWidth=3, strokeDash=[7, 4])
        .encode(x=x("low"), x2="high:Q", y=y),
    ]


def _bounds(ends: Sequence[tuple[float, float]]) -> tuple[int, int]:
    low = min([-STEP, *(one for one, _ in ends)])
    high = max([STEP, *(one for _, one in ends)])
    return STEP * math.floor(low / STEP), STEP * math.ceil(high / STEP)


def _changes(ends: Sequence[tuple[float, float]]) -> Any:  # noqa: ANN401 - a small factory
    low, high = _bounds(ends)

    def axis(name: str) -> alt.X:
        return alt.X(
            f"{name}:Q",
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=_axis(list(range(low, high + 1, STEP if high - low <= 60 else 2 * STEP))),
        )

    return axis


def _vertical(ends: Sequence[tuple[float, float]]) -> Any:  # noqa: ANN401 - a small factory
    low, high = _bounds(ends)

    def axis(name: str) -> alt.Y:
        return alt.Y(
            f"{name}:Q",
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=_axis(list(range(low, high + 1, STEP))),
        )

    return axis


def _axis(values: list[int]) -> alt.Axis:
    minus = f"(datum.value < 0 ? '{signed(-1)[0]}' : datum.value > 0 ? '+' : '') + abs(datum.value)"
    return alt.Axis(
        values=values,
        labelExpr=minus,
        title=None,
        gridColor=GRID,
        domain=False,
        ticks=False,
        labelFontSize=FONT_SIZE,
        labelColor=SOFT,
        labelPadding=6,
    )


def _zero(sheet: Sheet, x: Any) -> alt.Chart:  # noqa: ANN401
    zero: alt.Chart = sheet.chart([{"value": 0}]).mark_rule(color=INK).encode(x=x("value"))
    return zero
