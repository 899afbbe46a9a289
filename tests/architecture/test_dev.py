"""`./dev` starts on a bare machine, and a build server never skips."""

import ast
import importlib.machinery
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from types import ModuleType

import pytest

from tests.architecture.repository import ROOT

COMMANDS = set("demo test check serve bench attack bundle calibrate shots lock".split())


@pytest.fixture
def dev() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("dev", str(ROOT / "dev"))
    spec = importlib.util.spec_from_loader("dev", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "dev", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )


@pytest.mark.parametrize("name", ["dev", ".ci/run"])
def test_run_bits(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_only_the_standard_library() -> None:
    tree = ast.parse((ROOT / "dev").read_text())
    names = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names <= sys.stdlib_module_names


def test_without_arguments_it_explains_itself(dev: ModuleType) -> None:
    done = run()
    assert done.returncode == 0
    assert set(dev.COMMANDS) == COMMANDS
    assert all(f"./dev {name} " in done.stdout for name in COMMANDS)


def test_an_unknown_command_is_named() -> None:
    done = run("tset")
    assert done.returncode == 1
    assert "'tset'" in done.stderr


def test_a_changed_lock_is_noticed(dev: ModuleType, tmp_path: os.PathLike[str]) -> None:
    before = dev.fingerprint()
    assert dev.fingerprint() == before
    changed = ROOT.__class__(tmp_path) / "requirements.lock"
    changed.write_text(dev.LOCK.read_text() + "# more\n")
    dev.LOCK = changed
    assert dev.fingerprint() != before


def test_a_build_server_fails_where_a_part_is_missing(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev, "SYSTEM_PARTS", {"a part": (("/no/such/*",), "no-such-package")})
    monkeypatch.setattr(dev, "install_packages", lambda _packages: False)
    monkeypatch.delenv("CI", raising=False)
    dev.ensure_system_parts()
    assert "a part" in capsys.readouterr().out
    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="a part"):
        dev.ensure_system_parts()


def test_the_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    locked = set(
        re.findall(
            r"^([a-z0-9-]+)(?:\[.*?\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE
        )
    )
    names = {re.split(r"[\[<>=~;]", line)[0].strip().lower() for line in wanted}
    assert names - locked == set()


def test_the_second_lock_fits_on_top_of_the_first() -> None:
    """What both locks hold has the same version, so that one environment serves both."""
    pinned = re.compile(r"^([a-z0-9-]+)(?:\[.*?\])?==(\S+)", re.MULTILINE)
    first, second = (
        set(pinned.findall((ROOT / name).read_text()))
        for name in ("requirements.lock", "requirements-calibrate.lock")
    )
    shared = {name for name, _ in first} & {name for name, _ in second}
    assert "numpy" in shared
    assert {pin for pin in second if pin[0] in shared} <= first
    assert {name for name, _ in second} - shared >= {"numba"}
