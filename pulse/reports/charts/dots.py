"""Two points and the way between them: the perception gap and the ten rules. Heavy to import."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from pulse.ids import GROUP_CODES
from pulse.reports.charts.frames import COLOURS, INK, PAPER, SOFT
from pulse.reports.charts.sheet import (
    FONT_SIZE,
    LABEL_ROW,
    Row,
    Sheet,
    percent_axis,
    row_labels,
    rows_axis,
)

Found = Mapping[str, Any]

POINTS = 0.62
"""Where in a row the points lie: a group's name and what it believes stand above."""
SECOND_LINE = 16
"""Pixels of a name's second line."""


LONGEST_NAME = 18
"""Letters of a group's name that fit before what it said."""


def gap_chart(
    figure: Found, found: Found, width: int, words: tuple[str, str], groups: Mapping[str, str]
) -> dict[str, Any]:
    """Return the dumbbell: hollow what a group believes of the other, filled what that one says.

    Parameters
    ----------
    words
        "believed" and "said", for the labels.
    groups
        The groups' names: the row is of the one that believes, what is said is of the other.
    """
    sheet = Sheet(width=width, height=40 + 96 * len(figure["rows"]), top=10, bottom=30, right=30)
    count = len(figure["rows"])
    layers: list[alt.Chart] = []
    for place, code in enumerate(GROUP_CODES):
        pair = found[code]
        guess, answer = (pair[end].get("value") for end in ("guess", "answer"))
        other = next(one for one in GROUP_CODES if one != code)
        ends = [
            {"value": 100 * value, "row": place + POINTS, "end": end}
            for end, value in (("guess", guess), ("answer", answer))
            if value is not None
        ]
        if len(ends) == 2:
            between = [{"from": ends[0]["value"], "to": ends[1]["value"], "row": place + POINTS}]
            layers.append(
                sheet.chart(between)
                .mark_rule(color=SOFT, strokeWidth=3)
                .encode(x=percent_axis("from"), x2="to:Q", y=rows_axis("row", count))
            )
        said = f"{groups[other]} {words[1]}" if len(groups[other]) <= LONGEST_NAME else words[1]
        layers += _ends(sheet, ends, count, (COLOURS[code], COLOURS[other]), (words[0], said))
    labels = row_labels(sheet, [_wrapped(str(row[0]), width) for row in figure["rows"]])
    return sheet.specification([*layers, labels])


def _ends(
    sheet: Sheet,
    ends: Sequence[Row],
    count: int,
    colours: tuple[str, str],
    words: tuple[str, str],
) -> list[alt.Chart]:
    layers: list[alt.Chart] = []
    for end in ends:
        is_guess = end["end"] == "guess"
        colour = colours[0] if is_guess else colours[1]
        text = f"{words[0 if is_guess else 1]} {round(end['value'])}"
        room = (sheet.width - sheet.left - sheet.right) * (1 - end["value"] / 100) + sheet.right
        is_right = end["value"] > 60 or 8 * len(text) > room
        chart = sheet.chart([end | {"text": text}])
        x, y = percent_axis("value"), rows_axis("row", count)
        layers += [
            chart.mark_point(
                shape="circle",
                size=170,
                stroke=colour,
                strokeWidth=2.5,
                opacity=1,
                fill=PAPER if is_guess else colour,
            ).encode(x=x, y=y),
            chart.mark_text(
                align="right" if is_right else "left",
                dx=6 if is_right else -6,
                dy=-18 if is_guess else 20,
                color=INK,
                fontSize=FONT_SIZE,
            ).encode(x=x, y=y, text="text:N"),
        ]
    return layers


def rules_chart(figure: Found, found: Found, width: int) -> dict[str, Any]:
    """Return the ten rules: hollow before, filled now with its range; empty where not asked enough."""
    count = len(found["rules"])
    names = [_wrapped(str(row[0]), width) for row in figure["rows"]]
    row = LABEL_ROW + (SECOND_LINE if any("\n" in name for name in names) else 0)
    points = 1 - 14 / row
    sheet = Sheet(width=width, height=48 + row * count, top=10, bottom=30, right=24)
    before: list[Row] = []
    now: list[Row] = []
    empty: list[Row] = []
    for place, rule in enumerate(found["rules"]):
        if rule["before"]:
            before.append({"value": rule["before"]["value"], "row": place + points})
        if rule["now"]:
            now.append({**rule["now"], "row": place + points})
        else:
            empty.append({"row": place + points, "why": figure["rows"][place][2]})
    x, y = percent_axis("value"), rows_axis("row", count)
    point: dict[str, Any] = {"stroke": INK, "strokeWidth": 2, "opacity": 1}
    layers = [
        sheet.chart(now)
        .mark_rule(color=SOFT, strokeWidth=7, opacity=0.7)
        .encode(x=percent_axis("low"), x2="high:Q", y=y),
        sheet.chart(before)
        .mark_point(shape="circle", size=90, fill=PAPER, **point)
        .encode(x=x, y=y),
        sheet.chart(now).mark_point(shape="circle", size=90, fill=INK, **point).encode(x=x, y=y),
        row_labels(sheet, names),
        sheet.chart(empty)
        .mark_text(color=SOFT, fontSize=FONT_SIZE, fontStyle="italic", align="left", x=0)
        .encode(y=y, text="why:N"),
    ]
    return sheet.specification(layers)


def _wrapped(name: str, width: int) -> str:
    """Break a name into lines that fit."""
    return "\n".join(textwrap.wrap(name, (width - 20) // 8))
