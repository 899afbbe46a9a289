"""Engine, session, declarative base. Plain SQLAlchemy: models import without Flask."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[dt.datetime]):
    """An aware moment in UTC; SQLite would otherwise hand back naive ones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> Any:  # noqa: ANN401, ARG002
        """Refuse naive moments and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A stored moment needs a time zone.")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> dt.datetime | None:  # noqa: ANN401, ARG002
        """Return an aware moment."""
        if value is None:
            return None
        moment: dt.datetime = value
        return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own protocol
        dt.datetime: UtcDateTime(),
        uuid.UUID: sa.Uuid(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


def create_engine(url: str) -> sa.Engine:
    """Return an engine whose connections keep the promises that Pulse needs.

    On SQLite: foreign keys on, write-ahead log, full synchronisation (a ballot must survive a
    power cut), deleted bytes overwritten, ten seconds of patience for a lock.
    """
    # Errors must not quote the values of a statement: they may be what somebody answered.
    engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:  # noqa: ANN401
    # SQLAlchemy then emits BEGIN itself (see _begin_sqlite), so that reads are transactions too.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that will write takes the write lock at once: upgrading later may fail.
    mode = connection.get_execution_options().get("sqlite_begin", "")
    connection.exec_driver_sql(f"BEGIN {mode}".strip())


def session_factory(engine: sa.Engine) -> sessionmaker[Session]:
    """Return a factory of sessions; rows stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)


def begin_writing(session: Session) -> None:
    """Start the transaction of `session` as a writing one (on SQLite: BEGIN IMMEDIATE)."""
    if not session.in_transaction():
        session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


class StorageBusyError(RuntimeError):
    """Another connection still reads what is to be rewritten."""


LOCK_NOT_AVAILABLE = "55P03"
LOCK_PATIENCE = "5s"
"""How long a rewrite on PostgreSQL waits for a table, while others wait behind it."""


def rewrite_storage(engine: sa.Engine, tables: tuple[str, ...]) -> None:
    """Rewrite the files so that deleted rows of `tables` leave no bytes behind.

    SQLite: VACUUM, then the write-ahead log is written back and cut to nothing.
    PostgreSQL: the rows that are left are put into new files in the order of their keys. VACUUM
    FULL would not do: it carries deleted rows over as long as any other transaction, though it
    reads another table, is older than the deletion.

    Raises
    ------
    StorageBusyError
        A reader was in the way; try again.
    """
    if engine.dialect.name == "sqlite":
        _rewrite_sqlite(engine)
        return
    for table in tables:
        _rewrite_postgres(engine, table)


def _rewrite_sqlite(engine: sa.Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.dbapi_connection
        if raw is None:
            raise RuntimeError("The connection to the database is gone.")
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.close()
        if is_busy:
            raise StorageBusyError


def _rewrite_postgres(engine: sa.Engine, table: str) -> None:
    names = sa.inspect(engine).get_pk_constraint(table)["constrained_columns"]
    key = ", ".join(f'"{name}"' for name in names)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'")
            connection.exec_driver_sql(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            connection.exec_driver_sql(
                f'CREATE TEMPORARY TABLE rows_left ON COMMIT DROP AS SELECT * FROM "{table}"'  # noqa: S608
            )
            connection.exec_driver_sql(f'TRUNCATE "{table}"')
            connection.exec_driver_sql(
                f'INSERT INTO "{table}" SELECT * FROM rows_left ORDER BY {key}'  # noqa: S608
            )
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        raise StorageBusyError from error
