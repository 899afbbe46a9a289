"""Fixtures that every room's tests share. Kept under 150 lines; rows are made by tests/factories."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session

from pulse import db
from pulse.cli.db import migrate
from pulse.clock import SettableClock
from pulse.config import MailSettings, Settings
from pulse.web.context import Application, Ports
from tests.clients.page_client import PageClient
from tests.postgres_server import PostgresServer, running_server

HAS_BROWSER = Path("/usr/bin/chromium").exists()
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
# Tests of these files run on both databases; all others on SQLite.
ON_BOTH_DATABASES = {
    "test_ahead.py",
    "test_service.py",
    "test_queries.py",
    "test_tasks.py",
    "test_transactions.py",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames and metafunc.definition.path.name in ON_BOTH_DATABASES:
        both = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
        metafunc.parametrize("engine", both, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, so that no core waits for the last one. Without a browser: skip, but say so."""
    for item in items:
        if item.get_closest_marker("browser") and not (HAS_BROWSER or os.environ.get("CI")):
            item.add_marker(
                pytest.mark.skip("Chromium is missing here (Debian: apt install chromium)")
            )
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("slow", "browser"))))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("pulse")
    return Settings(
        database_url=f"sqlite:///{folder / 'pulse.db'}",
        key_dir=folder / "keys",
        base_url="http://127.0.0.1:8000",
        secret_key="a-secret-for-tests-only",
        mail=MailSettings(directory=folder / "mail"),
    )


@pytest.fixture
def key_dir(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture(scope="session")
def sqlite_engine(settings: Settings) -> Iterator[sa.Engine]:
    engine = db.create_engine(settings.database_url)
    migrate(engine, "head")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def pg_url(postgres_server: PostgresServer) -> str:
    return postgres_server.create_database("pulse")


@pytest.fixture(scope="session")
def pg_engine(pg_url: str) -> Iterator[sa.Engine]:
    engine = db.create_engine(pg_url)
    migrate(engine, "head")
    yield engine
    engine.dispose()


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> sa.Engine:
    """The migrated database of the test session: SQLite, or the one that the test is run on."""
    is_postgres = getattr(request, "param", "sqlite") == "postgres"
    engine: sa.Engine = request.getfixturevalue("pg_engine" if is_postgres else "sqlite_engine")
    return engine


@pytest.fixture
def connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One connection whose outer transaction is rolled back: commits inside are savepoints."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: sa.Connection) -> Iterator[Session]:
    with Session(
        connection, join_transaction_mode="create_savepoint", expire_on_commit=False
    ) as session:
        yield session


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(START)


@pytest.fixture(scope="session")
def _app(settings: Settings) -> Flask:
    from pulse.app import create_app  # noqa: PLC0415 - rooms under test need not load all others

    app = create_app(settings, ports=Ports(clock=SettableClock(START)))
    app.config.update(TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)

    @app.before_request
    def _trust_forms() -> None:
        # Pages hold their tokens; plain test clients need not send them back.
        g.csrf_valid = not app.config["WTF_CSRF_CHECK_DEFAULT"]

    return app


@pytest.fixture
def app(_app: Flask, connection: sa.Connection) -> Flask:
    """The application, its sessions inside the test's transaction; its clock starts at START."""
    application: Application = _app.extensions["pulse"]
    application.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
    clock = application.ports.clock
    assert isinstance(clock, SettableClock)
    clock.set(START)
    return _app


@pytest.fixture
def pages(app: Flask) -> Iterator[PageClient]:
    """A browser of sorts that checks every page it gets; forms need their CSRF tokens."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    yield PageClient(app)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
