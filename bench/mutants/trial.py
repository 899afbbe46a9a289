"""One trial: a forked process gets the module with the fault and runs the tests that reach it."""

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import math
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType

import hypothesis
import pytest

from bench.mutants.coverage_map import OPTIONS, ROOT
from bench.mutants.operators import planted

KILLED, SURVIVED, TIMEOUT = "killed", "survived", "timeout"
_POLL = 0.01
_ASLEEP = 60.0
"""How much longer than its CPU time a trial may take before it counts as asleep for good."""
_IN_A_FORK = ["-x", "--hypothesis-seed=1", "-W", "ignore::pytest.PytestAssertRewriteWarning"]


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs the faulty code in place of the file's."""

    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return self.code


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = _Loader(fullname, str(self.path), self.code)
        folder = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=folder
        )


def warm_up() -> None:
    """Load what every trial needs, so that a fork has it; `analysis` itself must stay out."""
    import numpy as np  # noqa: PLC0415
    import scipy.special  # noqa: F401, PLC0415

    np.linalg.cholesky(np.eye(2))
    hypothesis.settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")
    loaded = [name for name in sys.modules if name.split(".")[0] == "analysis"]
    if loaded:
        raise RuntimeError(f"Loaded before any fault could be planted: {loaded[0]}.")
    sys.dont_write_bytecode = False  # or every trial compiles the library anew
    gc.freeze()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is tried.

    Attributes
    ----------
    module : str
        Dotted name.
    path : Path
        Its file.
    place : int or None
        Which fault; None plants none.
    tests : tuple of str
        Node ids; without any the fault survives.
    limit : float
        Seconds of CPU time after which it counts as hanging, so that a busy machine hangs nobody.
    """

    module: str
    path: Path
    place: int | None
    tests: tuple[str, ...]
    limit: float


class Running:
    """A trial in a process of its own."""

    def __init__(self, trial: Trial) -> None:
        self.deadline = time.monotonic() + _ASLEEP * trial.limit
        self.child = os.fork() if trial.tests else 0
        if not trial.tests:
            return
        if self.child == 0:
            _run(trial)

    def outcome(self) -> str | None:
        """Tell what the tests made of the fault; None while they run."""
        if self.child == 0:
            return SURVIVED
        ended, status = os.waitpid(self.child, os.WNOHANG)
        if ended:
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
                return TIMEOUT
            return SURVIVED if status == 0 else KILLED
        if time.monotonic() < self.deadline:
            return None
        os.killpg(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        return TIMEOUT


def attempts(trials: Iterable[Trial], jobs: int) -> Iterator[tuple[int, str]]:
    """Run `trials`, up to `jobs` at a time; yields number and outcome as they end."""
    waiting = iter(enumerate(trials))
    running: dict[int, Running] = {}
    while True:
        while len(running) < jobs and (following := next(waiting, None)) is not None:
            running[following[0]] = Running(following[1])
        if not running:
            return
        for number, process in list(running.items()):
            outcome = process.outcome()
            if outcome is not None:
                del running[number]
                yield number, outcome
        time.sleep(_POLL)


def _run(trial: Trial) -> None:
    """Run the tests in the forked process; never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        most = math.ceil(trial.limit)
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
        if not os.environ.get("MUTANTS_SHOW"):
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
        os.chdir(ROOT)
        if trial.place is not None:
            tree = planted(trial.path.read_text("utf-8"), trial.place)
            code_object = compile(tree, str(trial.path), "exec")
            sys.meta_path.insert(0, _Finder(trial.module, trial.path, code_object))
        code = int(pytest.main([*OPTIONS, *_IN_A_FORK, *trial.tests]))
    finally:
        if sys.exception():
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(code)
