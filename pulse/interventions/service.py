"""Use cases of the room `interventions`."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pulse.i18n import format_date
from pulse.interventions.errors import AdoptionInFutureError, AlreadyAdoptedError
from pulse.interventions.models import Adoption
from pulse.interventions.queries import adoption_date
from pulse.interventions.rules import RULES


def adopt_rules(
    session: Session, company_id: uuid.UUID, adopted_on: dt.date, now: dt.datetime
) -> None:
    """Record once when the company adopted the ten rules.

    Raises
    ------
    AlreadyAdoptedError
        A date is on record.
    AdoptionInFutureError
        The date lies after today.
    """
    known = adoption_date(session, company_id)
    if known is not None:
        raise AlreadyAdoptedError(date=format_date(known, "en"))
    if adopted_on > now.date():
        raise AdoptionInFutureError
    session.add_all(
        Adoption(company_id=company_id, rule=rule.number, adopted_on=adopted_on, recorded_at=now)
        for rule in RULES
    )
    session.flush()
