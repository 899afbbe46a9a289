"""Makes and stores the answer. Heavy to import (statistics, drawing): only the job does."""

import datetime as dt
import uuid

from sqlalchemy.orm import Session

from pulse.study.canonical import content_hash
from pulse.study.charts import pictures_of
from pulse.study.errors import NotDueError
from pulse.study.findings import find_study
from pulse.study.models import Result
from pulse.study.plans import STUDY
from pulse.study.queries import frozen_plan, members_of, newest_result
from pulse.study.wording import page_of


def make_result(session: Session, company_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Pool what is there and store the answer; nothing where nothing is new.

    Raises
    ------
    NotDueError
        The planned day has not come: not even the database may hold an estimate.
    """
    plan = frozen_plan(session, company_id, STUDY)
    if plan is None:
        return
    if now.date() < plan.answer_on:
        raise NotDueError(date=plan.answer_on.isoformat())
    members = members_of(session, company_id)
    inputs = content_hash([plan.hash, [[one.plan.hash, one.content_hash] for one in members]])
    newest = newest_result(session, company_id)
    if newest is not None and newest.inputs_hash == inputs:
        return
    findings = find_study(plan, members)
    page = page_of(findings)
    session.add(
        Result(
            company_id=company_id,
            version=1 if newest is None else newest.version + 1,
            inputs_hash=inputs,
            content={"findings": findings, "page": page},
            pictures=pictures_of(findings, page),
            made_at=now,
        )
    )
    session.flush()
