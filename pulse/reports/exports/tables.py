"""All tables of a report under one name each, for CSV and spreadsheet. Pure."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from pulse.i18n import translate
from pulse.ids import GROUP_CODES
from pulse.reports.exports.trend_csv import HEADINGS, cell_values, safe

Table = dict[str, Any]
AREA_HEADINGS = ("Area", "Group", "Friction 0-100", "Likely from", "Likely to", "Answers", "Note")


def tables_of(content: Mapping[str, Any], language: str) -> dict[str, Table]:
    """Return the tables by name, each with "title", "head" and "rows"."""
    page = content["pages"][language]
    return {
        "trend": _trend(content, language),
        "areas": _areas(page, language),
        **{
            name: {key: figure[key] for key in ("title", "head", "rows")}
            for name, figure in page["figures"].items()
        },
        "quality": {
            "title": translate(language, "Can these answers be trusted?"),
            "head": [translate(language, word) for word in ("Group", "Check", "State", "Value")],
            "rows": [
                [group["name"], check["label"], check["word"], check["value"]]
                for group in page["quality"]
                for check in group["checks"]
            ],
        },
    }


def table_csv(table: Table) -> str:
    """Return a table as CSV that no spreadsheet reads as a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table["head"])
    for row in table["rows"]:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return "\N{BYTE ORDER MARK}" + file.getvalue()


def _trend(content: Mapping[str, Any], language: str) -> Table:
    page, findings = content["pages"][language], content["findings"]
    names = [group["name"] for group in page["groups"]]
    return {
        "title": page["chart"]["title"],
        "head": [translate(language, heading) for heading in HEADINGS],
        "rows": [
            [
                wave["month"][:7],
                name,
                *cell_values((wave["cells"] or {}).get(code), findings, language),
            ]
            for wave in findings["waves"]
            for code, name in zip(GROUP_CODES, names, strict=True)
        ],
    }


def _areas(page: Mapping[str, Any], language: str) -> Table:
    names = [group["name"] for group in page["groups"]]
    rows = []
    for area in page["dimensions"]:
        for name, cell in zip(names, area["cells"], strict=True):
            note = cell["reason"] or cell["change"] or ""
            numbers = [
                cell[key] if cell[key] is not None else "" for key in ("value", "low", "high")
            ]
            rows.append([area["name"], name, *numbers, cell["n"] or "", note])
    return {
        "title": translate(language, "Friction by area this month"),
        "head": [translate(language, heading) for heading in AREA_HEADINGS],
        "rows": rows,
    }
