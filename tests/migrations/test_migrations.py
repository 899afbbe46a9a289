"""The migrations lead to exactly the models, and each leads back again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from click.testing import CliRunner

from pulse import db, tables
from pulse.cli import db as command
from pulse.resources import resource
from tests.postgres_server import PostgresServer

FILE_NAME = re.compile(r"\d{4}_[a-z]+(_[a-z]+)*\.py")
WITHOUT_ROWID = {"ballots", "comments"}


def revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(resource("migrations")))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in scripts][::-1]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        engine = db.create_engine(server.create_database("migrations"))
    else:
        engine = db.create_engine(f"sqlite:///{tmp_path / 'pulse.db'}")
    yield engine
    engine.dispose()


def differences(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        found: list[object] = compare_metadata(context, tables.metadata)
        return found


def checks(engine: sa.Engine) -> set[tuple[str, str | None]]:
    """The CHECK constraints by table and name, which Alembic does not compare."""
    inspector = sa.inspect(engine)
    return {
        (table, check["name"])
        for table in tables.metadata.tables
        for check in inspector.get_check_constraints(table)
    }


def test_head_equals_models(empty: sa.Engine) -> None:
    command.migrate(empty, "head")
    assert differences(empty) == []
    declared = {
        (table.name, str(constraint.name))
        for table in tables.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }
    assert checks(empty) == declared


def test_a_missing_column_is_noticed(empty: sa.Engine) -> None:
    command.migrate(empty, "head")
    with empty.begin() as connection:
        connection.execute(sa.text("ALTER TABLE companies DROP COLUMN results_place"))
    assert "results_place" in str(differences(empty))


def test_each_step_up_and_down(empty: sa.Engine) -> None:
    steps = revisions()
    seen: list[set[str]] = [set()]
    for revision in steps:
        command.migrate(empty, revision)
        assert command.current_revision(empty) == revision
        seen.append(set(sa.inspect(empty).get_table_names()) - {"alembic_version"})
        assert seen[-1] >= seen[-2]
    assert seen[-1] == set(tables.metadata.tables)
    for before, revision in zip(seen[-2::-1], [*steps[-2::-1], "base"], strict=True):
        command.migrate(empty, revision, downwards=True)
        assert set(sa.inspect(empty).get_table_names()) - {"alembic_version"} == before
    command.migrate(empty, "head")
    assert command.is_current(empty)


def test_ballots_and_comments_have_no_rowid(tmp_path: Path) -> None:
    engine = db.create_engine(f"sqlite:///{tmp_path / 'pulse.db'}")
    command.migrate(engine, "head")
    with engine.connect() as connection:
        listed = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
    assert {row["name"] for row in listed if row["wr"]} == WITHOUT_ROWID
    engine.dispose()


def test_names_are_numbered_and_the_head_is_written_down() -> None:
    folder = resource("migrations")
    names = sorted(path.name for path in (folder / "versions").glob("*.py"))
    assert all(FILE_NAME.fullmatch(name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert [f"{revision}.py" for revision in revisions()] == names
    assert command.head_revision() == revisions()[-1]


def test_a_failing_step_leaves_the_step_before(empty: sa.Engine) -> None:
    """Each migration is one transaction, on SQLite too."""
    command.migrate(empty, "0001_companies")
    with empty.begin() as connection:
        connection.execute(sa.text("CREATE TABLE setup_tokens (id INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        command.migrate(empty, "head")
    assert command.current_revision(empty) == "0001_companies"
    assert "users" not in sa.inspect(empty).get_table_names()


def test_upgrade_makes_the_folder_and_says_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_DATA_DIR", str(tmp_path / "new" / "data"))
    monkeypatch.delenv("PULSE_DATABASE_URL", raising=False)
    before = CliRunner().invoke(command.db, ["current"])
    assert "is empty" in before.output
    engine = db.create_engine(f"sqlite:///{tmp_path / 'new' / 'data' / 'pulse.db'}")
    with pytest.raises(Exception, match="pulse db upgrade"):
        command.require_current(engine)
    assert CliRunner().invoke(command.db, ["upgrade"]).exit_code == 0
    command.require_current(engine)
    engine.dispose()
    assert command.head_revision() in CliRunner().invoke(command.db, ["current"]).output
