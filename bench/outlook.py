"""How often the forecast "when will we know?" comes true: open verdicts, simulated.

Companies of many kinds, as they stand while the verdict is open. What the forecast says of later
months is compared with what the rule says there. ``--write`` puts the table into
docs/method/figures.md. Takes about ten minutes on two cores.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from analysis.forecast import Forecast, forecast
from analysis.judgement import judge
from analysis.result import Finding, Series, Verdict
from analysis.simulate import scenario, simulate_company, to_series
from analysis.tally import WaveSeries

PAGE = Path(__file__).parent.parent / "docs" / "method" / "figures.md"
BEGIN, END = "<!-- outlook -->\n", "<!-- end of outlook -->\n"
KINDS = (
    "N03_ar.3",
    "N04_ar.6",
    "N05_ar.6_tau5",
    "N08_n30_turn5_ar.3",
    "A03_step8_ar.3",
    "A04_step8_ar.6",
    "A05_step8_n30_ar.3",
    "A06_step8_n7_ar.3",
    "A07_slope1_ar.3",
    "A12_step-2_ar.3",
    "A14_step-5_ar.3",
)
QUESTIONS = ("since the rules", "trend")
BEFORE = 6
SEEN = (2, 4, 7, 12)
"""Months since the rules started when the forecast is made; without rules, so many and six."""
AHEAD = (1, 3, 6, 12)
COMPANIES = 880
EDGES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.01)
MOST_OFF = 0.15
"""Largest difference accepted since the rules, for a class of at least a hundred forecasts."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One forecast and what came of it."""

    question: str
    ahead: int
    chance: float
    happened: bool


def main() -> None:
    """Print the table; ends with an error if a large class is far off."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=COMPANIES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    places = [(number, options.seed) for number in range(options.companies)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        said = [one for found in pool.map(of_company, places, chunksize=8) for one in found]
    lines = [*table(said), "", *by_horizon(said)]
    print("\n".join(lines))
    if options.write:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        text = "\n".join(lines) + "\n"
        PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")
    parts = classes(said, QUESTIONS[0])
    off = [part for part in parts if len(part) >= 100 and abs(distance(part)) > MOST_OFF]
    if off:
        sys.exit(f"{len(off)} classes are off by more than {100 * MOST_OFF:.0f} points.")


def of_company(place: tuple[int, int]) -> list[Said]:
    """Simulate a company, and forecast while its verdict is open."""
    number, seed = place
    rng = np.random.default_rng([seed, number])
    kind, seen = KINDS[number % len(KINDS)], SEEN[number // len(KINDS) % len(SEEN)]
    now = BEFORE + seen
    course = replace(scenario(kind), months=now + max(AHEAD), months_before=BEFORE)
    series = to_series(simulate_company(course, rng))
    return [
        said
        for question, split in zip(QUESTIONS, (BEFORE, None), strict=True)
        for said in asked(series, now, question, split)
    ]


def asked(series: WaveSeries, now: int, question: str, split: int | None) -> Iterator[Said]:
    """Yield the forecasts of one question, if it is open now."""
    if not is_open(series, now, split):
        return
    found = forecast(series.window(1, now), months_before=split)
    if not isinstance(found, Forecast):
        return
    for ahead in AHEAD:
        yield Said(
            question=question,
            ahead=ahead,
            chance=found.odds[ahead - 1].any_answer,
            happened=not is_open(series, now + ahead, split),
        )


def is_open(series: WaveSeries, month: int, split: int | None) -> bool:
    """Whether the rule says nothing of the company after `month`."""
    found = judge(series.window(1, month), months_before=split).outcome(Series.OVERALL)
    return not isinstance(found, Finding) or found.verdict is Verdict.TOO_EARLY


def classes(said: Sequence[Said], question: str) -> list[list[Said]]:
    """Sort the forecasts of a question by what they said."""
    return [
        [one for one in said if one.question == question and low <= one.chance < high]
        for low, high in pairwise(EDGES)
    ]


def distance(part: Sequence[Said]) -> float:
    """Return what was said on average less what happened."""
    return sum(one.chance - one.happened for one in part) / len(part)


def table(said: Sequence[Said]) -> Iterator[str]:
    """Yield a line for each question and class."""
    yield "| question, the forecast said of 100 | forecasts | said on average | came true |"
    yield "| --- | --- | --- | --- |"
    for question in QUESTIONS:
        for (low, high), part in zip(pairwise(EDGES), classes(said, question), strict=True):
            name = f"{question}, {100 * low:.0f} to {min(100, 100 * high):.0f}"
            yield f"| {name} | {len(part)} | {shares(part)} |"


def by_horizon(said: Sequence[Said]) -> Iterator[str]:
    """Yield a line for each question and horizon."""
    yield "| question, months ahead | forecasts | said on average | came true |"
    yield "| --- | --- | --- | --- |"
    for question in QUESTIONS:
        for ahead in AHEAD:
            part = [one for one in said if (one.question, one.ahead) == (question, ahead)]
            yield f"| {question}, {ahead} | {len(part)} | {shares(part)} |"


def shares(part: Sequence[Said]) -> str:
    """Return what was said and what came true, per cent."""
    if not part:
        return "- | -"
    said = 100 * sum(one.chance for one in part) / len(part)
    happened = 100 * sum(one.happened for one in part) / len(part)
    return f"{said:.0f} | {happened:.0f}"


if __name__ == "__main__":
    main()
