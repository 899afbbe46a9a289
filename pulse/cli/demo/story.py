"""The simulated company of the demo: its people, and what they answer. Everything is invented.

Names are none: the roster has only numbers, and every page says that the data is simulated. Every
chance of the story comes from its seed; keys, codes and passwords alone are drawn by the system.
"""

import datetime as dt
import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from analysis.scores import CORE_ITEMS
from analysis.simulate import Scenario, SimulatedCompany, simulate_company
from pulse.ids import FIRST, GROUP_CODES
from pulse.surveys.bank import Instrument

HEAD_COUNTS = {"first": 14, "second": 46}
WITHOUT_EMAIL = {"first": 0, "second": 30}
MONTHS_BEFORE = 3
SKIPPED_SHARE = 0.03
NO_CONTACT_SHARE = 0.04
EFFECTS: dict[str, tuple[float, float]] = {
    # Points at adoption, and points per month afterwards.
    "fall": (-8.0, -0.8),
    "none": (0.0, 0.0),
    "rise": (6.0, 0.8),
}


class Purpose(IntEnum):
    """What chance is needed for. Each use has a stream of its own, so that none shifts another."""

    CASTING = 1
    BOOKS = 2
    COMPANIES = 3


@dataclass(frozen=True, kw_only=True)
class Story:
    """What the demo shows."""

    months: int
    effect: str
    seed: int

    @property
    def n_waves(self) -> int:
        """The finished months and the one that is open."""
        return self.months + 1

    @property
    def months_before(self) -> int:
        """Months before the rules."""
        return min(MONTHS_BEFORE, self.months)

    def chance(self, purpose: Purpose, *places: int) -> np.random.Generator:
        """Return the chance of one use; `places` tell its months, groups or companies apart."""
        return np.random.default_rng([self.seed, purpose, *places])


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One simulated person."""

    roster_id: str
    group_code: str
    language: str
    email: str | None


def roster() -> tuple[RosterLine, ...]:
    """Return the simulated roster: Sales 14, Operations 46, of whom 30 have no e-mail."""
    lines = []
    for code in GROUP_CODES:
        for number in range(1, HEAD_COUNTS[code] + 1):
            name = f"{'sales' if code == FIRST else 'operations'}-{number:02d}"
            has_email = number <= HEAD_COUNTS[code] - WITHOUT_EMAIL[code]
            language = "es" if code != FIRST and number % 3 == 0 else "en"
            email = f"{name}@example.com" if has_email else None
            lines.append(
                RosterLine(roster_id=name, group_code=code, language=language, email=email)
            )
    return tuple(lines)


def simulate(story: Story) -> SimulatedCompany:
    """Draw the whole course of the company, the open month included."""
    step, slope = EFFECTS[story.effect]
    scenario = Scenario(
        months=story.n_waves,
        posts=(HEAD_COUNTS["first"], HEAD_COUNTS["second"]),
        response=(0.85, 0.75),
        base=(56.0, 61.0),
        tau=(2.0, 2.0),
        rho=0.3,
        months_before=story.months_before,
        step=(step, step),
        slope_post=(slope, slope),
    )
    return simulate_company(scenario, np.random.default_rng(story.seed), with_ratings=True)


def ballots(
    company: SimulatedCompany,
    month: int,
    group: int,
    *,
    options: dict[str, int],
    rotating: tuple[str, ...],
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Return the answers of one month and group, as they stand in a ballot.

    Parameters
    ----------
    month, group
        Positions from 0.
    options
        Number of options per item.
    rotating
        The two rotating items that the group is asked this month, or all from which each draws two.
    """
    if company.ratings is None:
        raise ValueError("The company was simulated without its rotating answers.")
    core, ratings = company.answers[group][month], company.ratings[group][month]
    sheets = []
    for row in range(len(core)):
        sheet: dict[str, Any] = {
            item.code: _blurred(int(answer), rng)
            for item, answer in zip(CORE_ITEMS, core[row], strict=True)
        }
        pair = rotating if len(rotating) == 2 else [rotating[i] for i in ratings.items[row]]
        for item, answer in zip(pair, ratings.answers[row], strict=True):
            sheet[item] = min(int(answer), options[item] - 1)
        sheet["META"] = int(ratings.meta[row])
        sheets.append({item: answer for item, answer in sheet.items() if answer is not None})
    return sheets


def _blurred(answer: int, rng: np.random.Generator) -> int | str | None:
    draw = rng.random()
    if draw < SKIPPED_SHARE:
        return None
    return "na" if draw < SKIPPED_SHARE + NO_CONTACT_SHARE else answer


def month_at(month: dt.date, steps: int) -> dt.date:
    """Return the first day of the month `steps` months later; earlier where below 0."""
    number = month.year * 12 + month.month - 1 + steps
    return dt.date(number // 12, number % 12 + 1, 1)


def options_of(instrument: Instrument) -> dict[str, int]:
    """Return the number of options of each item that has any."""
    counts = {item.id: instrument.n_options(item.id) for item in instrument.items}
    return {item: count for item, count in counts.items() if count}


def body(answers: dict[str, Any], language: str, mode: str) -> bytes:
    """Return the plain text of a ballot."""
    content = {"v": 1, "language": language, "mode": mode, "answers": answers, "comment": ""}
    return json.dumps(content, separators=(",", ":")).encode()
