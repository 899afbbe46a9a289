"""One transaction per command, and errors as sentences."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from pulse import db
from pulse.cli.db import require_current
from pulse.clock import SystemClock
from pulse.companies.queries import CompanyView, all_companies, company_by_slug
from pulse.config import Settings, SettingsError
from pulse.errors import PulseError

DATABASE_PROBLEM = (
    'The database cannot be used: %s. Check PULSE_DATABASE_URL; "pulse doctor" tells more.'
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a running command has: settings, one session, the time it was started."""

    settings: Settings
    session: Session
    now: dt.datetime


def read_settings() -> Settings:
    """Return the settings, or end the command with all that is wrong with them."""
    try:
        return Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def one_transaction() -> Iterator[Command]:
    """Give a command one writing transaction: committed at its end, undone on any error."""
    settings = read_settings()
    engine = db.create_engine(settings.database_url)
    try:
        require_current(engine)
        with db.session_factory(engine)() as session:
            db.begin_writing(session)
            yield Command(settings=settings, session=session, now=SystemClock().now())
            session.commit()
    except PulseError as error:
        raise click.ClickException(str(error)) from None
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(DATABASE_PROBLEM % error.orig) from None
    finally:
        engine.dispose()


def chosen_company(session: Session, slug: str | None) -> CompanyView:
    """Return the company named by its slug or, without one, the only company there is."""
    companies = all_companies(session)
    if slug:
        company = company_by_slug(session, slug)
    else:
        company = companies[0] if len(companies) == 1 else None
    if company is not None:
        return company
    if not companies:
        raise click.ClickException('There is no company yet. Run "pulse init" first.')
    known = ", ".join(f"{each.slug} ({each.name})" for each in companies)
    raise click.ClickException(f"Name the company with --company. There are: {known}.")
