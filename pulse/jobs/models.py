"""Tables of the room `jobs`."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class OutboxJob(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        sa.CheckConstraint("state IN ('queued', 'leased', 'done', 'failed')", name="state_known"),
        sa.Index("ix_outbox_due", "state", "available_at"),
        {"comment": "Work promised in the same transaction as its cause; done by a worker."},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    state: Mapped[str] = mapped_column(sa.String(6))
    attempts: Mapped[int]
    available_at: Mapped[dt.datetime]
    leased_until: Mapped[dt.datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(sa.String(60))
    last_error: Mapped[str] = mapped_column(sa.String(300))


class PeriodicRun(Base):
    __tablename__ = "periodic_runs"
    __table_args__ = ({"comment": "When each periodic job last ran."},)

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    last_run_at: Mapped[dt.datetime]
