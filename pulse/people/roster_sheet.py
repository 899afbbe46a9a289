"""From the bytes of a workbook to the rows of its first sheet, as text."""

import datetime as dt
import io
import re
import zipfile

from python_calamine import load_workbook

from pulse.people.errors import (
    OldSpreadsheetError,
    RosterFileError,
    SheetTooWideError,
    SpreadsheetUnreadableError,
)

MOST_UNPACKED_BYTES = 64 * 1024 * 1024
MOST_CELLS = 2_000_000  # rows times columns up to the last filled cell
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>/]*>')

CellValue = (
    int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta  # what calamine gives
)


def read_sheet(content: bytes) -> list[list[str]]:
    """Return the rows of the first sheet from its first row on, so that row numbers stay true.

    Raises
    ------
    OldSpreadsheetError
        It is a zip file, but no workbook.
    SpreadsheetUnreadableError
        It is damaged, protected by a password, or unpacks to more than 64 MB.
    SheetTooWideError
        A stray cell far away would fill the memory.
    """
    try:
        _check_size(content)
        workbook = load_workbook(io.BytesIO(content))
        rows = workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except RosterFileError:
        raise
    except Exception:  # noqa: BLE001 - a damaged file makes both parsers raise almost anything
        raise SpreadsheetUnreadableError from None
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: CellValue) -> str:
    """Return a cell as its reader would write it: whole numbers without ".0".

    >>> cell_text(1001.0), cell_text("007"), cell_text(2.5)
    ('1001', '007', '2.5')
    """
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _check_size(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if not any(entry.filename.startswith("xl/") for entry in entries):
            raise OldSpreadsheetError
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
            raise SpreadsheetUnreadableError
        for entry in entries:
            if _SHEET.fullmatch(entry.filename):
                _check_extent(archive.read(entry))


def _check_extent(sheet: bytes) -> None:
    last_row, last_column, farthest = 1, 1, ""
    for letters, digits in _FILLED_CELL.findall(sheet):
        row, column = int(digits), _column_number(letters)
        if row > last_row or column > last_column:
            farthest = (letters + digits).decode()
        last_row, last_column = max(last_row, row), max(last_column, column)
    if last_row * last_column > MOST_CELLS:
        raise SheetTooWideError(cell=farthest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
