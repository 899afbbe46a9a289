"""Which tests reach which line of `analysis/`, and how long each takes."""

import json
import os
import time
from collections import defaultdict
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage
import pytest

ROOT = Path(__file__).parent.parent.parent
TESTS = "tests/analysis"
OPTIONS = [
    *("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow"),
    f"--confcutdir={TESTS}",  # the web application's fixtures are of no use here
]


@dataclass(frozen=True, kw_only=True)
class CoverageMap:
    """Tests by module and line.

    Attributes
    ----------
    reached : dict
        Module name -> line -> tests that run it.
    imported : dict
        Module name -> tests of the files that name it.
    seconds : dict
        How long each test takes.
    """

    reached: dict[str, dict[int, list[str]]]
    imported: dict[str, list[str]]
    seconds: dict[str, float]

    def tests(self, module: str, line: int) -> list[str]:
        """Tests that can notice a change of `line`, the quickest first.

        A line that runs at import has every test that runs any line of the module.
        """
        lines = self.reached.get(module, {})
        found = set(lines.get(line, ()))
        if not found:
            found = {test for tests in lines.values() for test in tests}
            found |= set(self.imported.get(module, ()))
        return sorted(found, key=lambda test: self.seconds.get(test, 0.0))


class _Watch:
    """Names the running test to the coverage measurement and takes its time."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        self.measured.switch_context(item.nodeid)
        started = time.process_time()
        outcome = yield
        self.seconds[item.nodeid] = time.process_time() - started
        self.measured.switch_context("")
        return outcome


def take(path: Path) -> None:
    """Run the tests once, watched, and write the map to `path`."""
    os.chdir(ROOT)
    measured = coverage.Coverage(data_file=None, source=["analysis"], branch=False)
    watch = _Watch(measured)
    measured.start()
    code = pytest.main([*OPTIONS, TESTS], plugins=[watch])
    measured.stop()
    if code != 0:
        raise SystemExit("The tests fail without any planted fault.")
    data = measured.get_data()
    reached: dict[str, dict[int, list[str]]] = {}
    for file in data.measured_files():
        lines = data.contexts_by_lineno(file)
        reached[_module(Path(file))] = {
            line: [test for test in tests if test] for line, tests in lines.items() if any(tests)
        }
    content = {"reached": reached, "imported": _imported(watch.seconds), "seconds": watch.seconds}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


def load(path: Path) -> CoverageMap:
    """Read a map."""
    content = json.loads(path.read_text("utf-8"))
    return CoverageMap(
        reached={
            module: {int(line): tests for line, tests in lines.items()}
            for module, lines in content["reached"].items()
        },
        imported=content["imported"],
        seconds=content["seconds"],
    )


def _imported(seconds: dict[str, float]) -> dict[str, list[str]]:
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in seconds:
        by_file[test.split("::")[0]].append(test)
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        module = _module(path)
        found[module] = [
            test
            for file, tests in by_file.items()
            if f"from {module} import" in (ROOT / file).read_text("utf-8")
            for test in tests
        ]
    return found


def _module(path: Path) -> str:
    parts = path.resolve().relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
