"""`pulse db`: the schema. Migrations run here and nowhere else; a web start never runs them."""

from pathlib import Path

import alembic.command
import click
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext

import pulse.db
from pulse.config import Settings, SettingsError
from pulse.resources import resource


class BrokenReferenceError(RuntimeError):
    """A migration left rows on SQLite that refer to nothing."""


def upgrade(database_url: str, revision: str = "head") -> str:
    """Bring the database to `revision` and return the revision it then has.

    A missing SQLite file and its folder are made.
    """
    _make_folder(database_url)
    engine = pulse.db.create_engine(database_url)
    try:
        migrate(engine, revision)
        return current_revision(engine) or ""
    finally:
        engine.dispose()


def migrate(engine: sa.Engine, revision: str, *, downwards: bool = False) -> None:
    """Run the migrations up to `revision`, or back to it; each in a transaction of its own."""
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")).replace("%", "%%"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        _enforce_foreign_keys(connection, is_on=False)
        try:
            run = alembic.command.downgrade if downwards else alembic.command.upgrade
            run(config, revision)
            connection.commit()
            _check_foreign_keys(connection)
        finally:
            _enforce_foreign_keys(connection, is_on=True)


def head_revision() -> str:
    """Return the revision that this version of Pulse needs."""
    return (resource("migrations") / ".current-head").read_text().strip()


def current_revision(engine: sa.Engine) -> str | None:
    """Return the database's revision; None where no migration has run yet."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has the schema that this version of Pulse needs."""
    return current_revision(engine) == head_revision()


def require_current(engine: sa.Engine) -> None:
    """Refuse to go on with an old schema.

    Raises
    ------
    click.ClickException
        Names the command that brings the database up to date.
    """
    if not is_current(engine):
        found = current_revision(engine) or "empty"
        raise click.ClickException(
            f"The database is {found}; this version needs {head_revision()}. "
            "Run 'pulse db upgrade' first."
        )


@click.group()
def db() -> None:
    """Bring the database up to date, or say where it stands."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Run the migrations that are missing."""
    click.echo(f"The database is at {upgrade(_database_url())}.")


@db.command("current")
def current_command() -> None:
    """Say which migration ran last, and which this version needs."""
    database_url = _database_url()
    _make_folder(database_url)
    engine = pulse.db.create_engine(database_url)
    found = current_revision(engine) or "empty"
    click.echo(f"The database is {found}; this version needs {head_revision()}.")


def _database_url() -> str:
    try:
        return Settings.from_env().database_url
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _make_folder(database_url: str) -> None:
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _enforce_foreign_keys(connection: sa.Connection, *, is_on: bool) -> None:
    # SQLite alters a table by copying it, which would trip over the rows that refer to it. The
    # pragma works outside a transaction only, hence past SQLAlchemy.
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.execute(f"PRAGMA foreign_keys={'ON' if is_on else 'OFF'}")


def _check_foreign_keys(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        connection.rollback()
        if broken:
            raise BrokenReferenceError(f"{len(broken)} rows refer to rows that are gone.")
