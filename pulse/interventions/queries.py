"""Every SELECT of the room `interventions`."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.interventions.models import Adoption


def adoption_date(session: Session, company_id: uuid.UUID) -> dt.date | None:
    """Return the first day on which the company had adopted any of the ten rules."""
    select = sa.select(sa.func.min(Adoption.adopted_on)).where(Adoption.company_id == company_id)
    return session.scalar(select)
