"""What lies in a store, byte by byte and column by column: SQLite files, a PostgreSQL directory."""

import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg

PAGE = 4096
SNAPSHOT_STEP = 1e9  # positions of one backup come before those of the next
TABLES = ("invitations", "ballots", "outbox", "comments")
ROW_ID = {"invitations": "rowid", "outbox": "rowid"}  # the others have none, on purpose


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row with all its columns, and what the storage itself adds: rowid, ctid, xmin, cmin."""

    values: dict[str, Any]
    hidden: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A copy of everything at one moment."""

    rows: dict[str, list[Row]]
    main: bytes = b""
    wal: bytes = b""
    tables_bytes: dict[str, bytes] = field(default_factory=dict)


class Store(Protocol):
    """A database that can be copied whole."""

    name: str
    url: str

    def begin_wave(self) -> None:
        """Note where the write-ahead log stands."""

    def backup(self, more_tables: Iterable[str] = ()) -> Backup:
        """Copy everything as a thief, or the nightly backup, would."""

    def wal_places(self, needles: Iterable[bytes], backups: list[Backup]) -> dict[bytes, float]:
        """Return where each needle first stands in the write-ahead log, over all copies of it."""

    def live_bytes(self) -> list[bytes]:
        """Return the live data files, without the write-ahead log of a server."""

    def wal_bytes(self) -> bytes:
        """Return the write-ahead log since the wave began."""


def spellings(identifier: uuid.UUID) -> tuple[bytes, ...]:
    """Return how an id may be written in a file."""
    return identifier.bytes, identifier.hex.encode(), str(identifier).encode()


class SqliteStore:
    """The database file and its write-ahead log."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "pulse.db"
        self.url = f"sqlite:///{self.path}"

    @property
    def _wal_path(self) -> Path:
        return self.path.with_name("pulse.db-wal")

    def begin_wave(self) -> None:
        """Nothing to note: each copy holds the whole log."""

    def backup(self, more_tables: Iterable[str] = ()) -> Backup:
        """Copy the files; rows are read from the copy."""
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name) / "pulse.db"
            shutil.copyfile(self.path, copy)
            wal = b""
            if self._wal_path.exists():
                shutil.copyfile(self._wal_path, copy.with_name("pulse.db-wal"))
                wal = self._wal_path.read_bytes()
            main = copy.read_bytes()
            connection = sqlite3.connect(copy)
            rows = {table: list(_rows(connection, table)) for table in (*TABLES, *more_tables)}
            connection.close()
        return Backup(rows=rows, main=main, wal=wal, tables_bytes=dict.fromkeys(rows, main))

    def wal_places(self, needles: Iterable[bytes], backups: list[Backup]) -> dict[bytes, float]:
        """Return (backup, position in its -wal) as one number."""
        places: dict[bytes, float] = {}
        waiting = set(needles)
        for number, backup in enumerate(backups):
            for needle in list(waiting):
                place = backup.wal.find(needle)
                if place < 0 and needle not in backup.main:
                    continue
                places[needle] = number * SNAPSHOT_STEP + max(place, 0)
                waiting.discard(needle)
        return places

    def live_bytes(self) -> list[bytes]:
        """Return the file and its log."""
        paths = [self.path, self._wal_path]
        return [path.read_bytes() for path in paths if path.exists()]

    def wal_bytes(self) -> bytes:
        """Return the log."""
        return self._wal_path.read_bytes() if self._wal_path.exists() else b""


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[Row]:
    row_id = ROW_ID.get(table)
    cursor = connection.execute(f'SELECT {row_id or "0"}, * FROM "{table}"')  # noqa: S608
    names = [column[0] for column in cursor.description][1:]
    for place, (hidden, *values) in enumerate(cursor):
        extra = {"rowid": float(hidden)} if row_id else {}
        yield Row(
            values=dict(zip(names, values, strict=True)), hidden=extra | {"scan": float(place)}
        )


class PostgresStore:
    """A database of a running server whose data directory can be read."""

    name = "PostgreSQL"

    def __init__(self, url: str, data_directory: Path) -> None:
        self.url = url
        self._data = data_directory
        self._dsn = url.replace("postgresql+psycopg", "postgresql")
        self._start = 0
        with self._connect() as connection:
            # As on a real server; and no segment of the log is thrown away, as in an archive.
            for setting in ("wal_keep_size = '8GB'", "full_page_writes = on"):
                connection.execute(f"ALTER SYSTEM SET {setting}".encode())
            connection.execute("SELECT pg_reload_conf()")

    def begin_wave(self) -> None:
        """Note the position in the log."""
        self._start = self._position()

    def backup(self, more_tables: Iterable[str] = ()) -> Backup:
        """Copy rows with their system columns, and the files of the tables."""
        rows: dict[str, list[Row]] = {}
        content: dict[str, bytes] = {}
        with self._connect() as connection:
            connection.execute("CHECKPOINT")
            for table in (*TABLES, *more_tables):
                rows[table] = list(_system_rows(connection, table))
                content[table] = self._file(connection, table)
        return Backup(rows=rows, tables_bytes=content)

    def wal_places(self, needles: Iterable[bytes], backups: list[Backup]) -> dict[bytes, float]:  # noqa: ARG002
        """Return positions in pg_wal."""
        log = self.wal_bytes()
        found = {needle: float(log.find(needle)) for needle in needles}
        return {needle: place for needle, place in found.items() if place >= 0}

    def live_bytes(self) -> list[bytes]:
        """Return every file of the database after a checkpoint."""
        with self._connect() as connection:
            connection.execute("CHECKPOINT")
            found = connection.execute(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        if found is None:
            raise RuntimeError("the database is gone")
        folder = self._data / "base" / str(found[0])
        return [path.read_bytes() for path in folder.iterdir() if path.is_file()]

    def wal_bytes(self) -> bytes:
        """Return pg_wal from the wave's beginning on, without the headers of its pages."""
        segment = 16 * 1024 * 1024
        end = self._position()
        parts = []
        for number in range(self._start // segment, end // segment + 1):
            name = f"{1:08X}{number // 256:08X}{number % 256:08X}"
            content = (self._data / "pg_wal" / name).read_bytes()
            first = self._start % segment if number == self._start // segment else 0
            last = end % segment if number == end // segment else segment
            parts.append(_without_headers(content, first - first % 8192, last))
        return b"".join(parts)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._dsn, autocommit=True)

    def _position(self) -> int:
        with self._connect() as connection:
            connection.execute("SELECT pg_logical_emit_message(false, 'attack', 'x')")
            found = connection.execute(
                "SELECT (pg_current_wal_flush_lsn() - '0/0')::bigint"
            ).fetchone()
        return int(found[0]) if found else 0

    def _file(self, connection: psycopg.Connection[Any], table: str) -> bytes:
        found = connection.execute("SELECT pg_relation_filepath(%s)", [table]).fetchone()
        return (self._data / found[0]).read_bytes() if found else b""


def _system_rows(connection: psycopg.Connection[Any], table: str) -> Iterator[Row]:
    hidden = "xmin::text::bigint, cmin::text::bigint, ctid::text"
    cursor = connection.execute(f'SELECT {hidden}, * FROM "{table}"'.encode())  # noqa: S608
    names = [column.name for column in cursor.description or ()][3:]
    for xmin, cmin, ctid, *values in cursor:
        block, _, offset = ctid.strip("()").partition(",")
        yield Row(
            values=dict(zip(names, values, strict=True)),
            hidden={
                "xmin": float(xmin),
                "cmin": float(cmin),
                "ctid": int(block) * 1000.0 + int(offset),
            },
        )


def _without_headers(segment: bytes, first: int, last: int) -> bytes:
    pages = []
    for start in range(first, last, 8192):
        header = 40 if start == 0 else 24
        pages.append(segment[start + header : start + 8192])
    return b"".join(pages)
