"""The demo says at once what would stop it, and the same seed tells the same story."""

import dataclasses
import datetime as dt
import json
import socket
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from pulse.app import create_app
from pulse.cli.demo.companies import COMPANIES, senders
from pulse.cli.demo.story import Purpose, Story, simulate
from pulse.cli.main import main
from pulse.config import Settings
from tests.cli.conftest import Pulse

STORED = {
    "released": "SELECT content FROM releases JOIN waves ON waves.id = wave_id ORDER BY month",
    "reports": "SELECT json_extract(content, '$.findings') FROM reports ORDER BY month",
    "books": "SELECT month, orders, rush_orders, on_time, complaints, meetings FROM monthly_facts"
    " ORDER BY month",
    "events": "SELECT day, kind, note FROM events ORDER BY day",
    "evidence": "SELECT content_hash FROM study_evidence ORDER BY content_hash",
}


def build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Build a short demo and return what it tells; keys and codes are others every time."""
    monkeypatch.setenv("PULSE_DATA_DIR", str(folder))
    made = CliRunner().invoke(main, ["demo", "--build-only", "--months=1"])
    assert made.exit_code == 0, made.output
    with sqlite3.connect(folder / "pulse.db") as database:
        told = {name: database.execute(select).fetchall() for name, select in STORED.items()}
    database.close()
    return told | {"note": json.loads((folder / "demo.json").read_text()), "said": made.output}


@pytest.mark.slow
def test_the_same_seed_tells_the_same_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pulse.cli.demo.companies.COMPANIES", COMPANIES[:1])
    first, again = (build(tmp_path / name, monkeypatch) for name in ("first", "again"))
    for name in STORED:
        assert first[name] == again[name], name
    assert first["note"]["link"] != again["note"]["link"]
    assert first["note"]["password"] != again["note"]["password"]
    assert len(first["reports"]) == len(first["evidence"]) == 1
    for account in ("hr@example.com", "author@example.com"):
        assert f"{account}   password {first['note']['password']}" in first["said"]


def test_another_seed_tells_another_story() -> None:
    one, other = (simulate(Story(months=2, effect="fall", seed=seed)) for seed in (7, 8))
    assert not np.array_equal(one.theta, other.theta)
    files = [
        senders(Story(months=2, effect="fall", seed=seed), dt.date(2026, 4, 27), 3)[1].evidence()
        for seed in (7, 8)
    ]
    indexes = [
        [month["index"] for month in json.loads(file)["content"]["months"]] for file in files
    ]
    assert indexes[0] != indexes[1]


def test_each_use_of_chance_has_its_own_stream() -> None:
    """What one part of the story draws must not shift what another one draws."""
    story = Story(months=2, effect="fall", seed=7)
    draws = {
        tuple(story.chance(purpose, *places).integers(1000, size=4))
        for purpose in Purpose
        for places in ((), (1,), (1, 2))
    }
    assert len(draws) == 3 * len(Purpose)
    again = Story(months=2, effect="fall", seed=7).chance(Purpose.BOOKS, 1)
    assert (
        again.integers(1000, size=4) == story.chance(Purpose.BOOKS, 1).integers(1000, size=4)
    ).all()


@pytest.mark.usefixtures("sqlite_engine")
@pytest.mark.parametrize("is_demo", [True, False])
def test_pages_of_the_demo_say_that_all_is_simulated(settings: Settings, *, is_demo: bool) -> None:
    client = create_app(dataclasses.replace(settings, is_demo=is_demo)).test_client()
    page = client.get("/manage/login").get_data(as_text=True)
    assert ("Demo: everything here is simulated." in page) is is_demo


def test_a_demo_of_an_earlier_program_is_made_anew(
    pulse: Pulse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "demo.json").write_text(json.dumps({"story": {}, "password": "old"}))
    note = {"password": "new", "slug": "abcde", "link": "L" * 26, "slip": "S" * 11}
    monkeypatch.setattr("pulse.cli.demo.command.build", lambda *_: note)
    result = pulse("demo", "--build-only")
    assert "made by an earlier Pulse; it is made anew" in result.output
    assert "password new" in result.output


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
