"""The demo says at once what would stop it."""

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Pulse


def test_a_taken_port_is_told_before_the_work(
    pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("PULSE_PORT", str(port))
        result = pulse("demo")
    assert result.exit_code == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in result.output
    assert not (tmp_path / "var" / "pulse.db").exists()
