"""Which rotating items a page without JavaScript asks."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from pulse.fieldwork.long_page import long_page
from pulse.ids import FIRST, SECOND
from pulse.surveys.rotation import common_pair
from pulse.waves.queries import WaveGroupView
from tests.conftest import START
from tests.factories.responses import make_open_survey


def test_the_common_pair_or_that_of_the_month(session: Session, key_dir: Path) -> None:
    survey = make_open_survey(session, key_dir, now=START)
    drawn = WaveGroupView(rotation="drawn", common_items=())
    common = WaveGroupView(rotation="common", common_items=("RU05", "EMRG"))
    wave = replace(survey.wave, groups={"first": drawn, "second": common})
    first = long_page(survey.company, wave, FIRST, "en")
    second = long_page(survey.company, wave, SECOND, "en")
    assert [question.item_id for question in second.questions][10:12] == ["RU05", "EMRG"]
    expected = common_pair(wave.month, makes_requests=True)
    assert tuple(question.item_id for question in first.questions)[10:12] == expected
    assert len(first.questions) == len(second.questions) == 13
