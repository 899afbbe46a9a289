"""The import contracts of pyproject.toml hold, and each notices a planted violation."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT

# contract: files to plant (a line is added where the file exists), one violation each
PLANTED: list[tuple[str, dict[str, str]]] = [
    ("flow", {"pulse/companies/queries.py": "import pulse.waves.queries"}),
    ("flow", {"pulse/drawer/__init__.py": '"""A room without a floor."""'}),
    ("flow", {"pulse/people/planted.py": "import pulse.surveys.bank"}),
    ("wall", {"pulse/tallies/planted.py": "import pulse.people.queries"}),
    (
        "wall",
        {
            "pulse/credentials/planted.py": "import pulse.waves.planted",
            "pulse/waves/planted.py": "import pulse.accounts.queries",
        },
    ),
    ("wall-back", {"pulse/invitations/planted.py": "import pulse.responses.service"}),
    ("shared-floor", {"pulse/waves/planted.py": "import pulse.people.queries"}),
    ("ballot-box", {"pulse/fieldwork/planted.py": "import pulse.responses.queries"}),
    ("ballot-box", {"pulse/reports/planted.py": "import pulse.responses.models"}),
    ("statistics-alone", {"analysis/planted.py": "import flask"}),
    ("statistics-alone", {"analysis/planted.py": "import pulse.ids"}),
    ("statistics-door", {"pulse/tallies/planted.py": "import analysis.tally"}),
    ("no-http-inside", {"pulse/waves/service.py": "import flask"}),
    ("no-http-inside", {"pulse/tallies/service.py": "import pulse.web.context"}),
    ("no-sql-outside", {"pulse/waves/views_manage.py": "import sqlalchemy"}),
    ("no-sql-outside", {"pulse/people/forms.py": "import pulse.db"}),
    (
        "author-door",
        {
            "pulse/study/__init__.py": '"""Study."""',
            "pulse/study/pooling.py": "import pulse.tallies.queries",
        },
    ),
    ("head-count-door", {"pulse/reports/planted.py": "import pulse.invitations.queries"}),
    (
        "no-cycles",
        {"analysis/one.py": "import analysis.two", "analysis/two.py": "import analysis.one"},
    ),
]


def lint_imports(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source tree without anything that is not Python."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("pulse", "analysis"):
        ignore = shutil.ignore_patterns("static", "translations", "__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=ignore)
    return folder


def test_contracts_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "files"), PLANTED)
def test_planted_import_is_noticed(contract: str, files: dict[str, str], copy: Path) -> None:
    originals = {name: _content(copy / name) for name in files}
    is_new_room = not (copy / next(iter(files))).parent.exists()
    try:
        for name, line in files.items():
            (copy / name).parent.mkdir(exist_ok=True)
            (copy / name).write_text(f"{originals[name] or ''}\n{line}\n")
        done = lint_imports(copy, "--contract", contract)
        assert done.returncode == 1
        assert "1 broken" in done.stdout, done.stdout
    finally:
        for name, content in originals.items():
            (copy / name).unlink() if content is None else (copy / name).write_text(content)
        if is_new_room:
            shutil.rmtree((copy / next(iter(files))).parent)


def test_reports_may_take_counts(copy: Path) -> None:
    planted = copy / "pulse" / "reports" / "planted.py"
    planted.write_text("import pulse.invitations.counts\n")
    done = lint_imports(copy, "--contract", "head-count-door")
    planted.unlink()
    assert "1 kept" in done.stdout, done.stdout


def test_every_contract_is_proven() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}
    assert contracts == {contract for contract, _files in PLANTED}


def _content(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
