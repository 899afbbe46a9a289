"""Tables of the room `waves`."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Wave(Base):
    __tablename__ = "waves"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "month"),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'closing', 'closed', 'released', 'skipped')",
            name="state_known",
        ),
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        {
            "comment": "One monthly survey of a company. Times are those of the wave, never of a person."
        },
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    month: Mapped[dt.date]  # its first day
    state: Mapped[str] = mapped_column(sa.String(10))
    opens_at: Mapped[dt.datetime]
    # When its ballots began to be handed out, ahead of the opening; never, where time is not separated.
    ahead_at: Mapped[dt.datetime | None]
    closes_at: Mapped[dt.datetime]
    opened_at: Mapped[dt.datetime | None]
    closed_at: Mapped[dt.datetime | None]
    released_at: Mapped[dt.datetime | None]
    instrument_version: Mapped[str] = mapped_column(sa.String(20))


class WaveGroup(Base):
    __tablename__ = "wave_groups"
    __table_args__ = ({"comment": "What a wave asks one group: drawn or common rotating items."},)

    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    # "drawn": each browser draws its pair; "common": the pair below for the whole group.
    rotation: Mapped[str] = mapped_column(sa.String(6))
    common_items: Mapped[list[Any]]
