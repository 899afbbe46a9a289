"""From findings to the rows that the trend chart draws. Pure; no drawing library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulse.ids import GROUP_CODES

FEW_ANSWERS = 10
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Lines:
    """What is drawn.

    Attributes
    ----------
    points
        One row per shown cell: group, place (0 for the first month), value, low, high, segment
        (unbroken run of months), is_hollow, is_alone (a run of one month).
    gaps
        Places at which nothing is shown for either group, with "missing" or "withheld".
    ends
        Per group the last shown row, None where a group was never shown.
    """

    points: tuple[Row, ...]
    gaps: tuple[Row, ...]
    ends: dict[str, Row | None]


def lines_of(waves: Sequence[Mapping[str, Any]]) -> Lines:
    """Break the series into runs, so that nothing is drawn across a month without a value."""
    points = tuple(row for code in GROUP_CODES for row in _points(waves, code))
    last = {code: [row for row in points if row["group"] == code][-1:] for code in GROUP_CODES}
    return Lines(
        points=points,
        gaps=tuple(_gaps(waves)),
        ends={code: rows[0] if rows else None for code, rows in last.items()},
    )


def _points(waves: Sequence[Mapping[str, Any]], code: str) -> list[Row]:
    rows: list[Row] = []
    for place, wave in enumerate(waves):
        cell = wave["cells"][code] if wave["cells"] else {}
        if "value" not in cell:
            continue
        is_joined = bool(rows) and rows[-1]["place"] == place - 1
        segment = rows[-1]["segment"] if is_joined else f"{code}-{place}"
        rows.append(
            {
                "group": code,
                "place": place,
                "segment": segment,
                "is_hollow": cell["n"] < FEW_ANSWERS,
                **{name: cell[name] for name in ("value", "low", "high")},
            }
        )
    lengths = [row["segment"] for row in rows]
    return [row | {"is_alone": lengths.count(row["segment"]) == 1} for row in rows]


def _gaps(waves: Sequence[Mapping[str, Any]]) -> list[Row]:
    rows: list[Row] = []
    for place, wave in enumerate(waves):
        if not wave["cells"]:
            rows.append({"place": place, "kind": "missing"})
        elif not any("value" in wave["cells"][code] for code in GROUP_CODES):
            rows.append({"place": place, "kind": "withheld"})
    return rows


def spread_labels(ends: Mapping[str, Row | None], gap: float) -> dict[str, float]:
    """Return a height for each group's label, at least `gap` index points apart, inside 0-100."""
    heights = {code: float(row["value"]) for code, row in ends.items() if row is not None}
    if len(heights) == len(GROUP_CODES):
        low, high = sorted(heights, key=lambda code: heights[code])
        lack = gap - (heights[high] - heights[low])
        if lack > 0:
            heights[low] -= lack / 2
            heights[high] += lack / 2
        shift = max(0.0, gap / 2 - heights[low]) - max(0.0, heights[high] - (100 - gap / 2))
        heights = {code: height + shift for code, height in heights.items()}
    return heights


def label_places(count: int, most: int) -> list[int]:
    """Return which months get a label on the axis: evenly spaced, at most `most` of them."""
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60) if count <= step * most)
    return list(range(0, count, step))


def event_marks(events: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return one mark per month in which something happened, with the numbers of its events."""
    places: dict[int, list[str]] = {}
    for event in events:
        places.setdefault(event["place"], []).append(str(event["number"]))
    return [{"place": place, "label": ", ".join(numbers)} for place, numbers in places.items()]
