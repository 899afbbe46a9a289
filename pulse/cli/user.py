"""`pulse user add` and `pulse user reset`: accounts of people who log in."""

import click

from pulse.accounts.passwords import generate_password
from pulse.accounts.permissions import ROLES
from pulse.accounts.service import create_user, record, reset_password
from pulse.cli.transaction import chosen_company, one_transaction
from pulse.i18n import LANGUAGES

GENERATE = click.option(
    "--generate-password", is_flag=True, help="Make a password and print it once."
)


@click.group()
def user() -> None:
    """Accounts of people who log in."""


@user.command()
@click.argument("email")
@click.option("--name", prompt="Name")
@click.option("--role", type=click.Choice(ROLES), default="hr", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--company", help="The company's short name, where there are several.")
@GENERATE
def add(
    email: str,
    *,
    name: str,
    role: str,
    language: str,
    company: str | None,
    generate_password: bool,
) -> None:
    """Make an account for EMAIL."""
    password = new_password(is_generated=generate_password)
    with one_transaction() as command:
        company_id = chosen_company(command.session, company).id
        added = create_user(
            command.session,
            email=email,
            name=name,
            role=role,
            password=password,
            language=language,
            company_id=company_id,
            now=command.now,
        )
        record(
            command.session,
            company_id=company_id,
            actor="pulse user add",
            action="user.add",
            details={"account": added.email, "role": role},
            now=command.now,
        )
    show_password(added.email, password, is_generated=generate_password)


@user.command()
@click.argument("email")
@GENERATE
def reset(email: str, *, generate_password: bool) -> None:
    """Give EMAIL a new password; every browser logged in is logged out, a lock is lifted."""
    password = new_password(is_generated=generate_password)
    with one_transaction() as command:
        changed = reset_password(command.session, email, password)
        record(
            command.session,
            company_id=changed.company_id,
            actor="pulse user reset",
            action="user.reset_password",
            details={"account": changed.email},
            now=command.now,
        )
    show_password(changed.email, password, is_generated=generate_password)


def new_password(*, is_generated: bool) -> str:
    """Return the password, asking for it unless it is to be made."""
    if is_generated:
        return generate_password()
    password: str = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    return password


def show_password(email: str, password: str, *, is_generated: bool) -> None:
    """Print who can log in, and a made password: this once and never again."""
    click.echo(f"{email} can log in.")
    if is_generated:
        click.echo(f"Password (shown only now): {password}")
