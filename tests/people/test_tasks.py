"""Uploaded rosters that nobody decided about."""

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.jobs.runner import TaskContext
from pulse.mail import FileMailer
from pulse.people.errors import DraftNotFoundError
from pulse.people.queries import get_draft
from pulse.people.roster_file import read_roster
from pulse.people.service import draft_roster
from pulse.people.tasks import discard_old_drafts
from tests.factories.companies import make_company


def test_only_drafts_of_a_day_ago_are_forgotten(
    session: Session, engine: sa.Engine, settings: Settings, clock: SettableClock, tmp_path: Path
) -> None:
    company_id = make_company(session).id
    table = read_roster(b"id,group\n1,Sales\n")
    old = draft_roster(session, company_id, file_name="a", table=table, now=clock.now())
    clock.advance(hours=23)
    young = draft_roster(session, company_id, file_name="b", table=table, now=clock.now())
    clock.advance(hours=1, seconds=1)
    context = TaskContext(
        session=session,
        engine=engine,
        settings=settings,
        clock=clock,
        mailer=FileMailer(tmp_path),
    )
    discard_old_drafts(context, {})
    session.expire_all()
    assert get_draft(session, company_id, young).created_at == clock.now() - dt.timedelta(
        hours=1, seconds=1
    )
    with pytest.raises(DraftNotFoundError):
        get_draft(session, company_id, old)
