"""Every SELECT of the room `interventions`."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.interventions.models import Adoption, BadSpellAnswer


def adoption_date(session: Session, company_id: uuid.UUID) -> dt.date | None:
    """Return the first day on which the company had adopted any of the ten rules."""
    select = sa.select(sa.func.min(Adoption.adopted_on)).where(Adoption.company_id == company_id)
    return session.scalar(select)


@dataclass(frozen=True, kw_only=True)
class BadSpellAnswerView:
    """One answer to "Did you start the rules because it was especially bad just then?"."""

    is_bad_spell: bool
    answered_at: dt.datetime


def bad_spell_answers(session: Session, company_id: uuid.UUID) -> tuple[BadSpellAnswerView, ...]:
    """Return every answer that was given, the newest last; empty while nobody answered."""
    rows = session.scalars(
        sa.select(BadSpellAnswer)
        .where(BadSpellAnswer.company_id == company_id)
        .order_by(BadSpellAnswer.number)
    )
    return tuple(
        BadSpellAnswerView(is_bad_spell=row.is_bad_spell, answered_at=row.answered_at)
        for row in rows
    )
