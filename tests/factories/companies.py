"""Rows of the room `companies` for tests."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.companies.service import NewGroup, create_company

FOUNDED = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
SALES = NewGroup(name_en="Sales", name_es="Ventas", makes_requests=True)
OPERATIONS = NewGroup(name_en="Operations", name_es="Operaciones")


def make_company(session: Session, **overrides: Any) -> CompanyView:
    """Make a company of Sales and Operations in Madrid; keywords of `create_company` override."""
    values: dict[str, Any] = {
        "name": "Example Works",
        "time_zone": "Europe/Madrid",
        "default_language": "en",
        "first": SALES,
        "second": OPERATIONS,
        "sender_name": "Ana Ruiz",
        "results_place": "the notice board",
        "now": FOUNDED,
    }
    return create_company(session, **(values | overrides))
