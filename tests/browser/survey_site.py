"""A served installation for the browser tests of the survey page, and a hand that answers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from sqlalchemy.orm import Session
from waitress.server import create_server

from pulse.app import create_app
from pulse.cli.db import migrate
from pulse.clock import SettableClock
from pulse.config import MailSettings, Settings
from pulse.web.context import Application, Ports
from tests.conftest import START
from tests.factories.responses import OpenSurvey, make_open_survey

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # A host that is no localhost: plain http is no secure context there.
    "--host-resolver-rules=MAP plant.test 127.0.0.1",
]
CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 360, "height": 640}
N_QUESTIONS = 13


class Site:
    """The application behind a keep-alive server on 127.0.0.1."""

    def __init__(self, app: Flask, port: int, key_dir: Path) -> None:
        self.app = app
        self.application: Application = app.extensions["pulse"]
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.key_dir = key_dir

    def session(self) -> Session:
        """A session of the test's own."""
        return self.application.sessions()

    def open_survey(self, **company: Any) -> OpenSurvey:
        """A new company with an open wave."""
        with self.session() as session:
            survey = make_open_survey(session, self.key_dir, now=START, **company)
            session.commit()
        return survey

    def bodies(self, survey: OpenSurvey) -> list[dict[str, Any]]:
        """What the ballots of the survey say."""
        with self.session() as session:
            return survey.bodies(session)


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """Serve a fresh installation that lies in `folder`."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'pulse.db'}",
        key_dir=folder / "keys",
        base_url="http://127.0.0.1",
        secret_key="a-secret-for-tests-only",
        mail=MailSettings(directory=folder / "mail"),
    )
    app = create_app(settings, ports=Ports(clock=SettableClock(START)))
    engine = app.extensions["pulse"].engine
    migrate(engine, "head")
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Site(app, server.effective_port, settings.key_dir)
    finally:
        server.close()
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
        engine.dispose()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """One person's browser: a context of its own, with everything it sent and said."""

    def __init__(self, browser: Browser, site: Site, **options: Any) -> None:
        self.site = site
        self.context: BrowserContext = browser.new_context(**({"viewport": PHONE} | options))
        self.context.clock.set_fixed_time(START)
        self.context.set_default_timeout(8000)
        self.requests: list[Any] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request))  # noqa: PLW0108
        self.page: Page = self.new_tab()

    def new_tab(self) -> Page:
        """Open another tab of the same browser."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)
        return page

    def _note(self, message: ConsoleMessage) -> None:
        # A refused or lost reply is no fault of the page; everything else is.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def open(self, survey: OpenSurvey, code: str = "", page: Page | None = None) -> None:
        """Follow a link with the code in its fragment, or type the bare address."""
        (page or self.page).goto(f"{self.site.url}{survey.path}{'#' + code if code else ''}")
        (page or self.page).wait_for_selector(".choice, #heading")

    def start(self, survey: OpenSurvey, code: str, language: str = "en") -> None:
        """Open the link, choose the language, and go to the first question."""
        self.open(survey, code)
        self.choose_language(language)
        self.next()

    def choose_language(self, language: str) -> None:
        """Press one of the two first buttons."""
        self.page.click(f".choice[lang={language}]")

    def next(self) -> None:
        """Press the one main button."""
        self.page.click(".primary")

    def answer(self, tile: int | None = None) -> None:
        """Choose the n-th tile (or none) and go on."""
        if tile is not None:
            self.page.click(f".tile >> nth={tile}")
        self.next()

    def answer_all(self, tile: int | None = 1) -> None:
        """Answer the thirteen questions alike, at the speed of the page itself."""
        press = """([count, tile]) => {
          for (let n = 0; n < count; n++) {
            if (tile !== null) document.querySelectorAll(".tile input")[tile].click();
            document.querySelector(".primary").click();
          }
        }"""
        self.page.evaluate(press, [N_QUESTIONS, tile])

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return self.page.inner_text("h1")

    @property
    def progress(self) -> str:
        """The announced step."""
        return self.page.inner_text("#progress")

    def is_done(self) -> bool:
        """Whether the last page says that all is saved."""
        self.page.wait_for_selector("h1:has-text('saved'), h1:has-text('guardadas')")
        return True

    def stored(self) -> str:
        """Everything that this browser keeps for the site, as text."""
        keep = "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state])"
        return str(self.page.evaluate(keep))
