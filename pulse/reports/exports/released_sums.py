"""The released sums behind a report, stored with it: rows for the data package. Pure."""

from collections.abc import Mapping
from typing import Any

from analysis.tally import Moments
from pulse.ids import GROUP_CODES
from pulse.reports.figures.items import ITEM_NAMES, bands_of
from pulse.reports.inputs import Cell, ReportInputs

Rows = list[dict[str, Any]]


def data_of(inputs: ReportInputs) -> dict[str, Any]:
    """Return tables of plain values; a cell that is withheld has no line.

    Returns
    -------
    dict
        "months_before", "seasonal" and "after_bad_spell" as `analysis` takes them, and one list of
        lines per table.
    """
    return {
        "months_before": inputs.survey().months_before,
        "adopted_on": inputs.adopted_on.isoformat() if inputs.adopted_on else None,
        "seasonal": inputs.seasonal.value,
        "after_bad_spell": inputs.after_bad_spell.value,
        "minimum_cell_size": inputs.minimum_cell_size,
        "tallies": [row for place in _cells(inputs) for row in _tallies(*place)],
        "fieldwork": [_fieldwork(*place) for place in _cells(inputs)],
        "items": [row for place in _cells(inputs) for row in _items(*place)],
        "rules": [row for place in _cells(inputs) for row in _rules(*place)],
        "facts": [
            {"month": f"{month:%Y-%m}", **numbers}
            for month, numbers in sorted(inputs.facts.items())
            if month <= inputs.latest.month
        ],
        "events": [{"day": day.isoformat(), "kind": kind} for day, kind in inputs.events],
    }


def _cells(inputs: ReportInputs) -> list[tuple[str, str, Cell]]:
    return [
        (f"{wave.month:%Y-%m}", code, wave.cells[code])
        for wave in inputs.waves
        for code in GROUP_CODES
    ]


def _tallies(wave: str, group: str, cell: Cell) -> Rows:
    scores: dict[str, Moments | str] = {"index": cell.index, **cell.dimensions}
    return [
        {
            "wave": wave,
            "group": group,
            "score": score,
            "n": moments.n,
            "sum": moments.total,
            "sum_squares": moments.total_squares,
        }
        for score, moments in scores.items()
        if isinstance(moments, Moments)
    ]


def _fieldwork(wave: str, group: str, cell: Cell) -> dict[str, Any]:
    return {
        "wave": wave,
        "group": group,
        "answered": cell.n_counted,
        "invited": cell.n_invited,
        "shown": "yes" if cell.moments else "no",
        **_counts(cell, "modes", "mode"),
        **_counts(cell, "languages", "language"),
    }


def _counts(cell: Cell, name: str, prefix: str) -> dict[str, int]:
    counts = cell.details.get(name, {})
    if "withheld" in counts:
        return {}
    return {f"{prefix}_{code}": int(count) for code, count in counts.items()}


def _items(wave: str, group: str, cell: Cell) -> Rows:
    released: Mapping[str, Mapping[str, Any]] = cell.details.get("items", {})
    rows: Rows = []
    for item in ITEM_NAMES:
        bands = bands_of(item, released.get(item, {}))
        if bands is None:
            continue
        names = ("little_friction", "sometimes", "much_friction")
        rows.append(
            {"wave": wave, "group": group, "item": item} | dict(zip(names, bands, strict=True))
        )
    return rows


def _rules(wave: str, group: str, cell: Cell) -> Rows:
    released: Mapping[str, Mapping[str, Any]] = cell.details.get("rotating", {})
    return [
        {
            "wave": wave,
            "group": group,
            "item": item,
            **{name: entry[name] for name in ("n", "sum", "sum_squares")},
        }
        for item, entry in sorted(released.items())
        if "sum" in entry
    ]
