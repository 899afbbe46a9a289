"""The job that makes the answer: promised with the plan, due on its day, known to the worker."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.jobs.models import OutboxJob
from pulse.jobs.runner import TaskContext
from pulse.study import queries, service
from pulse.study.errors import NotDueError
from pulse.worker import TASKS
from tests.factories.companies import make_company
from tests.factories.study import DUE, PLANNED, make_study_plan
from tests.fakes.mailer import FakeMailer


def test_the_job_waits_for_its_day(
    session: Session, engine: sa.Engine, settings: Settings, base_file: str
) -> None:
    author = make_company(session).id
    plan = make_study_plan(session, author)
    service.import_evidence(session, author, base_file.encode(), now=PLANNED)
    jobs = list(session.scalars(sa.select(OutboxJob).where(OutboxJob.name == service.RESULT_JOB)))
    assert len(jobs) == 2  # one of the plan itself, so that a study without evidence answers too
    assert {job.available_at.date() for job in jobs} == {plan.answer_on}
    clock = SettableClock(DUE - dt.timedelta(days=1))
    context = TaskContext(
        session=session, engine=engine, settings=settings, clock=clock, mailer=FakeMailer()
    )
    with pytest.raises(NotDueError):
        TASKS[jobs[0].name](context, jobs[0].payload)
    clock.set(DUE)
    for job in jobs:
        TASKS[job.name](context, job.payload)
    result = queries.result_of(session, author, today=DUE.date())
    assert result is not None
    assert result.version == 1
    assert result.content["page"]["basis"].startswith("One company:")
