"""What all pictures below the trend share: size, data by name, axes. Heavy to import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from pulse.reports.charts.frames import FONT, GRID, INK, SOFT

Row = dict[str, Any]
FONT_SIZE = 14
WIDE, NARROW = 800, 330
LABEL_ROW = 46


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One picture in the making; sizes in pixels at natural size."""

    width: int
    height: int
    left: int = 10
    right: int = 18
    top: int = 10
    bottom: int = 30
    datasets: dict[str, list[Row]] = field(default_factory=dict)

    def chart(self, rows: Sequence[Row]) -> alt.Chart:
        """Start a layer on `rows`, which go into the specification once, by name."""
        name = f"rows{len(self.datasets)}"
        self.datasets[name] = list(rows)
        return alt.Chart(alt.NamedData(name=name))

    def specification(self, layers: Sequence[alt.Chart]) -> dict[str, Any]:
        """Return the Vega-Lite specification of `layers`."""
        padding = {
            "left": self.left,
            "right": self.right,
            "top": self.top,
            "bottom": self.bottom,
        }
        chart = (
            alt.layer(*layers)
            .properties(
                width=self.width - self.left - self.right,
                height=self.height - self.top - self.bottom,
                padding=padding,
                autosize=alt.AutoSizeParams(type="none"),
                background="transparent",
            )
            .configure(font=FONT)
            .configure_view(stroke=None)
        )
        found: dict[str, Any] = chart.to_dict(validate=False)
        return found | {"datasets": self.datasets}


def percent_axis(field_name: str, low: int = 0, *, has_labels: bool = True) -> alt.X:
    """Return a horizontal axis from `low` to 100; both sides count up from 0."""
    step = 50 if low < 0 else 20
    return alt.X(
        f"{field_name}:Q",
        scale=alt.Scale(domain=[low, 100], nice=False),
        axis=alt.Axis(
            values=list(range(low, 101, step)),
            labelExpr="abs(datum.value)",
            title=None,
            gridColor=GRID,
            domain=False,
            ticks=False,
            labels=has_labels,
            labelFontSize=FONT_SIZE,
            labelColor=SOFT,
            labelPadding=6,
        ),
    )


def rows_axis(field_name: str, count: int) -> alt.Y:
    """Return the vertical scale of `count` rows from the top down, without an axis."""
    return alt.Y(
        f"{field_name}:Q",
        scale=alt.Scale(domain=[count, 0], nice=False, zero=False),
        axis=None,
    )


def row_labels(sheet: Sheet, names: Sequence[str]) -> alt.Chart:
    """Write each row's name above what is drawn for it."""
    rows = [{"row": place + 0.06, "name": name} for place, name in enumerate(names)]
    marked: alt.Chart = (
        sheet.chart(rows)
        .mark_text(align="left", baseline="top", fontSize=FONT_SIZE, color=INK, x=0, lineBreak="\n")
        .encode(y=rows_axis("row", len(names)), text="name:N")
    )
    return marked
