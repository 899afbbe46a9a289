"""Somebody who has logged in and reads: HR or the author."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, Page

from pulse.clock import SettableClock
from tests.browser.manage.stories import email
from tests.browser.survey_site import Site
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.study import DUE

COOKIE = "pulse_session"
BEFORE_DUE = DUE - dt.timedelta(days=200)
FACTS_FILE = Path(__file__).parent / "facts.csv"


class Readers:
    """Open pages as a person of the stories; at the end the pages close and none has complained."""

    def __init__(self, browser: Browser, site: Site, cookies: dict[str, str]) -> None:
        self.browser, self.site, self.cookies = browser, site, cookies
        self.pages: list[Page] = []
        self.complaints: list[str] = []

    def __call__(self, person: str, address: str = "/manage/", **options: object) -> Page:
        """Return a new window of `person`, written "<story> <language>", at `address`.

        An address of STATES is reached by what it names: the page after a file or a mistake.
        """
        clock = self.site.application.ports.clock
        assert isinstance(clock, SettableClock)
        clock.set(BEFORE_DUE if person.startswith("waiting") else DUE)
        # What is still moving has colours that nobody chose.
        options = {"reduced_motion": "reduce"} | options
        context = self.browser.new_context(**options)  # type: ignore[arg-type]
        cookie = {"name": COOKIE, "value": self._cookie(person), "url": f"{self.site.url}/manage"}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        self.pages.append(page)
        page.on("console", lambda message: self.complaints.append(message.text))
        path, _, made = address.partition(" ")
        page.goto(f"{self.site.url}{path}")
        if made:
            STATES[made](page)
        return page

    def _cookie(self, person: str) -> str:
        """Log in without a browser: only the cookie is wanted."""
        story = f"{person} {self.site.application.ports.clock.now()}"
        if story not in self.cookies:
            pages = PageClient(self.site.app)
            log_in_page(pages, email(person))
            cookie = pages.http.get_cookie(COOKIE, path="/manage")
            assert cookie is not None
            self.cookies[story] = cookie.value
        return self.cookies[story]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for page in self.pages:
            page.context.close()
        assert self.complaints == []


def _send(selector: str) -> Callable[[Page], None]:
    """Press the button of one form without filling it in."""

    def press(page: Page) -> None:
        page.click(f"main form{selector} button[type=submit]")
        page.wait_for_selector(".error-summary")

    return press


def _too_long(page: Page) -> None:
    page.evaluate("document.querySelector('[name=said_en]').removeAttribute('maxlength')")
    page.fill("[name=said_en]", "x" * 400)
    _send("")(page)


def _look_at_file(page: Page) -> None:
    page.set_input_files("[name=file]", FACTS_FILE)
    page.click("form[action$='/import'] button")


STATES: dict[str, Callable[[Page], None]] = {
    "mistake": _send(""),
    "month": _send("[action$='/months']"),
    "event": _send("[action$='/events']"),
    "long": _too_long,
    "file": _look_at_file,
}
