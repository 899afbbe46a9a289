"""Tables of the room `responses` (answer side): the ballot box.

No time, no serial number, no foreign key: nothing that could be laid beside the identity side.
"""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class Ballot(Base):
    __tablename__ = "ballots"
    __table_args__ = (
        {
            "comment": "Sealed ballots of open waves; emptied at the count.",
            "sqlite_with_rowid": False,
        },
    )

    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    wave_id: Mapped[uuid.UUID]
    group_code: Mapped[str] = mapped_column(sa.String(6))
    sealed: Mapped[bytes]
