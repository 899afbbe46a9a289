"""Use cases of the room `accounts`: users, passwords, the first start, the audit log."""

import base64
import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from pulse import i18n
from pulse.accounts import passwords, queries
from pulse.accounts.email_address import is_address, same_mailbox
from pulse.accounts.errors import (
    AccountLockedError,
    EmailInvalidError,
    EmailTakenError,
    LanguageUnknownError,
    LastUserError,
    LogInError,
    PasswordTooLongError,
    PasswordTooShortError,
    PasswordWrongError,
    PersonNameError,
    RoleUnknownError,
    SetupLinkError,
    UserNotFoundError,
)
from pulse.accounts.models import AuditEntry, SetupToken, User
from pulse.accounts.permissions import ROLES, permissions_of
from pulse.accounts.queries import UserView
from pulse.companies.service import NewGroup, create_company

FAILURES_ALLOWED = 10
LOCK_TIME = dt.timedelta(minutes=15)
LONGEST_NAME = 120
TOKEN_BYTES = 24


@dataclass(frozen=True, kw_only=True)
class NewInstallation:
    """What the first person says: the company, its two groups, and who logs in."""

    company_name: str
    time_zone: str
    language: str
    first: NewGroup
    second: NewGroup
    results_place: str
    email: str
    name: str
    password: str


def create_user(
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    password: str,
    language: str,
    company_id: uuid.UUID | None,
    now: dt.datetime,
    hasher: PasswordHasher = passwords.STANDARD,
) -> UserView:
    """Make an account and return it.

    Parameters
    ----------
    role
        A role of `permissions.PERMISSIONS`.
    hasher
        The cost of checking the password; tests take `passwords.CHEAPEST`.

    Raises
    ------
    EmailTakenError
        Somebody logs in with this address already.
    InvalidError
        One of the room's errors, for the first value that cannot be used.
    """
    address = same_mailbox(email)
    _check_user(address, name, role, language)
    _check_password(password)
    if queries.user_by_email(session, address) is not None:
        raise EmailTakenError(email=address)
    user = User(
        id=uuid.uuid4(),
        company_id=company_id,
        email=address,
        name=name.strip(),
        role=role,
        language=language,
        password_hash=hasher.hash(password),
        session_epoch=1,
        failed_logins=0,
        locked_until=None,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return _view(session, address)


def authenticate(session: Session, email: str, password: str, *, now: dt.datetime) -> UserView:
    """Return who logs in with this address and password.

    A failure is counted in the session, so the caller must commit even then. An unknown address
    takes as long as a known one.

    Raises
    ------
    AccountLockedError
        Ten wrong passwords in a row, less than 15 minutes ago.
    LogInError
        Address and password do not belong together.
    """
    user = session.scalar(
        sa.select(User).where(User.email == same_mailbox(email)).with_for_update()
    )
    if user is None:
        passwords.waste_time(password)
        raise LogInError
    if user.locked_until is not None and now < user.locked_until:
        raise AccountLockedError
    if not passwords.is_right(user.password_hash, password):
        _count_failure(user, now)
        session.flush()
        raise LogInError
    user.failed_logins = 0
    user.locked_until = None
    session.flush()
    return _view(session, user.email)


def reset_password(
    session: Session,
    email: str,
    new_password: str,
    *,
    hasher: PasswordHasher = passwords.STANDARD,
) -> UserView:
    """Give a user a new password: every browser logged in is logged out, a lock is lifted.

    Raises
    ------
    UserNotFoundError
        Nobody logs in with this address.
    InvalidError
        The password is too short or too long.
    """
    _check_password(new_password)
    user = _get(session, email)
    user.password_hash = hasher.hash(new_password)
    user.session_epoch += 1
    user.failed_logins = 0
    user.locked_until = None
    session.flush()
    return _view(session, user.email)


def change_password(
    session: Session, user_id: uuid.UUID, *, present: str, new_password: str
) -> UserView:
    """Give a user a new password after checking the present one.

    Raises
    ------
    PasswordWrongError
        The present password is another.
    InvalidError
        The new password is too short or too long.
    """
    user = session.get_one(User, user_id)
    if not passwords.is_right(user.password_hash, present):
        raise PasswordWrongError
    return reset_password(session, user.email, new_password)


def remove_user(session: Session, company_id: uuid.UUID, user_id: uuid.UUID) -> UserView:
    """Take an account away: it cannot log in from the next request on. Return what it was.

    Raises
    ------
    UserNotFoundError
        The company has no such account.
    LastUserError
        It is the company's only one that can make accounts.
    """
    users = queries.users_of(session, company_id)
    removed = next((user for user in users if user.id == user_id), None)
    if removed is None:
        raise UserNotFoundError(email=str(user_id))
    others = (user for user in users if user.id != user_id)
    if not any("users.edit" in permissions_of(user.role) for user in others):
        raise LastUserError
    session.execute(sa.delete(User).where(User.id == user_id))
    return removed


def ensure_setup_token(
    session: Session,
    now: dt.datetime,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> str | None:
    """Return a fresh one-time token for the first page, or None once anybody can log in.

    Only its hash is stored; the token of an earlier start no longer works.

    Parameters
    ----------
    random
        Returns that many random bytes.
    """
    session.execute(sa.delete(SetupToken))
    if queries.has_users(session):
        return None
    token = base64.urlsafe_b64encode(random(TOKEN_BYTES)).decode()
    session.add(SetupToken(token_hash=_hash(token), created_at=now))
    session.flush()
    return token


def check_setup_token(session: Session, token: str) -> None:
    """Let pass who holds the token of this start, while nobody can log in yet.

    Raises
    ------
    SetupLinkError
        The token is unknown, replaced or used, or somebody can log in already.
    """
    known = session.scalar(sa.select(sa.exists().where(SetupToken.token_hash == _hash(token))))
    if not known or queries.has_users(session):
        raise SetupLinkError


def set_up(session: Session, token: str, new: NewInstallation, *, now: dt.datetime) -> UserView:
    """Make the company and its first account, once, for who holds the token.

    Raises
    ------
    SetupLinkError
        See `check_setup_token`.
    InvalidError
        One of the errors of `companies` or `accounts`, for the first value that cannot be used.
    """
    check_setup_token(session, token)
    # The row is claimed first: of two clicks at the same moment one finds nothing left.
    claimed = session.scalar(
        sa.delete(SetupToken)
        .where(SetupToken.token_hash == _hash(token))
        .returning(SetupToken.token_hash)
    )
    if claimed is None:
        raise SetupLinkError
    return found_company(session, new, now=now, actor="setup link")


def found_company(
    session: Session, new: NewInstallation, *, now: dt.datetime, actor: str
) -> UserView:
    """Make a company with its two groups and its first HR account; return the account.

    The account's person signs the invitations until the settings say otherwise.

    Raises
    ------
    InvalidError
        One of the errors of `companies` or `accounts`, for the first value that cannot be used.
    EmailTakenError
        Somebody logs in with this address already.
    """
    company = create_company(
        session,
        name=new.company_name,
        time_zone=new.time_zone,
        default_language=new.language,
        first=new.first,
        second=new.second,
        sender_name=new.name,
        results_place=new.results_place,
        now=now,
    )
    user = create_user(
        session,
        email=new.email,
        name=new.name,
        role="hr",
        password=new.password,
        language=new.language,
        company_id=company.id,
        now=now,
    )
    record(
        session,
        company_id=company.id,
        actor=actor,
        action="company.create",
        details={"company": company.name, "account": user.email},
        now=now,
    )
    return user


def record(
    session: Session,
    *,
    company_id: uuid.UUID | None,
    actor: str,
    action: str,
    details: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Write one entry of the audit log, in the transaction of what it tells about.

    Parameters
    ----------
    actor
        The e-mail address of who did it, or the name of a command.
    action
        A short dotted name, for example "settings.change".
    details
        Plain JSON values; never a password, a code or an answer.
    """
    session.add(
        AuditEntry(
            id=uuid.uuid4(),
            company_id=company_id,
            at=now,
            actor=actor,
            action=action,
            details=details,
        )
    )
    session.flush()


def _count_failure(user: User, now: dt.datetime) -> None:
    user.failed_logins += 1
    if user.failed_logins >= FAILURES_ALLOWED:
        user.failed_logins = 0
        user.locked_until = now + LOCK_TIME


def _check_user(address: str, name: str, role: str, language: str) -> None:
    if not is_address(address):
        raise EmailInvalidError(email=address)
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise PersonNameError
    if role not in ROLES:
        raise RoleUnknownError(role=role, roles=", ".join(ROLES))
    if language not in i18n.LANGUAGES:
        raise LanguageUnknownError


def _check_password(password: str) -> None:
    if len(password) < passwords.SHORTEST:
        raise PasswordTooShortError(shortest=passwords.SHORTEST)
    if len(password) > passwords.LONGEST:
        raise PasswordTooLongError(longest=passwords.LONGEST)


def _get(session: Session, email: str) -> User:
    user = session.scalar(sa.select(User).where(User.email == same_mailbox(email)))
    if user is None:
        raise UserNotFoundError(email=email)
    return user


def _view(session: Session, email: str) -> UserView:
    user = queries.user_by_email(session, email)
    if user is None:
        raise UserNotFoundError(email=email)
    return user


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
