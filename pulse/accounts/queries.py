"""Every SELECT of the room `accounts`."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.accounts.email_address import same_mailbox
from pulse.accounts.models import AuditEntry, User
from pulse.ids import CompanyId, UserId


@dataclass(frozen=True, kw_only=True)
class UserView:
    """A person who logs in; never with the password's hash."""

    id: UserId
    company_id: CompanyId | None
    email: str
    name: str
    role: str
    language: str
    session_epoch: int
    created_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class AuditEntryView:
    """What somebody who logs in did, and when."""

    at: dt.datetime
    actor: str
    action: str
    details: dict[str, Any]


def find_user(session: Session, user_id: uuid.UUID) -> UserView | None:
    """Return the user, or None."""
    user = session.get(User, user_id)
    return None if user is None else _view(user)


def user_by_email(session: Session, email: str) -> UserView | None:
    """Return who logs in with `email`, case-blind, or None."""
    user = session.scalar(sa.select(User).where(User.email == same_mailbox(email)))
    return None if user is None else _view(user)


def users_of(session: Session, company_id: uuid.UUID) -> tuple[UserView, ...]:
    """Return who logs in for the company, by name."""
    rows = session.scalars(
        sa.select(User).where(User.company_id == company_id).order_by(User.name, User.email)
    )
    return tuple(_view(user) for user in rows)


def has_users(session: Session) -> bool:
    """Whether anybody at all can log in yet."""
    return bool(session.scalar(sa.select(sa.exists().where(User.id.is_not(None)))))


def audit_entries(
    session: Session, company_id: uuid.UUID, *, limit: int, offset: int = 0
) -> tuple[AuditEntryView, ...]:
    """Return the company's log, newest first: at most `limit` entries after the first `offset`."""
    rows = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.company_id == company_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        AuditEntryView(at=row.at, actor=row.actor, action=row.action, details=row.details)
        for row in rows
    )


def _view(user: User) -> UserView:
    return UserView(
        id=UserId(user.id),
        company_id=None if user.company_id is None else CompanyId(user.company_id),
        email=user.email,
        name=user.name,
        role=user.role,
        language=user.language,
        session_epoch=user.session_epoch,
        created_at=user.created_at,
    )
