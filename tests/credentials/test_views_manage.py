"""The trustee's pages and what HR sees of them, over HTTP with every page checked."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.accounts.tasks import NOBODY
from pulse.credentials import service, trustee_keys
from pulse.credentials.secrets_store import is_locked, wave_folder
from pulse.jobs.models import OutboxJob
from pulse.jobs.outbox import enqueue
from pulse.waves import service as waves
from pulse.waves.queries import WaveView, get_wave
from tests.clients.manager import log_in_page
from tests.clients.page_client import Page, PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.trustees import PASSPHRASE, give_trustee, lend_issuance_keys
from tests.factories.waves import make_wave

KEYS, STATE = "/manage/keys", "/manage/keys/state"
HR, TRUSTEE = "hr@example.com", "council@example.com"
OTHER = "eleven green parrots sing at dawn"
MARCH = dt.date(2026, 3, 1)


@dataclass
class Place:
    """A company with HR and a trustee, and where its keys lie."""

    session: Session
    pages: PageClient
    company_id: uuid.UUID
    key_dir: Path

    def wave(self, *, is_closed: bool = False) -> WaveView:
        """An open wave; or one that closed and waits to be counted."""
        wave = make_wave(self.session, self.company_id, month=MARCH, state="open")
        lend_issuance_keys(self.key_dir, wave.id)
        service.create_wave_keys(self.session, wave.id, self.key_dir)
        if is_closed:
            waves.begin_closing(self.session, wave.id, now=wave.closes_at, is_exempt=True)
        self.session.commit()
        return get_wave(self.session, wave.id)

    def give_key(self) -> None:
        """The trustee has set PASSPHRASE."""
        give_trustee(self.key_dir, self.company_id)

    def enter(self, email: str) -> Page:
        """Log in; return the first page."""
        return log_in_page(self.pages, email)

    def actions(self) -> list[str]:
        """What the audit log says, oldest first."""
        self.session.expire_all()
        entries = audit_entries(self.session, self.company_id, limit=20)
        return [entry.action for entry in entries][::-1]


@pytest.fixture
def place(app: Flask, session: Session, pages: PageClient) -> Iterator[Place]:
    app.extensions["pulse"].limiter._window.storage.reset()
    company = make_company(session)
    make_user(session, email=HR, company_id=company.id)
    make_user(session, email=TRUSTEE, company_id=company.id, role="trustee")
    session.commit()
    key_dir: Path = app.extensions["pulse"].settings.key_dir
    yield Place(session, pages, company.id, key_dir)
    app.extensions["pulse"].limiter._window.storage.reset()


def test_a_trustee_begins_where_the_passphrase_is_set(place: Place) -> None:
    page = place.enter(TRUSTEE)
    assert page.path == KEYS
    assert "You are the trustee" in page.text
    form = place.pages.get(f"{KEYS}/new")
    assert "Nobody can replace a lost passphrase" in form.text
    chosen = {"passphrase": OTHER, "again": OTHER, "understood": "y"}
    assert "Confirm" in place.pages.submit(form, chosen | {"understood": ""}, to="/new").text
    assert "not alike" in place.pages.submit(form, chosen | {"again": "x"}, to="/new").text
    short = place.pages.submit(form, chosen | {"passphrase": "short", "again": "short"}, to="/new")
    assert "at least 20 characters" in short.text
    done = place.pages.submit(form, chosen, to="/new")
    key = trustee_keys.current_key(place.key_dir, place.company_id)
    assert key is not None
    assert key.fingerprint in done.text
    assert OTHER not in done.html
    assert place.actions() == ["trustee.set_up"]


def test_unlocking_after_the_close_and_not_before(place: Place) -> None:
    place.give_key()
    wave = place.wave()
    page = place.enter(TRUSTEE)
    assert "sealed. It can be unlocked after its close" in page.text
    assert [form.get("action") for form in page.forms] == ["/manage/logout"]
    waves.begin_closing(place.session, wave.id, now=wave.closes_at, is_exempt=True)
    place.session.commit()
    page = place.pages.get(KEYS)
    assert "nobody has counted or read them" in page.text
    wrong = place.pages.submit(page, {"passphrase": OTHER}, to="/unlock")
    assert "does not open the key" in wrong.text
    assert OTHER not in wrong.html
    assert is_locked(place.key_dir, wave.id)
    done = place.pages.submit(page, {"passphrase": PASSPHRASE}, to="/unlock")
    assert "March 2026 is unlocked" in done.text
    assert not is_locked(place.key_dir, wave.id)
    assert place.actions() == ["trustee.unlock"]
    # Pressed twice: nothing is asked and nothing breaks.
    again = place.pages.submit(page, {"passphrase": PASSPHRASE}, to="/unlock")
    assert "Nothing waits for you" in again.text


def test_guessing_is_slowed_down(app: Flask, place: Place) -> None:
    place.give_key()
    wave = place.wave(is_closed=True)
    page = place.enter(TRUSTEE)
    limiter = app.extensions["pulse"].limiter
    for _ in range(10):
        limiter.count(f"passphrase {place.company_id}", "10/15 minutes")
    refused = place.pages.submit(page, {"passphrase": PASSPHRASE}, to="/unlock")
    assert "Too many wrong passphrases" in refused.text
    assert is_locked(place.key_dir, wave.id)


def test_the_passphrase_is_changed(place: Place) -> None:
    place.give_key()
    place.enter(TRUSTEE)
    form = place.pages.get(f"{KEYS}/passphrase")
    chosen = {"present": PASSPHRASE, "passphrase": OTHER, "again": OTHER}
    wrong = place.pages.submit(form, chosen | {"present": OTHER}, to="/passphrase")
    assert "does not open the key" in wrong.text
    short = chosen | {"passphrase": "short", "again": "short"}
    assert "at least 20" in place.pages.submit(form, short, to="/passphrase").text
    done = place.pages.submit(form, chosen, to="/passphrase")
    assert "The old one opens nothing any more" in done.text
    assert place.actions() == ["trustee.change_passphrase"]
    key = trustee_keys.current_key(place.key_dir, place.company_id)
    assert key is not None
    assert key.open(OTHER).public_key.kid == key.kid


def test_ending_it_says_what_it_means(place: Place) -> None:
    place.give_key()
    place.enter(TRUSTEE)
    form = place.pages.get(f"{KEYS}/stop")
    assert "Whoever reads that file during the survey can open answers" in form.text
    page = place.pages.submit(form, to="/stop")
    assert trustee_keys.current_key(place.key_dir, place.company_id) is None
    assert "Set a passphrase" in page.text
    assert place.actions() == ["trustee.stop"]
    assert place.pages.submit(form, to="/stop", status=409)


def test_giving_up_says_plainly_that_the_answers_are_lost(place: Place) -> None:
    place.give_key()
    wave = place.wave(is_closed=True)
    page = place.enter(TRUSTEE)
    (link,) = [link for link in page.links if "/lost/" in link]
    form = place.pages.get(link)
    for said in ("All answers of March 2026 would be destroyed", "cannot be undone", "be a gap"):
        assert said in form.text
    done = place.pages.submit(form, to=str(wave.id))
    assert "The answers of March 2026 are given up" in done.text
    assert place.actions() == ["trustee.give_up"]
    place.pages.get(link, status=409)
    place.pages.get(f"{KEYS}/lost/{uuid.uuid4()}", status=409)


def test_a_damaged_key_is_said(place: Place) -> None:
    place.give_key()
    wave = place.wave(is_closed=True)
    page = place.enter(TRUSTEE)
    (wave_folder(place.key_dir, wave.id) / "envelope.sealed").write_bytes(b"{}")
    said = place.pages.submit(page, {"passphrase": PASSPHRASE}, to="/unlock", status=409)
    assert "missing or damaged" in said.text


def test_hr_sees_how_to_appoint_a_trustee(place: Place) -> None:
    place.enter(HR)
    for page in ("/manage/settings", "/manage/settings/accounts"):
        assert STATE in place.pages.get(page).links
    page = place.pages.get(STATE)
    assert "No trustee keeps the key" in page.text
    assert "How to appoint a trustee" in page.text
    assert "/manage/settings/accounts/new" in page.links
    place.pages.get(KEYS, status=403)


def test_hr_sees_the_key_in_force_and_what_waits(place: Place) -> None:
    place.give_key()
    wave = place.wave()
    place.enter(HR)
    page = place.pages.get(STATE)
    key = trustee_keys.current_key(place.key_dir, place.company_id)
    assert key is not None
    assert "A trustee keeps the key" in page.text
    assert key.fingerprint in page.text
    assert "March 2026, until" in page.text
    waves.begin_closing(place.session, wave.id, now=wave.closes_at, is_exempt=True)
    place.session.commit()
    page = place.pages.get(STATE)
    assert "March 2026 waits for the trustee" in page.text
    assert NOBODY not in page.text
    enqueue(place.session, "x", {}, idempotency_key=service.call_key(wave, 0), now=wave.closes_at)
    fail(place.session, NOBODY)
    assert NOBODY in place.pages.get(STATE).text
    assert all("passphrase" not in form.get("action") for form in page.forms)


def fail(session: Session, reason: str) -> None:
    session.query(OutboxJob).filter(OutboxJob.name == "x").update({"last_error": reason})
    session.commit()


def test_authors_see_nothing_of_it(place: Place) -> None:
    make_user(place.session, email="a@example.com", company_id=place.company_id, role="author")
    place.session.commit()
    place.enter("a@example.com")
    for path in (KEYS, STATE):
        place.pages.get(path, status=403)
