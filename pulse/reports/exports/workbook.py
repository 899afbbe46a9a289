"""All tables of a report as one spreadsheet file."""

import datetime as dt
import io
import re
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from pulse.reports.exports.tables import tables_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31
WIDTH, FIRST_WIDTH = 16, 34
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The same report gives the same file: it does not say when it was downloaded."""


def make_workbook(content: Mapping[str, Any], language: str) -> bytes:
    """Return the file: the summary first, then one sheet per table."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = content["pages"][language]
    book.set_properties({"title": page["headline"], "created": MADE.replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
    summary = book.add_worksheet("Pulse")
    summary.set_column(0, 0, 100, wrapped)
    for row, line in enumerate(_summary(page)):
        summary.write_string(row, 0, line, bold if row == 0 else wrapped)
    for name, table in tables_of(content, language).items():
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", name)[:LONGEST_NAME])
        sheet.set_column(0, 0, FIRST_WIDTH)
        sheet.set_column(1, len(table["head"]), WIDTH)
        sheet.write_string(0, 0, table["title"], bold)
        sheet.write_row(2, 0, table["head"], bold)
        for row, cells in enumerate(table["rows"], start=3):
            sheet.write_row(row, 0, ["" if cell is None else cell for cell in cells])
        sheet.freeze_panes(3, 1)
    book.close()
    return file.getvalue()


def _summary(page: Mapping[str, Any]) -> list[str]:
    lines = [page["headline"], *page["changes"], *page["cautions"], page["next_step"]]
    return [*lines, *page["cannot"]]
