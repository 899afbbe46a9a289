"""The kiosk's screens: large targets, all in view, readable by everybody (A5, A6, A18, A19)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.kiosk_tablet import Kiosk
from tests.browser.survey_site import Site
from tests.browser.test_survey_look import AXE_OPTIONS, TABLETS, show_longest
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
# The link of an error leads to the field below it, which is large.
SEEN = """() => {
  const root = document.documentElement;
  const small = [...document.querySelectorAll("button, .tile, #code, a:not(.error-summary a)")]
    .filter((node) => node.checkVisibility())
    .filter((node) => { const box = node.getBoundingClientRect();
      return Math.min(box.width, box.height) < 90 || box.bottom > root.clientHeight; })
    .map((node) => node.textContent || node.id);
  return [root.scrollWidth, root.scrollHeight, small];
}"""


@pytest.mark.parametrize(("size", "language"), [(TABLETS[0], "es"), (TABLETS[1], "en")])
def test_targets_are_large_and_all_is_in_view(
    browser: Browser, site: Site, survey: OpenSurvey, size: tuple[int, int], language: str
) -> None:
    width, height = size
    kiosk = Kiosk(browser, site, viewport={"width": width, "height": height})
    show_longest(kiosk, survey, f"/kiosk/{survey.company.slug}")
    kiosk.begin(survey)

    def check(screen: str) -> None:
        wide, high, small = kiosk.page.evaluate(SEEN)
        assert wide <= width, screen
        assert high <= height, screen
        assert small == [], screen

    check("start")
    kiosk.choose_language(language)
    check("intro")
    kiosk.next()
    check("code")
    kiosk.page.fill("#code", survey.links["first"][0])
    kiosk.next()
    check("code with an error")
    for symbol in survey.slips["first"][0]:
        kiosk.page.get_by_role("button", name=symbol, exact=True).click()
    assert len(kiosk.page.input_value("#code")) == 13
    kiosk.next()
    check("question")
    kiosk.answer_all()
    check("comment")
    kiosk.next()
    assert kiosk.is_done()
    check("done")
    kiosk.context.close()


def test_axe_finds_nothing(survey: OpenSurvey, kiosk: Kiosk) -> None:
    kiosk.begin(survey, "#place=Hall")
    for screen in ("start", "code", "idle"):
        if screen == "code":
            kiosk.to_code()
        if screen == "idle":
            kiosk.later(61)
        results = Axe().run(kiosk.page, options=AXE_OPTIONS)
        assert results.violations_count == 0, f"{screen}: {results.generate_report()}"
