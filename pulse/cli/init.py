"""`pulse init`: a company, its two groups and the first HR account."""

from typing import Any

import click
from sqlalchemy.exc import OperationalError

from pulse import db
from pulse.accounts.service import NewInstallation, found_company
from pulse.cli.db import current_revision, upgrade
from pulse.cli.transaction import one_transaction, read_settings
from pulse.cli.user import new_password, show_password
from pulse.companies.queries import get_company
from pulse.companies.service import NewGroup
from pulse.i18n import LANGUAGES
from pulse.ids import FIRST, SECOND


@click.command()
@click.option("--company", prompt="Name of the company")
@click.option("--first-en", prompt="First group, in English", help="For example Sales.")
@click.option("--first-es", prompt="First group, in Spanish", help="For example Ventas.")
@click.option("--second-en", prompt="Second group, in English", help="For example Operations.")
@click.option("--second-es", prompt="Second group, in Spanish", help="For example Operaciones.")
@click.option(
    "--requests-by",
    type=click.Choice([FIRST, SECOND]),
    default=FIRST,
    show_default=True,
    help="Which group makes requests of the other.",
)
@click.option("--time-zone", prompt="Time zone, for example Europe/Madrid")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Of the account, and of people whose roster line names none.",
)
@click.option("--results-place", prompt="Where will the results hang", default="notice board")
@click.option("--name", prompt="Your name", help="Signs the invitations.")
@click.option("--email", prompt="Your e-mail address", help="To log in.")
@click.option("--generate-password", is_flag=True, help="Make a password and print it once.")
def init(*, generate_password: bool, requests_by: str, **answers: Any) -> None:  # noqa: ANN401 - click's own
    """Set up a company, its two groups and the first HR account.

    What is not given as an option is asked for. An empty database is prepared first.
    """
    password = new_password(is_generated=generate_password)
    first, second = (
        NewGroup(
            name_en=answers[f"{code}_en"],
            name_es=answers[f"{code}_es"],
            makes_requests=requests_by == code,
        )
        for code in (FIRST, SECOND)
    )
    installation = NewInstallation(
        company_name=answers["company"],
        time_zone=answers["time_zone"],
        language=answers["language"],
        first=first,
        second=second,
        results_place=answers["results_place"],
        email=answers["email"],
        name=answers["name"],
        password=password,
    )
    _make_database()
    with one_transaction() as command:
        user = found_company(command.session, installation, now=command.now, actor="pulse init")
        if user.company_id is None:
            raise click.ClickException("The account was made without a company.")
        company = get_company(command.session, user.company_id)
    click.echo(f"Company {company.name} is set up; its short name is {company.slug}.")
    show_password(user.email, password, is_generated=generate_password)
    click.echo(f"Next: {command.settings.base_url}/manage/people/import")


def _make_database() -> None:
    """Prepare an empty database; an older one is left to `pulse db upgrade`."""
    url = read_settings().database_url
    engine = db.create_engine(url)
    try:
        is_empty = current_revision(engine) is None
    except OperationalError:  # on SQLite also: no such folder yet, which `upgrade` makes
        is_empty = url.startswith("sqlite")
    finally:
        engine.dispose()
    if is_empty:
        upgrade(url)
