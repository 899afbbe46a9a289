"""An installation in a folder of its own, reached by commands."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from pulse import db
from pulse.cli.main import main

Pulse = Callable[..., Result]
INIT = (
    "init",
    "--company=Example Works",
    "--first-en=Sales",
    "--first-es=Ventas",
    "--second-en=Store",
    "--second-es=el Almacén",
    "--time-zone=Europe/Madrid",
    "--results-place=canteen",
    "--name=Ana Ruiz",
    "--email=ana@example.com",
    "--generate-password",
)


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pulse:
    """Run a command in the installation of this test; `typed` answers its questions."""
    monkeypatch.setenv("PULSE_DATA_DIR", str(tmp_path / "var"))

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=typed)

    return run


@pytest.fixture
def stored(pulse: Pulse, tmp_path: Path) -> Iterator[Session]:
    """What the commands have stored."""
    engine = db.create_engine(f"sqlite:///{tmp_path / 'var' / 'pulse.db'}")
    with Session(engine) as session:
        yield session
    engine.dispose()
