"""Two transactions, safe to repeat from any point between them."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from pulse.fieldwork.errors import (
    MistypedCodeError,
    OtherGroupError,
    PersonalCodeError,
    SlipElsewhereError,
)
from pulse.fieldwork.service import cast_for_slip, sign_slip, slip_code, spend_slip
from pulse.invitations.codes import written
from pulse.invitations.errors import CodeUsedError
from pulse.invitations.service import mark_issued
from tests.conftest import START
from tests.factories.responses import OpenSurvey, make_open_survey


@pytest.fixture
def survey(session: Session, key_dir: Path) -> OpenSurvey:
    return make_open_survey(session, key_dir, now=START)


def answer(session: Session, survey: OpenSurvey, code: str, answer: int) -> bool:
    spent = spend_slip(
        session, wave_id=survey.wave.id, group_code="first", code=code, key_dir=survey.key_dir
    )
    slip = sign_slip(spent, key_dir=survey.key_dir)
    return cast_for_slip(session, slip, language="es", answers={"APP1": answer}, comment="")


def test_a_crash_between_the_transactions_loses_nothing(
    session: Session, survey: OpenSurvey
) -> None:
    code = survey.slips["first"][0]
    for _ in range(2):
        spend_slip(
            session, wave_id=survey.wave.id, group_code="first", code=code, key_dir=survey.key_dir
        )
    assert answer(session, survey, code, 4) is True
    assert [body["answers"] for body in survey.bodies(session)] == [{"APP1": 4}]


def test_the_first_answers_stand(session: Session, survey: OpenSurvey) -> None:
    code = survey.slips["first"][0]
    assert [answer(session, survey, code, n) for n in (4, 0, 1)] == [True, False, False]
    assert [body["answers"] for body in survey.bodies(session)] == [{"APP1": 4}]


def test_two_slips_are_two_ballots(session: Session, survey: OpenSurvey) -> None:
    for code in survey.slips["first"]:
        assert answer(session, survey, code, 2) is True
    assert len(survey.bodies(session)) == 2


def test_a_slip_spent_in_a_browser_is_spent(session: Session, survey: OpenSurvey) -> None:
    code = survey.slips["first"][0]
    mark_issued(session, code=code, blinded=b"b" * 256, key_dir=survey.key_dir)
    with pytest.raises(CodeUsedError):
        answer(session, survey, code, 2)


def test_a_slip_of_another_wave_is_refused(session: Session, survey: OpenSurvey) -> None:
    other = make_open_survey(session, survey.key_dir, now=START)
    with pytest.raises(SlipElsewhereError):
        answer(session, survey, other.slips["first"][0], 2)


def test_codes_are_read_kindly_and_strictly(survey: OpenSurvey) -> None:
    code = survey.slips["second"][0]
    typed = written(code).lower().replace("0", "o").replace("1", "l")
    assert slip_code(typed, group_code="second", other_name="Sales") == code
    with pytest.raises(OtherGroupError, match="Sales"):
        slip_code(code, group_code="first", other_name="Sales")
    with pytest.raises(PersonalCodeError):
        slip_code(survey.links["second"][0], group_code="second", other_name="Sales")
    with pytest.raises(MistypedCodeError):
        slip_code(code[:-1], group_code="second", other_name="Sales")
