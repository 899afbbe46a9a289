"""From the appointment of a trustee to the report, in a real browser on a real server process.

HR makes the account, the trustee sets a passphrase, a survey runs and closes and waits; the server
dies twice; the trustee follows the link in the mail and unlocks; the report is there.
"""

import email
import email.policy
import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pulse.clock import SystemClock
from pulse.companies.service import NewGroup, create_company
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import is_locked, wave_folder
from pulse.invitations.queries import slip_codes
from pulse.jobs.models import PeriodicRun
from pulse.waves import service as waves
from pulse.waves.calendar import period_from_now
from pulse.waves.queries import WaveView
from tests.clients.installation import Installation, wait_for_state
from tests.clients.stubborn import Poll, answer
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.tallies import KEY

pytestmark = [pytest.mark.browser, pytest.mark.slow]

N_FIRST, N_SECOND = 6, 7
HR, TRUSTEE = "hr@example.com", "council@example.com"
WIDTHS = (360, 768, 1280)
LINK = re.compile(r"http://127\.0\.0\.1:\d+/manage/\S+")
# Where somebody wants to look at the pages: PULSE_SHOTS=/some/folder ./dev test ...
SHOTS = os.environ.get("PULSE_SHOTS")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Installation]:
    place = Installation(tmp_path)
    place.pulse("db", "upgrade")
    place.start()
    yield place
    place.stop()
    place.dispose()


def plan(place: Installation) -> WaveView:
    """A company with slips only, HR's account, and a planned wave."""
    now = SystemClock().now()
    with place.writing() as session:
        company = create_company(
            session,
            name="Example Works",
            time_zone="UTC",
            default_language="en",
            first=NewGroup(
                name_en="Sales", name_es="Ventas", makes_requests=True, slip_head_count=N_FIRST
            ),
            second=NewGroup(name_en="Operations", name_es="Operaciones", slip_head_count=N_SECOND),
            sender_name="A. Person",
            results_place="the notice board",
            opens_by_clock=False,
            now=now,
        )
        make_user(session, email=HR, company_id=company.id)
        return waves.plan_wave(session, company.id, period_from_now(now, "UTC"))


def desk(browser: Browser, address: str, user: str) -> Page:
    """A browser of somebody who logs in at `address`."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(15000)
    page.goto(address)
    page.fill("[name=email]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    return page


def checked(page: Page, name: str) -> Page:
    """The page, once axe finds nothing and nothing is cut off on a phone."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    return page


def appoint(hr: Page, base: str) -> None:
    """From the settings to the account, by the links that HR sees."""
    hr.goto(f"{base}/manage/settings")
    hr.get_by_role("link", name="The key to the answers").click()
    expect(hr.locator("main")).to_contain_text("No trustee keeps the key")
    checked(hr, "hr-none").get_by_role("link", name="Make an account").click()
    hr.check("[name=role][value=trustee]")
    hr.fill("[name=name]", "Works council")
    hr.fill("[name=email]", TRUSTEE)
    hr.fill("[name=password]", PASSWORD)
    hr.click("main button[type=submit]")
    expect(hr.locator("main")).to_contain_text("can log in now")


def set_passphrase(trustee: Page) -> str:
    """Take the one that the page has drawn; note the fingerprint."""
    checked(trustee, "trustee-first").get_by_role("link", name="Set a passphrase").click()
    passphrase = checked(trustee, "trustee-set-up").inner_text(".notice code")
    trustee.fill("[name=passphrase]", passphrase)
    trustee.fill("[name=again]", passphrase)
    trustee.check("[name=understood]")
    trustee.click("main button[type=submit]")
    expect(trustee.locator("main")).to_contain_text("Your passphrase is set")
    checked(trustee, "trustee-set")
    return passphrase


def everybody_answers(place: Installation, wave: WaveView) -> None:
    with place.writing() as session:
        keys = wave_keys(session, wave.id)
        slips = slip_codes(session, wave.id, key_dir=place.settings.key_dir)
    poll = Poll(port=place.port, wave_id=wave.id, keys=keys)
    for code in [code for own in slips.values() for code in own]:
        body = {
            "v": 1,
            "language": "en",
            "mode": "slip",
            "answers": dict.fromkeys(KEY.items, 2),
            "comment": "",
        }
        answer(poll, code, body, random.Random(code))


def mailed_link(place: Installation) -> str:
    """The link in the trustee's mail, which the next minute's look at closed surveys promises."""
    with place.writing() as session:
        session.execute(sa.delete(PeriodicRun))  # the next minute begins now
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        for path in (place.folder / "mail").glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            part = message.get_body(("plain",))
            if part is not None and message["To"] == TRUSTEE:
                return LINK.findall(part.get_content())[0]
        time.sleep(0.2)
    raise TimeoutError(place.log.read_text())


def test_appointed_sealed_unlocked_counted(browser: Browser, place: Installation) -> None:
    base, wave = place.settings.base_url, plan(place)
    hr = desk(browser, f"{base}/manage/login", HR)
    appoint(hr, base)
    trustee = desk(browser, f"{base}/manage/login", TRUSTEE)
    passphrase = set_passphrase(trustee)
    fingerprint = trustee.inner_text("dl.facts code")

    hr.goto(f"{base}/manage/waves")
    hr.get_by_role("button", name="Open now").click()
    wait_for_state(place, wave.id, "open")
    assert is_locked(place.settings.key_dir, wave.id)
    hr.goto(f"{base}/manage/keys/state")
    expect(hr.locator("main")).to_contain_text(fingerprint)
    checked(hr, "hr-sealed")
    everybody_answers(place, wave)
    hr.goto(f"{base}/manage/waves")
    hr.get_by_role("link", name="Close now").click()
    hr.click("main button[type=submit]")

    link = mailed_link(place)
    hr.goto(f"{base}/manage/waves")
    expect(hr.locator("main")).to_contain_text("waits for the trustee")
    checked(hr, "waves-waiting").goto(f"{base}/manage/keys/state")
    checked(hr, "hr-waiting")
    place.kill()
    place.start()
    wait_for_state(place, wave.id, "closing")

    trustee.goto(link)
    trustee.fill("[name=passphrase]", "not the passphrase, nor like it")
    trustee.click("main form button")
    expect(trustee.locator("main")).to_contain_text("does not open the key")
    checked(trustee, "trustee-wrong")
    assert is_locked(place.settings.key_dir, wave.id)
    trustee.fill("[name=passphrase]", passphrase)
    trustee.click("main form button")
    expect(trustee.locator("main")).to_contain_text("is unlocked")
    place.kill()  # between the unlocking and the end of the count, wherever that is
    place.start()
    wait_for_state(place, wave.id, "released")
    assert not wave_folder(place.settings.key_dir, wave.id).exists()
    checked(trustee, "trustee-done")
    hr.goto(f"{base}/manage/")
    expect(hr.locator("main")).to_contain_text("Sales")
    # The trustee unlocks and sees nothing of the result.
    trustee.goto(f"{base}/manage/")
    expect(trustee.locator("main")).to_contain_text("may not")
