"""A PostgreSQL server of the tests' own: Debian's binaries, a temporary folder, a unix socket."""

import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

READY_SECONDS = 60.0
BINARIES = ("/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/bin")
# Durability is the server's own business and tested by its makers; tests need its speed.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


class PostgresServer:
    """One running server; every caller makes the databases that it needs."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.folder = folder
        self.data_directory = folder / "data"
        self._binaries = binaries
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the data directory, start the server and wait until it answers."""
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
        initdb = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [*self._as_owner("initdb"), *initdb, "--no-sync", "-D", str(self.data_directory)],
            check=True,
            capture_output=True,
            cwd=self.folder,
        )
        options = [word for pair in OPTIONS.items() for word in ("-c", "=".join(pair))]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._as_owner("postgres"),
                    *("-D", str(self.data_directory), "-k", str(self.folder)),
                    *options,
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        self._wait()

    def stop(self) -> None:
        """End the server at once; nothing of it is kept."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)

    def create_database(self, name: str) -> str:
        """Make an empty database anew and return its SQLAlchemy URL."""
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def _as_owner(self, program: str) -> list[str]:
        # The server dies with the tests even when those are killed.
        command = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            command += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        return [*command, str(self._binaries / program)]

    def _dsn(self, name: str) -> str:
        return f"host={self.folder} user=postgres dbname={name}"

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self._dsn("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())


def binaries() -> Path | None:
    """Return the newest folder that holds a PostgreSQL server."""
    found = [folder for pattern in BINARIES for folder in sorted(glob.glob(pattern), reverse=True)]
    return next((Path(folder) for folder in found if (Path(folder) / "initdb").exists()), None)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A server for as long as the block lasts. Without one: skip, on a build server fail."""
    folder = binaries()
    if folder is None:
        sentence = "PostgreSQL is missing here (Debian: apt install postgresql)"
        pytest.fail(sentence) if os.environ.get("CI") else pytest.skip(sentence)
    # Not pytest's own folder: the server's user may not enter that.
    place = Path(tempfile.mkdtemp(prefix="pulse-postgres-"))
    server = PostgresServer(folder.resolve(), place)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
