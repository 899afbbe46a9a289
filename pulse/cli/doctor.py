"""`pulse doctor`: is this installation sound? One line per check; ends with 1 if one fails."""

import smtplib
import stat
from collections.abc import Callable
from pathlib import Path

import click
import sqlalchemy as sa

from pulse import db
from pulse.cli.db import current_revision, head_revision
from pulse.config import MailSettings, Settings, SettingsError

PATIENCE_SECONDS = 5


class Unsound(Exception):  # noqa: N818 - the finding of a check, not an error of ours
    """A check found something; its text says what to do."""


def check_database(settings: Settings) -> str:
    """Connect."""
    engine = db.create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise Unsound(f"cannot be reached: {reason}. Check PULSE_DATABASE_URL.") from None
    finally:
        engine.dispose()
    return f"reachable ({engine.dialect.name})"


def check_migrations(settings: Settings) -> str:
    """Compare the database's revision with the newest migration."""
    engine = db.create_engine(settings.database_url)
    try:
        present = current_revision(engine)
    finally:
        engine.dispose()
    if present != head_revision():
        raise Unsound(f'is {present or "empty"}, not at {head_revision()}. Run "pulse db upgrade".')
    return f"at {present}, the newest"


def check_keys(settings: Settings) -> str:
    """Look at who may read the private keys."""
    folder = settings.key_dir
    if not folder.is_dir():
        raise Unsound(f"{folder} does not exist. Set PULSE_KEY_DIR to a folder outside backups.")
    open_paths = [path for path in (folder, *folder.rglob("*")) if _is_open(path)]
    if open_paths:
        raise Unsound(
            f"others may read {', '.join(str(path) for path in open_paths[:3])}. "
            "Give folders mode 0700 and files mode 0600."
        )
    return f"{folder} is private"


def check_mail(settings: Settings) -> str:
    """Greet the mail server, or look at the folder."""
    mail = settings.mail
    if mail.directory is not None:
        return f"goes into files in {mail.directory}; nobody receives any"
    try:
        _greet(mail)
    except (OSError, smtplib.SMTPException) as error:
        raise Unsound(
            f"{mail.host}:{mail.port} does not answer: {error}. Check PULSE_SMTP_*."
        ) from None
    return f"{mail.host}:{mail.port} answers ({mail.security})"


def check_https(settings: Settings) -> str:
    """Look at the address that people open."""
    if settings.is_https:
        return f"{settings.base_url} is HTTPS"
    return f"{settings.base_url} works on this machine only; phones need HTTPS"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "keys": check_keys,
    "mail": check_mail,
    "address": check_https,
}


@click.command()
def doctor() -> None:
    """Check settings, database, keys, mail and address of this installation."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        for problem in error.problems:
            click.echo(f"FAIL  settings: {problem}")
        raise SystemExit(1) from None
    click.echo("ok    settings: complete")
    verdicts = [_passes(name, check, settings) for name, check in CHECKS.items()]
    if not all(verdicts):
        raise SystemExit(1)


def _passes(name: str, check: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        click.echo(f"ok    {name}: {check(settings)}")
    except (Unsound, sa.exc.SQLAlchemyError, OSError) as error:
        sentence = str(getattr(error, "orig", None) or error).partition("\n")[0]
        click.echo(f"FAIL  {name}: {sentence}")
        return False
    return True


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _greet(mail: MailSettings) -> None:
    kind = smtplib.SMTP_SSL if mail.security == "tls" else smtplib.SMTP
    with kind(mail.host, mail.port, timeout=PATIENCE_SECONDS) as server:
        if mail.security == "starttls":
            server.starttls()
        if mail.user:
            server.login(mail.user, mail.password)
        server.noop()
