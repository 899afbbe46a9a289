"""What each line of a report's tables rests on: CSV, spreadsheet and data package, read back.

See `bench.audit.downloads` for the rule.
"""

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook

from bench.audit.differencing import Published
from bench.audit.released import NUMBER, OTHER, Released, UnknownNumberError, compare
from pulse.i18n import translate
from pulse.reports.exports.package import FILES
from pulse.reports.figures.figure import share
from pulse.reports.figures.items import ITEM_NAMES, bands_of
from pulse.reports.numbers import sentence
from pulse.reports.pages import DIMENSION_NAMES
from pulse.reports.words.quality_words import LABELS, MIX

HALF_UP = 0.5 + 1e-9
Row = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """A table as it was read back."""

    name: str
    head: Row
    rows: Sequence[Row]


def table_from_csv(name: str, body: bytes) -> Table:
    """Read a table from the bytes of its CSV file."""
    lines = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    return Table(name=name, head=lines[0], rows=lines[1:])


def sheets_of(body: bytes) -> tuple[list[Table], list[str]]:
    """Read a spreadsheet: its tables, and the texts that stand in it besides."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    tables: list[Table] = []
    texts: list[str] = []
    for name in book.sheet_names:
        lines = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if name == "Pulse":
            texts += [str(cell) for line in lines for cell in line]
            continue
        texts += [str(cell) for line in lines[:2] for cell in line]
        tables.append(Table(name=name, head=lines[2], rows=lines[3:]))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        texts += re.findall(r"<dc:\w+>([^<]*)<", archive.read("docProps/core.xml").decode())
    return tables, texts


CHECKS = {LABELS["response"]: None} | {
    label: "quality" for name, label in LABELS.items() if name != "response"
}
CHECKS |= {label: name for name, label in MIX.items()}
"""The checks of the table "quality", each with the part of a release that it is made of."""

COLUMNS = {
    "trend": {9},
    "areas": {7},
    "items": {5},
    "gap": {4},
    "rules": {3},
    "outlook": {2},
    "facts": {2, 3, 4, 5},
    "quality": {4},
}
"""How many columns each table has."""


class Reader:
    """Says of each line of a table what it rests on.

    Parameters
    ----------
    names
        The groups' names as the table prints them, by code.
    """

    def __init__(self, released: Released, names: Mapping[str, str], language: str) -> None:
        self.released, self.language = released, language
        self.groups = {name: code for code, name in names.items()}
        about = translate(language, "%(group)s about %(other)s")
        self.pairs = {
            about % {"group": sentence(names[code]), "other": names[other]}: code
            for code, other in OTHER.items()
        }
        self.areas = {translate(language, name): code for code, name in DIMENSION_NAMES.items()}
        self.items = {translate(language, name): code for code, name in ITEM_NAMES.items()}
        self.checks = {translate(language, name): part for name, part in CHECKS.items()}

    def read(self, table: Table) -> list[Published]:
        """Return the figures behind a table; a line or column that is not known is an error."""
        line_of = getattr(self, f"_{table.name.partition('-')[0]}", None)
        if line_of is None:
            raise UnknownNumberError(f"a table {table.name!r} that nobody has mapped")
        found: list[Published] = []
        for row in (table.head, *table.rows):
            if len(row) not in COLUMNS[table.name.partition("-")[0]]:
                raise UnknownNumberError(f"{table.name}: {row} has a column that nobody has mapped")
        for row in table.rows:
            try:
                found += line_of(table, row)
            except (KeyError, ValueError, IndexError) as error:
                raise UnknownNumberError(f"{table.name}: {row}") from error
        return found

    def _trend(self, _table: Table, row: Row) -> list[Published]:
        place, group = self.released.months.index(str(row[0])), self.groups[row[1]]
        return self._cell(row, self.released.cell(place, group)["index"], 0.05) and (
            self.released.index(place, group)
        )

    def _areas(self, _table: Table, row: Row) -> list[Published]:
        area, group = self.areas[row[0]], self.groups[row[1]]
        cell = self.released.cell(-1, group)["dimensions"][area]
        return self._cell(row, cell, HALF_UP) and [self.released.waves[-1].dimension(group, area)]

    @staticmethod
    def _cell(row: Row, cell: Mapping[str, Any], rounding: float) -> list[Any]:
        """Compare columns 2 and 5, mean and answers, with the release; empty where nothing is shown."""
        for column, kind in ((2, "value"), (5, "n")):
            if row[column] != "":
                compare(str(row), float(row[column]), cell, kind, rounding + 1e-6)
        return [one for one in row[2:6] if one != ""]

    def _items(self, table: Table, row: Row) -> list[Published]:
        item, group = self.items[row[0]], table.name.partition("-")[2]
        if row[1] == "":
            return []
        bands = bands_of(item, self.released.cell(-1, group)["items"][item]) or []
        if [float(cell) for cell in row[1:5]] != [
            *(share(b / sum(bands)) for b in bands),
            sum(bands),
        ]:
            raise ValueError(bands)
        return self.released.item(-1, group, item)

    def _gap(self, _table: Table, row: Row) -> list[Published]:
        group = self.pairs[row[0]]
        ends = ((1, group, "META"), (2, OTHER[group], "RSP1"))
        shown = [(code, item) for column, code, item in ends if str(row[column])[:1].isdigit()]
        if len(NUMBER.findall(str(row[3]))) != len(shown):
            raise ValueError(row[3])
        return [one for code, item in shown for one in self.released.item(-1, code, item)]

    def _rules(self, _table: Table, row: Row) -> list[Published]:
        number = int(str(row[0]).partition(".")[0])
        is_rated = any(NUMBER.search(str(cell)) for cell in row[1:])
        found = self.released.rule(number, 0)
        if is_rated and not found:
            raise ValueError(number)
        return found if is_rated else []

    def _outlook(self, _table: Table, row: Row) -> list[Published]:
        if not 1 <= int(row[0]) <= 12:
            raise ValueError(row[0])
        return self.released.series()

    def _facts(self, table: Table, row: Row) -> list[Published]:
        """Demand no more lines than surveys; the books are public."""
        if len(table.rows) > len(self.released.months):
            raise ValueError(row)
        return []

    def _quality(self, _table: Table, row: Row) -> list[Published]:
        group = self.groups[row[0]]
        part = self.checks[row[1]]
        return self.released.counts(-1, group, part) if part and row[3] != "" else []


# --- the data package -----------------------------------------------------------------------------

SUMS = ("n", "sum", "sum_squares")
PUBLIC_TABLES = {"facts", "events"}


def in_package(body: bytes, released: Released) -> tuple[list[Published], list[str]]:
    """Return the figures of the data package, and its texts."""
    found: list[Published] = []
    texts: list[str] = []
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if name.endswith(".csv"):
                found += _in_package_table(name.removesuffix(".csv"), text, released)
            else:
                texts.append(text)
    return found, texts


def _in_package_table(table: str, text: str, released: Released) -> list[Published]:
    found: list[Published] = []
    lines = csv.DictReader(io.StringIO(text))
    known = [name for name, *_ in FILES[table][1]] if table in FILES else []
    if lines.fieldnames != known:
        raise UnknownNumberError(f"{table}.csv: columns that nobody has mapped")
    for row in lines:
        if None in row:
            raise UnknownNumberError(f"{table}.csv: {row} is longer than its head")
        if table in PUBLIC_TABLES:
            continue
        try:
            place = released.months.index(row["wave"])
            found += _of_line(table, row, place, released)
        except (KeyError, ValueError) as error:
            raise UnknownNumberError(f"{table}.csv: {row}") from error
    return found


def _of_line(
    table: str, row: Mapping[str, str], place: int, released: Released
) -> Sequence[Published]:
    wave, group = released.waves[place], row["group"]
    cells = released.cell(place, group)
    if table == "fieldwork":
        parts = {"mode_": "modes", "language_": "languages"}
        shown = {
            part
            for name in row
            for start, part in parts.items()
            if name.startswith(start) and row[name]
        }
        return released.counts(place, group, *shown)
    if table == "items":
        bands = [int(row[name]) for name in ("little_friction", "sometimes", "much_friction")]
        if bands != bands_of(row["item"], cells["items"][row["item"]]):
            raise ValueError(bands)
        return released.item(place, group, row["item"])
    if table == "rules":
        _same_sums(row, cells["rotating"].get(row["item"], {}))
        return [wave.rule(group, row["item"])[0]]
    if table != "tallies":
        raise KeyError(table)
    is_index = row["score"] == "index"
    _same_sums(row, cells["index"] if is_index else cells["dimensions"][row["score"]])
    return [wave.index(group) if is_index else wave.dimension(group, row["score"])]


def _same_sums(row: Mapping[str, str], cell: Mapping[str, Any]) -> None:
    for name in SUMS:
        if name not in cell or float(row[name]) != float(cell[name]):
            raise UnknownNumberError(f"{row}: {name} is not the released one")
