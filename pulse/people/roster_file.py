"""From the bytes of a roster file to its lines. Knows nothing of groups or of who is on the list."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pulse.people.errors import (
    FileEmptyError,
    FileTooLargeError,
    OldSpreadsheetError,
    QuotesUnreadableError,
    TextUnreadableError,
    TooManyLinesError,
)
from pulse.people.roster_columns import COLUMNS, column_of, plan_columns
from pulse.people.roster_sheet import read_sheet

LONGEST_FILE_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
DELIMITERS = (",", ";", "\t")
WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
NOTE_OLD_LETTERS = (
    "The file is not in UTF-8. It was read as Windows Western text: look at the accents."
)
NOTE_NO_LANGUAGE = (
    "There is no language column. Listed people keep their language; "
    "new ones get the company's language."
)
NOTE_NO_EMAIL = (
    "There is no e-mail column. Listed people keep their address; new ones take a printed slip."
)
NOTE_IGNORED = "Nothing was taken from these columns: %(columns)s."

# First and last line of a record in its file, and its cells.
Row: TypeAlias = tuple[int, int, Sequence[str]]
# A sentence and its parameters.
Note: TypeAlias = tuple[str, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One line as it was written, cells trimmed.

    `number` counts as a text editor or Excel does; `last_number` differs from it only where a
    quotation mark makes one record of several lines.
    """

    number: int
    last_number: int
    roster_id: str
    group: str
    language: str
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RosterTable:
    """A roster file, read; `notes` say what its reader should know."""

    lines: tuple[RosterLine, ...]
    has_columns: tuple[str, ...]
    notes: tuple[Note, ...] = ()


def read_roster(content: bytes) -> RosterTable:
    """Return the lines of a CSV or XLSX file with their numbers; empty lines are passed over.

    Raises
    ------
    RosterFileError
        One of the room's file errors: the file as a whole cannot be used.
    """
    if len(content) > LONGEST_FILE_BYTES:
        raise FileTooLargeError
    if not content.strip():
        raise FileEmptyError
    if content.startswith(OLD_WORKBOOK):
        raise OldSpreadsheetError
    if content.startswith(WORKBOOK):
        rows = enumerate(read_sheet(content), start=1)
        return _table(((number, number, row) for number, row in rows), ())
    text, notes = _decode(content)
    return _table(_csv_rows(text), notes)


def _decode(content: bytes) -> tuple[str, tuple[Note, ...]]:
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, ((NOTE_OLD_LETTERS, {}),) if encoding == "cp1252" else ()
    raise TextUnreadableError


def _csv_rows(text: str) -> Iterator[Row]:
    first, _, rest = text.partition("\n")
    shift = 0
    if first.strip().lower().startswith("sep="):  # Excel's own way to name the delimiter
        text, shift = rest, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 1 + shift
    try:
        for row in reader:
            last_number = reader.line_num + shift
            yield number, last_number, row
            number = last_number + 1
    except csv.Error:
        raise QuotesUnreadableError(line=number) from None


def _delimiter(text: str) -> str:
    """Return the delimiter under which the first line names most known columns."""
    heading = next((line for line in text.splitlines() if line.strip()), "")

    def known(delimiter: str) -> int:
        cells = next(csv.reader([heading], delimiter=delimiter), [])
        return len({column_of(cell) for cell in cells} - {None})

    return max(DELIMITERS, key=known)


def _table(rows: Iterable[Row], notes: tuple[Note, ...]) -> RosterTable:
    filled = (row for row in rows if any(cell.strip() for cell in row[2]))
    _, _, headings = next(filled, (0, 0, None))
    if headings is None:
        raise FileEmptyError
    plan = plan_columns(headings)
    lines = tuple(_line(row, plan.places) for row in _limited(filled))
    if not lines:
        raise FileEmptyError
    if "language" not in plan.places:
        notes = (*notes, (NOTE_NO_LANGUAGE, {}))
    if "e-mail" not in plan.places:
        notes = (*notes, (NOTE_NO_EMAIL, {}))
    if plan.ignored:
        notes = (*notes, (NOTE_IGNORED, {"columns": ", ".join(plan.ignored)}))
    return RosterTable(lines=lines, has_columns=tuple(plan.places), notes=notes)


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows, start=1):
        if count > MOST_LINES:
            raise TooManyLinesError(limit=f"{MOST_LINES:,}")
        yield row


def _line(row: Row, places: dict[str, int]) -> RosterLine:
    number, last_number, written = row
    cells = {
        column: written[places[column]].strip()
        for column in COLUMNS
        if column in places and places[column] < len(written)
    }
    return RosterLine(
        number=number,
        last_number=last_number,
        roster_id=cells.get("id", ""),
        group=cells.get("group", ""),
        language=cells.get("language", ""),
        email=cells.get("e-mail", ""),
        name=cells.get("name", ""),
    )
