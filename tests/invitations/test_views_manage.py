"""HR sees whether mails went out and prints slips; whether somebody answered is nowhere."""

import re
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import CompanyView
from pulse.config import Settings
from pulse.invitations.codes import written
from pulse.invitations.models import Invitation
from pulse.invitations.service import mark_delivery, mark_issued
from pulse.jobs.models import OutboxJob
from pulse.notices.queries import notice_digest
from pulse.waves.queries import WaveView
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.conftest import START
from tests.factories.accounts import make_user
from tests.factories.ahead import hand_out_next
from tests.factories.companies import make_company
from tests.factories.invitations import codes_of, make_invited_wave
from tests.factories.people import make_person
from tests.factories.waves import make_wave


@pytest.fixture
def company(session: Session) -> CompanyView:
    company = make_company(session)
    make_person(session, company.id, group_code="first", email="ana@example.com", name="Ana")
    make_person(session, company.id, group_code="first", email="bo@example.com")
    for _person in range(9):
        make_person(session, company.id, group_code="second", email=None)
    return company


@pytest.fixture
def wave(session: Session, company: CompanyView, settings: Settings) -> WaveView:
    return make_invited_wave(session, company.id, settings.key_dir)


def log_in(session: Session, pages: PageClient, company_id: uuid.UUID, language: str = "en") -> str:
    user = make_user(session, company_id=company_id, email="hr@example.com", language=language)
    session.commit()
    log_in_page(pages, user.email)
    return user.email


def test_without_an_open_survey(session: Session, pages: PageClient, company: CompanyView) -> None:
    log_in(session, pages, company.id)
    assert "No survey is open now." in pages.get("/manage/invitations").text
    missing = pages.get("/manage/invitations/slips/first", status=404)
    assert "No survey is open now." in missing.text


def test_states_are_shown_and_failures_sent_again(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView
) -> None:
    first, second = session.scalars(sa.select(Invitation.id).where(Invitation.channel == "email"))
    mark_delivery(session, first, "survey", "sent")
    mark_delivery(session, second, "survey", "failed", "The mail server answered 550: no such user")
    actor = log_in(session, pages, company.id)
    page = pages.get("/manage/invitations")
    assert "1 sent, 0 waiting, 1 not delivered." in page.text
    assert "The mail server answered 550: no such user" in page.text
    assert "ana@example.com" in page.text
    assert "Operations: 9 slips" in page.text
    assert "Sales: no slips" in page.text
    after = pages.submit(page, to="/resend")
    assert "1 mails are sent again." in after.text
    assert "1 sent, 1 waiting, 0 not delivered." in after.text
    assert not [form for form in after.forms if form.get("action").endswith("/resend")]
    entry = audit_entries(session, company.id, limit=1)[0]
    assert (entry.actor, entry.action) == (actor, "invitations.resend")


def test_answering_leaves_no_trace_on_the_page(
    session: Session,
    pages: PageClient,
    company: CompanyView,
    wave: WaveView,
    settings: Settings,
) -> None:
    log_in(session, pages, company.id)
    paths = ["/manage/invitations", "/manage/invitations/slips/second"]
    before = [without_tokens(pages.get(path).html) for path in paths]
    for channel in ("email", "slip"):
        for code in codes_of(session, wave.id, settings.key_dir, channel):
            mark_issued(session, code=code, blinded=b"b" * 256, key_dir=settings.key_dir)
    session.commit()
    assert [without_tokens(pages.get(path).html) for path in paths] == before


def without_tokens(html: str) -> str:
    """The page without what differs each time anyway: tokens and the order of the slips."""
    html = re.sub(r'name="csrf_token"[^>]*>', "", html)
    html = re.sub(r'<path d="[^"]*"/>', "", html)
    codes = iter(sorted(re.findall(r'<p class="code">([^<]*)', html)))
    return re.sub(r'(?<=<p class="code">)[^<]*', lambda _found: next(codes), html)


@pytest.mark.parametrize("language", ["en", "es"])
def test_slips_carry_codes_and_both_languages_only(
    session: Session,
    pages: PageClient,
    company: CompanyView,
    wave: WaveView,
    settings: Settings,
    language: str,
) -> None:
    log_in(session, pages, company.id, language)
    page = pages.get("/manage/invitations/slips/second")
    codes = re.findall(r'<p class="code">([^<]*)', page.html)
    expected = [written(code) for code in codes_of(session, wave.id, settings.key_dir, "slip")]
    assert sorted(codes) == sorted(expected)
    assert [len(list(sheet.all("article"))) for sheet in page.tree.all("section")][1:] == [8, 1]
    number = notice_digest(session, wave.id)
    assert page.text.count(number) == 9 + 1  # the slips and the poster
    for slip in page.tree.all("article"):
        assert "Survey: about 2 minutes, no names." in slip.text
        assert "Encuesta: unos 2 minutos, sin nombres." in slip.text
        assert "Take any slip from the box. It works once." in slip.text
        assert "Tome cualquier papel de la caja. Sirve una vez." in slip.text
        assert len(list(slip.all("svg"))) == 1
        words = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", "", slip.text)
        digits = re.findall(r"\d+", words.replace(number, ""))
        day = [str(wave.closes_at.day), str(wave.closes_at.year)]
        address = re.findall(r"\d+", f"{settings.base_url}/s/{company.slug}")
        assert sorted(digits) == sorted(["2", "2", *day, *day, *address])
    assert "For people in Operations." in page.text
    assert "Resultados: the notice board." in page.text
    assert "Ana" not in page.text.replace("Ana Ruiz", "")


def test_slips_of_another_company_stay_its_own(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView
) -> None:
    other = make_company(session)
    log_in(session, pages, other.id)
    assert "No survey is open now." in pages.get("/manage/invitations").text
    pages.get("/manage/invitations/slips/second", status=404)


def test_unknown_group(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView
) -> None:
    log_in(session, pages, company.id)
    pages.get("/manage/invitations/slips/third", status=404)


def test_jobs_carry_ids_only(session: Session, wave: WaveView) -> None:
    text = str(list(session.scalars(sa.select(OutboxJob.payload))))
    assert "example.com" not in text


def test_mails_ahead_are_shown_and_sent_again(
    session: Session, pages: PageClient, company: CompanyView, settings: Settings
) -> None:
    coming = make_wave(session, company.id)
    hand_out_next(session, settings.key_dir, company, coming, now=START, has_keys=False)
    first = session.scalars(sa.select(Invitation.id).where(Invitation.channel == "email")).first()
    assert first is not None
    mark_delivery(session, first, "welcome", "failed", "550 no such user")
    mark_delivery(session, first, "survey", "sent")  # of a letter that was not written: ignored
    log_in(session, pages, company.id)
    page = pages.get("/manage/invitations")
    assert "opens on March 10, 2026" in page.text
    assert "0 sent, 1 waiting, 1 not delivered." in page.text
    assert "Slips to print" not in page.text
    page = pages.submit(page, to="/resend")
    assert "0 sent, 2 waiting, 0 not delivered." in page.text
    letter = session.scalar(sa.select(Invitation.letter).where(Invitation.id == first))
    assert letter == "welcome"
