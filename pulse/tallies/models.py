"""Tables of the room `tallies` (answer side)."""

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Tally(Base):
    __tablename__ = "tallies"
    __table_args__ = ({"comment": "Sufficient statistics of a wave and group; all that is kept."},)

    wave_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    group_code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    content: Mapped[dict[str, Any]]


class Comment(Base):
    __tablename__ = "comments"
    __table_args__ = (
        {"comment": "Comments of groups with ten or more ballots.", "sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[uuid.UUID]
    group_code: Mapped[str] = mapped_column(sa.String(6))
    text: Mapped[str] = mapped_column(sa.Text)


class Release(Base):
    __tablename__ = "releases"
    __table_args__ = (
        {"comment": "The cells released for a wave; immutable, corrections stand beside."},
    )

    wave_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[dict[str, Any]]
