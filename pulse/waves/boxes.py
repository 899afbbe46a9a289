"""Which month's box "You said, we did" waits to be written."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pulse.facts.queries import action_of
from pulse.waves.queries import WaveView, waves_of
from pulse.waves.states import WaveState

PATIENCE = dt.timedelta(days=14)
"""How long after a report the box may stay empty before somebody is reminded."""


def month_without_action(session: Session, company_id: uuid.UUID) -> WaveView | None:
    """Return the newest wave with a report, if its box is empty."""
    released = [wave for wave in waves_of(session, company_id) if wave.state == WaveState.RELEASED]
    if not released or action_of(session, company_id, released[-1].month) is not None:
        return None
    return released[-1]


def is_reminder_due(session: Session, wave: WaveView, now: dt.datetime) -> bool:
    """Whether the empty box of `wave` has waited long enough, or the next survey is open already."""
    if wave.released_at is not None and now >= wave.released_at + PATIENCE:
        return True
    later = [one for one in waves_of(session, wave.company_id) if one.month > wave.month]
    return any(one.state == WaveState.OPEN for one in later)
