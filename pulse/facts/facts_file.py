"""From the bytes of a CSV file to months with numbers, and to what is wrong in which line. Pure."""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pulse.errors import PulseError
from pulse.facts.errors import FactsFileError, FactsFileTooLargeError, NoMonthColumnError
from pulse.facts.kinds import FACTS
from pulse.facts.service import check_facts

LONGEST_FILE = 200_000
MOST_LINES = 600
DELIMITERS = ",;\t"
MONTH = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?|(\d{1,2})/(\d{4})")
NOT_A_MONTH = "%(cell)s is no month; write it like 2026-05."
NOT_A_NUMBER = "%(column)s: %(cell)s is no whole number."
TWICE = "This month stands in line %(line)s already."

Numbers: TypeAlias = Mapping[str, int | None]
# A sentence and its parameters.
Problem: TypeAlias = tuple[str, dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class FactsLine:
    """A line of the file; `problems` tell why it is left out, none where it is good."""

    number: int
    month: dt.date | None
    numbers: Numbers
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FactsTable:
    """A file, read. `unknown` are the columns from which nothing is taken."""

    lines: tuple[FactsLine, ...]
    columns: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def good(self) -> tuple[tuple[dt.date, Numbers], ...]:
        """What would be written down."""
        return tuple(
            (one.month, one.numbers) for one in self.lines if one.month and not one.problems
        )

    @property
    def bad(self) -> tuple[FactsLine, ...]:
        """What is left out."""
        return tuple(one for one in self.lines if one.problems)


def text_of(content: bytes) -> str:
    """Return the text of an uploaded file.

    Raises
    ------
    FactsFileTooLargeError, FactsFileError
        More than 200 kB; or no text at all.
    """
    if len(content) > LONGEST_FILE:
        raise FactsFileTooLargeError
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and text.strip():
            return text
    raise FactsFileError


def read_facts(text: str, *, now: dt.datetime) -> FactsTable:
    """Return the months of a CSV file; empty lines are passed over.

    Raises
    ------
    NoMonthColumnError, FactsFileTooLargeError, FactsFileError
        The file as a whole cannot be used.
    """
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise FactsFileError from None
    if len(rows) > MOST_LINES + 1:
        raise FactsFileTooLargeError
    columns = [_column(cell) for cell in rows[0][1]] if rows else []
    if "month" not in columns or len(rows) < 2:
        raise NoMonthColumnError
    first_seen: dict[dt.date, int] = {}
    return FactsTable(
        lines=tuple(_line(number, columns, row, first_seen, now) for number, row in rows[1:]),
        columns=tuple(name for name in columns if name in FACTS),
        unknown=tuple(
            cell.strip()
            for cell, name in zip(rows[0][1], columns, strict=True)
            if name != "month" and name not in FACTS and cell.strip()
        ),
    )


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _line(
    number: int,
    columns: Sequence[str],
    row: Sequence[str],
    first_seen: dict[dt.date, int],
    now: dt.datetime,
) -> FactsLine:
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
    problems: list[Problem] = []
    month = _month(cells.get("month", ""))
    if month is None:
        problems.append((NOT_A_MONTH, {"cell": cells.get("month") or "''"}))
    elif month in first_seen:
        problems.append((TWICE, {"line": first_seen[month]}))
    else:
        first_seen[month] = number
    numbers: dict[str, int | None] = {}
    for name in FACTS:
        cell = cells.get(name, "")
        if cell and not (cell.isascii() and cell.isdigit()):
            problems.append((NOT_A_NUMBER, {"column": name, "cell": cell[:40]}))
        else:
            numbers[name] = int(cell[:12]) if cell else None
    if month is not None and not problems:
        try:
            check_facts(month, numbers, now=now)
        except PulseError as error:
            problems.append((error.message, dict(error.params)))
    return FactsLine(number=number, month=month, numbers=numbers, problems=tuple(problems))


def _month(cell: str) -> dt.date | None:
    found = MONTH.fullmatch(cell)
    if found is None:
        return None
    year, month = (found[1], found[2]) if found[1] else (found[4], found[3])
    try:
        return dt.date(int(year), int(month), 1)
    except ValueError:
        return None
