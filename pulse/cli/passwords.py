"""How commands get a new password: typed twice unseen, or made and shown once."""

import click

from pulse.accounts.passwords import generate_password


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
