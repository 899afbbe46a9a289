"""On SQLite a second writer waits at its beginning instead of failing in its middle."""

import dataclasses
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import g

from pulse import db
from pulse.app import create_app
from pulse.cli.db import migrate
from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.web.context import Ports
from tests.clients.manager import log_in
from tests.conftest import START
from tests.factories.accounts import make_user
from tests.factories.companies import make_company


def test_writing_takes_the_lock_at_once(tmp_path: Path) -> None:
    engine = db.create_engine(f"sqlite:///{tmp_path / 'pulse.db'}")
    with db.session_factory(engine)() as session, engine.connect() as reader:
        db.begin_writing(session)
        raw = reader.connection.dbapi_connection
        raw.execute("PRAGMA busy_timeout=10")
        reader.exec_driver_sql("SELECT 1")  # reading goes on
        reader.rollback()
        writer = reader.execution_options(sqlite_begin="IMMEDIATE")
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            writer.exec_driver_sql("SELECT 1")
        session.rollback()
        writer.exec_driver_sql("SELECT 1")
    engine.dispose()


def trust_forms() -> None:
    g.csrf_valid = True


def test_a_form_of_somebody_logged_in_takes_the_lock_before_the_first_read(
    tmp_path: Path, settings: Settings
) -> None:
    """Else another writer in between makes it fail: who is logged in is read before the view."""
    own = dataclasses.replace(settings, database_url=f"sqlite:///{tmp_path / 'pulse.db'}")
    app = create_app(own, ports=Ports(clock=SettableClock(START)))
    app.config.update(TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)
    app.before_request(trust_forms)
    engine = app.extensions["pulse"].engine
    migrate(engine, "head")
    with db.session_factory(engine)() as session:
        make_user(session, email="hr@example.com", company_id=make_company(session).id)
        session.commit()
    client = app.test_client()
    log_in(client, "hr@example.com")
    begun: list[str] = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("BEGIN"):
            begun.append(statement)

    assert client.get("/manage/settings").status_code == 200
    assert begun == ["BEGIN"]
    assert client.post("/manage/settings/accounts/new", data={"name": "x"}).status_code == 200
    assert begun == ["BEGIN", "BEGIN IMMEDIATE"]
    engine.dispose()
