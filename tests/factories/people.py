"""Rows of the room `people` for tests."""

import itertools
import uuid
from typing import Any

from sqlalchemy.orm import Session

from pulse.people.queries import PersonView
from pulse.people.service import add_person

_NUMBERS = itertools.count(1)


def make_person(session: Session, company_id: uuid.UUID, **overrides: Any) -> PersonView:
    """Put somebody on the list of the company; keywords of `add_person` override."""
    number = next(_NUMBERS)
    values: dict[str, Any] = {
        "roster_id": f"P{number}",
        "group_code": "first",
        "language": "en",
        "email": f"person{number}@example.com",
        "name": None,
    }
    return add_person(session, company_id, **(values | overrides))
