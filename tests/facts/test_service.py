"""The log, the numbers and the box are written down, and nothing impossible is."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.errors import PulseError
from pulse.facts import queries, service
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
from pulse.facts.models import MonthlyFacts
from tests.factories.companies import make_company

NOW = dt.datetime(2026, 6, 15, 9, tzinfo=dt.UTC)
MAY = dt.date(2026, 5, 1)
TEXTS = {"en": "Rush orders come late.", "es": "Los pedidos urgentes llegan tarde."}


def test_the_log_goes_by_day_and_a_wrong_line_goes_out(session: Session) -> None:
    company = make_company(session)
    for day, kind in ((dt.date(2026, 5, 2), "summit"), (dt.date(2026, 4, 1), "pay_plan")):
        service.log_event(session, company.id, day=day, kind=kind, note=" a  note ", now=NOW)
    events = queries.events_of(session, company.id)
    assert [(event.kind, event.note) for event in events] == [
        ("pay_plan", "a note"),
        ("summit", "a note"),
    ]
    with pytest.raises(EventNotFoundError):
        service.remove_event(session, make_company(session).id, events[0].id)
    with pytest.raises(EventNotFoundError):
        service.remove_event(session, company.id, uuid.uuid4())
    assert service.remove_event(session, company.id, events[0].id) == dt.date(2026, 4, 1)
    assert [event.kind for event in queries.events_of(session, company.id)] == ["summit"]


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"day": dt.date(2026, 6, 16), "kind": "summit"}, DayToComeError),
        ({"day": MAY, "kind": "party"}, UnknownEventKindError),
    ],
)
def test_impossible_events_are_refused(
    session: Session, values: dict[str, object], error: type[PulseError]
) -> None:
    company = make_company(session)
    with pytest.raises(error):
        service.log_event(session, company.id, note="", now=NOW, **values)  # type: ignore[arg-type]


def test_the_numbers_of_a_month_are_replaced_as_a_whole(session: Session) -> None:
    company = make_company(session)
    service.enter_facts(session, company.id, MAY, {"orders": 90, "on_time": 80}, now=NOW)
    service.enter_facts(session, company.id, MAY, {"orders": 95, "complaints": 0}, now=NOW)
    (facts,) = queries.facts_of(session, company.id)
    assert facts.month == MAY
    assert facts.numbers == {"orders": 95, "complaints": 0}


@pytest.mark.parametrize(
    ("month", "numbers", "error"),
    [
        (dt.date(2026, 7, 1), {"orders": 1}, MonthToComeError),
        (MAY, {}, NothingEnteredError),
        (MAY, {"orders": None}, NothingEnteredError),
        (MAY, {"orders": -1}, NotACountError),
        (MAY, {"complaints": 10_000_001}, NotACountError),
        (MAY, {"orders": 5, "on_time": 6}, PartAboveOrdersError),
        (MAY, {"orders": 5, "rush_orders": 6}, PartAboveOrdersError),
    ],
)
def test_impossible_numbers_are_refused(
    session: Session, month: dt.date, numbers: dict[str, int | None], error: type[PulseError]
) -> None:
    company = make_company(session)
    with pytest.raises(error):
        service.enter_facts(session, company.id, month, numbers, now=NOW)
    assert queries.facts_of(session, company.id) == ()


def test_the_table_itself_refuses_more_parts_than_orders(session: Session) -> None:
    company = make_company(session)
    session.add(
        MonthlyFacts(company_id=company.id, month=MAY, orders=5, on_time=6, recorded_at=NOW)
    )
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_the_box_needs_all_four_texts_and_the_next_survey_finds_it(session: Session) -> None:
    company = make_company(session)
    with pytest.raises(ActionIncompleteError):
        service.write_action(session, company.id, MAY, said=TEXTS, did={"en": "x"}, now=NOW)
    assert queries.action_of(session, company.id, MAY) is None
    for words in ("first", "second"):
        did = {"en": words, "es": words}
        service.write_action(session, company.id, MAY, said=TEXTS, did=did, now=NOW)
    box = queries.action_of(session, company.id, MAY)
    assert box is not None
    assert box.did["en"] == "second"
    assert queries.latest_action(session, company.id, before=dt.date(2026, 6, 1)) == box
    assert queries.latest_action(session, company.id, before=MAY) is None
    assert queries.actions_of(session, company.id) == (box,)
