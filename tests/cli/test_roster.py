"""`pulse roster import`."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from pulse.companies.queries import all_companies
from pulse.people.queries import active_persons
from tests.cli.conftest import INIT, Pulse

GOOD = "id,group,language,e-mail,name\n1,Sales,en,one@example.com,\n2,Almacén,es,,\n"


@pytest.fixture
def roster(pulse: Pulse, tmp_path: Path) -> Path:
    assert pulse(*INIT).exit_code == 0
    path = tmp_path / "people.csv"
    path.write_text(GOOD)
    return path


def on_the_list(stored: Session) -> set[str]:
    (company,) = all_companies(stored)
    people = {person.roster_id for person in active_persons(stored, company.id)}
    stored.rollback()
    return people


def test_a_good_file_is_imported(pulse: Pulse, stored: Session, roster: Path) -> None:
    answer = pulse("roster", "import", str(roster))
    assert answer.exit_code == 0, answer.output
    assert "Imported: 2 new" in answer.output
    assert on_the_list(stored) == {"1", "2"}


def test_faulty_lines_are_named_and_stop_the_import(
    pulse: Pulse, stored: Session, roster: Path
) -> None:
    roster.write_text(GOOD + "3,Finance,,,\n1,Sales,,,\n")
    refused = pulse("roster", "import", str(roster))
    assert refused.exit_code == 1
    assert "line 4: The group “Finance” is unknown. Use Sales or Store." in refused.output
    assert "line 5: The id “1” was already used in line 2." in refused.output
    assert on_the_list(stored) == set()
    assert pulse("roster", "import", str(roster), "--good-ones").exit_code == 0
    assert on_the_list(stored) == {"1", "2"}


def test_absent_people_are_named_and_leave_only_when_asked(
    pulse: Pulse, stored: Session, roster: Path
) -> None:
    pulse("roster", "import", str(roster))
    roster.write_text(GOOD.replace("1,Sales", "9,Sales").replace("one@", "nine@"))
    kept = pulse("roster", "import", str(roster))
    assert "not in the file: 1" in kept.output
    assert on_the_list(stored) == {"1", "2", "9"}
    pulse("roster", "import", str(roster), "--deactivate-absent")
    assert on_the_list(stored) == {"2", "9"}


def test_an_unreadable_file_is_explained(pulse: Pulse, roster: Path) -> None:
    roster.write_bytes(b"PK\x03\x04 broken")
    answer = pulse("roster", "import", str(roster))
    assert answer.exit_code == 1
    assert "This workbook cannot be opened." in answer.output
