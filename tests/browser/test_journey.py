"""B2: from the first start to the report in a real browser, on a real server process.

HR sets up, imports a roster and opens a survey; one person answers in Spanish on a phone from the
mailed link, one from a slip; both are counted; a second use is told kindly; axe finds nothing on
any page on the way.
"""

import email
import email.policy
import random
import re
import time
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pulse.companies.queries import all_companies
from pulse.credentials.queries import wave_keys
from pulse.invitations.codes import normalise, written
from pulse.invitations.queries import slip_codes
from pulse.waves.queries import waves_of
from tests.browser.survey_site import PHONE
from tests.clients.installation import Installation, wait_for_state
from tests.clients.stubborn import Poll, answer

N_SALES, N_OPERATIONS, N_WITHOUT_EMAIL = 6, 14, 8
LINK = re.compile(r"http://127\.0\.0\.1:\d+/s/\S+")
SETUP = re.compile(r"http://\S+/manage/setup\?token=\S+")
SHEET = {"APP1": 3, "RSP1": 3, "COM1": 1, "HON1": 3, "COM2": 2, "RSP2": 1, "APP2": "na"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    place = Installation(tmp_path_factory.mktemp("journey"))
    place.pulse("db", "upgrade")
    place.start()
    yield place
    place.stop()
    place.dispose()


def roster() -> bytes:
    lines = ["id,group,language,e-mail,name"]
    lines += [f"s{n},Sales,en,s{n}@example.com," for n in range(N_SALES)]
    for n in range(N_OPERATIONS):
        address = "" if n < N_WITHOUT_EMAIL else f"o{n}@example.com"
        lines.append(f"o{n},Operaciones,es,{address},")
    return "\n".join([*lines, "o99,Marketing,es,,"]).encode()


def checked(page: Page) -> Page:
    """The page, once axe has found nothing wrong with it."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    return page


def set_up(page: Page, place: Installation) -> None:
    found = SETUP.search(place.log.read_text())
    assert found is not None, place.log.read_text()
    page.goto(found.group())
    checked(page)
    fields = {
        "company_name": "Example Works",
        "first_name_en": "Sales",
        "first_name_es": "Ventas",
        "second_name_en": "Operations",
        "second_name_es": "Operaciones",
        "results_place": "the notice board",
        "name": "Robin HR",
        "email": "hr@example.com",
        "password": "a long sentence to log in with",
    }
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.check("[name=requests_by][value=first]")
    page.click("main button[type=submit]")
    checked(page)


def import_people(page: Page, place: Installation) -> None:
    page.goto(f"{place.settings.base_url}/manage/people/import")
    checked(page).set_input_files(
        "[type=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": roster()}
    )
    page.click("main button[type=submit]")
    expect(page.locator("main")).to_contain_text("Marketing")
    checked(page).click("main button.primary")
    expect(page.locator("main")).to_contain_text("20")


def open_survey(page: Page, place: Installation) -> uuid.UUID:
    page.goto(f"{place.settings.base_url}/manage/waves")
    if page.get_by_role("button", name="Open now").count() == 0:
        page.get_by_role("button", name="Plan the coming three months").click()
    # Only the next one can be opened by hand.
    checked(page).get_by_role("button", name="Open now").click()
    with place.writing() as session:
        (company,) = all_companies(session)
        wave = waves_of(session, company.id)[0]
    wait_for_state(place, wave.id, "open")
    return wave.id


def mailed_links(place: Installation) -> dict[str, str]:
    links = {}
    for path in (place.folder / "mail").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        part = message.get_body(("plain",))
        assert part is not None
        links[str(message["To"])] = LINK.findall(part.get_content())[0]
    return links


def delivered(place: Installation, count: int) -> dict[str, str]:
    """The links, once the worker has sent all of them."""
    deadline = time.monotonic() + 30
    while len(links := mailed_links(place)) < count and time.monotonic() < deadline:
        time.sleep(0.2)
    return links


def answer_in_spanish(page: Page) -> None:
    page.click(".choice[lang=es]")
    page.click(".primary")
    for number in range(13):
        if number in (0, 10, 12):  # a core, a rotating and the last question
            checked(page)
        page.click(f".tile >> nth={number % 5}")
        page.click(".primary")
    page.click(".primary")
    expect(page.locator("body")).to_contain_text("Gracias")


def everybody_else(place: Installation, wave_id: uuid.UUID, spent: set[str]) -> int:
    with place.writing() as session:
        keys = wave_keys(session, wave_id)
        slips = slip_codes(session, wave_id, key_dir=place.settings.key_dir)
    codes = {normalise(link.partition("#")[2]) for link in mailed_links(place).values()}
    codes |= {code for group in slips.values() for code in group}
    poll = Poll(port=place.port, wave_id=wave_id, keys=keys)
    others = sorted(code for code in codes if code is not None and code not in spent)
    for code in others:
        body = {"v": 1, "language": "en", "mode": "link", "answers": SHEET, "comment": ""}
        answer(poll, code, body, random.Random(code))
    return len(others)


@pytest.mark.browser
@pytest.mark.slow
def test_from_the_first_start_to_the_report(browser: Browser, place: Installation) -> None:
    desk = browser.new_page(viewport={"width": 1280, "height": 800})
    desk.set_default_timeout(15000)
    set_up(desk, place)
    import_people(desk, place)
    wave_id = open_survey(desk, place)

    # From the mailed link, in Spanish, on a phone; a second use is told kindly.
    links = delivered(place, N_SALES + N_OPERATIONS - N_WITHOUT_EMAIL)
    assert len(links) == N_SALES + N_OPERATIONS - N_WITHOUT_EMAIL
    link = links[f"o{N_OPERATIONS - 1}@example.com"]
    phone = browser.new_context(viewport=PHONE, locale="es-MX")
    page = phone.new_page()
    page.goto(link)
    checked(page)
    answer_in_spanish(page)
    checked(page)
    assert phone.cookies() == []
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(link)
    page.click(".choice[lang=es]")
    page.click(".primary")
    page.click(".tile >> nth=2")
    for _ in range(13):
        page.click(".primary")
    page.click(".primary")
    expect(page.locator("body")).to_contain_text("ya se us")

    # From a slip, typed with hyphens.
    with place.writing() as session:
        slip = slip_codes(session, wave_id, key_dir=place.settings.key_dir)["second"][0]
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(link.partition("#")[0])
    page.click(".choice[lang=es]")
    page.click(".primary")
    page.fill("input", written(slip).lower())
    page.click(".primary")
    for number in range(13):
        page.click(f".tile >> nth={number % 5}")
        page.click(".primary")
    page.click(".primary")
    expect(page.locator("body")).to_contain_text("Gracias")

    spent = {slip, normalise(link.partition("#")[2]) or ""}
    assert everybody_else(place, wave_id, spent) == N_SALES + N_OPERATIONS - 2
    desk.goto(f"{place.settings.base_url}/manage/invitations")
    checked(desk)
    desk.goto(f"{place.settings.base_url}/manage/waves")
    desk.get_by_role("link", name="Close now").click()
    checked(desk).get_by_role("button", name="Close now").click()
    wait_for_state(place, wave_id, "released")
    desk.goto(f"{place.settings.base_url}/manage/")
    checked(desk)
    expect(desk.locator("main")).to_contain_text("14 of 14 answered")
    expect(desk.locator("main")).to_contain_text("6 of 6 answered")
