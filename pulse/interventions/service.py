"""Use cases of the room `interventions`."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pulse.i18n import format_date
from pulse.interventions.errors import AdoptionInFutureError, AlreadyAdoptedError, NotAdoptedError
from pulse.interventions.models import Adoption, BadSpellAnswer
from pulse.interventions.queries import adoption_date, bad_spell_answers
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


def answer_bad_spell(
    session: Session, company_id: uuid.UUID, *, is_bad_spell: bool, now: dt.datetime
) -> bool:
    """Say whether a bad spell led to the start of the rules; return whether that is news.

    Earlier answers stay on record: a report counts what was said before it had results.

    Raises
    ------
    NotAdoptedError
        No start is on record.
    """
    if adoption_date(session, company_id) is None:
        raise NotAdoptedError
    given = bad_spell_answers(session, company_id)
    if given and given[-1].is_bad_spell is is_bad_spell:
        return False
    session.add(
        BadSpellAnswer(
            company_id=company_id, number=len(given) + 1, is_bad_spell=is_bad_spell, answered_at=now
        )
    )
    session.flush()
    return True
