"""`pulse demo`: a simulated company whose months were cast through the real path."""

import dataclasses
import datetime as dt
import json
import os
import secrets
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask

from pulse.accounts.service import create_user
from pulse.app import create_app
from pulse.cli.db import upgrade
from pulse.cli.demo_fieldwork import Fieldwork
from pulse.cli.demo_story import EFFECTS, MONTHS_BEFORE, Story, month_before, roster, simulate
from pulse.cli.serve import require_free_port, run_server
from pulse.clock import SettableClock, SystemClock
from pulse.companies.queries import CompanyView
from pulse.companies.service import NewGroup, create_company
from pulse.config import Settings, SettingsError
from pulse.interventions.service import adopt_rules
from pulse.jobs.runner import Runner
from pulse.log import configure_logging
from pulse.mail import mailer_for
from pulse.people.service import add_person
from pulse.waves.calendar import FieldworkPeriod, fieldwork_period, first_of_month
from pulse.web.context import Ports
from pulse.worker import TASKS

HR_EMAIL = "hr@example.com"
OPEN_SINCE = dt.timedelta(days=3)
OPEN_FOR = dt.timedelta(days=7)


@click.command()
@click.option("--months", default=9, type=click.IntRange(1, 36), help="Finished months.")
@click.option(
    "--effect", default="fall", type=click.Choice(list(EFFECTS)), help="What the rules do."
)
@click.option("--seed", default=7, help="Another number, another company.")
@click.option("--fresh", is_flag=True, help="Forget the earlier demo and begin anew.")
@click.option("--build-only", is_flag=True, help="Make the data and stop.")
def demo(months: int, effect: str, seed: int, *, fresh: bool, build_only: bool) -> None:
    """Show Pulse with a simulated company, on 127.0.0.1."""
    story = Story(months=months, effect=effect, seed=seed)
    folder = Path(os.environ.get("PULSE_DATA_DIR", "demo")).absolute()
    settings = _settings(folder)
    if not build_only:
        require_free_port(settings)
    note = _read_note(folder)
    if fresh or note is None:
        _clear(folder)
        note = _build(story, settings, folder)
    elif note["story"] != dataclasses.asdict(story):
        click.echo("An earlier demo with another story is here; it goes on. Use --fresh for yours.")
    _print(note, settings)
    if not build_only:
        configure_logging()
        run_server(create_app(settings))


def _settings(folder: Path) -> Settings:
    environ = {
        "PULSE_DATA_DIR": str(folder),
        "PULSE_DEMO": "1",
        "PULSE_PORT": os.environ.get("PULSE_PORT", "8000"),
    }
    try:
        return Settings.from_env(environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _read_note(folder: Path) -> dict[str, Any] | None:
    path = folder / "demo.json"
    if not path.exists():
        return None
    note: dict[str, Any] = json.loads(path.read_text())
    return note


def _clear(folder: Path) -> None:
    for name in ("pulse.db", "pulse.db-wal", "pulse.db-shm", "demo.json"):
        (folder / name).unlink(missing_ok=True)
    for name in ("keys", "mail"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _build(story: Story, settings: Settings, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True, exist_ok=True)
    settings = _settings(folder)
    upgrade(settings.database_url)
    present = SystemClock().now()
    periods = _periods(story, present)
    clock = SettableClock(periods[0].opens_at - dt.timedelta(days=7))
    app = create_app(settings, ports=Ports(clock=clock))
    password = secrets.token_urlsafe(9)
    company = _people(app, clock, password, _adoption(story, periods))
    fieldwork = Fieldwork(
        app,
        clock=clock,
        run_jobs=_job_runner(app, clock),
        company_id=company.id,
        course=simulate(story),
        story=story,
    )
    unused: list[str] = []
    with click.progressbar(
        list(enumerate(periods)), label="Casting simulated answers", file=sys.stderr
    ) as steps:
        for month, period in steps:
            wave = fieldwork.open(fieldwork.hand_out(period))
            unused = fieldwork.answer(wave, month)
            if month < story.months:
                fieldwork.close(wave)
    note = {
        "story": dataclasses.asdict(story),
        "password": password,
        "slug": company.slug,
        "link": next(code for code in unused if len(code) == 26),
        "slip": next(code for code in unused if len(code) < 26),
    }
    (folder / "demo.json").write_text(json.dumps(note, indent=1))
    return note


def _periods(story: Story, present: dt.datetime) -> list[FieldworkPeriod]:
    this_month = first_of_month(present.date())
    past = [
        fieldwork_period(month_before(this_month, count), "UTC")
        for count in range(story.months, 0, -1)
    ]
    return [
        *past,
        FieldworkPeriod(
            month=this_month, opens_at=present - OPEN_SINCE, closes_at=present + OPEN_FOR
        ),
    ]


def _adoption(story: Story, periods: list[FieldworkPeriod]) -> dt.date:
    last_before = periods[min(MONTHS_BEFORE, story.months) - 1]
    return (last_before.closes_at + dt.timedelta(days=3)).date()


def _people(app: Flask, clock: SettableClock, password: str, adopted_on: dt.date) -> CompanyView:
    with app.extensions["pulse"].sessions() as session:
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
            now=clock.now(),
        )
        create_user(
            session,
            email=HR_EMAIL,
            name="HR (demo)",
            role="hr",
            password=password,
            language="en",
            company_id=company.id,
            now=clock.now(),
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
        adopt_rules(
            session,
            company.id,
            adopted_on,
            dt.datetime.combine(adopted_on, dt.time(12), tzinfo=dt.UTC),
        )
        session.commit()
    return company


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


def _print(note: dict[str, Any], settings: Settings) -> None:
    base, slip = settings.base_url, note["slip"]
    click.echo(
        f"""
Pulse demo - everything in it is simulated.

  HR page        {base}/manage/
                 {HR_EMAIL}   password {note["password"]}
  Personal link  {base}/s/{note["slug"]}#{note["link"]}
  Slip           {base}/s/{note["slug"]}   code {slip[:4]}-{slip[4:8]}-{slip[8:]}
  Results page   {base}/s/{note["slug"]}/next
  Anonymity      {base}/s/{note["slug"]}/anonymity
  Mails          {settings.mail.directory}

Answer the survey, then press "Close now" under Surveys and read the new report.
"""
    )
