"""Use cases of the room `waves`. Nothing here commits."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.jobs.outbox import enqueue, requeue
from pulse.jobs.queries import jobs_by_key
from pulse.surveys.bank import CURRENT_VERSION
from pulse.waves.calendar import FieldworkPeriod, coming_periods, period_from_now
from pulse.waves.errors import AnotherWaveOpenError, MonthTakenError, WaveNotFoundError
from pulse.waves.models import Wave, WaveGroup
from pulse.waves.queries import WaveView, get_wave, open_wave_of, waves_of
from pulse.waves.states import WaveState, require_age, require_step

AHEAD = ("credentials.prepare_ahead", "invitations.hand_out")
OPENING = ("credentials.prepare_wave", "invitations.invite_wave")
CLOSING = (
    "tallies.count_wave",
    "invitations.reduce_wave",
    "credentials.destroy_wave_keys",
    "jobs.rewrite_storage",
    "tallies.release_wave",
    "reports.make_report",
)

Rotation = Mapping[str, tuple[str, tuple[str, ...]]]


def plan_wave(session: Session, company_id: uuid.UUID, period: FieldworkPeriod) -> WaveView:
    """Plan one wave.

    Raises
    ------
    MonthTakenError
        The month has a wave already.
    """
    if any(wave.month == period.month for wave in waves_of(session, company_id)):
        raise MonthTakenError
    wave = Wave(
        id=uuid.uuid4(),
        company_id=company_id,
        month=period.month,
        state=WaveState.PLANNED,
        opens_at=period.opens_at,
        closes_at=period.closes_at,
        instrument_version=CURRENT_VERSION,
    )
    session.add(wave)
    session.flush()
    return get_wave(session, wave.id)


def plan_waves(
    session: Session, company_id: uuid.UUID, *, time_zone: str, now: dt.datetime, months: int = 3
) -> tuple[WaveView, ...]:
    """Plan the coming `months` months as far as they are not planned yet; return the new waves."""
    taken = {wave.month for wave in waves_of(session, company_id)}
    return tuple(
        plan_wave(session, company_id, period)
        for period in coming_periods(now, time_zone, months)
        if period.month not in taken
    )


def request_opening(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Start the chain that opens a wave: keys, then invitations, then the state itself.

    Raises
    ------
    AnotherWaveOpenError
        The company has an open wave.
    WaveStateError
        The wave is not planned.
    """
    wave = get_wave(session, wave_id)
    require_step(wave.state, WaveState.OPEN)
    if open_wave_of(session, wave.company_id) is not None:
        raise AnotherWaveOpenError
    _enqueue(session, "credentials.prepare_wave", wave_id, now)


def begin_ahead(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Start the chain that hands out the ballots of a planned wave: keys, then the mails.

    Raises
    ------
    WaveStateError
        The wave is not planned.
    """
    wave = _row(session, wave_id)
    require_step(wave.state, WaveState.OPEN)
    wave.ahead_at = now
    session.flush()
    _enqueue(session, AHEAD[0], wave_id, now, turn=now)


def move_to_now(session: Session, wave_id: uuid.UUID, *, time_zone: str, now: dt.datetime) -> None:
    """Let a planned wave begin at this moment and last its usual days.

    It takes the present month where that is free, else it keeps its own.
    """
    wave = _row(session, wave_id)
    require_step(wave.state, WaveState.OPEN)
    period = period_from_now(now, time_zone)
    taken = {other.month for other in waves_of(session, wave.company_id) if other.id != wave_id}
    if period.month not in taken:
        wave.month = period.month
    wave.opens_at, wave.closes_at = period.opens_at, period.closes_at
    session.flush()


def open_wave(
    session: Session, wave_id: uuid.UUID, *, now: dt.datetime, rotation: Rotation
) -> None:
    """Open a wave; `rotation` gives per group ("drawn" or "common", the common items).

    Raises
    ------
    WaveStateError
        The wave is not planned.
    """
    wave = _row(session, wave_id)
    require_step(wave.state, WaveState.OPEN)
    wave.state = WaveState.OPEN
    wave.opened_at = now
    for code, (mode, items) in rotation.items():
        session.add(
            WaveGroup(wave_id=wave_id, group_code=code, rotation=mode, common_items=list(items))
        )
    session.flush()


def begin_closing(
    session: Session, wave_id: uuid.UUID, *, now: dt.datetime, is_exempt: bool = False
) -> None:
    """Stop taking answers and start the chain that counts, destroys keys and releases.

    Parameters
    ----------
    is_exempt
        The demo alone may close before 24 hours are over.

    Raises
    ------
    WaveStateError
        The wave is not open.
    WaveTooYoungError
        It has been open for less than a day.
    """
    wave = _row(session, wave_id)
    require_step(wave.state, WaveState.CLOSING)
    if not is_exempt and wave.opened_at is not None:
        require_age(wave.opened_at, now)
    wave.state = WaveState.CLOSING
    wave.closed_at = now
    session.flush()
    _enqueue(session, "tallies.count_wave", wave_id, now)


def mark_closed(session: Session, wave_id: uuid.UUID) -> None:
    """Note that the answers are counted and the keys are gone. Harmless when repeated."""
    wave = _row(session, wave_id)
    if wave.state == WaveState.CLOSING:
        wave.state = WaveState.CLOSED
        session.flush()


def mark_released(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Note that the report stands. Harmless when repeated."""
    wave = _row(session, wave_id)
    if wave.state == WaveState.RELEASED:
        return
    require_step(wave.state, WaveState.RELEASED)
    wave.state = WaveState.RELEASED
    wave.released_at = now
    session.flush()


def retry_chain(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Take up again whatever step of the wave's opening or closing has given up."""
    requeue(session, chain_keys(wave_id), now=now)


def troubles_of(session: Session, wave_ids: Sequence[uuid.UUID]) -> dict[str, str]:
    """Return per wave id why a step of its chain stopped or is being tried again."""
    troubles: dict[str, str] = {}
    for wave_id in wave_ids:
        for job in jobs_by_key(session, chain_keys(wave_id)).values():
            if job.last_error and job.state in {"failed", "queued"}:
                troubles[str(wave_id)] = job.last_error
    return troubles


def opening_among(session: Session, wave_ids: Sequence[uuid.UUID]) -> frozenset[str]:
    """Return the ids of the waves whose opening has been asked for."""
    keys = {f"{OPENING[0]}:{wave_id}": str(wave_id) for wave_id in wave_ids}
    return frozenset(keys[key] for key in jobs_by_key(session, list(keys)))


def chain_keys(wave_id: uuid.UUID) -> list[str]:
    """Return the idempotency keys of all steps of a wave."""
    return [f"{name}:{wave_id}" for name in (*OPENING, *CLOSING)]


def skip_wave(session: Session, wave_id: uuid.UUID) -> None:
    """Leave a planned month out: a gap in the series, never filled in.

    Ballots that were handed out are refused, and good again where it is planned again before its end.
    """
    wave = _row(session, wave_id)
    require_step(wave.state, WaveState.SKIPPED)
    wave.state = WaveState.SKIPPED
    session.flush()


def begin_withdrawal(session: Session, wave_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Start to destroy what was handed out for a wave that was left out and is over."""
    _row(session, wave_id).ahead_at = None
    session.flush()
    _enqueue(session, "invitations.withdraw", wave_id, now)


def unskip_wave(session: Session, wave_id: uuid.UUID) -> None:
    """Plan a skipped month again."""
    wave = _row(session, wave_id)
    require_step(wave.state, WaveState.PLANNED)
    wave.state = WaveState.PLANNED
    session.flush()


def _row(session: Session, wave_id: uuid.UUID) -> Wave:
    # The state is read under a lock, so that two workers cannot take the same step.
    select = sa.select(Wave).where(Wave.id == wave_id).with_for_update()
    wave = session.scalar(select.execution_options(populate_existing=True))
    if wave is None:
        raise WaveNotFoundError
    return wave


def _enqueue(
    session: Session,
    name: str,
    wave_id: uuid.UUID,
    now: dt.datetime,
    *,
    turn: dt.datetime | None = None,
) -> None:
    # A step that may be taken more than once in the life of a wave has a key for each time.
    key = f"{name}:{wave_id}" + (f":{turn.isoformat()}" if turn else "")
    enqueue(session, name, {"wave_id": str(wave_id)}, idempotency_key=key, now=now)
