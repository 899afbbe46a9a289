"""Rows of the room `waves` for tests."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pulse.waves import service
from pulse.waves.calendar import fieldwork_period
from pulse.waves.queries import WaveView, get_wave

COMMON = {"first": ("common", ("RU01", "RU07")), "second": ("common", ("RU01", "RU07"))}


def make_wave(
    session: Session,
    company_id: uuid.UUID,
    *,
    month: dt.date = dt.date(2026, 3, 1),
    state: str = "planned",
    time_zone: str = "UTC",
) -> WaveView:
    """Plan a wave and bring it to `state` ("planned" or "open")."""
    wave = service.plan_wave(session, company_id, fieldwork_period(month, time_zone))
    if state == "open":
        service.open_wave(session, wave.id, now=wave.opens_at, rotation=COMMON)
    return get_wave(session, wave.id)
