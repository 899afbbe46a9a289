"""How often a report shows a false arrow: flat companies, report after report, simulated.

Companies of people who answer sheets; the sheets are tallied, released and reported by the code
that does it for real, with every guard. ``--write`` puts the table into docs/method/arrows.md.
Takes about twenty minutes on two cores; ``--companies 20`` for a look.
"""

import argparse
import datetime as dt
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.simulate import scenario, simulate_company
from pulse.cli.demo.companies import released_wave
from pulse.cli.demo.story import month_at as months_after
from pulse.reports import wording
from pulse.reports.figures import all_figures
from pulse.reports.findings import find
from pulse.reports.inputs import NO_RELEASE, ReportInputs, WavePoint
from pulse.tallies.disclosure import FLOOR

PAGE = Path(__file__).parent.parent / "docs" / "method" / "arrows.md"
BEGIN, END = "<!-- arrows -->\n", "<!-- end of arrows -->\n"
FLAT = ("N03_ar.3", "N04_ar.6", "N08_n30_turn5_ar.3")
CARELESS = ("Q01_straight_lining", "Q02_unhappy_drop_out")
MOST_FALSE, MOST_FALSE_CARELESS = 0.05, 0.10
COMPANIES, WITH_AREAS = 500, 100
"""Companies of each kind, and how many of them with the areas too: these take most of the time."""
BEFORE, AFTER, WITHOUT_RULES = 6, 12, 15
"""Months before and since the rules; months of a company that never records a start."""
LEAST_SINCE, LEAST_ALL = 3, 6
"""The rule is silent before; the first companies are looked at then too, to see that it is."""
SILENT_TOO = 10
FIRST_MONTH = dt.date(2027, 1, 1)
PLACES = ("arrow", "group", "area")
DIRECTIONS = ("fell", "rose")
SERIES = ("since the rules", "trend")

Seen = set[tuple[str, str, str]]
"""What any report of a company showed: series, place, direction."""


def main() -> None:
    """Print the table; ends with an error if arrows are too often false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    lines, missed = list(heading()), []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name in (*FLAT, *CARELESS):
            places = [(name, number, options.seed) for number in range(options.companies)]
            found = list(pool.map(shown_by, places, chunksize=5))
            shares = shares_of(found)
            lines += rows(name, shares, options.companies)
            print("\n".join(lines[-len(SERIES) :]), flush=True)
            missed += over_the_bar(name, shares)
    if options.write:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        table = "\n".join(lines) + "\n"
        PAGE.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", "utf-8")
    if missed:
        sys.exit("False arrows above the bar: " + ", ".join(missed))


def shown_by(place: tuple[str, int, int]) -> Seen:
    """Simulate company `number` of a scenario and return what its reports ever showed.

    The forecast is left out: it takes most of a report's time and marks nothing.
    """
    name, number, seed = place
    setattr(all_figures, "found_outlook", lambda *_: None)  # noqa: B010 - mypy knows the name
    course = replace(scenario(name), months=BEFORE + AFTER, months_before=BEFORE)
    rng = np.random.default_rng([seed, number, *name.encode()])
    company = simulate_company(course, rng, with_ratings=True, adherence=(0.0, 0.0))
    months = range(company.scenario.months)
    waves = tuple(released_wave(company, place, month_at(place), (rng, rng)) for place in months)
    if number >= WITH_AREAS:
        waves = tuple(without_areas(wave) for wave in waves)
    seen: Seen = set()
    for series, inputs in reports_of(waves, every=number < SILENT_TOO):
        seen |= {(series, *mark) for mark in marks_of(find(inputs))}
    return seen


def reports_of(waves: Sequence[WavePoint], *, every: bool) -> Iterator[tuple[str, ReportInputs]]:
    """Yield what each report is made of: with the rules on record once they started, and without.

    `every` includes the months in which the rule is silent.
    """
    since, trend = SERIES
    started = month_at(BEFORE)
    for last in range(1, BEFORE + AFTER + 1):
        if every or last in range(LEAST_ALL, BEFORE + 1) or last >= BEFORE + LEAST_SINCE:
            yield since, report(waves[:last], started if last > BEFORE else None)
    for last in range(1 if every else LEAST_ALL, WITHOUT_RULES + 1):
        yield trend, report(waves[:last], None)


def report(waves: Sequence[WavePoint], adopted_on: dt.date | None) -> ReportInputs:
    """Return what the report of the last of these waves is made of."""
    return ReportInputs(waves=tuple(waves), adopted_on=adopted_on, minimum_cell_size=FLOOR)


def marks_of(findings: dict[str, object]) -> Iterator[tuple[str, str]]:
    """Yield place and direction of every change that a report claims."""
    arrow = wording.mark(findings)
    if arrow is not None:
        yield "arrow", arrow
    for outcome in findings["groups"].values():  # type: ignore[attr-defined]
        word = wording.MARKS.get(wording.group_situation(outcome) or "")
        if word is not None:
            yield "group", word
    for cells in findings["dimensions"].values():  # type: ignore[attr-defined]
        for cell in cells.values():
            if cell["change"] is not None:
                yield "area", wording.MARKS[cell["change"]]


def without_areas(wave: WavePoint) -> WavePoint:
    """Leave the areas out, which the headline and the groups' sentences do not need."""
    cells = {
        code: replace(cell, dimensions=dict.fromkeys(cell.dimensions, NO_RELEASE))
        for code, cell in wave.cells.items()
    }
    return replace(wave, cells=cells)


def shares_of(found: Sequence[Seen]) -> dict[tuple[str, str, str], float]:
    """Return the share of companies that ever showed each mark."""
    counted = Counter(mark for seen in found for mark in seen)
    with_areas = min(WITH_AREAS, len(found))
    return {
        (series, place, direction): counted[series, place, direction]
        / (with_areas if place == "area" else len(found))
        for series in SERIES
        for place in PLACES
        for direction in DIRECTIONS
    }


def over_the_bar(name: str, shares: dict[tuple[str, str, str], float]) -> Iterator[str]:
    """Yield what shows a false arrow too often. Careless answers are judged by "fell" alone."""
    careless = name in CARELESS
    bar = MOST_FALSE_CARELESS if careless else MOST_FALSE
    for series in SERIES:
        for direction in DIRECTIONS[:1] if careless else DIRECTIONS:
            if shares[series, "arrow", direction] > bar:
                yield f"{name} {series} {direction} {100 * shares[series, 'arrow', direction]:.1f} %"


def heading() -> Iterator[str]:
    """Yield the head of the table."""
    names = {"arrow": "arrow", "group": "a group's sentence", "area": "an area's word"}
    cells = [f"{names[place]}: *{direction}*" for place in PLACES for direction in DIRECTIONS]
    yield f"| scenario | companies | reports | {' | '.join(cells)} |"
    yield "| --- " * (3 + len(cells)) + "|"


def rows(name: str, shares: dict[tuple[str, str, str], float], companies: int) -> Iterator[str]:
    """Yield the lines of one scenario, per cent of its companies."""
    for series in SERIES:
        cells = [
            f"{100 * shares[series, place, direction]:.1f}"
            for place in PLACES
            for direction in DIRECTIONS
        ]
        yield f"| {name} | {companies} | {series} | {' | '.join(cells)} |"


def month_at(place: int) -> dt.date:
    """Return the first day of a month of the story."""
    return months_after(FIRST_MONTH, place)


if __name__ == "__main__":
    main()
