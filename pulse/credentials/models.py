"""Tables of the room `credentials`: public keys only. Private keys lie in the key directory."""

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class IssuanceKey(Base):
    __tablename__ = "issuance_keys"
    __table_args__ = ({"comment": "Public RSA key per wave and group; signs blinded credentials."},)

    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(sa.String(6), primary_key=True)
    kid: Mapped[str] = mapped_column(sa.String(64))
    public_key: Mapped[bytes]


class EnvelopeKey(Base):
    __tablename__ = "envelope_keys"
    __table_args__ = ({"comment": "Public P-256 key per wave; ballots are sealed to it."},)

    wave_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("waves.id"), primary_key=True)
    public_key: Mapped[bytes]
