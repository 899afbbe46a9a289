"""HR hears of every report, and once of every box that stays empty."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.config import Settings
from pulse.facts.service import write_action
from pulse.jobs.errors import GiveUpError, RetryLaterError
from pulse.jobs.models import OutboxJob
from pulse.jobs.runner import TaskContext
from pulse.mail import PermanentMailError, TemporaryMailError
from pulse.reports import tasks
from pulse.waves.queries import get_wave
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.released import make_story
from tests.factories.waves import make_wave

WORDS = {"en": "We call before noon.", "es": "Llamamos antes del mediodía."}


class Post:
    """A mail server that keeps what it gets, or answers as it is told."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.answer: Exception | None = None

    def send(self, message: Any) -> None:
        if self.answer is not None:
            raise self.answer
        self.sent.append(message)


def context_of(
    session: Session, engine: sa.Engine, settings: Settings, clock: Any
) -> tuple[TaskContext, Post]:
    post = Post()
    context = TaskContext(
        session=session, engine=engine, settings=settings, clock=clock, mailer=post
    )
    return context, post


def promised(session: Session) -> list[dict[str, Any]]:
    select = sa.select(OutboxJob).where(OutboxJob.name == tasks.MAIL)
    return [job.payload for job in session.scalars(select)]


def test_every_hr_account_gets_the_report_in_its_language(
    session: Session, engine: sa.Engine, settings: Settings, clock: Any
) -> None:
    company = make_company(session)
    for name, role, language in (("a", "hr", "en"), ("b", "hr", "es"), ("c", "author", "en")):
        make_user(
            session,
            company_id=company.id,
            email=f"{name}@example.com",
            role=role,
            language=language,
        )
    (wave,) = make_story(session, company.id, [(46, 58)])
    context, post = context_of(session, engine, settings, clock)
    for _time in range(2):
        tasks.make_report(context, {"wave_id": str(wave.id)})
    jobs = promised(session)
    assert len(jobs) == 2
    session.commit()
    for payload in jobs:
        tasks.mail_hr(context, payload)
    bodies = {mail["To"]: mail.get_body(("plain",)).get_content() for mail in post.sent}
    assert "Too early to tell: this is the first survey." in bodies["a@example.com"]
    assert "Aún es pronto" in bodies["b@example.com"]
    assert "/manage/reports/2026-01" in bodies["a@example.com"]
    assert all(len(mail["Subject"]) <= 50 for mail in post.sent)
    assert len({mail["Message-ID"] for mail in post.sent}) == 2
    page = post.sent[0].get_body(("html",)).get_content()
    assert "<img" not in page
    post.answer = TemporaryMailError("later")
    with pytest.raises(RetryLaterError):
        tasks.mail_hr(context, jobs[0])
    post.answer = PermanentMailError("never")
    with pytest.raises(GiveUpError):
        tasks.mail_hr(context, jobs[0])


def test_an_empty_box_is_called_to_mind_once(
    session: Session, engine: sa.Engine, settings: Settings, clock: Any
) -> None:
    company = make_company(session)
    make_user(session, company_id=company.id, email="hr@example.com")
    (wave,) = make_story(session, company.id, [(46, 58)])
    context, post = context_of(session, engine, settings, clock)
    tasks.make_report(context, {"wave_id": str(wave.id)})
    session.execute(sa.delete(OutboxJob))
    tasks.remind_of_empty_boxes(context, {})
    assert promised(session) == []
    clock.set(context.now() + dt.timedelta(days=15))
    for _time in range(2):
        tasks.remind_of_empty_boxes(context, {})
    (payload,) = promised(session)
    session.commit()
    tasks.mail_hr(context, payload)
    assert "facts/done/2026-01" in post.sent[0].get_body(("plain",)).get_content()


def test_an_open_survey_with_an_empty_box_behind_it_is_enough(
    session: Session, engine: sa.Engine, settings: Settings, clock: Any
) -> None:
    company = make_company(session)
    make_user(session, company_id=company.id, email="hr@example.com")
    (wave,) = make_story(session, company.id, [(46, 58)])
    context, _post = context_of(session, engine, settings, clock)
    tasks.make_report(context, {"wave_id": str(wave.id)})
    session.execute(sa.delete(OutboxJob))
    make_wave(session, company.id, state="open")
    tasks.remind_of_empty_boxes(context, {})
    assert len(promised(session)) == 1
    session.execute(sa.delete(OutboxJob))
    month = get_wave(session, wave.id).month
    write_action(session, company.id, month, said=WORDS, did=WORDS, now=context.now())
    tasks.remind_of_empty_boxes(context, {})
    assert promised(session) == []
