"""The table of commands: each loads, and listing them loads none."""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from pulse.cli.main import COMMANDS, main


def test_help_lists_commands_without_loading_any() -> None:
    program = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from pulse.cli import main\n"
        "answer = CliRunner().invoke(main, ['--help'])\n"
        "assert answer.exit_code == 0 and 'roster' in answer.output, answer.output\n"
        "print(sorted(name for name in sys.modules if name in {'flask', 'sqlalchemy', 'scipy'}))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["init", "user", "roster", "doctor"])
def test_commands_explain_themselves(name: str) -> None:
    answer = CliRunner().invoke(main, [name, "--help"])
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def test_commands_that_are_missing_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "later", ("pulse.cli.not_yet:later", "Not there yet."))
    assert "later" not in CliRunner().invoke(main, ["--help"]).output
    answer = CliRunner().invoke(main, ["later"])
    assert answer.exit_code == 2
    assert "No such command" in answer.output
