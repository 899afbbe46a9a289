"""A tablet in kiosk mode whose clock can be put forward, and what the next person could find on it."""

import json

from playwright.sync_api import Page

from tests.browser.survey_site import Visitor
from tests.conftest import START
from tests.factories.responses import OpenSurvey

STORED = """async () => JSON.stringify([
  {...localStorage}, {...sessionStorage}, history.state, document.cookie,
  await indexedDB.databases(), await caches.keys(), window.name])"""
NOTHING = json.dumps([{}, {}, None, "", [], [], ""], separators=(",", ":"))


class Kiosk(Visitor):
    """The tablet: its clock can be put forward."""

    def begin(self, survey: OpenSurvey, fragment: str = "") -> None:
        """Open the address that HR was shown."""
        self.context.clock.install(time=START)
        self.page.goto(f"{self.site.url}/kiosk/{survey.company.slug}{fragment}")
        self.start_screen()

    def start_screen(self) -> None:
        """Wait for it."""
        self.page.wait_for_selector(".choice:visible")

    def later(self, seconds: float) -> None:
        """Let time pass."""
        self.page.clock.run_for(seconds * 1000)

    def next(self) -> None:
        """Press the survey's main button."""
        self.page.click("#survey .primary")

    def to_code(self, language: str = "en") -> None:
        """Choose a language and go on to the code."""
        self.choose_language(language)
        self.next()

    def type_slip(self, code: str, language: str = "en") -> None:
        """Go from the start to the first question."""
        self.to_code(language)
        self.page.fill("#code", code)
        self.next()

    def answer_and_send(self, remark: str, tile: int = 3) -> None:
        """Answer everything and send it."""
        self.answer_all(tile)
        self.page.fill("#comment", remark)
        self.next()

    def answer_all(self, tile: int | None = 1) -> None:
        """Answer the thirteen questions alike, at the speed of the page itself."""
        press = """(tile) => {
          for (let n = 0; n < 13; n++) {
            if (tile !== null) document.querySelectorAll(".tile input")[tile].click();
            document.querySelector("#survey .primary").click();
          }
        }"""
        self.page.evaluate(press, tile)

    def leave(self) -> None:
        """Wait until it starts anew after the person has gone."""
        self.later(61)
        self.later(31)
        self.start_screen()


def traces(page: Page, secrets: list[str]) -> list[str]:
    """What the next person could find of the last one."""
    found = []
    if page.evaluate(STORED) != NOTHING:
        found.append("storage")
    shown = page.content() + str(
        page.evaluate("[...document.querySelectorAll('input,textarea')].map((f) => f.value)")
    )
    found += [f"{secret!r} on the page" for secret in secrets if secret in shown]
    if page.get_attribute("html", "lang") != "en":
        found.append("the language")
    return found


def next_person_finds(kiosk: Kiosk, secrets: list[str]) -> list[str]:
    """What there is on the start screen and in the code field."""
    found = traces(kiosk.page, secrets)
    kiosk.to_code()
    if kiosk.page.locator("#code").count() == 0:
        return [*found, "no code is asked"]
    return found + traces(kiosk.page, secrets) + [v for v in [kiosk.page.input_value("#code")] if v]
