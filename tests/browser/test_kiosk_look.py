"""The kiosk's screens: large targets, all in view, readable by everybody (A5, A6, A18, A19)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.kiosk_tablet import Kiosk
from tests.browser.survey_site import Site
from tests.browser.test_survey_look import AXE_OPTIONS, TABLETS, box, show_longest
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", TABLETS, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", ["en", "es"])
def test_targets_are_large_and_all_is_in_view(
    browser: Browser, site: Site, survey: OpenSurvey, size: tuple[int, int], language: str
) -> None:
    """A5, A6, A18, A19."""
    width, height = size
    kiosk = Kiosk(browser, site, viewport={"width": width, "height": height})
    show_longest(kiosk, survey, f"/kiosk/{survey.company.slug}")
    kiosk.begin(survey)

    def check(screen: str) -> None:
        root = "document.documentElement"
        assert kiosk.page.evaluate(f"{root}.scrollHeight") <= height, screen
        assert kiosk.page.evaluate(f"{root}.scrollWidth") <= width, screen
        for kind in ("button:visible", ".tile", "#code", "a:visible"):
            if kind == "a:visible" and "error" in screen:
                continue  # the link of an error leads to the field below it
            for n in range(kiosk.page.locator(kind).count()):
                area = box(kiosk, f"{kind} >> nth={n}")
                assert min(area["width"], area["height"]) >= 90, (screen, kind, n)

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
    assert max(box(kiosk, f".tile >> nth={n}")["bottom"] for n in range(6)) <= height
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
