"""The files of this repository, as the architecture tests see them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "companies",
    "accounts",
    "people",
    "surveys",
    "interventions",
    "facts",
    "waves",
    "notices",
    "credentials",
    "invitations",
    "fieldwork",
    "promises",
    "responses",
    "tallies",
    "reports",
    "jobs",
    "study",
)


@cache
def repository_files() -> tuple[Path, ...]:
    """Everything that is or would be committed, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return tuple(Path(line) for line in sorted(listed.splitlines()) if (ROOT / line).is_file())


def python_files(folder: str) -> list[Path]:
    return [path for path in repository_files() if path.suffix == ".py" and path.parts[0] == folder]


def rooms() -> list[str]:
    """The rooms that stand."""
    return [room for room in ROOMS if (ROOT / "pulse" / room / "__init__.py").exists()]
