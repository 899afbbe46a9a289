"""The pages of HR and the author for everybody who reads them.

Keyboard alone, axe in light and dark, 320 pixels, forced colours, paper. Each page is opened once.
In one file, since each file would draw the reports anew, which takes longer than reading them.
"""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.manage.keyboard import walk
from tests.browser.manage.looking import OPEN_ALL, cut_off, is_wider_than, unseen
from tests.browser.manage.reader import Readers
from tests.browser.survey_site import Site

pytestmark = pytest.mark.browser

NARROW, WIDE = 360, 1280
# Width inside the margins in CSS pixels.
PAPERS = {"A4": 718, "Letter": 740}
PAGE_OBJECT = re.compile(rb"/Type\s*/Page\b")
# Who reads, what (see STATES of the reader), how many stops Tab makes and marks the pictures have
# at least, and at which width the keyboard goes through it: both ways of the header come up.
PAGES = {
    "report": ("improved en", "/manage/", 48, 280, WIDE),
    "report, one group hidden": ("hidden es", "/manage/", 38, 150, NARROW),
    "first report": ("early en", "/manage/", 35, 200, WIDE),
    "no report yet": ("empty es", "/manage/", 12, 0, NARROW),
    "method": ("improved es", "/manage/method", 11, 0, NARROW),
    "comments": ("improved es", "/manage/reports/2026-09/comments", 12, 0, WIDE),
    "facts": ("improved es", "/manage/facts", 30, 0, NARROW),
    "facts, no month": ("improved en", "/manage/facts month", 30, 0, WIDE),
    "facts, no day": ("improved en", "/manage/facts event", 30, 0, NARROW),
    "facts, preview": ("improved en", "/manage/facts file", 15, 0, NARROW),
    "done": ("improved en", "/manage/facts/done/2026-09", 15, 0, WIDE),
    "done, too long": ("improved es", "/manage/facts/done/2026-09 long", 15, 0, NARROW),
    "rules": ("improved en", "/manage/rules", 11, 0, NARROW),
    "rules, no day": ("giving en", "/manage/rules mistake", 13, 0, WIDE),
    "study": ("planned en", "/manage/study", 17, 0, NARROW),
    "study, no consent": ("planned es", "/manage/study mistake", 17, 0, WIDE),
    "study, no plan": ("giving es", "/manage/study", 16, 0, NARROW),
    "answer": ("answered en", "/manage/answer", 20, 45, WIDE),
    "answer, awaited": ("waiting en", "/manage/answer", 9, 0, NARROW),
    "answer, no plan": ("new en", "/manage/answer mistake", 10, 0, NARROW),
    "surveys": ("improved es", "/manage/waves", 12, 0, WIDE),
    "people": ("improved es", "/manage/people", 13, 0, NARROW),
    "settings": ("improved en", "/manage/settings", 35, 0, NARROW),
    "method of the answer": ("answered en", "/manage/answer/method", 5, 0, WIDE),
}
FORGET_FORCED_COLOURS = """for (const sheet of document.styleSheets)
  for (let place = sheet.cssRules.length - 1; place >= 0; place--)
    if (sheet.cssRules[place].conditionText?.includes("forced-colors")) sheet.deleteRule(place)"""
ADD_RULE = (
    "rule => document.styleSheets[0].insertRule(rule, document.styleSheets[0].cssRules.length)"
)


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site, cookies: dict[str, str], name: str) -> Iterator[Page]:
    person, address, _stops, _marks, width = PAGES[name]
    with Readers(browser, site, cookies) as read:
        yield read(person, address, viewport={"width": width, "height": 800})


def test_the_keyboard_is_enough(page: Page, name: str) -> None:
    _person, _address, least, _marks, width = PAGES[name]
    page.set_viewport_size({"width": width, "height": 800})
    if page.locator(".error-summary").count():
        assert page.evaluate("document.activeElement.className") == "error-summary"
    stops, faults = walk(page)
    assert faults == []
    assert len(stops) >= least


def test_axe_finds_nothing(page: Page) -> None:
    page.evaluate(OPEN_ALL)
    page.emulate_media(color_scheme="light", forced_colors="none")
    assert Axe().run(page).response["violations"] == []
    page.emulate_media(color_scheme="dark")  # changes nothing but colours
    assert page.evaluate("axe.run({ runOnly: ['color-contrast'] })")["violations"] == []


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.evaluate(OPEN_ALL)
    assert [width for width in (320, NARROW, 768, WIDE) if is_wider_than(page, width)] == []


def test_forced_colours_leave_everything_to_see(page: Page, name: str) -> None:
    for scheme, width in (("light", WIDE), ("dark", NARROW)):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, forced_colors="active")  # type: ignore[arg-type]
        count, faults = unseen(page)
        assert faults == []
        assert count >= PAGES[name][3]
    page.emulate_media(forced_colors="none")


def test_pale_marks_are_noticed(read: Readers) -> None:
    page = read("improved en", forced_colors="active")
    page.evaluate(ADD_RULE, ".gauge .gauge-value { fill: #ddd !important }")
    edge = "main .button { border-color: #eee !important; forced-color-adjust: none }"
    page.evaluate(ADD_RULE, edge)
    assert {fault.split(":")[0] for fault in unseen(page)[1]} == {"too pale", "no edge"}
    page.reload()
    page.evaluate(FORGET_FORCED_COLOURS)
    faults = unseen(page)[1]
    for fault in ("too pale: rect gauge-range", "too pale: path  #0b6a82", "parts look", "heat is"):
        assert [one for one in faults if one.startswith(fault)], fault
    page.emulate_media(media="print", forced_colors="none")
    page.evaluate(ADD_RULE, ".picture text { fill: #ccc !important }")
    assert [fault for fault in unseen(page)[1] if fault.startswith("too pale: text")]


PLANTS = {
    "onclick": ("<span onclick=''>More</span>", "", 'for the mouse only: span "More"'),
    "role": ("<div role=button>More</div>", "", 'for the mouse only: div "More"'),
    "hand": ("<span>More</span>", "it.style.cursor = 'pointer'", 'for the mouse only: span "More"'),
    "skipped": ("<a href=# tabindex=-1>More</a>", "", 'not reached: a "More"'),
    "first": ("<a href=# tabindex=1>More</a>", "", "out of the page's order"),
    "no ring": ("<a href=#>More</a>", "it.style.outline = 'none'", 'focus not seen: a "More"'),
    "pale": ("<a href=#>More</a>", "it.style.outlineColor = '#dde'", 'focus not seen: a "More"'),
    "covered": ("<a href=#>More</a>", "it.style.zIndex = -1; it.style.position = 'fixed'; it.style.bottom = '-99px'", 'focus out of view: a "More"'),
    "below": ("<a href=#>More</a>", "it.style.position = 'absolute'; it.style.top = '2000px'", "out of the reading order"),
    "trap": ("<input aria-label=More>", "it.onkeydown = (event) => event.preventDefault()", 'trapped: input "More"'),
    "stuck": ("<details><summary>More</summary></details>", "it.onclick = (event) => event.preventDefault()", "does not open with"),
}  # fmt: skip


@pytest.fixture(scope="module")
def comments(browser: Browser, site: Site, cookies: dict[str, str]) -> Iterator[Page]:
    with Readers(browser, site, cookies) as read:
        yield read("improved en", "/manage/reports/2026-09/comments")
        read.complaints.clear()  # the policy refuses the planted onclick


@pytest.mark.parametrize("plant", PLANTS)
def test_what_a_keyboard_cannot_do_is_noticed(comments: Page, plant: str) -> None:
    html, then, fault = PLANTS[plant]
    comments.evaluate(
        f"""html => {{
          const old = document.querySelector("main .card p");
          const p = old.cloneNode();
          old.replaceWith(p);
          p.innerHTML = html;
          const it = p.firstChild;
          {then}
        }}""",
        html,
    )
    assert [one for one in walk(comments)[1] if one.startswith(fault)]


def test_a_header_out_of_order_is_noticed(read: Readers) -> None:
    page = read("improved en", "/manage/method", viewport={"width": NARROW, "height": 800})
    page.evaluate(ADD_RULE, ".site-header .log-out { order: -1 }")
    assert 'out of the reading order: button "Log out" after a "Settings"' in walk(page)[1]


def test_a_wide_page_is_noticed(read: Readers) -> None:
    page = read("improved en", "/manage/method")
    page.evaluate(ADD_RULE, "h1 { min-width: 400px }")
    assert is_wider_than(page, 320)
    assert not is_wider_than(page, 768)


@pytest.mark.parametrize("story", ["improved es", "hidden es"])
def test_pictures_are_large_enough_to_read(read: Readers, story: str) -> None:
    page = read(story)
    for width in (320, 360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        shown = [drawing for drawing in page.locator(".picture").all() if drawing.is_visible()]
        assert len(shown) == page.locator(".chart").count()
        assert len(shown) == (6 if story == "improved es" else 4)
        smallest = page.evaluate(
            "Math.min(...[...document.querySelectorAll('.picture text')]"
            ".map(t => t.getBoundingClientRect().height).filter(h => h > 0))"
        )
        assert smallest >= 12


@pytest.mark.parametrize("story", ["improved en", "improved es", "hidden es", "early en"])
def test_it_prints_on_one_page(read: Readers, story: str) -> None:
    page = read(story)
    assert [sheets(page, paper) for paper in PAPERS] == [1, 1]


def test_the_answer_prints_on_few_pages(read: Readers) -> None:
    page = read("answered en", "/manage/answer")
    assert max(sheets(page, paper) for paper in PAPERS) <= 4


def test_paper_cuts_nothing_off_and_is_read_in_grey(page: Page, name: str) -> None:
    """A dark screen prints light; contrast is of luminances, so it is the same without colours."""
    page.emulate_media(media="print", color_scheme="dark", forced_colors="none")
    assert [paper for paper, width in PAPERS.items() if is_wider_than(page, width)] == []
    assert [word for word in cut_off(page) if word] == []
    assert [fault for fault in unseen(page)[1] if fault.startswith("too pale: text")] == []
    assert page.evaluate("looks.contrast(looks.ground(document.body), [255, 255, 255, 1])") < 1.1
    page.emulate_media(media="screen")
    if name == "facts":
        page.set_viewport_size({"width": NARROW, "height": 800})
        assert cut_off(page) != []  # there the table scrolls


def sheets(page: Page, paper: str) -> int:
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
    printed = page.pdf(format=paper, margin=margin)  # type: ignore[arg-type]
    return len(PAGE_OBJECT.findall(printed))


def test_colours_of_the_chart_follow_the_scheme(read: Readers) -> None:
    """Each colour in the stored picture has its rule, else it would be unreadable in the dark."""
    colours = []
    for scheme in ("light", "dark"):
        page = read("improved en", color_scheme=scheme)
        colours.append(
            page.evaluate(
                "[...document.querySelectorAll('.picture text')].map(t => getComputedStyle(t).fill)"
            )
        )
    assert not set(colours[0]) & set(colours[1])


def test_the_table_opens_and_scrolls_by_keyboard(read: Readers) -> None:
    page = read("improved en", viewport={"width": 360, "height": 700})
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "table-wrap"
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)
    assert page.evaluate("document.activeElement.scrollLeft") > 0


def test_the_arrow_stands_only_where_the_rule_is_met(read: Readers) -> None:
    assert read("improved en").locator(".mark").count() == 1
    assert read("early en").locator(".mark").count() == 0
    assert read("hidden es").locator(".mark").count() == 0
