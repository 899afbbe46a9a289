"""Plans: made once, before the start, and then frozen by service, hash and database."""

import datetime as dt
import json

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from pulse.interventions.service import adopt_rules
from pulse.study import queries, service
from pulse.study.canonical import canonical, content_hash
from pulse.study.errors import (
    PlanAlteredError,
    PlanExistsError,
    PlanTextError,
    PlanTooLateError,
    StartPassedError,
)
from pulse.study.models import FrozenPlan
from pulse.study.plans import (
    COMPANY,
    STUDY,
    NewPlan,
    answer_day,
    plan_document,
    plan_of,
    plan_texts,
)
from tests.factories.companies import make_company
from tests.factories.study import PLANNED, STARTS, make_company_plan

NEW = NewPlan(starts_on=STARTS)


def test_a_plan_is_canonical_dated_and_hashed(session: Session) -> None:
    company = make_company(session)
    plan = service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)
    assert plan.hash == content_hash(plan.document)
    assert plan.made_on == PLANNED.date()
    assert plan.document["outcome"].startswith("Change of the company's friction index")
    assert [code for code, _ in plan.document["decisions"]][:2] == ["clearly_fell", "probably_fell"]
    assert plan.document["decisions"][1][1].startswith("mean change at or below -2.5")
    assert queries.frozen_plan(session, company.id, COMPANY) == plan
    assert queries.frozen_plan(session, company.id, STUDY) is None


def test_a_plan_is_made_once(session: Session) -> None:
    company = make_company(session)
    service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)
    with pytest.raises(PlanExistsError, match="never changed"):
        service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)


def test_companies_that_plan_alike_have_plans_of_their_own(session: Session) -> None:
    one, two = (
        service.make_plan(session, make_company(session).id, NEW, scope=COMPANY, now=PLANNED)
        for _ in range(2)
    )
    assert one.hash != two.hash


def test_no_plan_after_the_start(session: Session) -> None:
    company = make_company(session)
    adopt_rules(session, company.id, dt.date(2026, 1, 2), PLANNED)
    with pytest.raises(PlanTooLateError, match="after the start proves nothing"):
        service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)
    with pytest.raises(StartPassedError):
        service.make_plan(
            session, company.id, NewPlan(starts_on=dt.date(2026, 1, 1)), scope=STUDY, now=PLANNED
        )


@pytest.mark.parametrize(
    "statement",
    [
        sa.update(FrozenPlan).values(text="{}"),
        sa.update(FrozenPlan).values(made_at=PLANNED),
        sa.delete(FrozenPlan),
    ],
)
def test_the_database_refuses_any_change(session: Session, statement: sa.Executable) -> None:
    service.make_plan(session, make_company(session).id, NEW, scope=COMPANY, now=PLANNED)
    with pytest.raises(DatabaseError, match="never changed"):
        session.execute(statement)


def test_planted_forgery_behind_the_trigger_is_seen(session: Session) -> None:
    company = make_company(session)
    plan = make_company_plan()
    text = canonical(plan.document | {"smallest_change": 3})
    session.add(
        FrozenPlan(hash=plan.hash, company_id=company.id, scope=COMPANY, text=text, made_at=PLANNED)
    )
    session.flush()
    with pytest.raises(PlanAlteredError):
        queries.frozen_plan(session, company.id, COMPANY)


@pytest.mark.parametrize(
    "change",
    [
        {"answer_on": "2026-08-01"},
        {"decisions": [["clearly_fell", "always"]]},
        {"exclusions": "whoever did not improve"},
        {"extra": 1},
        {"smallest_change": "5"},
        {"starts_on": "soon"},
    ],
)
def test_a_plan_written_by_hand_is_refused_though_its_hash_fits(change: dict[str, object]) -> None:
    document = make_company_plan().document | change
    with pytest.raises(PlanTextError):
        plan_of(document, content_hash(document))


def test_the_day_of_the_answer() -> None:
    assert answer_day(dt.date(2026, 7, 1), 6) == dt.date(2027, 2, 1)
    assert answer_day(dt.date(2026, 1, 31), 3) == dt.date(2026, 5, 1)
    assert answer_day(dt.date(2026, 5, 15), 6) == dt.date(2026, 12, 1)


def test_a_reader_of_spanish_gets_the_frozen_sentences_in_spanish() -> None:
    """The page of a Spanish-speaking HR held half a plan in English; what is frozen stays so."""
    document = plan_document(
        NewPlan(starts_on=dt.date(2026, 7, 1), smallest_change=4),
        plan_id="x",
        scope=COMPANY,
        made_on=dt.date(2026, 1, 5),
    )
    frozen = json.dumps(document)
    spanish, english = plan_texts(document, "es"), plan_texts(document, "en")
    assert json.dumps(document) == frozen
    assert [list(one) for one in english["decisions"]] == document["decisions"]
    assert english["outcome"] == document["outcome"]
    assert spanish["decisions"][1] == (
        "probably_fell",
        "cambio medio de \N{MINUS SIGN}2 o menos, y el intervalo del 90 % por debajo de 0",
    )
    for name in ("outcome", "exclusions"):
        assert spanish[name] != english[name]
    pairs = zip(spanish["decisions"], english["decisions"], strict=True)
    assert all(here[1] != there[1] for here, there in pairs)
    older = document | {"decisions": [["rose", "a sentence of an older plan"]]}
    assert plan_texts(older, "es")["decisions"] == [("rose", "a sentence of an older plan")]
