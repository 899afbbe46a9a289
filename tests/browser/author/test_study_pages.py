"""The pages of the study in a real browser: axe, narrow screens, paper."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.study import service
from pulse.study.results import make_result
from tests.browser.survey_site import Site
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.companies import make_company
from tests.factories.study import (
    DUE,
    PLANNED,
    make_company_plan,
    make_evidence,
    make_files,
    make_study_plan,
)

pytestmark = pytest.mark.browser

SHIFTS = (0.0, 2.5, -3.0, 4.0, -1.0, 1.5)


def fill(session: Session, author: uuid.UUID) -> None:
    """Take in six companies at three starts, one of them unannounced, and one that stays silent."""
    base = make_evidence(-9.0)
    make_study_plan(session, author)
    silent = service.plan_file(make_company_plan("silent")).encode()
    service.enrol(session, author, silent, now=PLANNED)
    for file in make_files(SHIFTS, base):
        service.import_evidence(session, author, file.encode(), now=DUE)
    make_result(session, author, now=DUE)


@pytest.fixture(scope="module")
def people(site: Site) -> dict[str, str]:
    """Return the log-in of each story."""
    with site.session() as session:
        for story in ("answered", "waiting", "new"):
            company = make_company(session, name=f"Author, {story}")
            make_user(session, company_id=company.id, email=f"{story}@example.com", role="author")
            if story == "answered":
                fill(session, company.id)
            if story == "waiting":
                make_study_plan(session, company.id)
        company = make_company(session, name="Giving Works")
        make_user(session, company_id=company.id, email="giving@example.com")
        session.commit()
    return {
        "answered": "/manage/answer",
        "waiting": "/manage/answer",
        "new": "/manage/answer",
        "giving": "/manage/study",
    }


@pytest.fixture(params=["answered", "waiting", "new", "giving"])
def story(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def enter(browser: Browser, site: Site, story: str, address: str, width: int) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if width == 1280 else "light",
    ).new_page()
    page.goto(f"{site.url}/manage/login")
    page.fill("[name=email]", f"{story}@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto(f"{site.url}{address}")
    return page


@pytest.fixture
def clock(site: Site, story: str) -> Iterator[SettableClock]:
    clock = site.application.ports.clock
    assert isinstance(clock, SettableClock)
    before = clock.now()
    clock.set(DUE if story == "answered" else DUE - dt.timedelta(days=200))
    yield clock
    clock.set(before)


@pytest.mark.usefixtures("clock")
def test_pages_of_the_study(
    browser: Browser, site: Site, people: dict[str, str], story: str
) -> None:
    for width in (320, 360, 768, 1280):
        page = enter(browser, site, story, people[story], width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for summary in page.locator("summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width in (360, 1280):
            assert Axe().run(page).response["violations"] == []
        page.context.close()
