"""Every surface draws from the released cells: what is merely stored stays in the room `tallies`."""

import ast

import pytest

from tests.architecture.repository import ROOT, python_files

# What other rooms may take from `pulse.tallies.queries` and from nowhere else in the room.
DOOR = frozenset({"ReleaseView", "CommentView", "releases_of", "all_releases", "comments_of"})
OWN_ROOM = ("pulse", "tallies")
# The worker's table of jobs and the list of all tables name modules, not cells.
TABLES_OF_NAMES = frozenset({"pulse/worker.py", "pulse/tables.py"})

# The demo counts what its simulated companies answer. These are pure: none reads what is stored.
SIMULATION = "pulse/cli/demo/companies.py"
PURE = frozenset(
    f"pulse.tallies.{name}"
    for name in (
        "ballot_body.parse_body",
        "count.tally_wave",
        "disclosure.FLOOR",
        "release.release_content",
        "release.without_hidden",
        "service.ballot_form",
        "service.core_key",
        "sheets.SheetPile",
    )
)


def offences(source: str) -> set[str]:
    """Return what a file takes from the room besides released cells."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {n.name for n in node.names if n.name.startswith("pulse.tallies")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pulse.tallies"):
            allowed = DOOR if node.module == "pulse.tallies.queries" else frozenset()
            found |= {f"{node.module}.{n.name}" for n in node.names if n.name not in allowed}
        elif isinstance(node, ast.ImportFrom) and node.module == "pulse":
            found |= {"pulse.tallies" for n in node.names if n.name == "tallies"}
    return found


def test_no_other_room_reads_what_is_stored() -> None:
    found = {
        str(path): names
        for path in python_files("pulse")
        if path.parts[:2] != OWN_ROOM and str(path) not in TABLES_OF_NAMES
        if (names := offences((ROOT / path).read_text()))
    }
    assert found.pop(SIMULATION) == PURE
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "from pulse.tallies.queries import kept_tallies",
        "from pulse.tallies.models import Tally",
        "from pulse.tallies.count import tally_wave",
        "import pulse.tallies.queries",
        "from pulse import tallies",
    ],
)
def test_a_planted_short_cut_is_found(source: str) -> None:
    assert offences(source)
    assert not offences("from pulse.tallies.queries import ReleaseView, releases_of")
