"""Tables of the room `notices`."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class WaveNotice(Base):
    __tablename__ = "wave_notices"
    __table_args__ = (
        sa.UniqueConstraint("company_id", "number"),
        {"comment": "Published notices, chained by digest; triggers refuse every change."},
    )

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    company_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("companies.id"))
    number: Mapped[int]
    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text())
