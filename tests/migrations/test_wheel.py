"""The built wheel works by itself: another folder, no checkout, templates and migrations inside."""

import http.client
import os
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT

READY_SECONDS = 40.0


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel in it; its dependencies are lent by ours."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    home = folder / "environment"
    venv.create(home, with_pip=False, symlinks=True)
    (packages,) = home.glob("lib/python*/site-packages")
    uv = Path(sys.executable).parent / "uv"
    subprocess.run(
        [uv, "pip", "install", "--offline", "--no-deps", "--python", home / "bin/python", wheel],
        check=True,
        capture_output=True,
    )
    lent = Path(sys.executable).parents[1] / "lib" / packages.parent.name / "site-packages"
    # A plain line in a .pth file adds the folder; the editable checkout in it is not followed.
    (packages / "lent.pth").write_text(f"{lent}\n")
    return home


@pytest.fixture
def place(installed: Path, tmp_path: Path) -> dict[str, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"PULSE_DATA_DIR": str(tmp_path / "data"), "PULSE_PORT": str(port)}


def pulse(installed: Path, place: dict[str, str], *words: str) -> str:
    return subprocess.run(
        [installed / "bin" / "pulse", *words],
        env=place,
        cwd=Path(place["PULSE_DATA_DIR"]).parent,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@pytest.mark.slow
def test_everything_comes_from_the_wheel(installed: Path, place: dict[str, str]) -> None:
    code = (
        "import pulse, analysis; from pulse.resources import resource;"
        "print(pulse.__file__, analysis.__file__, resource('templates'), resource('migrations'))"
    )
    done = subprocess.run(
        [installed / "bin/python", "-c", code],
        env=place,
        cwd=installed.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    assert all(part.startswith(str(installed)) for part in done.stdout.split()), done.stdout


@pytest.mark.slow
def test_the_wheel_migrates_and_serves(installed: Path, place: dict[str, str]) -> None:
    pulse(installed, place, "db", "upgrade")
    assert "0001" not in pulse(installed, place, "db", "current")
    server = subprocess.Popen(
        [installed / "bin" / "pulse", "serve"],
        env=place,
        cwd=Path(place["PULSE_DATA_DIR"]).parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for path, kind in (
            ("/manage/login", "text/html"),
            ("/static/css/manage.css", "text/css"),
            ("/s", "text/html"),
            ("/s/survey.js", "text/javascript"),
        ):
            status, found = fetch(int(place["PULSE_PORT"]), path, server)
            assert (status, found.partition(";")[0]) == (200, kind), path
    finally:
        server.terminate()
        words, _ = server.communicate(timeout=20)
    assert "Traceback" not in words


def fetch(port: int, path: str, server: subprocess.Popen[str]) -> tuple[int, str]:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.headers["Content-Type"]
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise AssertionError(f"no answer; the server said: {server.communicate(timeout=5)}")
