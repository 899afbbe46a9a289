"""Every SELECT of the room `facts`."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.facts.kinds import FACTS
from pulse.facts.models import Action, Event, MonthlyFacts


@dataclass(frozen=True, kw_only=True)
class EventView:
    """One line of the log."""

    id: uuid.UUID
    day: dt.date
    kind: str
    note: str


@dataclass(frozen=True, kw_only=True)
class FactsView:
    """The known numbers of one month, by the names of `kinds.FACTS`."""

    month: dt.date
    numbers: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ActionView:
    """What was said and what was done about it, after one month's survey."""

    month: dt.date
    said: dict[str, str]
    did: dict[str, str]


def events_of(session: Session, company_id: uuid.UUID) -> tuple[EventView, ...]:
    """Return the company's log, by day."""
    rows = session.scalars(
        sa.select(Event).where(Event.company_id == company_id).order_by(Event.day, Event.id)
    )
    return tuple(EventView(id=row.id, day=row.day, kind=row.kind, note=row.note) for row in rows)


def facts_of(session: Session, company_id: uuid.UUID) -> tuple[FactsView, ...]:
    """Return the months with numbers, in order."""
    rows = session.scalars(
        sa.select(MonthlyFacts)
        .where(MonthlyFacts.company_id == company_id)
        .order_by(MonthlyFacts.month)
    )
    return tuple(FactsView(month=row.month, numbers=_numbers(row)) for row in rows)


def actions_of(session: Session, company_id: uuid.UUID) -> tuple[ActionView, ...]:
    """Return every filled box, by month."""
    rows = session.scalars(
        sa.select(Action).where(Action.company_id == company_id).order_by(Action.month)
    )
    return tuple(_action(row) for row in rows)


def action_of(session: Session, company_id: uuid.UUID, month: dt.date) -> ActionView | None:
    """Return the box of a month's survey; None where it is empty."""
    row = session.get(Action, (company_id, month))
    return None if row is None else _action(row)


def latest_action(session: Session, company_id: uuid.UUID, *, before: dt.date) -> ActionView | None:
    """Return the newest filled box of a survey before the month `before`.

    It is for the next invitation, the slips and the poster: they begin with what came of the
    answers.
    """
    row = session.scalar(
        sa.select(Action)
        .where(Action.company_id == company_id, Action.month < before)
        .order_by(Action.month.desc())
        .limit(1)
    )
    return None if row is None else _action(row)


def _numbers(row: MonthlyFacts) -> dict[str, int]:
    found = {name: getattr(row, name) for name in FACTS}
    return {name: value for name, value in found.items() if value is not None}


def _action(row: Action) -> ActionView:
    return ActionView(
        month=row.month,
        said={"en": row.said_en, "es": row.said_es},
        did={"en": row.did_en, "es": row.did_es},
    )
