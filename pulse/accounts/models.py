"""Tables of the room `accounts`."""

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from pulse.db import Base


class User(Base):
    __tablename__ = "users"
    __table_args__ = (
        sa.CheckConstraint("role IN ('hr', 'author', 'trustee')", name="role_known"),
        {"comment": "A person who logs in. Never a respondent."},
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[str] = mapped_column(sa.String(10))
    language: Mapped[str] = mapped_column(sa.String(2))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    # Raised at a new password: every older session ends.
    session_epoch: Mapped[int]
    failed_logins: Mapped[int]
    locked_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class SetupToken(Base):
    __tablename__ = "setup_tokens"
    __table_args__ = ({"comment": "The one-time token of the first start; only its hash."},)

    token_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    created_at: Mapped[dt.datetime]


class AuditEntry(Base):
    __tablename__ = "audit_entries"
    __table_args__ = ({"comment": "What people who log in did, for their successors."},)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    company_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("companies.id"), index=True)
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(sa.String(254))
    action: Mapped[str] = mapped_column(sa.String(60))
    details: Mapped[dict[str, Any]]
