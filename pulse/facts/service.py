"""Use cases of the room `facts`. Nothing here commits."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from pulse.facts.errors import (
    ActionIncompleteError,
    DayToComeError,
    EventNotFoundError,
    MonthToComeError,
    NotACountError,
    NothingEnteredError,
    PartAboveOrdersError,
    UnknownEventKindError,
)
from pulse.facts.kinds import EVENT_KINDS, FACTS, LARGEST, PARTS_OF_ORDERS
from pulse.facts.models import Action, Event, MonthlyFacts


def log_event(
    session: Session,
    company_id: uuid.UUID,
    *,
    day: dt.date,
    kind: str,
    note: str,
    now: dt.datetime,
) -> None:
    """Add an event to the log.

    Raises
    ------
    UnknownEventKindError
        The table of kinds does not have it.
    DayToComeError
        The day lies after today.
    """
    if kind not in EVENT_KINDS:
        raise UnknownEventKindError
    if day > now.date():
        raise DayToComeError
    session.add(
        Event(
            id=uuid.uuid4(),
            company_id=company_id,
            day=day,
            kind=kind,
            note=" ".join(note.split()),
            recorded_at=now,
        )
    )
    session.flush()


def remove_event(session: Session, company_id: uuid.UUID, event_id: uuid.UUID) -> dt.date:
    """Take a wrong line out of the log; return its day. Reports that show it stay as they are.

    Raises
    ------
    EventNotFoundError
        The company has none of this id.
    """
    event = session.get(Event, event_id)
    if event is None or event.company_id != company_id:
        raise EventNotFoundError
    day = event.day
    session.delete(event)
    session.flush()
    return day


def enter_facts(
    session: Session,
    company_id: uuid.UUID,
    month: dt.date,
    numbers: Mapping[str, int | None],
    *,
    now: dt.datetime,
) -> None:
    """Write down the numbers of a month; whatever was there before is replaced.

    Raises
    ------
    MonthToComeError, NotACountError, PartAboveOrdersError, NothingEnteredError
        See `check_facts`.
    """
    check_facts(month, numbers, now=now)
    first = month.replace(day=1)
    row = session.get(MonthlyFacts, (company_id, first))
    if row is None:
        row = MonthlyFacts(company_id=company_id, month=first)
        session.add(row)
    for name in FACTS:
        setattr(row, name, numbers.get(name))
    row.recorded_at = now
    session.flush()


def check_facts(month: dt.date, numbers: Mapping[str, int | None], *, now: dt.datetime) -> None:
    """Refuse numbers that cannot be.

    Raises
    ------
    MonthToComeError
        The month has not begun.
    NotACountError
        Below zero or above ten millions.
    PartAboveOrdersError
        More rush orders, or orders on time, than orders.
    NothingEnteredError
        No number at all.
    """
    if month.replace(day=1) > now.date():
        raise MonthToComeError
    known = [value for value in numbers.values() if value is not None]
    if not known:
        raise NothingEnteredError
    if not all(0 <= value <= LARGEST for value in known):
        raise NotACountError
    orders = numbers.get("orders")
    parts = [numbers.get(name) for name in PARTS_OF_ORDERS]
    if orders is not None and any(part is not None and part > orders for part in parts):
        raise PartAboveOrdersError(orders=orders)


def import_facts(
    session: Session,
    company_id: uuid.UUID,
    lines: Sequence[tuple[dt.date, Mapping[str, int | None]]],
    *,
    now: dt.datetime,
) -> int:
    """Write down many months at once; return how many."""
    for month, numbers in lines:
        enter_facts(session, company_id, month, numbers, now=now)
    return len(lines)


def write_action(
    session: Session,
    company_id: uuid.UUID,
    month: dt.date,
    *,
    said: Mapping[str, str],
    did: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """Fill the box of a month's survey: what people said and what was done, in both languages.

    Raises
    ------
    ActionIncompleteError
        One of the four texts is empty.
    """
    texts = {
        f"{part}_{language}": " ".join(words.get(language, "").split())
        for part, words in (("said", said), ("did", did))
        for language in ("en", "es")
    }
    if not all(texts.values()):
        raise ActionIncompleteError
    row = session.get(Action, (company_id, month))
    if row is None:
        row = Action(company_id=company_id, month=month)
        session.add(row)
    for name, text in texts.items():
        setattr(row, name, text)
    row.written_at = now
    session.flush()
