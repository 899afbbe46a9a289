"""On SQLite a second writer waits at its beginning instead of failing in its middle."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from pulse import db


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
