"""Reading tallies and answers from CSV or JSON.

Three formats.

*Tally CSV*: columns ``wave, group, n, mean, variance`` and optionally ``score`` (empty or
``index`` is the index, any other word a dimension) and ``invited``. One line per wave, group and
score; a missing line is a missing month.

*Answers CSV*: columns ``wave, group, item, answer`` and, if more than one item is asked,
``respondent``. A person's score is the mean of the answered items after turning.

*JSON*: ``{"months_before_adoption": 6, "headcount": [40, 60], "n": [[..], [..]], "mean": ..,
"variance": .., "dimensions": {"respect": {"n": .., "mean": .., "variance": ..}}}``; ``null`` is a
missing month.

Waves are whole numbers (positions in months) or months like 2025-03. Groups are taken in
alphabetical order unless named.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from analysis.survey import Survey
from analysis.tally import Moments, WaveSeries, finite_number

_TALLY = frozenset({"wave", "group", "n", "mean", "variance"})
_ANSWERS = frozenset({"wave", "group", "item", "answer"})
_MONTH = re.compile(r"^(\d{4})-(\d{2})$")
_INDEX = "index"
_LONGEST = 1200
"""Longest calendar that is laid out, months; a typing error in a wave must not fill the memory."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file is to be read.

    Attributes
    ----------
    groups : tuple of two str, or None
        First and second group; None takes the two groups of the file in alphabetical order.
    months_before : int or None
        Months before adoption; None leaves it to the file, or unknown.
    low, high : float
        Ends of the answer scale; answers are stretched to 0..100.
    reverse : frozenset of str
        Items whose high answers are good, so that 100 is always the bad end.
    numbered : bool
        Number the waves 1, 2, 3 .. in order instead of reading them as months.
    """

    groups: tuple[str, str] | None = None
    months_before: int | None = None
    low: float = 0.0
    high: float = 100.0
    reverse: frozenset[str] = frozenset()
    numbered: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError("The low end of the scale must be below the high end.")


@dataclass(frozen=True, kw_only=True)
class Read:
    """What a file holds: the survey, and the names of its first and second group."""

    survey: Survey
    groups: tuple[str, str]


_Cell = tuple[int | None, float | None, float | None, float | None]
"""n, mean, variance, invited."""


def read(text: str, reading: Reading | None = None) -> Read:
    """Read a file of any of the three formats.

    Raises
    ------
    ValueError
        With a sentence that says what is wrong, and in which line.

    Examples
    --------
    >>> lines = ["wave,group,n,mean,variance"]
    >>> lines += [f"{w},{g},30,50,400" for w in (1, 2) for g in ("ops", "sales")]
    >>> found = read(chr(10).join(lines))
    >>> found.groups, found.survey.index.months
    (('ops', 'sales'), 2)
    """
    reading = reading or Reading()
    if text.lstrip().startswith("{"):
        return _from_json(json.loads(text), reading)
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")), skipinitialspace=True)
    columns = {name.strip() for name in rows.fieldnames or ()}
    lines = [
        {str(key).strip(): (value or "").strip() for key, value in row.items() if key is not None}
        for row in rows
    ]
    if columns >= _TALLY:
        return _from_tallies(lines, reading)
    if columns >= _ANSWERS:
        return _from_answers(lines, reading, per_person="respondent" in columns)
    raise ValueError(
        "The file needs the columns wave, group, n, mean, variance or wave, group, item, answer."
    )


def _from_json(content: Mapping[str, Any], reading: Reading) -> Read:
    missing = [key for key in ("n", "mean", "variance", "headcount") if key not in content]
    if missing:
        raise ValueError(f"The JSON file lacks {', '.join(missing)}.")
    headcount = content["headcount"]

    def series(table: Mapping[str, Any]) -> WaveSeries:
        return WaveSeries.from_arrays(
            n=table["n"], mean=table["mean"], variance=table["variance"], headcount=headcount
        )

    before = reading.months_before
    names = reading.groups or content.get("groups", ["first", "second"])
    dimensions = content.get("dimensions", {})
    if not isinstance(names, list | tuple) or len(names) != 2:
        raise ValueError("The entry groups of the JSON file must name two groups.")
    if not (isinstance(dimensions, Mapping) and all(map(_is_table, dimensions.values()))):
        raise ValueError("Every dimension of the JSON file needs n, mean and variance.")
    return Read(
        survey=Survey(
            index=series(content),
            dimensions={code: series(table) for code, table in dimensions.items()},
            months_before=content.get("months_before_adoption") if before is None else before,
        ),
        groups=(str(names[0]), str(names[1])),
    )


def _is_table(thing: object) -> bool:
    return isinstance(thing, Mapping) and thing.keys() >= {"n", "mean", "variance"}


def _from_tallies(lines: Sequence[Mapping[str, str]], reading: Reading) -> Read:
    scores: dict[str, dict[tuple[str, str], _Cell]] = defaultdict(dict)
    for number, line in enumerate(lines, start=2):
        key, score = (line["wave"], line["group"]), line.get("score") or _INDEX
        if key in scores[score]:
            raise ValueError(f"Line {number}: this wave, group and score was there before.")
        scores[score][key] = (
            _whole(line["n"], number),
            _number(line["mean"], number),
            _number(line["variance"], number),
            _number(line.get("invited", ""), number),
        )
    return _survey(scores, reading)


def _from_answers(
    lines: Sequence[Mapping[str, str]], reading: Reading, *, per_person: bool
) -> Read:
    people: dict[tuple[str, str, str], dict[str, float]] = defaultdict(dict)
    for number, line in enumerate(lines, start=2):
        answer = _number(line["answer"], number)
        if answer is None:
            continue
        if not reading.low <= answer <= reading.high:
            raise ValueError(f"Line {number}: the answer lies outside the scale.")
        who = line["respondent"] if per_person else str(number)
        points = 100.0 * (answer - reading.low) / (reading.high - reading.low)
        turned = 100.0 - points if line["item"] in reading.reverse else points
        sheet = people[line["wave"], line["group"], who]
        if line["item"] in sheet:
            raise ValueError(f"Line {number}: this person answered this item before.")
        sheet[line["item"]] = turned
    items = {item for sheet in people.values() for item in sheet}
    if len(items) > 1 and not per_person:
        raise ValueError("With more than one item the file needs a column respondent.")
    means: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (wave, group, _), sheet in people.items():
        means[wave, group].append(sum(sheet.values()) / len(sheet))
    cells = {key: _cell(Moments.of(scores)) for key, scores in means.items()}
    return _survey({_INDEX: cells}, reading)


def _cell(moments: Moments) -> _Cell:
    mean, variance = moments.mean, moments.variance
    return (
        moments.n,
        mean if isinstance(mean, float) else None,
        variance if isinstance(variance, float) else None,
        None,
    )


def _survey(scores: Mapping[str, Mapping[tuple[str, str], _Cell]], reading: Reading) -> Read:
    if _INDEX not in scores:
        raise ValueError("The file holds no index.")
    keys = {key for cells in scores.values() for key in cells}
    groups = _groups({group for _, group in keys}, reading)
    places = _positions({wave for wave, group in keys if group in groups}, reading)
    length = max(places.values(), default=0)
    if length > _LONGEST:
        raise ValueError(
            f"The waves span {length} months, more than {_LONGEST}; number them (--number-waves)."
        )
    return Read(
        survey=Survey(
            index=_series(scores[_INDEX], groups, places, length),
            dimensions={
                score: _series(cells, groups, places, length)
                for score, cells in scores.items()
                if score != _INDEX
            },
            months_before=reading.months_before,
        ),
        groups=groups,
    )


def _groups(found: set[str], reading: Reading) -> tuple[str, str]:
    if reading.groups is not None:
        unknown = set(reading.groups) - found
        if unknown:
            raise ValueError(f"There is no group called {min(unknown)!r}.")
        return reading.groups
    names = sorted(found)
    if len(names) != 2:
        raise ValueError(f"The file has {len(names)} groups; name the two with --groups.")
    return names[0], names[1]


def _positions(waves: set[str], reading: Reading) -> dict[str, int]:
    """Give every wave its place in the calendar, beginning with 1."""
    months = {wave: _month(wave) for wave in waves}
    order = sorted(waves, key=lambda wave: months[wave])
    if reading.numbered:
        return {wave: place for place, wave in enumerate(order, start=1)}
    start = months[order[0]] if order else 0
    return {wave: months[wave] - start + 1 for wave in waves}


def _month(wave: str) -> int:
    found = _MONTH.match(wave)
    if found:
        return 12 * int(found[1]) + int(found[2])
    try:
        return int(wave)
    except ValueError:
        raise ValueError(
            f"A wave is a whole number or a month like 2025-03, not {wave!r}."
        ) from None


def _series(
    cells: Mapping[tuple[str, str], _Cell],
    groups: tuple[str, str],
    places: Mapping[str, int],
    length: int,
) -> WaveSeries:
    table: list[list[_Cell]] = [[(None, None, None, None)] * length for _ in groups]
    for (wave, group), cell in cells.items():
        if group in groups and cell[0]:
            table[groups.index(group)][places[wave] - 1] = cell
    return WaveSeries.from_arrays(
        n=[[cell[0] for cell in row] for row in table],
        mean=[[cell[1] for cell in row] for row in table],
        variance=[[cell[2] for cell in row] for row in table],
        headcount=[_headcount(row) for row in table],
    )


def _headcount(row: Sequence[_Cell]) -> float:
    """Mean number invited; where it is not given, so many that no panel is assumed."""
    invited = [cell[3] for cell in row if cell[0] and cell[3] is not None]
    known = [cell for cell in row if cell[0]]
    if not known:
        return 0.0
    return sum(invited) / len(invited) if len(invited) == len(known) else 1e12


def _number(text: str, line: int) -> float | None:
    if not text:
        return None
    try:
        return finite_number(float(text), "A number")
    except ValueError:
        raise ValueError(f"Line {line}: {text!r} is no number that can be used.") from None


def _whole(text: str, line: int) -> int | None:
    number = _number(text, line)
    if number is None:
        return None
    if number != int(number):
        raise ValueError(f"Line {line}: {text!r} is no whole number.")
    return int(number)
