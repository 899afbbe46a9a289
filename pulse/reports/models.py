"""Tables of the room `reports`."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Report(Base):
    __tablename__ = "reports"
    __table_args__ = (
        {"comment": "A report as it was released: findings, texts, pictures. Immutable."},
    )

    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    month: Mapped[dt.date]  # the wave's, kept beside so that a page needs one SELECT
    created_at: Mapped[dt.datetime]
    method_version: Mapped[str] = mapped_column(sa.String(20))
    content: Mapped[dict[str, Any]]
    pictures: Mapped[dict[str, Any]]
