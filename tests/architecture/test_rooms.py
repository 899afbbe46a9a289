"""The shape of rooms and files: which names there may be, what stays private, how long it gets."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.repository import ROOMS, ROOT, python_files, repository_files, rooms

LAYERS = frozenset(
    "models queries service errors forms api tasks views_respond views_manage views_author views_ops"
    " __init__".split()
)
# A concept must not pass for a layer: `views_admin`, `queries_wave` and `services` are refused.
LIKE_A_LAYER = re.compile(
    r"^(views?|models?|query|queries|services?|forms|apis?|tasks?|errors)(_|$|s)"
)
FORBIDDEN = frozenset(
    "util utils helper helpers common shared misc manager managers data info process handle".split()
)
FOLDERS = {
    "invitations/channels",
    "reports/charts",
    "reports/exports",
    "reports/figures",
    "reports/words",
    "surveys/bank",
}
MOST_LINES = 400
MOST_FILES = 18
COUNTED = {".py", ".css", ".js", ".html"}


def name_problems(path: Path) -> list[str]:
    """What is wrong with the name of a module in `pulse/` or `analysis/`."""
    stem = path.stem
    found = [f"{path}: {word!r} names nothing" for word in FORBIDDEN & set(stem.split("_"))]
    is_in_room = path.parts[0] == "pulse" and len(path.parts) > 2 and path.parts[1] in ROOMS
    if is_in_room and stem not in LAYERS and LIKE_A_LAYER.match(stem):
        found.append(f"{path}: looks like a layer, but the layers are {sorted(LAYERS)}")
    inside = "/".join(path.parts[1:-1])
    if is_in_room and "/" in inside and inside not in FOLDERS:
        found.append(f"{path}: the room has no folder {path.parent.name!r}")
    return found


def imported(source: str) -> set[str]:
    """The modules that a source imports; of `from a import b` both a and a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def foreign_models(path: Path, source: str) -> set[str]:
    """The `models` of other rooms that a file imports."""
    if path == Path("pulse/tables.py"):
        return set()
    own = ".".join(path.parts[:2])
    models = {name for name in imported(source) if re.fullmatch(r"pulse\.\w+\.models", name)}
    return {name for name in models if not name.startswith(f"{own}.")}


def is_door_note(source: str) -> bool:
    """Whether an `__init__.py` holds a docstring and nothing else."""
    body = ast.parse(source).body
    return (
        len(body) == 1
        and isinstance(body[0], ast.Expr)
        and ast.get_docstring(ast.parse(source)) != ""
    )


def test_names() -> None:
    problems = [
        p
        for folder in ("pulse", "analysis")
        for f in python_files(folder)
        for p in name_problems(f)
    ]
    assert problems == []


@pytest.mark.parametrize(
    "name",
    [
        "pulse/waves/helpers.py",
        "pulse/waves/date_utils.py",
        "analysis/common.py",
        "pulse/waves/views_admin.py",
        "pulse/waves/services.py",
        "pulse/waves/parts/calendar.py",
    ],
)
def test_planted_name_is_noticed(name: str) -> None:
    assert name_problems(Path(name))


def test_every_room_is_known() -> None:
    plumbing = {"web", "cli", "static", "translations"}
    packages = {path.parts[1] for path in python_files("pulse") if len(path.parts) > 2} - plumbing
    assert packages <= set(ROOMS)


def test_models_are_private() -> None:
    found = {
        str(path): foreign
        for folder in ("pulse", "analysis", "bench")
        for path in python_files(folder)
        if (foreign := foreign_models(path, (ROOT / path).read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "from pulse.waves.models import Wave",
        "from pulse.waves import models",
        "def f():\n    import pulse.waves.models",
    ],
)
def test_planted_use_of_models_is_noticed(line: str) -> None:
    assert foreign_models(Path("pulse/reports/queries.py"), line) == {"pulse.waves.models"}
    assert foreign_models(Path("pulse/waves/queries.py"), line) == set()


def test_rooms_have_door_notes_only() -> None:
    wrong = [
        r for r in rooms() if not is_door_note((ROOT / "pulse" / r / "__init__.py").read_text())
    ]
    assert wrong == []
    assert not is_door_note('"""Waves."""\nfrom pulse.waves.service import open_wave')
    assert not is_door_note("")


def test_no_file_is_long() -> None:
    long = {
        str(path): n
        for path in repository_files()
        if path.suffix in COUNTED and (n := lines_of(ROOT / path)) > MOST_LINES
    }
    assert long == {}


def test_planted_long_file_is_noticed(tmp_path: Path) -> None:
    planted = tmp_path / "long.py"
    planted.write_text("pass\n" * (MOST_LINES + 1))
    assert lines_of(planted) > MOST_LINES


def test_no_folder_is_full() -> None:
    folders = ("pulse", "analysis", "templates", "tests")
    counts = Counter(
        str(path.parent)
        for path in repository_files()
        if path.parts[0] in folders and path.suffix in COUNTED
    )
    assert {folder: n for folder, n in counts.items() if n > MOST_FILES} == {}


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())
