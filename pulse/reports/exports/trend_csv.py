"""The numbers behind the trend chart as CSV. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from pulse.i18n import translate
from pulse.ids import GROUP_CODES
from pulse.reports.wording import withheld

HEADINGS = (
    "Month",
    "Group",
    "Friction index",
    "Likely from",
    "Likely to",
    "Answers",
    "Asked",
    "Response %",
    "Note",
)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def trend_csv(findings: Mapping[str, Any], names: Sequence[str], language: str) -> str:
    """Return one line per month and group; means to one decimal place, gaps with their reason."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([translate(language, heading) for heading in HEADINGS])
    for wave in findings["waves"]:
        month = wave["month"][:7]
        for code, name in zip(GROUP_CODES, names, strict=True):
            cell = (wave["cells"] or {}).get(code)
            writer.writerow([month, safe(name), *cell_values(cell, findings, language)])
    return "\N{BYTE ORDER MARK}" + file.getvalue()


def safe(text: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def cell_values(
    cell: Mapping[str, Any] | None, findings: Mapping[str, Any], language: str
) -> Sequence[object]:
    """Return the numbers of one month and group, or empty ones and the reason."""
    if cell is None:
        return [""] * 6 + [translate(language, "no survey")]
    rate = "" if cell["rate"] is None else round(100 * cell["rate"], 1)
    if "value" not in cell:
        reason = withheld(cell["withheld"], findings["minimum_cell_size"], language)
        return ["", "", "", "", cell["n_invited"], rate, reason]
    numbers = [round(cell[key], 1) for key in ("value", "low", "high")]
    return [*numbers, cell["n"], cell["n_invited"], rate, ""]
