"""Ballots handed out before a wave opens: who gets which mail, who may take one, who no longer."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.config import Settings
from pulse.credentials import tasks as credentials_tasks
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import wave_folder
from pulse.invitations import service, tasks
from pulse.invitations.counts import wave_counts
from pulse.invitations.errors import CodeUnknownError, CodeUsedError
from pulse.invitations.models import Invitation
from pulse.jobs.models import OutboxJob
from pulse.jobs.runner import TaskContext
from pulse.people.models import Person
from pulse.waves.errors import WaveClosedError
from pulse.waves.queries import get_wave
from pulse.waves.service import begin_closing, skip_wave, unskip_wave
from pulse.waves.tasks import keep_calendar
from tests.conftest import START
from tests.factories.ahead import hand_out_next, make_ahead_survey, open_ahead
from tests.factories.companies import make_company
from tests.factories.people import make_person
from tests.factories.released import make_released_wave
from tests.factories.responses import OpenSurvey, make_voter
from tests.factories.waves import make_wave
from tests.fakes.mailer import FakeMailer

BLINDED = b"b" * 256
CODE = re.compile(r"#[0-9A-HJKMNP-TV-Z]{26}\b")


@pytest.fixture
def ahead(session: Session, settings: Settings) -> OpenSurvey:
    """Without keys, which only few of these tests need and which take their time."""
    return make_ahead_survey(session, settings.key_dir, now=START, has_keys=False)


@pytest.fixture
def keyed(session: Session, settings: Settings) -> OpenSurvey:
    return make_ahead_survey(session, settings.key_dir, now=START)


def take(session: Session, survey: OpenSurvey, code: str, blinded: bytes = BLINDED) -> str:
    grant = service.mark_issued(session, code=code, blinded=blinded, key_dir=survey.key_dir)
    assert grant.wave_id == survey.wave.id
    return grant.group_code


def letters(session: Session, survey: OpenSurvey) -> list[tuple[str, str, str]]:
    rows = session.execute(
        sa.select(Invitation.channel, Invitation.letter, Invitation.delivery).where(
            Invitation.wave_id == survey.wave.id
        )
    )
    return sorted(map(tuple, rows))


def context(session: Session, settings: Settings, now: dt.datetime = START) -> TaskContext:
    return TaskContext(
        session=session,
        engine=sa.create_engine("sqlite://"),
        settings=settings,
        clock=SettableClock(now),
        mailer=FakeMailer(),
    )


def mails(session: Session, settings: Settings, letter: str) -> Iterator[EmailMessage]:
    """The mails of one letter, as the jobs send them."""
    session.commit()
    jobs = session.execute(
        sa.select(OutboxJob.payload).where(OutboxJob.name == "invitations.deliver")
    ).scalars()
    for payload in list(jobs):
        if payload["letter"] == letter:
            work = context(session, settings)
            tasks.deliver(work, payload)
            yield from work.mailer.sent  # type: ignore[attr-defined]


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def holder(session: Session, code: str, survey: OpenSurvey) -> uuid.UUID:
    """The person who holds a code."""
    found = service._find(session, code, survey.key_dir)
    assert found is not None
    person_id = session.scalar(
        sa.select(Invitation.person_id).where(Invitation.code_hash == found[1])
    )
    assert person_id is not None
    return person_id


def test_only_people_with_a_mail_address_are_invited_ahead(
    session: Session, ahead: OpenSurvey
) -> None:
    assert letters(session, ahead) == [("email", "welcome", "queued")] * 4
    assert get_wave(session, ahead.wave.id).state == "planned"


def test_the_welcome_mail_leads_to_the_page_of_the_ballot(
    session: Session, settings: Settings, ahead: OpenSurvey
) -> None:
    texts = [text_of(message) for message in mails(session, settings, "welcome")]
    codes = {code for group in ahead.links.values() for code in group}
    assert {f"{ahead.path}/next#{code}" for code in codes} == {
        found.group() for text in texts for found in re.finditer(r"/s/\S+/next#\w+", text)
    }
    assert all("A short survey is coming" in text for text in texts)


def test_after_a_release_the_mail_speaks_of_the_results(
    session: Session, settings: Settings
) -> None:
    company = make_company(session)
    make_person(session, company.id, group_code="first", email="ana@example.com")
    make_released_wave(session, company.id, 0, (52.0, 48.0))
    hand_out_next(session, settings.key_dir, company, make_wave(session, company.id), now=START)
    (text,) = (text_of(message) for message in mails(session, settings, "result"))
    assert "The results of January 2026 are here" in text
    # The result itself stands on the page, the same for everybody, and in no mail.
    assert "52" not in re.sub(r"/s/\S+", "", text)


def test_a_ballot_is_taken_before_the_opening_and_cast_after_it(
    session: Session, keyed: OpenSurvey
) -> None:
    voter = make_voter(session, keyed.key_dir, keyed.wave.id)
    assert take(session, keyed, keyed.links["first"][0]) == "first"
    with pytest.raises(WaveClosedError):
        voter.cast(session)
    open_ahead(session, keyed)
    assert voter.cast(session)


def test_a_planned_wave_that_is_not_handed_out_issues_nothing(
    session: Session, ahead: OpenSurvey
) -> None:
    code = ahead.links["first"][0]
    session.execute(sa.text("UPDATE waves SET ahead_at = NULL"))
    with pytest.raises(CodeUnknownError):
        take(session, ahead, code)


def survey_mails(session: Session, settings: Settings, ahead: OpenSurvey) -> list[str]:
    open_ahead(session, ahead)
    return [text_of(message) for message in mails(session, settings, "survey")]


def test_the_survey_mail_carries_a_code_for_those_without_a_ballot_only(
    session: Session, settings: Settings, ahead: OpenSurvey
) -> None:
    taken = [ahead.links["first"][0], ahead.links["second"][0]]
    for code in taken:
        take(session, ahead, code)
    texts = survey_mails(session, settings, ahead)
    assert len(texts) == 4
    with_code = [text for text in texts if CODE.search(text)]
    without = [text for text in texts if not CODE.search(text)]
    assert {found for text in with_code for found in CODE.findall(text)} == {
        f"#{ahead.links[group][1]}" for group in ("first", "second")
    }
    assert len(without) == 2
    assert not any(code in text for code in taken for text in texts)


def test_a_planted_code_for_somebody_with_a_ballot_is_noticed(
    session: Session,
    settings: Settings,
    ahead: OpenSurvey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check above sees a mail that treats everybody alike, code and all."""
    take(session, ahead, ahead.links["first"][0])
    session.execute(sa.update(Invitation).values(is_issued=False))
    assert all(map(CODE.search, survey_mails(session, settings, ahead)))


def test_all_with_a_ballot_get_the_same_words(session: Session, settings: Settings) -> None:
    survey = make_ahead_survey(session, settings.key_dir, now=START, n_links=3, has_keys=False)
    for code in survey.links["first"]:
        take(session, survey, code)
    texts = survey_mails(session, settings, survey)
    assert len({text for text in texts if not CODE.search(text)}) == 1


def test_who_left_gets_no_further_credential(session: Session, ahead: OpenSurvey) -> None:
    """One that is issued stays: nobody knows which it is. Asked again, it is the same."""
    early, late = ahead.links["first"]
    take(session, ahead, early)
    session.execute(sa.update(Person).values(is_active=False))
    with pytest.raises(CodeUnknownError):
        take(session, ahead, late)
    assert take(session, ahead, early) == "first"
    with pytest.raises(CodeUsedError):
        take(session, ahead, early, b"c" * 256)


def test_the_opening_drops_who_left_and_keeps_who_holds_a_ballot(
    session: Session, settings: Settings, ahead: OpenSurvey
) -> None:
    early, late = ahead.links["first"]
    take(session, ahead, early)
    for code in (early, late):
        person = session.get_one(Person, holder(session, code, ahead))
        person.is_active = False
    survey = open_ahead(session, ahead)
    assert survey.links["first"] == [early]
    texts = [text_of(message) for message in mails(session, settings, "survey")]
    assert len(texts) == 2  # the two of the other group
    begin_closing(session, survey.wave.id, now=survey.wave.closes_at)
    service.reduce_wave(session, survey.wave.id)
    numbers = wave_counts(session, survey.wave.id)["first"]
    assert (numbers.n_invited, numbers.n_issued) == (2, 1)  # the ballot taken, and a slip


def test_nobody_gets_a_slip_beside_a_ballot(session: Session, ahead: OpenSurvey) -> None:
    """Whose address is gone takes a slip, unless the ballot is taken already."""
    early, late = ahead.links["second"]
    take(session, ahead, early)
    for code in (early, late):
        session.get_one(Person, holder(session, code, ahead)).email = None
    survey = open_ahead(session, ahead)
    assert survey.links["second"] == [early]
    assert len(survey.slips["second"]) == 1 + 1


def test_who_changes_the_group_keeps_one_vote(session: Session, ahead: OpenSurvey) -> None:
    early, late = ahead.links["first"]
    take(session, ahead, early)
    for code in (early, late):
        session.get_one(Person, holder(session, code, ahead)).group_code = "second"
    survey = open_ahead(session, ahead)
    assert survey.links["first"] == [early]
    assert len(survey.links["second"]) == 2 + 1


def test_who_joins_later_gets_the_fallback(
    session: Session, settings: Settings, ahead: OpenSurvey
) -> None:
    make_person(session, ahead.company.id, group_code="first", email="new@example.com")
    texts = survey_mails(session, settings, ahead)
    assert len(texts) == 5
    assert all(map(CODE.search, texts))


def test_an_older_letter_is_not_sent_after_the_opening(
    session: Session, settings: Settings, ahead: OpenSurvey
) -> None:
    open_ahead(session, ahead)
    assert list(mails(session, settings, "welcome")) == []
    assert len(list(mails(session, settings, "survey"))) == 4


def test_follow_ups_go_to_everybody_alike(
    session: Session, settings: Settings, ahead: OpenSurvey
) -> None:
    take(session, ahead, ahead.links["first"][0])
    survey = open_ahead(session, ahead)
    promised = session.scalars(
        sa.select(OutboxJob.available_at).where(OutboxJob.name == "invitations.follow_up")
    ).all()
    assert len(promised) == 1
    payload = {"wave_id": str(survey.wave.id), "letter": "again1"}
    tasks.follow_up(context(session, settings), payload)
    texts = [text_of(message) for message in mails(session, settings, "again1")]
    assert len(texts) == 4
    assert all("Have you answered already? Thank you!" in text for text in texts)
    assert sum(bool(CODE.search(text)) for text in texts) == 3
    begin_closing(session, survey.wave.id, now=survey.wave.closes_at)
    tasks.follow_up(context(session, settings), payload | {"letter": "again2"})
    assert list(mails(session, settings, "again2")) == []


@pytest.mark.parametrize("number", [0, 2])
def test_as_many_follow_ups_as_the_company_wants(
    session: Session, settings: Settings, number: int
) -> None:
    open_ahead(
        session,
        make_ahead_survey(session, settings.key_dir, now=START, follow_ups=number, has_keys=False),
    )
    jobs = sa.select(sa.func.count()).where(OutboxJob.name == "invitations.follow_up")
    assert session.scalar(jobs) == number


def test_a_month_left_out_refuses_its_ballots_until_it_is_planned_again(
    session: Session, keyed: OpenSurvey
) -> None:
    """The keys stay those of its public notice, and the ballots taken stay the only ones."""
    early, late = keyed.links["first"]
    take(session, keyed, early)
    before = wave_keys(session, keyed.wave.id)
    skip_wave(session, keyed.wave.id)
    with pytest.raises(CodeUnknownError):
        take(session, keyed, late)
    unskip_wave(session, keyed.wave.id)
    assert wave_keys(session, keyed.wave.id) == before
    with pytest.raises(CodeUsedError):
        take(session, keyed, early, b"c" * 256)
    assert take(session, keyed, late) == "first"


def test_what_was_handed_out_for_a_month_left_out_is_destroyed_at_its_end(
    session: Session, settings: Settings, keyed: OpenSurvey
) -> None:
    payload = {"wave_id": str(keyed.wave.id)}
    skip_wave(session, keyed.wave.id)
    keep_calendar(context(session, settings, keyed.wave.opens_at), {})
    assert get_wave(session, keyed.wave.id).ahead_at is not None
    keep_calendar(context(session, settings, keyed.wave.closes_at), {})
    assert "invitations.withdraw" in set(session.scalars(sa.select(OutboxJob.name)))
    tasks.withdraw(context(session, settings), payload)
    credentials_tasks.withdraw_keys(context(session, settings), payload)
    assert letters(session, keyed) == []
    assert not wave_folder(settings.key_dir, keyed.wave.id).exists()


def test_what_is_planned_again_is_not_withdrawn(
    session: Session, settings: Settings, keyed: OpenSurvey
) -> None:
    payload = {"wave_id": str(keyed.wave.id)}
    tasks.withdraw(context(session, settings), payload)
    credentials_tasks.withdraw_keys(context(session, settings), payload)
    assert len(letters(session, keyed)) == 4
    assert wave_folder(settings.key_dir, keyed.wave.id).exists()


def test_the_jobs_carry_identifiers_only(session: Session, ahead: OpenSurvey) -> None:
    jobs = session.scalars(sa.select(OutboxJob.payload)).all()
    assert {key for payload in jobs for key in payload} == {"invitation_id", "letter", "wave_id"}


def test_the_jobs_of_the_chain(session: Session, settings: Settings) -> None:
    """Keys, then mails: each step starts the next, once, and may be repeated."""
    company = make_company(session)
    make_person(session, company.id, group_code="first")
    wave = make_wave(session, company.id)
    payload = {"wave_id": str(wave.id)}
    credentials_tasks.prepare_ahead(context(session, settings), payload)
    assert not wave_folder(settings.key_dir, wave.id).exists()  # nobody has asked for it
    ahead = hand_out_next(session, settings.key_dir, company, wave, now=START)
    credentials_tasks.prepare_ahead(context(session, settings), payload)
    tasks.hand_out(context(session, settings), payload)
    assert letters(session, ahead) == [("email", "welcome", "queued")]
    names = session.scalars(sa.select(OutboxJob.name)).all()
    assert sorted(names) == [
        "credentials.prepare_ahead",
        "invitations.deliver",
        "invitations.hand_out",
    ]
