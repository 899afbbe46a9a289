"""What holds for the library as a whole."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

import analysis

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
