"""Waves are planned, opened once and closed once."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.jobs.models import OutboxJob
from pulse.waves import queries, service
from pulse.waves.calendar import fieldwork_period
from pulse.waves.errors import (
    AnotherWaveOpenError,
    MonthTakenError,
    WaveClosedError,
    WaveNotFoundError,
    WaveStateError,
    WaveTooYoungError,
)
from tests.factories.companies import make_company
from tests.factories.waves import COMMON, make_wave

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)


def jobs(session: Session) -> list[str]:
    return sorted(session.scalars(sa.select(OutboxJob.name)))


def test_planning_fills_the_coming_months_once(session: Session) -> None:
    company = make_company(session)
    first = service.plan_waves(session, company.id, time_zone="UTC", now=NOW)
    assert [wave.month.month for wave in first] == [3, 4, 5]
    assert service.plan_waves(session, company.id, time_zone="UTC", now=NOW) == ()


def test_a_month_has_one_wave(session: Session) -> None:
    company = make_company(session)
    make_wave(session, company.id)
    with pytest.raises(MonthTakenError):
        service.plan_wave(session, company.id, fieldwork_period(dt.date(2026, 3, 1), "UTC"))


def test_opening_stores_what_is_asked(session: Session) -> None:
    company = make_company(session)
    wave = make_wave(session, company.id)
    service.open_wave(session, wave.id, now=NOW, rotation=COMMON)
    opened = queries.open_wave_of(session, company.id)
    assert opened is not None
    assert (opened.state, opened.opened_at) == ("open", NOW)
    assert opened.groups["first"].common_items == ("RU01", "RU07")
    with pytest.raises(WaveStateError):
        service.open_wave(session, wave.id, now=NOW, rotation=COMMON)


def test_asking_twice_to_open_makes_one_chain(session: Session) -> None:
    wave = make_wave(session, make_company(session).id)
    service.request_opening(session, wave.id, now=NOW)
    service.request_opening(session, wave.id, now=NOW)
    assert jobs(session) == ["credentials.prepare_wave"]


def test_one_open_wave_per_company(session: Session) -> None:
    company = make_company(session)
    make_wave(session, company.id, state="open")
    april = make_wave(session, company.id, month=dt.date(2026, 4, 1))
    with pytest.raises(AnotherWaveOpenError):
        service.request_opening(session, april.id, now=NOW)


def test_closing_needs_a_day_and_starts_the_count(session: Session) -> None:
    wave = make_wave(session, make_company(session).id, state="open")
    with pytest.raises(WaveTooYoungError):
        service.begin_closing(session, wave.id, now=wave.opens_at + dt.timedelta(hours=23))
    service.begin_closing(session, wave.id, now=wave.opens_at + dt.timedelta(hours=25))
    assert queries.get_wave(session, wave.id).state == "closing"
    assert jobs(session) == ["tallies.count_wave"]
    with pytest.raises(WaveStateError):
        service.begin_closing(session, wave.id, now=wave.closes_at)


def test_a_closing_wave_takes_no_ballot(session: Session) -> None:
    wave = make_wave(session, make_company(session).id, state="open")
    queries.lock_open_wave(session, wave.id)
    service.begin_closing(session, wave.id, now=wave.closes_at)
    with pytest.raises(WaveClosedError):
        queries.lock_open_wave(session, wave.id)
    with pytest.raises(WaveClosedError):
        queries.lock_open_wave(session, uuid.uuid4())


def test_release_follows_the_count(session: Session) -> None:
    wave = make_wave(session, make_company(session).id, state="open")
    with pytest.raises(WaveStateError):
        service.mark_released(session, wave.id, now=NOW)
    service.begin_closing(session, wave.id, now=wave.closes_at)
    service.mark_closed(session, wave.id)
    service.mark_released(session, wave.id, now=NOW)
    service.mark_released(session, wave.id, now=NOW + dt.timedelta(days=1))
    released = queries.get_wave(session, wave.id)
    assert (released.state, released.released_at) == ("released", NOW)


def test_opening_by_hand_takes_the_present_month_if_free(session: Session) -> None:
    company = make_company(session)
    april = make_wave(session, company.id, month=dt.date(2026, 4, 1))
    service.move_to_now(session, april.id, time_zone="UTC", now=NOW)
    assert queries.get_wave(session, april.id).month == dt.date(2026, 3, 1)
    may = make_wave(session, company.id, month=dt.date(2026, 5, 1))
    service.move_to_now(session, may.id, time_zone="UTC", now=NOW)
    assert queries.get_wave(session, may.id).month == dt.date(2026, 5, 1)


def test_a_skipped_month_can_come_back(session: Session) -> None:
    wave = make_wave(session, make_company(session).id)
    service.skip_wave(session, wave.id)
    assert queries.next_planned(session, wave.company_id) is None
    service.unskip_wave(session, wave.id)
    assert queries.next_planned(session, wave.company_id) is not None


def test_an_unknown_wave_is_told(session: Session) -> None:
    with pytest.raises(WaveNotFoundError):
        queries.get_wave(session, uuid.uuid4())
    with pytest.raises(WaveNotFoundError):
        service.skip_wave(session, uuid.uuid4())
