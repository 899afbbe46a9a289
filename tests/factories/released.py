"""Waves with released cells in the database, as the chain of a close leaves them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from pulse.invitations.models import InvitationCount
from pulse.reports.inputs import DIMENSIONS
from pulse.tallies.models import Release
from pulse.waves import service as waves
from pulse.waves.calendar import fieldwork_period
from pulse.waves.models import Wave
from pulse.waves.queries import WaveView, get_wave
from tests.factories.reports import make_details, make_moments, make_month
from tests.factories.waves import COMMON

START = dt.date(2026, 1, 1)


def make_sums(mean: float, n: int) -> dict[str, Any]:
    """Return the sums of `n` scores with this mean."""
    moments = make_moments(mean, n)
    return {"n": n, "sum": moments.total, "sum_squares": moments.total_squares}


def make_group_release(mean: float | None, n: int, *, has_details: bool = False) -> dict[str, Any]:
    """Return one group of a release's content; no mean: fewer answers than may be shown."""
    if mean is None:
        hidden = {"withheld": "too_few"}
        dimensions = dict.fromkeys(DIMENSIONS, hidden)
        return {"n_counted": 3, "index": hidden, "dimensions": dimensions, "quality": hidden}
    return {
        "n_counted": n,
        "index": make_sums(mean, n),
        "dimensions": {code: make_sums(mean, n) for code in DIMENSIONS},
        "quality": {"same_answer": 1, "same_answer_middle": 1},
        **(make_details(mean, n) if has_details else {}),
    }


def make_released_wave(
    session: Session,
    company_id: uuid.UUID,
    step: int,
    means: tuple[float | None, float | None],
    *,
    n: tuple[int, int] = (13, 41),
    has_details: bool = False,
) -> WaveView:
    """Return a closed wave, counted and released but without a report, `step` months after START."""
    period = fieldwork_period(make_month(step, START), "UTC")
    wave = waves.plan_wave(session, company_id, period)
    waves.open_wave(session, wave.id, now=period.opens_at, rotation=COMMON)
    row = session.get_one(Wave, wave.id)
    row.state, row.closed_at = "closed", period.closes_at
    for code, count in zip(("first", "second"), n, strict=True):
        numbers = {"n_invited": count + 2, "n_issued": count, "n_undeliverable": 0}
        session.add(InvitationCount(wave_id=wave.id, group_code=code, **numbers))
    groups = {
        code: make_group_release(mean, count, has_details=has_details)
        for code, mean, count in zip(("first", "second"), means, n, strict=True)
    }
    content = {"schema": 1, "minimum_cell_size": 5, "groups": groups}
    session.add(Release(wave_id=wave.id, version=1, reason="first release", content=content))
    session.flush()
    return get_wave(session, wave.id)


def make_story(
    session: Session,
    company_id: uuid.UUID,
    means: Sequence[tuple[float | None, float | None]],
    *,
    has_details: bool = False,
) -> list[WaveView]:
    """Return one released wave per pair of means, month after month.

    Parameters
    ----------
    has_details
        Items, rules, modes and languages are released too; their pictures take seconds to draw.
    """
    return [
        make_released_wave(session, company_id, step, pair, has_details=has_details)
        for step, pair in enumerate(means)
    ]
