"""`pulse doctor`: each check, sound and unsound."""

import socket
import threading
from pathlib import Path

import pytest

from tests.cli.conftest import Pulse


def lines(output: str) -> dict[str, str]:
    """Return check -> "ok" or "FAIL"."""
    found = (line.split(":")[0].split() for line in output.splitlines())
    return {name: verdict for verdict, name in found}


@pytest.fixture
def keys(pulse: Pulse, tmp_path: Path) -> Path:
    assert pulse("db", "upgrade").exit_code == 0
    folder = tmp_path / "var" / "keys"
    assert folder.is_dir()  # the session secret lies there
    return folder


def test_a_sound_installation(pulse: Pulse, keys: Path) -> None:
    answer = pulse("doctor")
    assert answer.exit_code == 0, answer.output
    assert lines(answer.output) == dict.fromkeys(
        ["settings", "database", "migrations", "keys", "mail", "address"], "ok"
    )
    assert "phones need HTTPS" in answer.output


def test_a_database_without_migrations(pulse: Pulse, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    answer = pulse("doctor")
    assert answer.exit_code == 1
    assert lines(answer.output)["migrations"] == "FAIL"
    assert "pulse db upgrade" in answer.output


def test_a_database_out_of_reach(
    pulse: Pulse, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_DATABASE_URL", f"sqlite:///{tmp_path}/no/such/folder/pulse.db")
    answer = pulse("doctor")
    assert answer.exit_code == 1
    assert lines(answer.output)["database"] == "FAIL"
    assert lines(answer.output)["address"] == "ok"  # one failure does not hide the others


@pytest.mark.parametrize("name", ["", "wave/secret"])
def test_keys_that_others_may_read(pulse: Pulse, keys: Path, name: str) -> None:
    path = keys / name
    if name:
        path.parent.mkdir(mode=0o700)
        path.write_text("secret")
    path.chmod(0o755)
    answer = pulse("doctor")
    assert answer.exit_code == 1
    assert lines(answer.output)["keys"] == "FAIL"
    assert str(path) in answer.output


def test_settings_that_are_wrong(pulse: Pulse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_PORT", "many")
    monkeypatch.setenv("PULSE_MAIL", "pigeon")
    answer = pulse("doctor")
    assert answer.exit_code == 1
    assert answer.output.count("FAIL  settings:") == 2


def serve_smtp(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb", buffering=0) as stream:
        stream.write(b"220 ready\r\n")
        while line := stream.readline():
            stream.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 fine\r\n")


def test_a_mail_server_that_answers_and_one_that_does_not(
    pulse: Pulse, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        monkeypatch.setenv("PULSE_MAIL", "smtp")
        monkeypatch.setenv("PULSE_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("PULSE_SMTP_PORT", str(port))
        monkeypatch.setenv("PULSE_SMTP_SECURITY", "none")
        server = threading.Thread(target=serve_smtp, args=(listener,))
        server.start()
        answers = pulse("doctor")
        server.join()
    assert lines(answers.output)["mail"] == "ok"
    silent = pulse("doctor")
    assert silent.exit_code == 1
    assert lines(silent.output)["mail"] == "FAIL"
    assert f"127.0.0.1:{port} does not answer" in silent.output
