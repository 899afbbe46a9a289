"""The other simulated companies of the study: what each sends to the author, and when.

They did their surveys elsewhere, so the author sees two files of each: the plan made before the
rules, and the evidence. The evidence is made as an installation makes it: answers become counts,
counts become a release under disclosure control, releases become a report, and the report the file.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analysis.simulate import Scenario, SimulatedCompany, simulate_company
from pulse.cli.demo.books import booked_on, numbers
from pulse.cli.demo.story import (
    EFFECTS,
    Purpose,
    Story,
    ballots,
    body,
    month_at,
    options_of,
)
from pulse.ids import FIRST, GROUP_CODES
from pulse.reports.exports.released_sums import data_of
from pulse.reports.findings import find
from pulse.reports.inputs import ReportInputs, WavePoint, cell_of
from pulse.study.canonical import content_hash
from pulse.study.evidence import Consent, evidence_content, evidence_text
from pulse.study.plans import COMPANY, NewPlan, Plan, plan_document, plan_of
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.rotation import common_pair, mode_for, rotating_items
from pulse.tallies.ballot_body import parse_body
from pulse.tallies.count import tally_wave
from pulse.tallies.disclosure import FLOOR
from pulse.tallies.release import release_content, without_hidden
from pulse.tallies.service import ballot_form, core_key
from pulse.tallies.sheets import SheetPile
from pulse.waves.calendar import fieldwork_period

RESPONSE = 0.78
UNFOLLOWED = -0.6
"""Latent mean of following the rules before they start; `Company.dose` adds to it."""
STOPPED_AFTER = 3
PLANNED_AHEAD = dt.timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Company:
    """What is so about one company, whatever the story.

    Attributes
    ----------
    number
        Tells the chance of the companies apart.
    earlier
        Months by which it starts before the last companies.
    months_before
        Its surveys before the rules.
    posts
        People in its two groups.
    dose
        How far it follows the rules; the effect of the story grows with it.
    """

    number: int
    earlier: int
    months_before: int
    posts: tuple[int, int]
    dose: float
    name: str | None = None
    events: tuple[tuple[int, str], ...] = ()
    has_books: bool = True
    is_announced: bool = True
    is_stopped: bool = False
    sends_evidence: bool = True


# Three starts, far enough apart that those to come can be compared with those that have begun.
COMPANIES: tuple[Company, ...] = (
    Company(number=1, earlier=6, months_before=6, posts=(40, 110), dose=0.9),
    Company(number=2, earlier=6, months_before=6, posts=(30, 95), dose=0.4, has_books=False),
    Company(
        number=3,
        earlier=6,
        months_before=6,
        posts=(105, 130),
        dose=1.2,
        name="Sample Foods (simulated)",
        events=((2, "summit"),),
    ),
    Company(number=4, earlier=6, months_before=6, posts=(28, 100), dose=0.3, is_stopped=True),
    Company(number=5, earlier=3, months_before=9, posts=(45, 120), dose=1.0),
    Company(
        number=6, earlier=3, months_before=6, posts=(35, 98), dose=0.7, events=((1, "pay_plan"),)
    ),
    Company(number=7, earlier=3, months_before=6, posts=(30, 105), dose=0.1, has_books=False),
    Company(number=8, earlier=3, months_before=6, posts=(25, 60), dose=0.6, sends_evidence=False),
    Company(number=9, earlier=0, months_before=9, posts=(50, 115), dose=1.1),
    Company(
        number=10,
        earlier=0,
        months_before=9,
        posts=(38, 102),
        dose=0.8,
        name="Sample Parts (simulated)",
        events=((1, "summit"), (4, "reorganisation")),
    ),
    Company(number=11, earlier=0, months_before=9, posts=(33, 97), dose=0.5),
    Company(number=12, earlier=0, months_before=6, posts=(32, 99), dose=0.9, is_announced=False),
)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """A company in the calendar of one demo."""

    company: Company
    story: Story
    last_start: dt.date
    months_after: int

    @cached_property
    def last_month_before(self) -> dt.date:
        """The month of its last survey before the rules."""
        return month_at(self.last_start, -self.company.earlier)

    @property
    def starts_on(self) -> dt.date:
        """First day of the rules: the Monday after that survey."""
        return adoption_day(self.last_month_before)

    @cached_property
    def plan(self) -> Plan:
        """Its plan, made before the rules."""
        document = plan_document(
            NewPlan(
                starts_on=self.starts_on,
                months_before=self.company.months_before,
                months_after=self.months_after,
            ),
            plan_id=self._nonce(1),
            scope=COMPANY,
            made_on=self.starts_on - PLANNED_AHEAD,
        )
        return plan_of(document, content_hash(document))

    def evidence(self) -> str:
        """Return the file that it gives to the author."""
        inputs = self.inputs()
        content = evidence_content(
            {"findings": find(inputs), "data": data_of(inputs)},
            self.plan,
            Consent(name=self.company.name, is_stopped=self.company.is_stopped),
            nonce=self._nonce(2),
            is_simulated=True,
        )
        return evidence_text(content)

    def inputs(self) -> ReportInputs:
        """Return what the report rests on of which the plan speaks."""
        company = self.company
        after = STOPPED_AFTER if company.is_stopped else self.months_after
        first = month_at(self.last_month_before, 1 - company.months_before)
        months = [month_at(first, place) for place in range(company.months_before + after)]
        truth = self._truth(len(months))
        return ReportInputs(
            waves=tuple(self._wave(truth, place, month) for place, month in enumerate(months)),
            adopted_on=self.starts_on,
            minimum_cell_size=FLOOR,
            events=tuple(
                (month_at(self.last_month_before, place), kind) for place, kind in company.events
            ),
            facts=self._facts(truth, months) if company.has_books else {},
        )

    def _truth(self, months: int) -> SimulatedCompany:
        company = self.company
        step, slope = (company.dose * part for part in EFFECTS[self.story.effect])
        scenario = Scenario(
            months=months,
            posts=company.posts,
            response=(RESPONSE, RESPONSE),
            base=(52.0 + company.number % 4, 55.0 + company.number % 5),
            tau=(2.0, 2.0),
            rho=0.3,
            months_before=company.months_before,
            step=(step, step),
            slope_post=(slope, slope),
        )
        return simulate_company(
            scenario,
            self.story.chance(Purpose.COMPANIES, company.number),
            with_ratings=True,
            adherence=(UNFOLLOWED, UNFOLLOWED + company.dose),
        )

    def _wave(self, truth: SimulatedCompany, place: int, month: dt.date) -> WavePoint:
        chances = [
            self.story.chance(Purpose.COMPANIES, self.company.number, place, index)
            for index in range(len(GROUP_CODES))
        ]
        return released_wave(truth, place, month, chances)

    def _facts(
        self, truth: SimulatedCompany, months: list[dt.date]
    ) -> dict[dt.date, dict[str, int]]:
        rng = self.story.chance(Purpose.BOOKS, self.company.number)
        last_day = fieldwork_period(months[-1], "UTC").closes_at.date()
        return {
            month: numbers(
                float(truth.theta[:, place].mean()),
                rng,
                has_rules=place >= self.company.months_before,
                head_counts=self.company.posts,
            )
            for place, month in enumerate(months)
            if booked_on(month) <= last_day
        }

    def _nonce(self, use: int) -> str:
        rng = self.story.chance(Purpose.COMPANIES, self.company.number, 0, 0, use)
        return rng.bytes(16).hex()


def released_wave(
    truth: SimulatedCompany, place: int, month: dt.date, chances: Sequence[np.random.Generator]
) -> WavePoint:
    """Let everybody fill in a sheet, tally the sheets and release them.

    Parameters
    ----------
    truth
        With its rotating answers.
    place
        Position of the month in it, from 0.
    chances
        Source of chance of each group.
    """
    instrument = load_instrument(CURRENT_VERSION)
    key = core_key(instrument)
    posts = truth.scenario.posts
    piles: dict[str, SheetPile] = {}
    for index, code in enumerate(GROUP_CODES):
        asks = code == FIRST
        mode = mode_for(truth.scenario.response[index] * posts[index])
        rotating = rotating_items(asks) if mode == "drawn" else common_pair(month, asks)
        form = ballot_form(instrument, rotation=mode, common_items=rotating, makes_requests=asks)
        options = options_of(instrument)
        piles[code] = SheetPile(key)
        for sheet in ballots(
            truth, place, index, options=options, rotating=rotating, rng=chances[index]
        ):
            piles[code].add(parse_body(body(sheet, "en", "link"), form))
    kept = {code: without_hidden(tally, key) for code, tally in tally_wave(piles).items()}
    groups = release_content(kept, key, FLOOR)["groups"]
    return WavePoint(
        month=month,
        last_day=fieldwork_period(month, "UTC").closes_at.date(),
        cells={
            code: cell_of(groups[code], n_invited)
            for code, n_invited in zip(GROUP_CODES, posts, strict=True)
        },
    )


def senders(story: Story, last_start: dt.date, months_after: int) -> list[Sender]:
    """Return every company of the study but the demo's own."""
    return [
        Sender(company=company, story=story, last_start=last_start, months_after=months_after)
        for company in COMPANIES
    ]


def adoption_day(last_month_before: dt.date) -> dt.date:
    """Return the first day of the rules after the survey of a month: the Monday after it."""
    closes_at = fieldwork_period(last_month_before, "UTC").closes_at
    return closes_at.date() + dt.timedelta(days=3)
