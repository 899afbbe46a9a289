"""The numbers from the books as thin strips on the trend's months. Heavy to import."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pulse.reports.charts.frames import GRID, INK, PAPER, SOFT
from pulse.reports.charts.series import label_places
from pulse.reports.charts.sheet import FONT_SIZE, WIDE, Row, Sheet
from pulse.reports.numbers import whole

STRIP = 86
BELOW_NAME = 0.26
"""Share of a strip's height that its name takes."""


def facts_chart(
    found: Mapping[str, Any],
    names: Mapping[str, str],
    months: Sequence[tuple[str, str]],
    start: float | None,
    width: int,
) -> dict[str, Any]:
    """Return the specification: one strip per series, each from 0 to its largest value.

    Parameters
    ----------
    start
        Place of the line at which the rules started; None where they did not.
    """
    series = found["series"]
    side = (46, 60) if width == WIDE else (34, 22)
    sheet = Sheet(
        width=width, height=60 + STRIP * len(series), left=side[0], right=side[1], bottom=48
    )
    axes = _Axes(count=len(months), strips=len(series), months=months, width=width)
    layers: list[alt.Chart] = []
    if start is not None:
        # In pieces below the names, which a line from top to bottom would strike through.
        rule = sheet.chart(
            [
                {"place": start, "height": strip + BELOW_NAME, "end": strip + 1.0}
                for strip in range(len(series))
            ]
        )
        layers.append(
            rule.mark_rule(color=INK, strokeDash=[2, 3]).encode(x=axes.x(), y=axes.y(), y2="end")
        )
    for place, (name, values) in enumerate(series.items()):
        layers += _strip(sheet, axes, place, names[name], values)
    return sheet.specification(layers)


class _Axes:
    def __init__(
        self, *, count: int, strips: int, months: Sequence[tuple[str, str]], width: int
    ) -> None:
        self.count, self.strips = count, strips
        places = label_places(count, 12 if width == WIDE else 5)
        self.places = places
        self.names: dict[str, list[str]] = {}
        shown = ""
        for place in places:
            month, year = months[place]
            self.names[str(place)] = [month] if year == shown else [month, year]
            shown = year

    def x(self) -> alt.X:
        margin = 0.5 if self.count > 1 else 1.0
        return alt.X(
            "place:Q",
            scale=alt.Scale(domain=[-margin, self.count - 1 + margin], nice=False, zero=False),
            axis=alt.Axis(
                values=self.places,
                labelExpr=f"({self.names!r})[toString(datum.value)]",
                title=None,
                grid=False,
                labelFontSize=FONT_SIZE,
                labelColor=SOFT,
                labelPadding=6,
                labelOverlap=False,
                labelFlush=False,
                tickColor=GRID,
                domainColor=SOFT,
            ),
        )

    def y(self, field: str = "height") -> alt.Y:
        scale = alt.Scale(domain=[self.strips, 0], nice=False, zero=False)
        return alt.Y(f"{field}:Q", scale=scale, axis=None)


def _strip(
    sheet: Sheet, axes: _Axes, place: int, name: str, values: Sequence[float | None]
) -> list[alt.Chart]:
    known = [value for value in values if value is not None]
    top = max([*known, 1.0])
    rows: list[Row] = []
    for month, value in enumerate(values):
        if value is None:
            continue
        is_joined = bool(rows) and rows[-1]["place"] == month - 1
        rows.append(
            {
                "place": month,
                "height": place + 0.95 - 0.6 * value / top,
                "segment": rows[-1]["segment"] if is_joined else f"{month}",
                "label": str(whole(value)),
            }
        )
    chart, x, y = sheet.chart(rows), axes.x(), axes.y()
    base = sheet.chart([{"height": place + 0.95}]).mark_rule(color=GRID).encode(y=axes.y())
    title = (
        sheet.chart([{"height": place + 0.04, "name": name}])
        .mark_text(
            align="left",
            baseline="top",
            x=8 - sheet.left,
            color=SOFT,
            fontSize=FONT_SIZE,
            fontWeight="bold",
        )
        .encode(y=axes.y(), text="name:N")
    )
    last = (
        sheet.chart(rows[-1:])
        .mark_text(align="left", dx=8, color=INK, fontSize=FONT_SIZE, fontWeight="bold")
        .encode(x=axes.x(), y=axes.y(), text="label:N")
    )
    return [
        base,
        title,
        chart.mark_line(color=INK, strokeWidth=1.5).encode(x=x, y=y, detail="segment:N"),
        chart.mark_point(shape="circle", size=22, fill=PAPER, stroke=INK, opacity=1).encode(
            x=x, y=y
        ),
        last,
    ]
