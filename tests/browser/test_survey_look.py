"""Size, place, contrast and structure (checklist (a): A3, A5-A8), measured in the browser."""

import itertools
import json
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route

from pulse.responses.page import group_names
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.questionnaire import questions
from pulse.surveys.rotation import rotating_items
from tests.browser.survey_site import Visitor
from tests.clients.respondent import read_page
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
SIZES = [(360, 640), (768, 1024), (1280, 800)]
TABLETS = [(768, 1024), (1280, 800)]
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": [
            "wcag2a",
            "wcag2aa",
            "wcag2aaa",
            "wcag21a",
            "wcag21aa",
            "wcag22aa",
            "best-practice",
        ],
    },
    # Landmarks and the like are part of "best-practice"; text contrast of 7:1 is "wcag2aaa".
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}


def longest_question(survey: OpenSurvey, language: str) -> str:
    """The longest question that anybody of either group may be asked."""
    names = [group_names(group) for group in survey.company.groups]
    instrument = load_instrument(CURRENT_VERSION)
    asked = [
        question.text
        for own, other in (names, names[::-1])
        for requests in (True, False)
        for question in questions(
            instrument, own=own, other=other, language=language, rotating=rotating_items(requests)
        )
    ]
    return max(asked, key=len)


def show_longest(visitor: Visitor, survey: OpenSurvey, path: str = "") -> None:
    """Serve the page (at `path`, or its usual place) with the longest question first."""

    def handle(route: Route) -> None:
        reply = route.fetch()
        before = read_page(reply.text())
        for group in before["groups"].values():
            for language, texts in group["questions"].items():
                texts["APP1"] = longest_question(survey, language)
        data = json.dumps(before, ensure_ascii=False)
        start, end = reply.text().split('id="survey-data">')
        route.fulfill(
            response=reply,
            body=f'{start}id="survey-data">{data}</script>{end.split("</script>", 1)[1]}',
        )

    visitor.page.route(f"**{path or survey.path}", handle)


def every_screen(visitor: Visitor, survey: OpenSurvey, language: str = "en") -> Iterator[str]:
    """Walk through all kinds of screens; yield the name of each."""
    visitor.open(survey)
    yield "language"
    visitor.choose_language(language)
    yield "intro"
    visitor.next()
    visitor.next()
    yield "code with an error"
    visitor.page.fill("#code", survey.slips["first"][0])
    visitor.next()
    yield "question"
    visitor.page.click(".tile >> nth=2")
    yield "answered question"
    visitor.answer_all(None)
    yield "comment"
    visitor.page.fill("#comment", "x" * 1001)
    visitor.next()
    yield "comment with an error"
    visitor.page.fill("#comment", "x")
    visitor.next()
    assert visitor.is_done()
    yield "done"


def box(visitor: Visitor, selector: str) -> dict[str, float]:
    found = visitor.page.locator(selector).bounding_box()
    assert found is not None
    return {**found, "bottom": found["y"] + found["height"], "right": found["x"] + found["width"]}


@pytest.mark.parametrize("hand", ["pointer", "touch"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_question_fits_the_screen(
    survey: OpenSurvey, visit: Visit, size: tuple[int, int], language: str, hand: str
) -> None:
    """A5, A6: question, six options, Back and Next without scrolling; wide, high, apart."""
    width, height = size
    visitor = visit(viewport={"width": width, "height": height}, has_touch=hand == "touch")
    show_longest(visitor, survey)
    visitor.start(survey, survey.links["first"][0], language)
    assert visitor.heading == longest_question(survey, language)
    assert visitor.page.evaluate("document.documentElement.scrollHeight") <= height
    for selector in ("h1", ".steps .quiet", ".steps .primary", ".tile >> nth=5"):
        found = box(visitor, selector)
        assert found["y"] >= 0
        assert found["bottom"] <= height
        assert found["right"] <= width
    tiles = [box(visitor, f".tile >> nth={n}") for n in range(6)]
    is_tablet = hand == "touch" and size in TABLETS
    least = 90 if is_tablet else 56
    assert min(tile["height"] for tile in tiles) >= least
    assert len({tile["width"] for tile in tiles}) == 1
    assert tiles[0]["width"] >= box(visitor, "#survey")["width"] - 1
    gaps = [below["y"] - above["bottom"] for above, below in itertools.pairwise(tiles)]
    assert min(gaps) >= 8
    assert gaps[-1] >= gaps[0] + 8  # "No contact" stands apart
    smallest = 24 if is_tablet else 18
    sizes = """() => [...document.querySelectorAll("body *")]
      .filter((node) => node.checkVisibility() && [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim()))
      .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
    assert min(visitor.page.evaluate(sizes)) >= smallest


def test_the_whole_tile_is_the_label(survey: OpenSurvey, visitor: Visitor) -> None:
    visitor.start(survey, survey.links["first"][0])
    for n in range(6):
        tile = box(visitor, f".tile >> nth={n}")
        for x, y in ((tile["x"] + 4, tile["y"] + 4), (tile["right"] - 4, tile["bottom"] - 4)):
            visitor.page.click(f".tile >> nth={(n + 1) % 6}")
            visitor.page.mouse.click(x, y)
            assert visitor.page.locator(".tile input").nth(n).is_checked()


def test_structure_of_a_question(survey: OpenSurvey, visitor: Visitor) -> None:
    """A3."""
    visitor.start(survey, survey.links["first"][0])
    page = visitor.page
    assert page.locator("fieldset").count() == 1
    assert page.locator("fieldset > legend > h1").count() == 1
    assert page.locator("fieldset input[type=radio]").count() == 6
    assert page.locator("label.tile > input[type=radio]").count() == 6
    assert page.locator("table, h1 ~ h1, select").count() == 0
    group = page.get_by_role("group", name=visitor.heading)
    assert group.count() == 1
    assert page.inner_text("#stem") == "Think about the last 4 weeks."
    assert page.locator("fieldset").get_attribute("aria-describedby") == "stem"


@pytest.mark.parametrize(("scheme", "language"), [("light", "es"), ("dark", "en")])
def test_axe_finds_nothing(survey: OpenSurvey, visit: Visit, scheme: str, language: str) -> None:
    """A3, A8: no violation on any screen, text contrast 7:1 included."""
    visitor = visit(color_scheme=scheme, reduced_motion="reduce")
    for screen in every_screen(visitor, survey, language):
        results = Axe().run(visitor.page, options=AXE_OPTIONS)
        assert results.violations_count == 0, f"{screen}: {results.generate_report()}"
        checked = {rule["id"] for rule in results.response["passes"]}
        assert "color-contrast-enhanced" in checked


@pytest.mark.parametrize(
    ("scheme", "path"),
    [("light", "/form/second/es"), ("dark", "/form/second/es"), ("light", "/form")],
)
def test_axe_finds_nothing_without_script(
    survey: OpenSurvey, visit: Visit, scheme: str, path: str
) -> None:
    visitor = visit(color_scheme=scheme, reduced_motion="reduce")
    visitor.page.goto(f"{visitor.site.url}{survey.path}{path}")
    for _ in range(2 if "es" in path else 1):
        results = Axe().run(visitor.page, options=AXE_OPTIONS)
        assert results.violations_count == 0, results.generate_report()
        if "es" in path:
            visitor.page.click(".primary")


SEEN = """(node) => {
  const channel = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => { const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05); };
  const paper = getComputedStyle(document.body).backgroundColor;
  const ringed = node.closest(".tile") ?? node;
  const style = getComputedStyle(ringed);
  const area = ringed.getBoundingClientRect();
  const top = document.elementFromPoint(area.x + area.width / 2, area.y + area.height / 2);
  return { edge: ratio(style.borderTopColor, paper), ring: ratio(style.outlineColor, paper),
           width: parseFloat(style.outlineWidth), style: style.outlineStyle,
           isOnTop: ringed.contains(top) };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_focus_can_be_seen(survey: OpenSurvey, visit: Visit, scheme: str) -> None:
    """A8: borders and focus 3:1 against the page; the ring is never covered."""
    visitor = visit(color_scheme=scheme, reduced_motion="reduce")
    visitor.start(survey, survey.links["first"][0])
    page = visitor.page
    for selector in (".tile >> nth=0", ".tile >> nth=5", ".primary"):
        assert page.locator(selector).evaluate(SEEN)["edge"] >= 3
    for name in ("INPUT", "BUTTON", "BUTTON"):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("node => node.tagName") == name
        seen = focused.evaluate(SEEN)
        assert seen["ring"] >= 3
        assert seen["width"] >= 3
        assert seen["style"] == "solid"
        assert seen["isOnTop"]


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("text", ["100%", "200%"])
def test_narrow_and_large_text(survey: OpenSurvey, visit: Visit, width: int, text: str) -> None:
    """A8: 320 px reflow and text of twice the size, no sideways scrolling, Next can be reached."""
    visitor = visit(viewport={"width": width, "height": 568})
    show_longest(visitor, survey)
    for screen in every_screen(visitor, survey, "es"):
        if text == "200%":
            visitor.page.evaluate("document.documentElement.style.fontSize = '36px'")
        wide = visitor.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, screen
        for n in range(visitor.page.locator("button:visible").count()):
            button = visitor.page.locator("button:visible").nth(n)
            button.scroll_into_view_if_needed()
            area = button.bounding_box()
            assert area is not None
            assert area["x"] >= 0, screen
            assert area["x"] + area["width"] <= width, screen


def test_forced_colours_and_calm_motion(survey: OpenSurvey, visit: Visit) -> None:
    visitor = visit(forced_colors="active", reduced_motion="reduce")
    visitor.start(survey, survey.links["first"][0])
    visitor.page.click(".tile >> nth=1")
    chosen = visitor.page.locator(".tile").nth(1)
    other = visitor.page.locator(".tile").nth(3)
    style = "node => getComputedStyle(node).outlineStyle"
    assert chosen.evaluate(style) == "solid"
    assert other.evaluate(style) == "none"
    for name in ("transitionDuration", "animationDuration"):
        assert other.evaluate(f"node => getComputedStyle(node).{name}") == "0s"
