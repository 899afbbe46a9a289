"""The trustee is asked by mail at the close and then every two days, until the count is unlocked."""

import datetime as dt
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import tables
from pulse.accounts import tasks
from pulse.accounts.service import remove_user
from pulse.clock import SettableClock
from pulse.config import MailSettings, Settings
from pulse.credentials import service
from pulse.credentials import tasks as credentials
from pulse.credentials.service import CALL, trouble_with_call
from pulse.jobs.errors import GiveUpError, RetryLaterError, WaitError
from pulse.jobs.runner import TaskContext
from pulse.mail import PermanentMailError, TemporaryMailError
from pulse.waves import service as waves
from pulse.waves.queries import WaveView, get_wave
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.trustees import give_trustee, lend_issuance_keys
from tests.factories.waves import make_wave
from tests.fakes.mailer import FakeMailer

OUTBOX = tables.metadata.tables["outbox"]
DAY = dt.timedelta(days=1)


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def context(
    session: Session,
    engine: sa.Engine,
    settings: Settings,
    key_dir: Path,
    clock: SettableClock,
    mailer: FakeMailer,
) -> TaskContext:
    own = replace(settings, key_dir=key_dir, mail=MailSettings(sender="pulse@example.com"))
    return TaskContext(session=session, engine=engine, settings=own, clock=clock, mailer=mailer)


@pytest.fixture
def waiting(session: Session, key_dir: Path, clock: SettableClock) -> WaveView:
    """A closed wave that waits for its trustee, who has no account yet."""
    company = make_company(session)
    give_trustee(key_dir, company.id)
    wave = make_wave(session, company.id, state="open")
    lend_issuance_keys(key_dir, wave.id)
    service.create_wave_keys(session, wave.id, key_dir)
    clock.set(wave.closes_at)
    waves.begin_closing(session, wave.id, now=wave.closes_at, is_exempt=True)
    return get_wave(session, wave.id)


def make_trustee(session: Session, wave: WaveView, **overrides: Any) -> uuid.UUID:
    values = {"email": "council@example.com", "role": "trustee", "company_id": wave.company_id}
    user_id: uuid.UUID = make_user(session, **(values | overrides)).id
    return user_id


def minute(context: TaskContext) -> None:
    """What the worker does in one minute, as far as trustees are concerned."""
    credentials.call_trustees(context, {})
    for name, task in ((CALL, tasks.call_trustees), (tasks.MAIL, tasks.mail_trustee)):
        jobs = context.session.execute(
            sa.select(OUTBOX.c.id, OUTBOX.c.payload).where(
                OUTBOX.c.name == name, OUTBOX.c.state == "queued"
            )
        ).all()
        for job in jobs:
            context.session.commit()  # a mail is sent outside of any transaction
            try:
                task(context, job.payload)
            except WaitError as error:
                set_job(context.session, job.id, last_error=error.reason)
            else:
                set_job(context.session, job.id, state="done")


def set_job(session: Session, job_id: uuid.UUID, **values: Any) -> None:
    session.execute(sa.update(OUTBOX).where(OUTBOX.c.id == job_id).values(**values))


def test_one_mail_at_the_close_then_one_every_two_days_and_none_after_the_unlocking(
    context: TaskContext,
    session: Session,
    waiting: WaveView,
    clock: SettableClock,
    mailer: FakeMailer,
    key_dir: Path,
) -> None:
    make_trustee(session, waiting)
    make_user(session, email="hr@example.com", company_id=waiting.company_id)
    sent_on = []
    for step in range(21):  # five days, four times a day
        before = len(mailer.sent)
        minute(context)
        minute(context)
        sent_on += [step / 4] * (len(mailer.sent) - before)
        clock.set(clock.now() + DAY / 4)
    assert sent_on == [0, 2, 4]
    assert {message["To"] for message in mailer.sent} == {"council@example.com"}
    assert len({message["Message-ID"] for message in mailer.sent}) == 3
    trustee = give_trustee(key_dir, waiting.company_id)
    service.unlock_waves(
        session, waiting.company_id, trustee.private, key_dir=key_dir, now=clock.now()
    )
    for _ in range(10):
        clock.set(clock.now() + DAY)
        minute(context)
    assert len(mailer.sent) == 3


def test_the_mail_says_what_to_do_in_the_trustee_s_language(
    context: TaskContext, session: Session, waiting: WaveView, mailer: FakeMailer
) -> None:
    make_trustee(session, waiting)
    make_trustee(session, waiting, email="consejo@example.com", language="es", name="Luz")
    minute(context)
    english, spanish = sorted(mailer.sent, key=lambda message: message["Content-Language"])
    assert english["Subject"] == "The survey of March 2026 waits for your passphrase"
    assert "marzo de 2026" in spanish["Subject"]
    for message in (english, spanish):
        parts = [part.get_content() for part in message.iter_parts()]  # type: ignore[attr-defined]
        assert len(parts) == 2
        assert all(f"{context.settings.base_url}/manage/keys" in part for part in parts)
        assert message["From"].endswith("<pulse@example.com>")
    assert "Reminder" not in english.as_string()


def test_a_reminder_calls_itself_one(
    context: TaskContext,
    session: Session,
    waiting: WaveView,
    clock: SettableClock,
    mailer: FakeMailer,
) -> None:
    make_trustee(session, waiting)
    minute(context)
    clock.set(clock.now() + 2 * DAY)
    minute(context)
    assert [message["Subject"].startswith("Reminder") for message in mailer.sent] == [False, True]


def test_without_an_account_it_waits_and_says_why_then_sends_one_mail(
    context: TaskContext,
    session: Session,
    waiting: WaveView,
    clock: SettableClock,
    mailer: FakeMailer,
) -> None:
    for _ in range(4):
        minute(context)
        clock.set(clock.now() + 2 * DAY)
    assert mailer.sent == []
    assert trouble_with_call(session, waiting) == tasks.NOBODY
    make_trustee(session, waiting)
    minute(context)
    minute(context)
    assert len(mailer.sent) == 1
    assert trouble_with_call(session, waiting) == ""


def test_nobody_else_is_written_to(
    context: TaskContext, session: Session, waiting: WaveView, mailer: FakeMailer
) -> None:
    make_user(session, email="hr@example.com", company_id=waiting.company_id)
    user_id = make_trustee(session, waiting)
    elsewhere = make_company(session, name="Other").id
    make_trustee(session, waiting, email="other@example.com", company_id=elsewhere)
    credentials.call_trustees(context, {})
    payload = session.scalar(sa.select(OUTBOX.c.payload).where(OUTBOX.c.name == CALL))
    tasks.call_trustees(context, payload)
    remove_user(session, waiting.company_id, user_id)
    minute(context)  # the mail was promised; the account is gone meanwhile
    assert mailer.sent == []


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [
        (TemporaryMailError("The mail server is away."), RetryLaterError),
        (PermanentMailError("No such mailbox."), GiveUpError),
    ],
)
def test_mail_trouble_is_told(
    context: TaskContext, session: Session, waiting: WaveView, trouble: Exception, raised: Any
) -> None:
    user_id = make_trustee(session, waiting)
    payload = {
        "company_id": str(waiting.company_id),
        "wave_id": str(waiting.id),
        "month": "2026-03-01",
        "number": 0,
        "user_id": str(user_id),
    }
    failing = replace(context, mailer=FakeMailer([trouble]))
    session.commit()
    with pytest.raises(raised, match=str(trouble)):
        tasks.mail_trustee(failing, payload)
