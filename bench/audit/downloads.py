"""What each number in a download of the report is a sum over, for the auditor.

A download is read back from its bytes. Every number in it is then one of three:

* *mapped*: its place (a JSON path, a line and column of a table) says which released figures it
  rests on; these go to `bench.audit.differencing.audit`. The mean and the count of a cell must also
  be those of the release;
* *public*: no function of answers (a month, people invited, ballots counted, numbers of the books);
* neither: then `UnknownNumberError` is raised. A place that the tables below do not name is an error
  and not a gap, so that a column, a line or a key added tomorrow has to be mapped first.

Some figures are no sums over answers. Bands, shares of equal answers and ways of answering may stand
only where the release has them. What the model makes of several months is mapped to every index that
is released. That they are made of nothing else is shown by `tests/reports/test_download_twins.py`.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineWorkbook

from bench.audit.ballots import GROUPS, WaveBallots
from bench.audit.differencing import Published
from pulse.i18n import translate
from pulse.reports.figures.figure import share
from pulse.reports.figures.items import ITEM_NAMES, bands_of
from pulse.reports.pages import DIMENSION_NAMES
from pulse.reports.words.quality_words import LABELS, MIX

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
CODES = re.compile(r"\d{4}-\d\d(-\d\d)?|(APP|RSP|COM|HON|RU)\d+|\d+(\.\d+)*")
"""Strings of JSON in which digits are a name: a day, a question, the version of the rule."""
HALF_UP = 0.5 + 1e-9


class UnknownNumberError(AssertionError):
    """A number that stands where no released figure is known to stand, or is none of its numbers."""


@dataclass(frozen=True)
class Released:
    """Some waves of a company, the oldest first: their ballots, and what was released of them."""

    months: Sequence[str]
    waves: Sequence[WaveBallots]
    contents: Sequence[Mapping[str, Any]]

    def cell(self, place: int, group: str) -> Mapping[str, Any]:
        """Return what was released of a group in the wave at `place`."""
        cell: Mapping[str, Any] = self.contents[place]["groups"][group]
        return cell

    def index(self, place: int, group: str) -> list[Published]:
        """Return a group's index."""
        return [self.waves[place].index(group)]

    def company(self) -> list[Published]:
        """Return the newest value of both groups together."""
        return [self.waves[-1].company()]

    def series(self, *groups: str) -> list[Published]:
        """Return every released index: what the model has to work with."""
        return [
            self.waves[place].index(group)
            for place in range(len(self.waves))
            for group in groups or GROUPS
            if "withheld" not in self.cell(place, group)["index"]
        ]

    def item(self, place: int, group: str, item: str) -> list[Published]:
        """Return a question's counts; nothing where the release has three bands, no sum of answers."""
        cell = self.cell(place, group)["items"][item]
        return [] if "bands" in cell else [self.waves[place].item(group, item)]

    def counts(self, place: int, group: str, *parts: str) -> list[Published]:
        """Demand that parts of a release which are no sums over answers are not withheld."""
        if any("withheld" in self.cell(place, group).get(part, {}) for part in parts):
            raise UnknownNumberError(f"{parts} of the {group} group are withheld")
        return []

    def rule(self, number: int, part: int) -> list[Published]:
        """Return the released ratings of a rule (part 0), or the index of those who did not rate it (2)."""
        item = f"RU{number:02d}"
        return [
            wave.rule(group, item)[part]
            for place, wave in enumerate(self.waves)
            for group in GROUPS
            if "sum" in self.cell(place, group)["rotating"].get(item, {})
        ]

    def halves(self, group: str) -> list[Published]:
        """Return the released halves of good and bad events in all waves."""
        return [
            wave.half(group, good=good)
            for place, wave in enumerate(self.waves)
            for good in (True, False)
            if "good_half" in self.cell(place, group)["quality"]
        ]


# --- findings.json ------------------------------------------------------------------------------

Maker = Callable[[Released, re.Match[str]], Sequence[Published]]
_GROUP = rf"(?P<g>{'|'.join(GROUPS)})"
_CELL = r"(value|standard_error|low|high|n)"
_OTHER = {GROUPS[0]: GROUPS[1], GROUPS[1]: GROUPS[0]}
_OUTCOME = r"((change|before|now)/(value|standard_error|low|high)|p_\w+)"
PUBLIC: tuple[str, ...] = (
    r"schema|rule_version|months_before|waves_seen|months_seen|minimum_cell_size|delta|least_months",
    rf"waves/\d+/cells/{_GROUP}/(n_invited|n_counted|rate)",
    rf"quality/{_GROUP}/(n_invited|n_counted|rate|baseline_rate)",
    r"(overall|trend|groups/\w+)/(threshold|months_before|months_after)",
    r"figures/facts/series/\w+/\d+",
    r"figures/rules/rules/\d+/rule",
    r"guards/\d+/limit",
)
FINDINGS: tuple[tuple[str, Maker], ...] = (
    (rf"waves/(?P<w>\d+)/cells/{_GROUP}/{_CELL}", lambda r, m: r.index(int(m["w"]), m["g"])),
    (
        rf"dimensions/(?P<d>\w+)/{_GROUP}/{_CELL}",
        lambda r, m: [r.waves[-1].dimension(m["g"], m["d"])],
    ),
    # Of this month alone or of several: beside a hidden group neither may stand there.
    (r"level/(value|standard_error|low|high)", lambda r, _m: r.company()),
    (rf"(overall|trend)/{_OUTCOME}", lambda r, _m: r.series()),
    (rf"groups/{_GROUP}/{_OUTCOME}", lambda r, m: r.series(m["g"])),
    (r"guards/\d+/value", lambda r, _m: r.series()),
    (r"figures/outlook/(even|chances/\d+)", lambda r, _m: r.series()),
    (
        rf"figures/items/{_GROUP}/(?P<i>\d+)/bands/\d",
        lambda r, m: r.item(-1, m["g"], list(ITEM_NAMES)[int(m["i"])]),
    ),
    (
        rf"figures/gap/{_GROUP}/guess/(value|low|high|n)",
        lambda r, m: r.item(-1, m["g"], "META"),
    ),
    (
        rf"figures/gap/{_GROUP}/answer/(value|low|high|n)",
        lambda r, m: r.item(-1, _OTHER[m["g"]], "RSP1"),
    ),
    (
        r"figures/rules/rules/(?P<i>\d+)/(before|now)/(value|low|high)",
        lambda r, m: r.rule(int(m["i"]) + 1, 0),
    ),
    (
        r"figures/rules/rules/(?P<i>\d+)/others_change",
        lambda r, m: r.rule(int(m["i"]) + 1, 2),
    ),
    (
        r"figures/rules/(before|now)/(value|low|high)",
        lambda r, _m: [one for number in range(1, 11) for one in r.rule(number, 0)],
    ),
    (rf"quality/{_GROUP}/n", lambda r, m: r.index(-1, m["g"])),
    (rf"quality/{_GROUP}/(same_answer|no_contact)", lambda r, m: r.counts(-1, m["g"], "quality")),
    (rf"quality/{_GROUP}/(?P<p>modes|languages)/\w+", lambda r, m: r.counts(-1, m["g"], m["p"])),
    (rf"quality/{_GROUP}/halves", lambda r, m: r.halves(m["g"])),
)
# Bands and counts are no sums; some guards judge what is public.
MAY_BE_NO_SUM = re.compile(r"guards/|quality/|figures/items/|figures/gap/")


def leaves(value: object, path: str = "") -> Iterator[tuple[str, float | int | str]]:
    """Yield each number of a JSON value with its path; strings where digits stand in them."""
    children: Iterator[tuple[Any, Any]] = iter(())
    if isinstance(value, Mapping):
        children = iter(value.items())
    elif isinstance(value, list):
        children = iter(enumerate(value))
    elif isinstance(value, str):
        if NUMBER.search(value):
            yield path, value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value
    for name, child in children:
        yield from leaves(child, f"{path}/{name}" if path else str(name))


def in_findings(body: bytes, released: Released) -> list[Published]:
    """Say of each number of findings.json what it rests on."""
    found: list[Published] = []
    for path, value in leaves(json.loads(body)):
        if isinstance(value, str):
            if not CODES.fullmatch(value):
                raise UnknownNumberError(f"findings.json {path}: {value!r}")
        elif not any(re.fullmatch(pattern, path) for pattern in PUBLIC):
            found += _of_path(path, value, released)
    return found


def _of_path(path: str, value: float, released: Released) -> Sequence[Published]:
    for pattern, maker in FINDINGS:
        if match := re.fullmatch(pattern, path):
            if path.startswith(("waves", "dimensions")):
                _compare(f"findings.json {path}", value, _cell_of(match, released), path)
            found = maker(released, match)
            if not found and not MAY_BE_NO_SUM.match(path):
                raise UnknownNumberError(f"findings.json {path}: rests on nothing released")
            return found
    raise UnknownNumberError(f"findings.json {path}: {value}")


def _cell_of(match: re.Match[str], released: Released) -> Mapping[str, Any]:
    named = match.groupdict()
    if "w" in named:
        index: Mapping[str, Any] = released.cell(int(named["w"]), named["g"])["index"]
        return index
    dimension: Mapping[str, Any] = released.cell(-1, named["g"])["dimensions"][named["d"]]
    return dimension


def _compare(
    where: str, value: float, cell: Mapping[str, Any], path: str, within: float = 1e-9
) -> None:
    """Demand that a mean and a count are those of the released cell; nothing else may pass for them."""
    kind = path.rpartition("/")[2]
    # What is withheld goes to the auditor, who says what follows from it.
    if "sum" not in cell or kind not in {"value", "n"}:
        return
    expected = cell["n"] if kind == "n" else cell["sum"] / cell["n"]
    if abs(value - expected) > within:
        raise UnknownNumberError(f"{where}: {value}, released {expected}")


# --- tables: CSV and spreadsheet ------------------------------------------------------------------

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
        self.areas = {translate(language, name): code for code, name in DIMENSION_NAMES.items()}
        self.items = {translate(language, name): code for code, name in ITEM_NAMES.items()}
        self.checks = {translate(language, name): part for name, part in CHECKS.items()}

    def read(self, table: Table) -> list[Published]:
        """Return the figures behind a table; a line or column that is not known is an error."""
        line_of = getattr(self, f"_{table.name.partition('-')[0]}", None)
        if line_of is None:
            raise UnknownNumberError(f"a table {table.name!r} that nobody has mapped")
        found: list[Published] = []
        for row in table.rows:
            if len(row) > len(table.head):
                raise UnknownNumberError(f"{table.name}: {row} is longer than its head")
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
                _compare(str(row), float(row[column]), cell, kind, rounding + 1e-6)
        return [one for one in row[2:6] if one != ""]

    def _items(self, table: Table, row: Row) -> list[Published]:
        item, group = self.items[row[0]], table.name.partition("-")[2]
        if row[1] == "":
            return []
        bands = bands_of(item, self.released.cell(-1, group)["items"][item]) or []
        if [float(cell) for cell in row[1:5]] != [*(share(b / sum(bands)) for b in bands), sum(bands)]:
            raise ValueError(bands)
        return self.released.item(-1, group, item)

    def _gap(self, _table: Table, row: Row) -> list[Published]:
        group = self.groups[row[0]]
        ends = ((1, group, "META"), (2, _OTHER[group], "RSP1"))
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
        """The books are public here; their months and columns are the closed list."""
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
    for row in csv.DictReader(io.StringIO(text)):
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
        shown = {part for name in row for start, part in parts.items() if name.startswith(start) and row[name]}
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
        if name in cell and float(row[name]) != float(cell[name]):
            raise UnknownNumberError(f"{row}: {name} is not the released one, {cell[name]}")
