"""A whole installation in a folder: `pulse serve` as its own process, for crash and byte tests."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import db
from pulse.config import Settings

READY_SECONDS = 40.0


class Installation:
    """Settings, database and one server process that can be killed and started again."""

    def __init__(self, folder: Path, database_url: str | None = None, **extra: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.environ = {
            "PULSE_DATA_DIR": str(folder / "data"),
            "PULSE_KEY_DIR": str(folder / "keys"),
            "PULSE_BASE_URL": f"http://127.0.0.1:{self.port}",
            "PULSE_PORT": str(self.port),
            "PULSE_MAIL": f"file:{folder / 'mail'}",
            "PULSE_DEMO": "1",
        } | extra
        if database_url is not None:
            self.environ["PULSE_DATABASE_URL"] = database_url
        (folder / "data").mkdir(parents=True, exist_ok=True)
        self.settings = Settings.from_env(self.environ)
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None
        self._engine: sa.Engine | None = None

    @property
    def engine(self) -> sa.Engine:
        """An engine of the test's own on the same database."""
        if self._engine is None:
            self._engine = db.create_engine(self.settings.database_url)
        return self._engine

    def dispose(self) -> None:
        """Close the test's own connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end."""
        with db.session_factory(self.engine)() as session:
            db.begin_writing(session)
            yield session
            session.commit()

    def pulse(self, *arguments: str) -> None:
        """Run the `pulse` command in this installation."""
        subprocess.run(
            [sys.executable, "-m", "pulse.cli", *arguments],
            env=os.environ | self.environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self, *program: str) -> None:
        """Start the server (or `program` in its place) and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *(program or ("-m", "pulse.cli", "serve"))],
                env=os.environ | self.environ,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{self.log.read_text()}")
            if self._answers():
                return
            time.sleep(0.1)
        raise TimeoutError(f"the server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """End the server as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the server as an operator would."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=20)
            self.process = None

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/manage/login")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def wait_for_state(
    installation: Installation, wave_id: uuid.UUID, state: str, seconds: float = 60.0
) -> None:
    """Wait until a wave has reached `state`."""
    deadline = time.monotonic() + seconds
    table = sa.table("waves", sa.column("id", sa.Uuid()), sa.column("state"))
    while time.monotonic() < deadline:
        with installation.engine.connect() as connection:
            found = connection.scalar(sa.select(table.c.state).where(table.c.id == wave_id))
        if found == state:
            return
        time.sleep(0.2)
    raise TimeoutError(f"the wave is {found}, not {state}:\n{installation.log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
