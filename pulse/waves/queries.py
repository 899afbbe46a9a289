"""Every SELECT of the room `waves`."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.waves.calendar import SHORTEST_LEAD, WELCOME_LEAD
from pulse.waves.errors import WaveClosedError, WaveNotFoundError
from pulse.waves.models import Wave, WaveGroup
from pulse.waves.states import WaveState

# Every ballot and every credential asks for one of these: built once, without the ORM.
_STATE_HELD = (
    sa.select(Wave.state).where(Wave.id == sa.bindparam("wave")).with_for_update(read=True)
)
_ISSUES_BALLOTS = sa.or_(
    Wave.state == WaveState.OPEN,
    sa.and_(Wave.state == WaveState.PLANNED, Wave.ahead_at.is_not(None)),
)
_ISSUING_HELD = (
    sa.select(Wave.id)
    .where(Wave.id == sa.bindparam("wave"), _ISSUES_BALLOTS)
    .with_for_update(read=True)
)


_GROUPS = sa.select(WaveGroup.__table__).where(
    WaveGroup.wave_id.in_(sa.bindparam("waves", type_=sa.Uuid(), expanding=True))
)


@dataclass(frozen=True, kw_only=True)
class WaveGroupView:
    """What a wave asks one group: rotating items drawn by each browser, or a common pair."""

    rotation: str
    common_items: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WaveView:
    """One monthly survey."""

    id: uuid.UUID
    company_id: uuid.UUID
    month: dt.date
    state: str
    opens_at: dt.datetime
    ahead_at: dt.datetime | None
    closes_at: dt.datetime
    opened_at: dt.datetime | None
    closed_at: dt.datetime | None
    released_at: dt.datetime | None
    instrument_version: str
    groups: dict[str, WaveGroupView]


def get_wave(session: Session, wave_id: uuid.UUID) -> WaveView:
    """Return the wave.

    Raises
    ------
    WaveNotFoundError
        There is none of this id.
    """
    found = _views(session, sa.select(Wave).where(Wave.id == wave_id))
    if not found:
        raise WaveNotFoundError
    return found[0]


def waves_of(session: Session, company_id: uuid.UUID) -> tuple[WaveView, ...]:
    """Return all waves of a company, by month."""
    select = sa.select(Wave).where(Wave.company_id == company_id).order_by(Wave.month)
    return _views(session, select)


def open_waves(session: Session) -> tuple[WaveView, ...]:
    """Return the open waves of all companies."""
    return _views(session, sa.select(Wave).where(Wave.state == WaveState.OPEN))


def unclosed_waves(session: Session) -> tuple[WaveView, ...]:
    """Return the waves of all companies that are planned or open, by month."""
    unclosed = sa.select(Wave).where(Wave.state.in_((WaveState.PLANNED, WaveState.OPEN)))
    return _views(session, unclosed.order_by(Wave.month))


def issuing_waves(session: Session) -> tuple[WaveView, ...]:
    """Return the waves of all companies whose ballots can be taken: open, or handed out ahead."""
    return _views(session, sa.select(Wave).where(_ISSUES_BALLOTS))


def ahead_wave_of(session: Session, company_id: uuid.UUID) -> WaveView | None:
    """Return the company's planned wave whose ballots are handed out ahead, the first of them."""
    return _first(
        session,
        sa.select(Wave)
        .where(
            Wave.company_id == company_id,
            Wave.state == WaveState.PLANNED,
            Wave.ahead_at.is_not(None),
        )
        .order_by(Wave.opens_at),
    )


def closing_waves(session: Session) -> tuple[WaveView, ...]:
    """Return the waves of all companies that are closed and not counted yet, oldest first."""
    closing = sa.select(Wave).where(Wave.state == WaveState.CLOSING)
    return _views(session, closing.order_by(Wave.month))


def open_wave_of(session: Session, company_id: uuid.UUID) -> WaveView | None:
    """Return the company's open wave, if there is one."""
    return _first(
        session,
        sa.select(Wave).where(Wave.company_id == company_id, Wave.state == WaveState.OPEN),
    )


def next_planned(session: Session, company_id: uuid.UUID) -> WaveView | None:
    """Return the company's next planned wave."""
    return _first(
        session,
        sa.select(Wave)
        .where(Wave.company_id == company_id, Wave.state == WaveState.PLANNED)
        .order_by(Wave.opens_at),
    )


def latest_closed(session: Session, company_id: uuid.UUID) -> WaveView | None:
    """Return the company's wave that closed last (also one still being counted)."""
    ended = (WaveState.CLOSING, WaveState.CLOSED, WaveState.RELEASED)
    return _first(
        session,
        sa.select(Wave)
        .where(Wave.company_id == company_id, Wave.state.in_(ended))
        .order_by(Wave.month.desc()),
    )


def lock_open_wave(session: Session, wave_id: uuid.UUID) -> None:
    """Hold an open wave open until this transaction ends.

    Call it inside a writing transaction: on SQLite the write lock itself keeps the closing out.

    Raises
    ------
    WaveClosedError
        The wave is not open, or unknown.
    """
    state = session.connection().scalar(_STATE_HELD, {"wave": wave_id})
    if state != WaveState.OPEN:
        raise WaveClosedError


def lock_issuing_wave(session: Session, wave_id: uuid.UUID) -> None:
    """Hold a wave in the state in which its ballots can be taken, until this transaction ends.

    Raises
    ------
    WaveClosedError
        Its ballots cannot be taken, or not yet.
    """
    if session.connection().scalar(_ISSUING_HELD, {"wave": wave_id}) is None:
        raise WaveClosedError


def due_ahead(session: Session, company_id: uuid.UUID, now: dt.datetime) -> WaveView | None:
    """Return the planned wave whose ballots can be handed out from now on, if there is one.

    That is from the release of the wave before; for the first wave a week before it opens.
    """
    waves = [wave for wave in waves_of(session, company_id) if wave.state != WaveState.SKIPPED]
    before = [wave.state for wave in waves if wave.state != WaveState.PLANNED]
    coming = next((wave for wave in waves if wave.state == WaveState.PLANNED), None)
    if coming is None or coming.ahead_at is not None or coming.opens_at - now < SHORTEST_LEAD:
        return None
    if any(state != WaveState.RELEASED for state in before):
        return None
    return coming if before or coming.opens_at - now <= WELCOME_LEAD else None


def due_to_open(session: Session, now: dt.datetime) -> tuple[WaveView, ...]:
    """Return planned waves whose opening time has come."""
    return _views(
        session,
        sa.select(Wave).where(Wave.state == WaveState.PLANNED, Wave.opens_at <= now),
    )


def due_to_withdraw(session: Session, now: dt.datetime) -> tuple[WaveView, ...]:
    """Return waves that were left out after their ballots were handed out, and are over."""
    over = sa.and_(Wave.state == WaveState.SKIPPED, Wave.closes_at <= now)
    return _views(session, sa.select(Wave).where(over, Wave.ahead_at.is_not(None)))


def due_to_close(session: Session, now: dt.datetime) -> tuple[WaveView, ...]:
    """Return open waves whose closing time has come."""
    return _views(
        session, sa.select(Wave).where(Wave.state == WaveState.OPEN, Wave.closes_at <= now)
    )


def _first(session: Session, select: sa.Select[Wave]) -> WaveView | None:
    found = _views(session, select.limit(1))
    return found[0] if found else None


def _views(session: Session, select: sa.Select[Wave]) -> tuple[WaveView, ...]:
    waves = session.scalars(select).all()
    groups = _groups(session, [wave.id for wave in waves])
    return tuple(
        WaveView(
            id=wave.id,
            company_id=wave.company_id,
            month=wave.month,
            state=wave.state,
            opens_at=wave.opens_at,
            ahead_at=wave.ahead_at,
            closes_at=wave.closes_at,
            opened_at=wave.opened_at,
            closed_at=wave.closed_at,
            released_at=wave.released_at,
            instrument_version=wave.instrument_version,
            groups=groups.get(wave.id, {}),
        )
        for wave in waves
    )


def _groups(
    session: Session, wave_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, dict[str, WaveGroupView]]:
    groups: dict[uuid.UUID, dict[str, WaveGroupView]] = {}
    for row in session.connection().execute(_GROUPS, {"waves": list(wave_ids)}):
        groups.setdefault(row.wave_id, {})[row.group_code] = WaveGroupView(
            rotation=row.rotation, common_items=tuple(row.common_items)
        )
    return groups
