"""The repository works anywhere: no file names a package index or the machine it was made on."""

import re
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, repository_files

# Put together here, so that this file does not name what it looks for.
INDEX_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs"),
        ("proxy", "golang"),
        ("cran", "r-project"),
        ("deb", "debian"),
    )
)
HOMES = re.compile(r"(?<![\w.~-])/(?:root|home|Users)/\w")
BINARY = {".png", ".woff2", ".xlsx", ".ico", ".ttf"}


def machine_paths() -> re.Pattern[str]:
    """The place of this very checkout and of its user, wherever that is."""
    places = [place for place in (ROOT, Path.home()) if len(place.parts) > 2]
    return re.compile(
        "|".join(rf"(?<![\w./]){re.escape(str(place))}(?![\w-])" for place in places) or "$^"
    )


def problems(name: str, text: str) -> list[str]:
    found = [f"{name}: names the host {host}" for host in INDEX_HOSTS if host in text]
    found += [f"{name}: holds the path {hit}" for hit in HOMES.findall(text)]
    return found + [f"{name}: holds the path {hit}" for hit in machine_paths().findall(text)]


def test_no_file_names_an_index_or_this_machine() -> None:
    found = [
        problem
        for path in repository_files()
        if path.suffix not in BINARY
        for problem in problems(str(path), (ROOT / path).read_text(errors="replace"))
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-calibrate.lock"])
def test_the_lock_names_no_host(name: str) -> None:
    lock = (ROOT / name).read_text()
    assert "://" not in lock
    assert "--hash=sha256:" in lock


@pytest.mark.parametrize(
    "planted",
    [
        f"see https://{INDEX_HOSTS[0]}/project/x",
        "cd /" + "home/ann/pulse",
        f"open('{ROOT}/var')",
    ],
)
def test_planted_place_is_noticed(planted: str) -> None:
    assert problems("planted", planted)


def test_what_may_stay() -> None:
    assert problems("x", "https://example.com/home/page, ~/work, pulse/app.py, var/keys") == []
