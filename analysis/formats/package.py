"""Reading a data package (datapackage.json with its CSV files, as a folder or a ZIP) and judging it.

*tallies.csv*: wave, group, score, n, mean, variance; a missing line is a withheld or missing cell.
*fieldwork.csv*: one line per wave and group that was released: answered, invited, shown, and the
counts of ballots by way of answering and by language where they are known.
"""

import csv
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from analysis.guards.battery import Fieldwork, FieldworkRows, battery
from analysis.guards.guard import State, lowered
from analysis.intervals import company_estimate, mean_estimate
from analysis.result import Finding, NotEstimable, Series
from analysis.survey import Analysis, Survey
from analysis.tally import Moments, WaveCell, WaveSeries

INDEX = "index"
DESCRIPTION = "datapackage.json"
_KNOWN_MODES = "mode_"
_KNOWN_LANGUAGES = "language_"


@dataclass(frozen=True, kw_only=True)
class Package:
    """What a package holds: the survey, the names of its groups, and how its waves were asked.

    `seasonal` and `after_bad_spell` are the company's answers as `battery` takes them; None where
    it was not asked, as in the packages of older reports.
    """

    survey: Survey
    groups: tuple[str, str]
    fieldwork: FieldworkRows
    latest: tuple[Moments | None, Moments | None]
    seasonal: bool | None = None
    after_bad_spell: bool | None = None


def is_package(path: Path) -> bool:
    """Tell whether `path` is a data package and not a single table."""
    return path.is_dir() or path.name == DESCRIPTION or zipfile.is_zipfile(path)


def read_package(path: Path) -> Package:
    """Read a package.

    Raises
    ------
    ValueError
        It is none, or a file of it is missing.
    """
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return _package(lambda name: archive.read(name).decode("utf-8-sig"))
    folder = path if path.is_dir() else path.parent
    return _package(lambda name: (folder / name).read_text("utf-8-sig"))


def headline_of(package: Package, found: Analysis) -> dict[str, Any]:
    """Return the headline after all guards, and the newest month: what a report says on top."""
    survey = package.survey
    outcome = found.index.outcome(Series.OVERALL)
    guards = battery(
        survey.index,
        outcome,
        package.fieldwork,
        months_before=survey.months_before,
        seasonal=package.seasonal,
        after_bad_spell=package.after_bad_spell,
    )
    raised = [guard for guard in guards if guard.state is State.RAISED]
    final = outcome if isinstance(outcome, NotEstimable) else lowered(outcome, guards)
    first, second = package.latest
    return {
        "final": final,
        "lowered_by": next(
            (
                g.code
                for g in raised
                if isinstance(outcome, Finding) and outcome.verdict in g.lowers
            ),
            None,
        ),
        "guards": guards,
        "newest_month": {
            "first": None if first is None else mean_estimate(first),
            "second": None if second is None else mean_estimate(second),
            "company": None if None in (first, second) else _company(first, second),
        },
    }


def _company(first: Moments | None, second: Moments | None) -> object:
    return None if first is None or second is None else company_estimate(first, second)


def _package(text_of: Callable[[str], str]) -> Package:
    try:
        settings = json.loads(text_of(DESCRIPTION))["pulse"]
        tallies = list(_rows(text_of("tallies.csv")))
        fieldwork = list(_rows(text_of("fieldwork.csv")))
        return _put_together(settings, tallies, fieldwork)
    except (KeyError, OSError, json.JSONDecodeError) as error:
        raise ValueError(f"This is no whole data package: {error}.") from None


def _put_together(
    settings: Mapping[str, Any],
    tallies: Sequence[Mapping[str, str]],
    fieldwork: Sequence[Mapping[str, str]],
) -> Package:
    groups = (str(settings["groups"][0]), str(settings["groups"][1]))
    places = _places([row["wave"] for row in fieldwork])
    scores = sorted({row["score"] for row in tallies} - {INDEX})
    series = {
        score: _series(score, tallies, fieldwork, groups, places) for score in [INDEX, *scores]
    }
    last = max(places.values(), default=0)
    return Package(
        survey=Survey(
            index=series[INDEX],
            dimensions={score: series[score] for score in scores},
            months_before=settings["months_before"],
        ),
        groups=groups,
        fieldwork=(_asked(groups[0], fieldwork), _asked(groups[1], fieldwork)),
        latest=(
            _moments_at(tallies, groups[0], places, last),
            _moments_at(tallies, groups[1], places, last),
        ),
        seasonal=_answer(settings, "seasonal"),
        after_bad_spell=_answer(settings, "after_bad_spell"),
    )


def _answer(settings: Mapping[str, Any], name: str) -> bool | None:
    answer = settings.get(name)
    if answer is None or isinstance(answer, bool):
        return answer
    raise ValueError(f'"{name}" must be true, false or null.')


def _rows(text: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(text))


def _places(waves: Sequence[str]) -> dict[str, int]:
    months = {wave: 12 * int(wave[:4]) + int(wave[5:7]) for wave in waves}
    first = min(months.values(), default=0)
    return {wave: month - first + 1 for wave, month in months.items()}


def _moments(row: Mapping[str, str]) -> Moments:
    return Moments(
        n=int(row["n"]), total=float(row["sum"]), total_squares=float(row["sum_squares"])
    )


def _moments_at(
    tallies: Sequence[Mapping[str, str]], group: str, places: Mapping[str, int], place: int
) -> Moments | None:
    found = [
        _moments(row)
        for row in tallies
        if row["score"] == INDEX and row["group"] == group and places[row["wave"]] == place
    ]
    return found[0] if found else None


def _series(
    score: str,
    tallies: Sequence[Mapping[str, str]],
    fieldwork: Sequence[Mapping[str, str]],
    groups: tuple[str, str],
    places: Mapping[str, int],
) -> WaveSeries:
    cells = {(row["wave"], row["group"]): _moments(row) for row in tallies if row["score"] == score}
    rows: dict[str, list[WaveCell | None]] = {
        group: [None] * max(places.values(), default=0) for group in groups
    }
    for row in fieldwork:
        key = (row["wave"], row["group"])
        rows[row["group"]][places[row["wave"]] - 1] = WaveCell(
            n_invited=int(row["invited"]), moments=cells.get(key)
        )
    return WaveSeries.from_cells(rows[groups[0]], rows[groups[1]])


def _asked(group: str, fieldwork: Sequence[Mapping[str, str]]) -> list[Fieldwork]:
    rows = sorted((row for row in fieldwork if row["group"] == group), key=lambda row: row["wave"])
    return [
        Fieldwork(
            answered=int(row["answered"]),
            invited=int(row["invited"]),
            is_shown=row["shown"] == "yes",
            modes=_counts(row, _KNOWN_MODES),
            languages=_counts(row, _KNOWN_LANGUAGES),
        )
        for row in rows
    ]


def _counts(row: Mapping[str, str], prefix: str) -> dict[str, int]:
    return {
        name.removeprefix(prefix): int(value)
        for name, value in row.items()
        if name.startswith(prefix) and value
    }
