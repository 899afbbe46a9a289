"""HR sees whether mails went out and prints slips; whether somebody answered is nowhere."""

import re
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

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
from tests.clients.page_client import PageClient, filled
from tests.conftest import START
from tests.factories.accounts import make_user
from tests.factories.ahead import hand_out_next
from tests.factories.companies import make_company
from tests.factories.invitations import codes_of, make_invited_wave
from tests.factories.people import make_person
from tests.factories.waves import make_wave
from tests.invitations.printed import read_print


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
    """The page without what differs each time anyway."""
    return re.sub(r'name="csrf_token"[^>]*>', "", html)


def download(
    pages: PageClient, group: str = "second", to: str = "/pdf", **values: str
) -> TestResponse:
    page = pages.get(f"/manage/invitations/slips/{group}")
    form = page.form(to)
    return pages.http.post(form.get("action"), data=filled(form) | values)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_slips_come_as_a_file(
    session: Session,
    pages: PageClient,
    company: CompanyView,
    wave: WaveView,
    settings: Settings,
    paper: str,
) -> None:
    actor = log_in(session, pages, company.id)
    page = pages.get("/manage/invitations/slips/second")
    assert "9 slips on 2 sheets" in page.text
    answer = download(pages, paper=paper)
    assert answer.mimetype == "application/pdf"
    name = f"slips-{company.slug}-second.pdf"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    assert answer.headers["Cache-Control"] == "no-store"
    printed = read_print(answer.data)
    codes = codes_of(session, wave.id, settings.key_dir, "slip")
    assert sorted(printed.codes) == sorted(written(code) for code in codes)
    assert "Ana" not in printed.text
    number = notice_digest(session, wave.id).split()
    # On each slip, and on the poster in both languages; in two lines.
    assert printed.text.count(" ".join(number[:4])) == len(codes) + 2
    session.rollback()
    entry = audit_entries(session, company.id, limit=1)[0]
    assert (entry.actor, entry.action) == (actor, "slips.print")


def test_a_reprint_ends_the_old_slips_and_tells_no_count(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView, settings: Settings
) -> None:
    old = codes_of(session, wave.id, settings.key_dir, "slip")
    mark_issued(session, code=old[0], blinded=b"b" * 256, key_dir=settings.key_dir)
    actor = log_in(session, pages, company.id)
    before = pages.get("/manage/invitations/slips/second")
    unsure = pages.submit(before, {"number": "9"}, to="/reprint")
    assert "Tick the box to make new slips." in unsure.text
    many = pages.submit(before, {"number": "10", "is_sure": "y"}, to="/reprint")
    assert "Choose a number from 1 to 9." in many.text
    after = pages.submit(before, {"is_sure": "y"}, to="/reprint")
    assert "The new slips are ready." in after.text
    assert "9 slips on 2 sheets" in after.text
    new = read_print(download(pages).data).codes
    assert len(new) == 9
    assert not {code.replace("-", "") for code in new} & set(old)
    session.rollback()
    assert {entry.action for entry in audit_entries(session, company.id, limit=2)} == {
        "slips.reprint",
        "slips.print",
    }
    assert audit_entries(session, company.id, limit=1)[0].actor == actor


def test_the_kiosk_page_tells_how_to_start_it(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView, settings: Settings
) -> None:
    log_in(session, pages, company.id)
    page = pages.get("/manage/invitations/kiosk")
    address = f"{settings.base_url}/kiosk/{company.slug}"
    assert address in page.links
    named = pages.submit(page, {"place": "Hall 2, north"}, to="/kiosk")
    assert f"{address}#place=Hall%202%2C%20north" in named.links
    assert "--kiosk --incognito" in named.text
    too_long = pages.submit(page, {"place": "x" * 41}, to="/kiosk")
    assert "Use at most 40 letters." in too_long.text
    assert address in too_long.links


def test_slips_of_another_company_stay_its_own(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView
) -> None:
    other = make_company(session)
    log_in(session, pages, other.id)
    assert "No survey is open now." in pages.get("/manage/invitations").text
    pages.get("/manage/invitations/slips/second", status=404)


def test_unknown_group_and_a_group_without_slips(
    session: Session, pages: PageClient, company: CompanyView, wave: WaveView
) -> None:
    log_in(session, pages, company.id)
    pages.get("/manage/invitations/slips/third", status=404)
    pages.get("/manage/invitations/slips/first", status=404)


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
