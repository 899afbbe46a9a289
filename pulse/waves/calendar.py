"""When a month's wave opens and closes. Pure dates.

A wave opens on the Tuesday of the month's second full working week at 9:00 and closes on the Friday
of the week after at 18:00, company time: ten days that cover all shifts, neither the first nor the
last week of a month, and no mail on a Monday morning or a Friday afternoon.
"""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

OPENING_HOUR = dt.time(9)
CLOSING_HOUR = dt.time(18)
DAYS_OPEN = 10
SHORTEST_OPENING = dt.timedelta(hours=24)
WELCOME_LEAD = dt.timedelta(days=7)
SHORTEST_LEAD = dt.timedelta(days=1)  # closer to the opening, the survey mail does
FOLLOW_UP_DAYS = (4, 8)  # working days of a wave, its first being 1
MONDAY_HOUR = dt.time(13)  # no mail on a Monday morning


@dataclass(frozen=True, kw_only=True)
class FieldworkPeriod:
    """When a wave takes answers: two moments in UTC, and the month it stands for."""

    month: dt.date
    opens_at: dt.datetime
    closes_at: dt.datetime


def first_of_month(day: dt.date) -> dt.date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def next_month(month: dt.date) -> dt.date:
    """Return the first day of the month after `month`."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def month_distance(start: dt.date, end: dt.date) -> int:
    """Return how many months `end` lies after `start`."""
    return (end.year - start.year) * 12 + end.month - start.month


def fieldwork_period(month: dt.date, time_zone: str) -> FieldworkPeriod:
    """Return the period of `month` in a company whose clocks show `time_zone`."""
    first = first_of_month(month)
    first_monday = first + dt.timedelta(days=-first.weekday() % 7)
    opening = first_monday + dt.timedelta(days=8)
    return FieldworkPeriod(
        month=first,
        opens_at=_moment(opening, OPENING_HOUR, time_zone),
        closes_at=_moment(opening + dt.timedelta(days=DAYS_OPEN), CLOSING_HOUR, time_zone),
    )


def period_from_now(now: dt.datetime, time_zone: str) -> FieldworkPeriod:
    """Return the period of a wave that HR opens at this moment: the usual number of days."""
    local = now.astimezone(ZoneInfo(time_zone))
    closing = local.date() + dt.timedelta(days=DAYS_OPEN)
    return FieldworkPeriod(
        month=first_of_month(local.date()),
        opens_at=now,
        closes_at=_moment(closing, CLOSING_HOUR, time_zone),
    )


def coming_periods(now: dt.datetime, time_zone: str, months: int) -> tuple[FieldworkPeriod, ...]:
    """Return the next `months` periods that open after `now`."""
    month = first_of_month(now.astimezone(ZoneInfo(time_zone)).date())
    periods: list[FieldworkPeriod] = []
    while len(periods) < months:
        period = fieldwork_period(month, time_zone)
        if period.opens_at > now:
            periods.append(period)
        month = next_month(month)
    return tuple(periods)


def follow_up_moments(
    opened_at: dt.datetime, closes_at: dt.datetime, time_zone: str, number: int
) -> tuple[dt.datetime, ...]:
    """Return when the follow-up mails of a wave go out, at most `number`; none on its last day."""
    zone = ZoneInfo(time_zone)
    first, last = opened_at.astimezone(zone).date(), closes_at.astimezone(zone).date()
    days = [first + dt.timedelta(days=count) for count in range((last - first).days)]
    working = [day for day in days if day.weekday() < 5]
    chosen = [working[day - 1] for day in FOLLOW_UP_DAYS[:number] if day <= len(working)]
    hours = [MONDAY_HOUR if day.weekday() == 0 else OPENING_HOUR for day in chosen]
    return tuple(_moment(day, hour, time_zone) for day, hour in zip(chosen, hours, strict=True))


def _moment(day: dt.date, time: dt.time, time_zone: str) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=ZoneInfo(time_zone)).astimezone(dt.UTC)
