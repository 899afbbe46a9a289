"""Rows of the room `accounts` for tests."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from pulse.accounts.passwords import CHEAPEST
from pulse.accounts.queries import UserView
from pulse.accounts.service import create_user

PASSWORD = "a long enough password"
HIRED = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)


def make_user(session: Session, **overrides: Any) -> UserView:
    """Make an HR account with PASSWORD; keywords of `create_user` override."""
    values: dict[str, Any] = {
        "email": "hr@example.com",
        "name": "Ana Ruiz",
        "role": "hr",
        "password": PASSWORD,
        "language": "en",
        "company_id": None,
        "now": HIRED,
        "hasher": CHEAPEST,
    }
    return create_user(session, **(values | overrides))
