"""What holds for the library as a whole."""

import doctest
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import analysis
from analysis.change_points import change_point
from analysis.forecast import forecast
from analysis.gap import equivalence
from analysis.guards.attribution import attribution
from analysis.guards.mix import mix_guard
from analysis.guards.nonresponse import (
    difference_that_explains,
    drop_out_guard,
    worst_and_best_case,
)
from analysis.guards.placebo import placebo_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.intervals import company_estimate, mean_estimate
from analysis.judgement import judge
from analysis.links.facts import agreement, share_series
from analysis.links.rules import dose, links, rules_followed, within_wave_covariance
from analysis.meta import answer_over_companies, pool, small_study_check
from analysis.pooling.staggered import compare_staggered
from analysis.power import power
from analysis.quality.careless import halves_alarm, same_answer_alarm
from analysis.quality.drift import item_drift
from analysis.quality.reliability import alpha, omega, spearman_brown

METHODS = (
    *(judge, forecast, power, change_point, attribution, placebo_guard, regression_to_mean_guard),
    *(mix_guard, drop_out_guard, difference_that_explains, worst_and_best_case),
    *(mean_estimate, company_estimate, equivalence, pool, answer_over_companies),
    *(small_study_check, compare_staggered, dose, rules_followed, within_wave_covariance, links),
    *(share_series, agreement, alpha, omega, spearman_brown, item_drift),
    *(halves_alarm, same_answer_alarm),
)

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(analysis.__path__, "analysis.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_are_true(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_it_stands_alone() -> None:
    """Importing everything loads no web framework, no database and no heavy SciPy part."""
    program = (
        f"import importlib, sys\nfor name in {MODULES!r}: importlib.import_module(name)\n"
        "heavy = {'pulse', 'flask', 'werkzeug', 'jinja2', 'wtforms', 'sqlalchemy', 'alembic',"
        " 'scipy.stats'}\nprint(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_it_runs_where_no_web_framework_is_installed(tmp_path: Path) -> None:
    """Imports of all else but NumPy and SciPy fail here, as they do where nothing is installed."""
    lines = ["wave,group,n,mean,variance"]
    lines += [f"{wave},{group},30,50,400" for wave in range(1, 8) for group in ("a", "b")]
    path = tmp_path / "tallies.csv"
    path.write_text("\n".join(lines), "utf-8")
    program = f"""
import importlib.abc, importlib.metadata, sys
allowed = {{"analysis", "numpy", "scipy"}}
blocked = {{"pulse", *importlib.metadata.packages_distributions()}} - allowed
class Blocker(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in blocked:
            raise ModuleNotFoundError(f"{{name}} is not installed", name=name)
assert {{"flask", "sqlalchemy", "wtforms"}} <= blocked
sys.meta_path.insert(0, Blocker())
from analysis.__main__ import main
sys.exit(main([{str(path)!r}, "--months-before", "3"]))
"""
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["index"]["headline"] == "adoption"


def test_every_method_explains_itself() -> None:
    """Formula or rule, when it misleads, and an example: what a statistician looks for."""
    silent = []
    for function in METHODS:
        text = inspect.getdoc(function) or ""
        missing = [part for part in ("Notes\n-", "mislead", ">>> ") if part not in text]
        silent += [f"{function.__module__}.{function.__name__}: {part!r}" for part in missing]
    assert silent == []
