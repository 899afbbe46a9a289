"""The calendar: second full working week, ten days, company time."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.waves import calendar

MONTHS = st.dates(dt.date(2020, 1, 1), dt.date(2060, 12, 31)).map(calendar.first_of_month)


@pytest.mark.parametrize(
    ("month", "opens", "closes"),
    [
        # 1 March 2026 is a Sunday: full weeks begin on the 2nd and the 9th.
        (dt.date(2026, 3, 1), dt.date(2026, 3, 10), dt.date(2026, 3, 20)),
        # 1 June 2026 is a Monday: the first full week begins on the 1st itself.
        (dt.date(2026, 6, 1), dt.date(2026, 6, 9), dt.date(2026, 6, 19)),
        # 1 September 2026 is a Tuesday: its own week is not full.
        (dt.date(2026, 9, 1), dt.date(2026, 9, 15), dt.date(2026, 9, 25)),
    ],
)
def test_opens_on_the_tuesday_of_the_second_full_week(
    month: dt.date, opens: dt.date, closes: dt.date
) -> None:
    period = calendar.fieldwork_period(month, "UTC")
    assert period.opens_at == dt.datetime.combine(opens, dt.time(9), tzinfo=dt.UTC)
    assert period.closes_at == dt.datetime.combine(closes, dt.time(18), tzinfo=dt.UTC)


def test_hours_are_those_of_the_company() -> None:
    period = calendar.fieldwork_period(dt.date(2026, 3, 1), "America/Chicago")
    # Daylight saving has begun on 8 March: UTC-5.
    assert period.opens_at == dt.datetime(2026, 3, 10, 14, tzinfo=dt.UTC)


@given(MONTHS)
def test_stays_inside_its_month_and_out_of_its_first_days(month: dt.date) -> None:
    period = calendar.fieldwork_period(month, "UTC")
    assert period.month == month
    assert period.opens_at.weekday() == 1
    assert period.closes_at.weekday() == 4
    assert period.opens_at.day >= 9
    assert period.closes_at.month == month.month
    assert period.closes_at.day <= 25


@given(MONTHS)
def test_month_arithmetic(month: dt.date) -> None:
    following = calendar.next_month(month)
    assert following.day == 1
    assert calendar.month_distance(month, following) == 1
    assert 28 <= (following - month).days <= 31


def test_coming_periods_begin_after_now() -> None:
    now = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)  # the very moment of March's opening
    months = [period.month for period in calendar.coming_periods(now, "UTC", 3)]
    assert months == [dt.date(2026, 4, 1), dt.date(2026, 5, 1), dt.date(2026, 6, 1)]


def test_a_wave_opened_by_hand_lasts_the_usual_days() -> None:
    now = dt.datetime(2026, 11, 28, 15, 30, tzinfo=dt.UTC)
    period = calendar.period_from_now(now, "UTC")
    assert period.month == dt.date(2026, 11, 1)
    assert period.opens_at == now
    assert period.closes_at == dt.datetime(2026, 12, 8, 18, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("opened", "number", "expected"),
    [
        # Opened on a Tuesday: Friday of that week, Thursday of the next.
        ("2026-03-10T08:00+00:00", 2, ["2026-03-13T08:00+00:00", "2026-03-19T08:00+00:00"]),
        ("2026-03-10T08:00+00:00", 1, ["2026-03-13T08:00+00:00"]),
        ("2026-03-10T08:00+00:00", 0, []),
        # Opened by hand on a Wednesday: the fourth working day is a Monday, and Monday mornings are full.
        ("2026-03-11T08:00+00:00", 1, ["2026-03-16T12:00+00:00"]),
        # Opened late: nothing is sent on the last day.
        ("2026-03-17T08:00+00:00", 2, []),
    ],
)
def test_follow_ups_come_on_working_days(opened: str, number: int, expected: list[str]) -> None:
    closes_at = dt.datetime(2026, 3, 20, 17, tzinfo=dt.UTC)
    moments = calendar.follow_up_moments(
        dt.datetime.fromisoformat(opened), closes_at, "Europe/Madrid", number
    )
    assert [moment.isoformat(timespec="minutes") for moment in moments] == expected
