"""Tables of the room `invitations` (identity side)."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Invitation(Base):
    __tablename__ = "invitations"
    __table_args__ = (
        sa.CheckConstraint("channel IN ('email', 'slip')", name="channel_known"),
        sa.UniqueConstraint("wave_id", "person_id"),
        {
            "comment": "Who was asked (or an unassigned slip), and whether the one credential was issued."
        },
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), index=True)
    group_code: Mapped[str] = mapped_column(sa.String(6))
    channel: Mapped[str] = mapped_column(sa.String(5))
    person_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("persons.id"))
    # HMAC(wave's pepper, code); the code itself is never stored.
    code_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    is_issued: Mapped[bool]
    # Random from the start, so that the later update keeps the size of the row.
    blinded_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    is_void: Mapped[bool]
    # Slips: 0 as made with the wave, then one more for each reprint.
    batch: Mapped[int] = mapped_column(default=0)
    # The latest mail, which `delivery` speaks of: welcome or result ahead, then survey, again1, again2.
    letter: Mapped[str] = mapped_column(sa.String(10))
    delivery: Mapped[str] = mapped_column(sa.String(10))  # queued, sent, failed; slips: printed
    delivery_reason: Mapped[str] = mapped_column(sa.String(200))


class InvitationCount(Base):
    __tablename__ = "invitation_counts"
    __table_args__ = ({"comment": "All that is left of a wave's invitations: numbers."},)

    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    n_invited: Mapped[int]
    n_issued: Mapped[int]
    n_undeliverable: Mapped[int]
