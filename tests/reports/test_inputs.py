"""Released cells become series; months keep their place, and nothing is filled in."""

import datetime as dt

import pytest

from analysis.tally import Moments
from pulse.reports.inputs import DIMENSIONS, cell_of, is_before
from tests.factories.released import make_group_release
from tests.factories.reports import make_inputs, make_moments


def test_months_keep_their_place() -> None:
    inputs = make_inputs([46, 45, 47, 40], [58, None, 59, 50], missing=(2,), adopted_after=None)
    assert [month.month for month in inputs.calendar] == [1, 2, 3, 4]
    assert [point is None for point in inputs.by_month()] == [False, False, True, False]
    survey = inputs.survey()
    assert survey.index.n == ((13, 13, None, 13), (41, None, None, 41))
    assert set(survey.dimensions) == set(DIMENSIONS)
    assert survey.months_before is None


def test_months_before_count_places_not_surveys() -> None:
    inputs = make_inputs([46] * 6, [58] * 6, missing=(1,), adopted_after=3)
    assert inputs.months_before == 3
    assert inputs.survey().months_before == 3


def test_rules_that_have_not_started_leave_the_question_of_the_trend() -> None:
    inputs = make_inputs([46, 45], [58, 57], adopted_after=5)
    assert inputs.months_before == 2
    assert inputs.survey().months_before is None


@pytest.mark.parametrize(
    ("adopted_on", "expected"),
    [
        (dt.date(2026, 4, 1), False),  # 19 of the 28 days lie after the start
        (dt.date(2026, 4, 6), False),  # half of them: not more than half before
        (dt.date(2026, 4, 7), True),
        (dt.date(2026, 4, 30), True),
    ],
)
def test_the_four_weeks_decide_between_before_and_after(
    adopted_on: dt.date, *, expected: bool
) -> None:
    assert is_before(dt.date(2026, 4, 20), adopted_on) is expected


def test_a_cell_is_read_as_released() -> None:
    cell = cell_of(make_group_release(46.0, 13), 15)
    assert isinstance(cell.index, Moments)
    assert (cell.index.n, cell.n_invited, cell.n_counted) == (13, 15, 13)
    assert cell.response_rate == pytest.approx(13 / 15)
    assert cell.dimensions["respect"] == make_moments(46.0, 13)
    assert cell.quality == {"same_answer": 0.0}  # the one sheet alike says "Sometimes"


def test_what_is_withheld_stays_withheld() -> None:
    hidden = cell_of(make_group_release(None, 13), 15)
    assert (hidden.index, hidden.moments, hidden.quality) == ("too_few", None, {})
    group = make_group_release(46.0, 13)
    group["index"] = {"withheld": "capped", "capped": "high", "n": 13}
    assert cell_of(group, 15).index == "capped_high"
    assert cell_of(None, 15).index == "not_released"


def test_careless_sheets_are_those_alike_but_not_in_the_middle() -> None:
    group = make_group_release(46.0, 20)
    group["quality"] = {"same_answer": 5, "same_answer_middle": 1}
    assert cell_of(group, 25).quality["same_answer"] == 0.2
