"""What is built is written down: settings, commands, rooms, decisions, changes."""

import re

import click
import pytest

from pulse.cli import main
from tests.architecture.repository import ROOT, python_files, rooms

SETTING = re.compile(r"PULSE_[A-Z_]*[A-Z](?![A-Z_])")
DECISION = re.compile(r"\d{4}-[a-z0-9-]+\.md")
SECTIONS = ("Context", "Decision", "Consequences")
FRAGMENT = re.compile(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md")


def commands(group: click.Group, before: str = "pulse") -> list[str]:
    """Every command as a person types it."""
    found: list[str] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        inside = commands(command, f"{before} {name}") if isinstance(command, click.Group) else []
        found += inside or [f"{before} {name}"]
    return found


def settings() -> set[str]:
    return {
        name
        for path in python_files("pulse")
        for name in SETTING.findall((ROOT / path).read_text())
    }


def unmentioned(names: set[str], text: str) -> list[str]:
    return sorted(name for name in names if not re.search(rf"{re.escape(name)}\b", text))


def read(name: str) -> str:
    path = ROOT / name
    assert path.exists(), f"{name} is missing"
    return path.read_text()


def test_every_setting_is_documented() -> None:
    assert "PULSE_BASE_URL" in settings()
    assert unmentioned(settings(), read("docs/operations.md")) == []


def test_no_documented_setting_is_gone() -> None:
    named = set(SETTING.findall(read("docs/operations.md") + read("README.md")))
    assert named - settings() == set()


def test_every_command_is_documented() -> None:
    found = set(commands(main))
    assert {"pulse db upgrade", "pulse db current"} <= found
    assert unmentioned(found, read("docs/operations.md")) == []


def test_planted_omissions_are_noticed() -> None:
    assert unmentioned({"PULSE_PORT", "PULSE_X"}, "Set PULSE_PORT and PULSE_XY.") == ["PULSE_X"]
    group = click.Group("pulse", commands={"new": click.Command("new")})
    assert unmentioned(set(commands(group)), "pulse db upgrade") == ["pulse new"]


@pytest.mark.parametrize("document", ["README.md", "docs/architecture.md"])
def test_every_room_is_on_the_map(document: str) -> None:
    missing = [room for room in rooms() if f"{room}/" not in read(document)]
    assert missing == [], f"the map of the tree in {document} does not name {missing}"


def test_every_folder_is_on_the_map() -> None:
    folders = {"pulse/", "analysis/", "templates/", "migrations/", "tests/", "docs/", "bench/"}
    assert [f for f in sorted(folders) if f not in read("README.md")] == []


def test_decisions_are_numbered_and_whole() -> None:
    files = sorted(path for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert all(DECISION.fullmatch(path.name) for path in files)
    assert [int(path.name[:4]) for path in files] == list(range(len(files)))
    for path in files:
        text = path.read_text()
        assert [part for part in SECTIONS if f"## {part}" not in text] == [], path.name


def test_fragments_of_the_changelog_have_a_kind() -> None:
    files = [path.name for path in (ROOT / "changelog.d").glob("*") if path.name != "README.md"]
    assert [name for name in files if not FRAGMENT.fullmatch(name)] == []


def test_the_glossary_knows_the_rooms_terms() -> None:
    glossary = read("docs/glossary.md").lower()
    terms = {"wave", "ballot", "tally", "credential", "cell", "suppression", "verdict", "slip"}
    assert [term for term in sorted(terms) if f"**{term}**" not in glossary] == []
