"""The clock opens, closes, plans, and never fills a gap."""

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.jobs.models import OutboxJob
from pulse.jobs.runner import TaskContext
from pulse.mail import FileMailer
from pulse.waves.calendar import WELCOME_LEAD
from pulse.waves.queries import get_wave, waves_of
from pulse.waves.service import mark_released
from pulse.waves.tasks import keep_calendar
from tests.factories.companies import make_company
from tests.factories.released import make_released_wave
from tests.factories.waves import make_wave


@pytest.fixture
def context(
    session: Session, engine: sa.Engine, settings: Settings, clock: SettableClock, tmp_path: Any
) -> TaskContext:
    return TaskContext(
        session=session,
        engine=engine,
        settings=settings,
        clock=clock,
        mailer=FileMailer(tmp_path),
    )


def names(session: Session) -> list[str]:
    return sorted(session.scalars(sa.select(OutboxJob.name)))


def test_plans_ahead(context: TaskContext, session: Session) -> None:
    company = make_company(session)
    keep_calendar(context, {})
    keep_calendar(context, {})
    assert [wave.month.month for wave in waves_of(session, company.id)] == [3, 4, 5]


def test_opens_and_closes_on_time(
    context: TaskContext, session: Session, clock: SettableClock
) -> None:
    company = make_company(session)
    wave = make_wave(session, company.id)
    clock.set(wave.opens_at - dt.timedelta(seconds=1))
    keep_calendar(context, {})
    assert names(session) == []
    clock.set(wave.opens_at)
    keep_calendar(context, {})
    assert names(session) == ["credentials.prepare_wave"]
    april = make_open(session, make_company(session).id)
    clock.set(april.closes_at)
    keep_calendar(context, {})
    assert "tallies.count_wave" in names(session)
    assert get_wave(session, april.id).state == "closing"


def make_open(session: Session, company_id: Any) -> Any:
    return make_wave(session, company_id, month=dt.date(2026, 4, 1), state="open")


def test_a_company_that_opens_by_hand_is_left_alone(
    context: TaskContext, session: Session, clock: SettableClock
) -> None:
    company = make_company(session, opens_by_clock=False)
    wave = make_wave(session, company.id)
    clock.set(wave.opens_at)
    keep_calendar(context, {})
    assert names(session) == []
    assert len(waves_of(session, company.id)) == 1


def test_a_period_slept_through_is_a_gap(
    context: TaskContext, session: Session, clock: SettableClock
) -> None:
    wave = make_wave(session, make_company(session).id)
    clock.set(wave.closes_at)
    keep_calendar(context, {})
    assert get_wave(session, wave.id).state == "skipped"
    assert names(session) == []


def ahead_of(session: Session, wave_id: uuid.UUID) -> bool:
    return get_wave(session, wave_id).ahead_at is not None


def test_the_first_ballots_go_out_a_week_before(
    context: TaskContext, session: Session, clock: SettableClock
) -> None:
    wave = make_wave(session, make_company(session).id)
    clock.set(wave.opens_at - WELCOME_LEAD - dt.timedelta(seconds=1))
    keep_calendar(context, {})
    assert not ahead_of(session, wave.id)
    clock.set(wave.opens_at - WELCOME_LEAD)
    keep_calendar(context, {})
    keep_calendar(context, {})
    assert ahead_of(session, wave.id)
    assert names(session) == ["credentials.prepare_ahead"]


def test_the_next_ballots_go_out_at_the_release_and_not_before(
    context: TaskContext, session: Session, clock: SettableClock
) -> None:
    company = make_company(session, opens_by_clock=False)
    before = make_released_wave(session, company.id, 0, (50.0, 50.0))
    coming = make_wave(session, company.id)
    clock.set(before.closes_at)
    keep_calendar(context, {})
    assert not ahead_of(session, coming.id)  # counted, but not released
    mark_released(session, before.id, now=clock.now())
    keep_calendar(context, {})
    assert ahead_of(session, coming.id)


@pytest.mark.parametrize("case", ["turned off", "too late"])
def test_no_ballots_ahead(
    context: TaskContext, session: Session, clock: SettableClock, case: str
) -> None:
    company = make_company(session, separates_time=case != "turned off", opens_by_clock=False)
    wave = make_wave(session, company.id)
    hours = 1 if case == "too late" else 72
    clock.set(wave.opens_at - dt.timedelta(hours=hours))
    keep_calendar(context, {})
    assert not ahead_of(session, wave.id)
