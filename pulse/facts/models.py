"""Tables of the room `facts`."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Event(Base):
    __tablename__ = "events"
    __table_args__ = ({"comment": "What happened in the company, as HR logged it."},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    day: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.String(200))
    recorded_at: Mapped[dt.datetime]


class MonthlyFacts(Base):
    __tablename__ = "monthly_facts"
    __table_args__ = (
        sa.CheckConstraint("rush_orders <= orders", name="rush_among_orders"),
        sa.CheckConstraint("on_time <= orders", name="on_time_among_orders"),
        {"comment": "Numbers of a month from the company's books. Empty means not known."},
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    orders: Mapped[int | None]
    rush_orders: Mapped[int | None]
    on_time: Mapped[int | None]
    complaints: Mapped[int | None]
    meetings: Mapped[int | None]
    head_count_first: Mapped[int | None]
    head_count_second: Mapped[int | None]
    recorded_at: Mapped[dt.datetime]


class Action(Base):
    __tablename__ = "actions"
    __table_args__ = (
        {"comment": "You said, we did: one box for each month's survey, in both languages."},
    )

    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    said_en: Mapped[str] = mapped_column(sa.String(300))
    said_es: Mapped[str] = mapped_column(sa.String(300))
    did_en: Mapped[str] = mapped_column(sa.String(300))
    did_es: Mapped[str] = mapped_column(sa.String(300))
    written_at: Mapped[dt.datetime]
