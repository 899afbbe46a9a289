"""`pulse slips`: a PDF that is new, private, and right."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import all_companies
from tests.cli.conftest import INIT, Pulse
from tests.factories.invitations import make_invited_wave
from tests.invitations.printed import problems, read_print

PEOPLE = "id,group,language,e-mail,name\n1,Sales,en,one@example.com,Bea Long\n" + "".join(
    f"{number},Store,es,,Cleo {number}\n" for number in range(2, 12)
)


@pytest.fixture
def opened(pulse: Pulse, stored: Session, tmp_path: Path) -> Path:
    """An open survey: one link, ten slips."""
    assert pulse(*INIT).exit_code == 0
    (tmp_path / "people.csv").write_text(PEOPLE)
    assert pulse("roster", "import", str(tmp_path / "people.csv")).exit_code == 0
    (company,) = all_companies(stored)
    make_invited_wave(stored, company.id, tmp_path / "var" / "keys")
    stored.commit()
    return tmp_path / "slips.pdf"


def run(pulse: Pulse, out: Path, *more: str) -> Result:
    return pulse("slips", "--group", "second", "--out", str(out), *more)


def test_a_private_file_with_every_slip(pulse: Pulse, stored: Session, opened: Path) -> None:
    previous = os.umask(0)
    try:
        answer = run(pulse, opened)
    finally:
        os.umask(previous)
    assert answer.exit_code == 0, answer.output
    assert answer.output == f"10 slips: {opened}\n"
    assert stat.S_IMODE(opened.stat().st_mode) == 0o600
    printed = read_print(opened.read_bytes())
    assert len(printed.codes) == 10
    assert problems(printed, ["Cleo", "Bea Long", "@", "Ana Ruiz"]) == []
    (company,) = all_companies(stored)
    entry = audit_entries(stored, company.id, limit=1)[0]
    assert (entry.actor, entry.action) == ("pulse slips", "slips.print")


def test_no_file_is_overwritten(pulse: Pulse, opened: Path) -> None:
    opened.write_text("mine")
    answer = run(pulse, opened, "--reprint")
    assert answer.exit_code == 1
    assert "File exists" in answer.output
    assert opened.read_text() == "mine"
    link = opened.with_name("link.pdf")
    link.symlink_to(opened.with_name("elsewhere.pdf"))
    assert run(pulse, link).exit_code == 1
    assert not opened.with_name("elsewhere.pdf").exists()


def test_a_reprint_has_new_codes(pulse: Pulse, opened: Path) -> None:
    run(pulse, opened)
    new = opened.with_name("new.pdf")
    answer = run(pulse, new, "--reprint", "--number", "4", "--paper", "letter")
    assert answer.output == f"4 slips: {new}\n"
    before, after = read_print(opened.read_bytes(), 20), read_print(new.read_bytes(), 20)
    assert not set(before.codes) & set(after.codes)
    assert after.sizes_mm[0] == (216, 279)


def test_nothing_is_left_of_a_command_that_fails(pulse: Pulse, opened: Path) -> None:
    for more, words in (
        (("--group", "first"), "No survey is open now."),
        (("--reprint", "--number", "11"), "Choose a number from 1 to 10."),
        (("--company", "none"), "Name the company"),
    ):
        answer = run(pulse, opened, *more)
        assert answer.exit_code == 1
        assert words in answer.output
        assert not opened.exists()


def test_without_an_open_survey(pulse: Pulse, tmp_path: Path) -> None:
    assert pulse(*INIT).exit_code == 0
    answer = run(pulse, tmp_path / "slips.pdf")
    assert answer.exit_code == 1
    assert "No survey is open now." in answer.output
    assert not (tmp_path / "slips.pdf").exists()
