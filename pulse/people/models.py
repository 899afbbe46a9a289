"""Tables of the room `people` (identity side)."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Person(Base):
    __tablename__ = "persons"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "roster_id"),
        sa.CheckConstraint("group_code IN ('first', 'second')", name="group_known"),
        {"comment": "One line of the roster. No e-mail means: takes a printed slip."},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"))
    roster_id: Mapped[str] = mapped_column(sa.String(60))
    group_code: Mapped[str] = mapped_column(sa.String(6))
    language: Mapped[str] = mapped_column(sa.String(2))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    name: Mapped[str | None] = mapped_column(sa.String(120))
    is_active: Mapped[bool]


class RosterDraft(Base):
    __tablename__ = "roster_drafts"
    __table_args__ = ({"comment": "An uploaded roster between preview and decision."},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[dt.datetime]
    content: Mapped[dict[str, Any]]
