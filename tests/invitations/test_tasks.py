"""Delivery: sent once, tried again on trouble, given up with a reason, never after the close."""

import datetime as dt
import uuid
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.invitations import tasks
from pulse.invitations.models import Invitation
from pulse.jobs.errors import GiveUpError, RetryLaterError
from pulse.jobs.models import OutboxJob
from pulse.jobs.runner import TaskContext
from pulse.mail import PermanentMailError, TemporaryMailError
from pulse.people.models import Person
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.service import begin_closing
from tests.factories.companies import make_company
from tests.factories.invitations import codes_of, make_invited_wave, make_secret
from tests.factories.people import make_person
from tests.factories.waves import make_wave
from tests.fakes.mailer import FakeMailer

ADDRESS = "ana@example.com"


@pytest.fixture
def wave(session: Session, settings: Settings) -> WaveView:
    company = make_company(session)
    make_person(session, company.id, group_code="first", language="es", email=ADDRESS)
    make_person(session, company.id, group_code="second", email=None)
    return make_invited_wave(session, company.id, settings.key_dir)


@pytest.fixture
def invitation_id(session: Session, wave: WaveView) -> uuid.UUID:
    return session.scalars(
        sa.select(Invitation.id).where(Invitation.wave_id == wave.id, Invitation.channel == "email")
    ).one()


def context(
    session: Session, settings: Settings, mailer: FakeMailer, *, is_last: bool = False
) -> TaskContext:
    return TaskContext(
        session=session,
        engine=sa.create_engine("sqlite://"),
        settings=settings,
        clock=SettableClock(dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)),
        mailer=mailer,
        is_last_attempt=is_last,
    )


def state(session: Session, invitation_id: uuid.UUID) -> tuple[str, str]:
    row = session.execute(
        sa.select(Invitation.delivery, Invitation.delivery_reason).where(
            Invitation.id == invitation_id
        )
    ).one()
    return row.delivery, row.delivery_reason


def deliver(
    session: Session,
    settings: Settings,
    invitation_id: uuid.UUID,
    *errors: Exception,
    is_last: bool = False,
    letter: str = "survey",
) -> list[EmailMessage]:
    session.commit()  # a task begins with what others have committed
    mailer = FakeMailer(errors)
    work = context(session, settings, mailer, is_last=is_last)
    tasks.deliver(work, {"invitation_id": str(invitation_id), "letter": letter})
    return mailer.sent


def test_the_link_of_the_mail_carries_the_code(
    session: Session, settings: Settings, wave: WaveView, invitation_id: uuid.UUID
) -> None:
    (message,) = deliver(session, settings, invitation_id)
    (code,) = codes_of(session, wave.id, settings.key_dir, "email")
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"{settings.base_url}/s/" in text
    assert f"#{code}\n" in text
    assert "Ventas y Operaciones" in text
    assert message["To"] == ADDRESS
    assert state(session, invitation_id) == ("sent", "")
    assert deliver(session, settings, invitation_id) == []


def test_no_transaction_is_open_while_the_mail_server_is_talked_to(
    session: Session, settings: Settings, invitation_id: uuid.UUID
) -> None:
    """Otherwise a slow mail server would keep respondents from answering."""

    class Watching(FakeMailer):
        def send(self, message: EmailMessage) -> None:
            assert not session.in_transaction()
            super().send(message)

    session.commit()
    mailer = Watching()
    work = context(session, settings, mailer)
    tasks.deliver(work, {"invitation_id": str(invitation_id), "letter": "survey"})
    assert len(mailer.sent) == 1


def test_refused_for_ever(session: Session, settings: Settings, invitation_id: uuid.UUID) -> None:
    reason = f"The mail server answered 550: <{ADDRESS}> no such user"
    assert deliver(session, settings, invitation_id, PermanentMailError(reason)) == []
    assert state(session, invitation_id) == ("failed", reason)


def test_trouble_is_tried_again_without_naming_anybody(
    session: Session, settings: Settings, invitation_id: uuid.UUID
) -> None:
    trouble = TemporaryMailError(f"451 <{ADDRESS}> greylisted")
    with pytest.raises(RetryLaterError) as raised:
        deliver(session, settings, invitation_id, trouble)
    assert raised.value.reason == "451 <(address)> greylisted"
    assert state(session, invitation_id) == ("queued", "")
    assert deliver(session, settings, invitation_id, trouble, is_last=True) == []
    assert state(session, invitation_id) == ("failed", f"451 <{ADDRESS}> greylisted")


def test_nothing_is_sent_after_the_close(
    session: Session, settings: Settings, wave: WaveView, invitation_id: uuid.UUID
) -> None:
    begin_closing(session, wave.id, now=wave.closes_at)
    assert deliver(session, settings, invitation_id) == []
    assert deliver(session, settings, uuid.uuid4()) == []


@pytest.mark.parametrize("values", [{"email": None}, {"is_active": False}, {"email": "no address"}])
def test_people_without_an_address_are_told_to_hr(
    session: Session, settings: Settings, invitation_id: uuid.UUID, values: dict[str, object]
) -> None:
    session.execute(sa.update(Person).where(Person.email == ADDRESS).values(**values))
    session.expire_all()
    assert deliver(session, settings, invitation_id) == []
    assert state(session, invitation_id) == ("failed", tasks.NO_ADDRESS)


def test_an_empty_group_gives_the_opening_up(session: Session, settings: Settings) -> None:
    wave = make_wave(session, make_company(session).id)
    make_secret(settings.key_dir, wave.id)
    with pytest.raises(GiveUpError, match="Sales has nobody to invite"):
        tasks.invite_wave(context(session, settings, FakeMailer()), {"wave_id": str(wave.id)})


def test_inviting_opens(session: Session, settings: Settings) -> None:
    company = make_company(session)
    for group in ("first", "second"):
        make_person(session, company.id, group_code=group, email=None)
    wave = make_wave(session, company.id)
    make_secret(settings.key_dir, wave.id)
    tasks.invite_wave(context(session, settings, FakeMailer()), {"wave_id": str(wave.id)})
    assert get_wave(session, wave.id).state == "open"


def test_reducing_starts_the_destruction_of_keys(
    session: Session, settings: Settings, wave: WaveView
) -> None:
    begin_closing(session, wave.id, now=wave.closes_at)
    tasks.reduce_wave(context(session, settings, FakeMailer()), {"wave_id": str(wave.id)})
    names = set(session.scalars(sa.select(OutboxJob.name)))
    assert "credentials.destroy_wave_keys" in names
    assert "invitations.deliver" not in names
