"""Background work of the room `waves`: the clock."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from pulse.companies.queries import all_companies, get_company
from pulse.jobs.runner import TaskContext
from pulse.waves import service
from pulse.waves.errors import AnotherWaveOpenError
from pulse.waves.queries import due_ahead, due_to_close, due_to_open, due_to_withdraw


def keep_calendar(context: TaskContext, _payload: dict[str, Any]) -> None:
    """Close and open what is due, plan the coming months, hand out ballots ahead. Each minute."""
    session, now = context.session, context.now()
    for wave in due_to_close(session, now):
        service.begin_closing(session, wave.id, now=now, is_exempt=True)
    _open_due(session, now)
    for wave in due_to_withdraw(session, now):
        service.begin_withdrawal(session, wave.id, now=now)
    for company in all_companies(session):
        if company.opens_by_clock:
            service.plan_waves(session, company.id, time_zone=company.time_zone, now=now)
        coming = due_ahead(session, company.id, now) if company.separates_time else None
        if coming is not None:
            service.begin_ahead(session, coming.id, now=now)


def _open_due(session: Session, now: dt.datetime) -> None:
    for wave in due_to_open(session, now):
        if wave.closes_at <= now:
            # The server slept through the whole period: a gap, never filled in later.
            service.skip_wave(session, wave.id)
        elif get_company(session, wave.company_id).opens_by_clock:
            try:
                service.request_opening(session, wave.id, now=now)
            except AnotherWaveOpenError:
                continue
