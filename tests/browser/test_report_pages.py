"""The report in a real browser: axe, narrow screens, one printed page, keyboard only."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Sequence

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from pulse.facts.service import enter_facts, log_event, write_action
from pulse.interventions.service import adopt_rules
from pulse.reports.service import make_report
from tests.browser.survey_site import Site
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.companies import make_company
from tests.factories.released import make_story

pytestmark = pytest.mark.browser

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
FALL = [(46, 58), (45, 57), (47, 59), (40, 50), (37, 47), (35, 46), (36, 45), (34, 44), (33, 44)]
ONE_HIDDEN = [*FALL[:5], (None, 46)]
STORIES: dict[str, Sequence[tuple[float | None, float | None]]] = {
    "improved": FALL,
    "hidden": ONE_HIDDEN,
    "early": FALL[:1],
    "empty": [],
}
READERS = ("improved en", "improved es", "hidden es", "early en", "empty es")
PAGE_OBJECT = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture(scope="module")
def readers(site: Site) -> dict[str, str]:
    """One company for each story and language; its reader's address by name."""
    found = {}
    with site.session() as session:
        for name in READERS:
            story, language = name.split()
            company = make_company(session, name="Talleres Río Bravo", is_simulated=True)
            waves = make_story(session, company.id, STORIES[story], has_details=True)
            adopt_rules(session, company.id, dt.date(2026, 4, 1), NOW)
            if story == "improved":
                write_beside(session, company.id)
            for wave in waves[-1:]:
                make_report(session, wave.id, now=NOW)
            found[name] = f"{story}.{language}@example.com"
            make_user(session, company_id=company.id, email=found[name], language=language)
        session.commit()
    return found


def write_beside(session: Session, company_id: uuid.UUID) -> None:
    """Events, numbers from the books and a filled box, so that every figure is drawn."""
    day = dt.date(2026, 5, 4)
    log_event(session, company_id, day=day, kind="summit", note="", now=NOW)
    for month in range(1, 10):
        numbers = {"orders": 400, "on_time": 280 + 10 * month, "rush_orders": 90 - 5 * month}
        enter_facts(session, company_id, dt.date(2026, month, 1), numbers, now=NOW)
    words = {"en": "Rush orders come late.", "es": "Los pedidos urgentes llegan tarde."}
    write_action(session, company_id, dt.date(2026, 9, 1), said=words, did=words, now=NOW)


def enter(browser: Browser, site: Site, email: str, **options: object) -> Page:
    """Log in and stand on the report."""
    page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
    page.goto(f"{site.url}/manage/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.goto(f"{site.url}/manage/")
    return page


@pytest.fixture
def open_report(browser: Browser, site: Site, readers: dict[str, str]) -> Iterator["OpenReport"]:
    opened = OpenReport(browser, site, readers)
    yield opened
    opened.close()


class OpenReport:
    """Opens reports and closes what it opened."""

    def __init__(self, browser: Browser, site: Site, readers: dict[str, str]) -> None:
        self.browser, self.site, self.readers = browser, site, readers
        self.pages: list[Page] = []
        self.complaints: list[str] = []

    def __call__(self, story: str, **options: object) -> Page:
        page = enter(self.browser, self.site, self.readers[story], **options)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.reload()
        self.pages.append(page)
        return page

    def close(self) -> None:
        for page in self.pages:
            page.context.close()
        assert self.complaints == []


@pytest.mark.parametrize(
    ("story", "scheme"),
    [
        ("improved en", "light"),
        ("improved en", "dark"),
        ("hidden es", "dark"),
        ("early en", "light"),
        ("empty es", "dark"),
    ],
)
def test_axe_finds_nothing(open_report: OpenReport, story: str, scheme: str) -> None:
    page = open_report(story, color_scheme=scheme, viewport={"width": 1000, "height": 800})
    for summary in page.locator("summary").all():
        summary.click()
    assert Axe().run(page).response["violations"] == []
    if story.startswith("improved"):  # the method is the same for all
        page.goto(page.url + "method")
        assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("story", ["improved es", "hidden es"])
def test_nothing_is_wider_than_the_screen(open_report: OpenReport, story: str) -> None:
    page = open_report(story, viewport={"width": 320, "height": 700})
    for summary in page.locator("summary").all():
        summary.click()
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = [drawing for drawing in page.locator(".picture").all() if drawing.is_visible()]
        assert len(shown) == page.locator(".chart").count()
        assert len(shown) == (6 if story == "improved es" else 4)
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('.picture text')]"
            ".map(t => t.getBoundingClientRect().height).filter(h => h > 0))"
        )
        assert smallest >= 12


@pytest.mark.parametrize("story", ["improved en", "improved es", "hidden es", "early en"])
def test_it_prints_on_one_page(open_report: OpenReport, story: str) -> None:
    page = open_report(story)
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    for paper in ("A4", "Letter"):
        printed = page.pdf(format=paper, margin=margin)  # type: ignore[arg-type]
        assert len(PAGE_OBJECT.findall(printed)) == 1


def test_colours_of_the_chart_follow_the_scheme(open_report: OpenReport) -> None:
    """Each colour in the stored picture has its rule, else it would be unreadable in the dark."""
    colours = []
    for scheme in ("light", "dark"):
        page = open_report("improved en", color_scheme=scheme)
        colours.append(
            page.evaluate(
                "[...document.querySelectorAll('.picture text')].map(t => getComputedStyle(t).fill)"
            )
        )
    assert not set(colours[0]) & set(colours[1])


def test_the_table_opens_and_scrolls_by_keyboard(open_report: OpenReport) -> None:
    page = open_report("improved en", viewport={"width": 360, "height": 700})
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "table-wrap"
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement.scrollLeft") > 0


def test_the_arrow_stands_only_where_the_rule_is_met(open_report: OpenReport) -> None:
    assert open_report("improved en").locator(".mark").count() == 1
    assert open_report("early en").locator(".mark").count() == 0
    assert open_report("hidden es").locator(".mark").count() == 0
