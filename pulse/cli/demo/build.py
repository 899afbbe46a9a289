"""Makes the demo: every past month through the real path, everything else on its day."""

import dataclasses
import datetime as dt
import json
import secrets
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.permissions import AUTHOR, HR
from pulse.accounts.service import create_user
from pulse.app import create_app
from pulse.cli.db import upgrade
from pulse.cli.demo import books
from pulse.cli.demo.agenda import Agenda, at
from pulse.cli.demo.fieldwork import Fieldwork, ahead_moment
from pulse.cli.demo.said_and_done import BOXES
from pulse.cli.demo.story import HEAD_COUNTS, Purpose, Story, month_at, roster, simulate
from pulse.cli.demo.study import Study
from pulse.clock import SettableClock, SystemClock
from pulse.companies.queries import CompanyView
from pulse.companies.service import NewGroup, answer_seasons, create_company
from pulse.config import Settings
from pulse.facts.service import enter_facts, log_event, write_action
from pulse.ids import GROUP_CODES
from pulse.interventions.service import adopt_rules, answer_bad_spell
from pulse.jobs.runner import Runner
from pulse.mail import mailer_for
from pulse.people.service import add_person
from pulse.waves.calendar import FieldworkPeriod, fieldwork_period, first_of_month
from pulse.web.context import Ports
from pulse.worker import TASKS

EDITION = 2
"""Raised whenever a demo of an earlier program would lack something."""
HR_EMAIL, AUTHOR_EMAIL = "hr@example.com", "author@example.com"
OPEN_SINCE = dt.timedelta(days=3)
OPEN_FOR = dt.timedelta(days=7)
BOX_AFTER = dt.timedelta(days=6)
"""How long after a survey HR writes down what was done."""


def build(story: Story, settings: Settings, folder: Path) -> dict[str, Any]:
    """Make the demo's data in an empty folder; return its note, which is also stored there."""
    upgrade(settings.database_url)
    present = SystemClock().now()
    periods = _periods(story, present)
    study = Study(
        story,
        last_month_before=periods[story.months_before - 1].month,
        first_survey=periods[0].opens_at.date(),
    )
    clock = SettableClock(at(study.planned_on, hour=9))
    app = create_app(settings, ports=Ports(clock=clock))
    sessions = app.extensions["pulse"].sessions
    password = secrets.token_urlsafe(9)
    with sessions() as session:
        company = _people(session, password, clock.now())
        session.commit()
    agenda = Agenda(sessions)
    study.put_on(agenda, company.id)
    study.put_own_on(agenda, company.id, settings.base_url)
    course = simulate(story)
    levels = [float(level) for level in course.theta.mean(axis=0)]
    _put_company(agenda, company.id, story, periods, study.starts_on, levels)
    fieldwork = Fieldwork(
        app,
        clock=clock,
        run_jobs=_job_runner(app, clock),
        company_id=company.id,
        course=course,
        story=story,
    )
    unused = _cast(fieldwork, agenda, story, periods)
    agenda.advance(present)
    clock.set(present)
    fieldwork.run_jobs()  # the study's answer, where its day came after the survey's opening
    note = {
        "edition": EDITION,
        "story": dataclasses.asdict(story),
        "password": password,
        "slug": company.slug,
        "link": next(code for code in unused if len(code) == 26),
        "slip": next(code for code in unused if len(code) < 26),
    }
    (folder / "demo.json").write_text(json.dumps(note, indent=1))
    return note


def _cast(
    fieldwork: Fieldwork, agenda: Agenda, story: Story, periods: list[FieldworkPeriod]
) -> list[str]:
    """Let the months pass; return the codes that nobody used in the open one."""
    unused: list[str] = []
    with click.progressbar(
        list(enumerate(periods)), label="Casting simulated answers", file=sys.stderr
    ) as steps:
        for month, period in steps:
            agenda.advance(ahead_moment(period))
            wave = fieldwork.hand_out(period)
            agenda.advance(period.opens_at)
            wave = fieldwork.open(wave)
            unused = fieldwork.answer(wave, month)
            if month < story.months:
                agenda.advance(period.closes_at)
                fieldwork.close(wave)
    return unused


def _periods(story: Story, present: dt.datetime) -> list[FieldworkPeriod]:
    this_month = first_of_month(present.date())
    past = [
        fieldwork_period(month_at(this_month, -count), "UTC")
        for count in range(story.months, 0, -1)
    ]
    return [
        *past,
        FieldworkPeriod(
            month=this_month, opens_at=present - OPEN_SINCE, closes_at=present + OPEN_FOR
        ),
    ]


def _start_rules(
    session: Session, company_id: uuid.UUID, adopted_on: dt.date, now: dt.datetime
) -> None:
    adopt_rules(session, company_id, adopted_on, now)
    answer_bad_spell(session, company_id, is_bad_spell=False, now=now)


def _people(session: Session, password: str, now: dt.datetime) -> CompanyView:
    company = create_company(
        session,
        name="Example Works (simulated)",
        time_zone="UTC",
        default_language="en",
        first=NewGroup(name_en="Sales", name_es="Ventas", makes_requests=True),
        second=NewGroup(name_en="Operations", name_es="Operaciones"),
        sender_name="Human Resources",
        results_place="notice board / tablón",
        is_simulated=True,
        now=now,
    )
    answer_seasons(session, company.id, "no", now=now)
    accounts = ((HR_EMAIL, "HR (demo)", HR), (AUTHOR_EMAIL, "Author (demo)", AUTHOR))
    for email, name, role in accounts:
        create_user(
            session,
            email=email,
            name=name,
            role=role,
            password=password,
            language="en",
            company_id=company.id,
            now=now,
        )
    for line in roster():
        add_person(
            session,
            company.id,
            roster_id=line.roster_id,
            group_code=line.group_code,
            language=line.language,
            email=line.email,
            name=None,
        )
    return company


def _put_company(
    agenda: Agenda,
    company_id: uuid.UUID,
    story: Story,
    periods: list[FieldworkPeriod],
    adopted_on: dt.date,
    levels: list[float],
) -> None:
    """Put on the agenda what HR notes: the rules, the log, the books, what was said and done.

    Parameters
    ----------
    levels
        True index of each month, from which the numbers of the books follow.
    """

    def note(day: dt.date, kind: str, words: str) -> None:
        agenda.put(
            at(day),
            lambda session, now: log_event(
                session, company_id, day=day, kind=kind, note=words, now=now
            ),
        )

    def book(month: dt.date, numbers: dict[str, int]) -> None:
        agenda.put(
            at(books.booked_on(month)),
            lambda session, now: enter_facts(session, company_id, month, numbers, now=now),
        )

    def fill(period: FieldworkPeriod, said: dict[str, str], did: dict[str, str]) -> None:
        agenda.put(
            period.closes_at + BOX_AFTER,
            lambda session, now: write_action(
                session, company_id, period.month, said=said, did=did, now=now
            ),
        )

    agenda.put(
        at(adopted_on), lambda session, now: _start_rules(session, company_id, adopted_on, now)
    )
    for event in books.events(adopted_on):
        if at(event[0]) >= periods[0].opens_at:
            note(*event)
    rng = story.chance(Purpose.BOOKS)
    heads = [HEAD_COUNTS[code] for code in GROUP_CODES]
    for place, period in enumerate(periods):
        has_rules = place >= story.months_before
        book(
            period.month,
            books.numbers(levels[place], rng, has_rules=has_rules, head_counts=heads),
        )
        if place in BOXES:
            fill(period, *BOXES[place])


def _job_runner(app: Flask, clock: SettableClock) -> Callable[[], int]:
    application = app.extensions["pulse"]
    runner = Runner(
        TASKS,
        engine=application.engine,
        settings=application.settings,
        clock=clock,
        mailer=mailer_for(application.settings.mail),
    )
    return runner.run_due
