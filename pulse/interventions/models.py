"""Tables of the room `interventions`."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Adoption(Base):
    __tablename__ = "adoptions"
    __table_args__ = (
        sa.CheckConstraint("rule BETWEEN 1 AND 10", name="rule_known"),
        {"comment": "When a company adopted one of the ten rules. Entered once, logged."},
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    rule: Mapped[int] = mapped_column(primary_key=True)
    adopted_on: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]


class BadSpellAnswer(Base):
    __tablename__ = "bad_spell_answers"
    __table_args__ = (
        {"comment": "Were the rules started because of a bad spell: every answer, none changed."},
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    is_bad_spell: Mapped[bool]
    answered_at: Mapped[dt.datetime]
