"""Welcome mail, ballot, survey mail, answers, count, result mail: the real jobs on a clock moved by hand.

Ana takes her ballot ahead and answers in a second visit at the common address. Bo takes none and
answers with the personal link of the survey mail, the fallback. Both are counted.
"""

import datetime as dt
import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pulse.clock import SettableClock
from pulse.companies.queries import CompanyView
from pulse.jobs.runner import Runner
from pulse.mail import mailer_for
from pulse.tallies.queries import releases_of
from pulse.waves.calendar import WELCOME_LEAD, fieldwork_period
from pulse.waves.queries import waves_of
from pulse.worker import PERIODIC, TASKS
from tests.browser.survey_site import Site, Visitor, served
from tests.factories.companies import make_company
from tests.factories.people import make_person

pytestmark = pytest.mark.browser
ANA, BO = "ana@example.com", "bo@example.com"
LINK = re.compile(r"http://127\.0\.0\.1(/s/\S+)")
CODE = re.compile(r"#\w{26}")


class Months:
    """The installation, its clock and its background work."""

    def __init__(self, site: Site, company: CompanyView) -> None:
        application = site.application
        assert isinstance(application.ports.clock, SettableClock)
        self.site, self.company, self.clock = site, company, application.ports.clock
        self.folder: Path = application.settings.mail.directory or Path()
        self.runner = Runner(
            TASKS,
            engine=application.engine,
            settings=application.settings,
            clock=self.clock,
            mailer=mailer_for(application.settings.mail),
        )

    def go_to(self, moment: dt.datetime) -> None:
        """Move the clock and let everything happen that is due, as the worker does minute by minute."""
        self.clock.set(moment)
        for _ in range(2):
            self.runner.run_periodic(PERIODIC)
            self.runner.run_due()
            self.clock.set(self.clock.now() + dt.timedelta(minutes=1))

    def mail_to(self, address: str) -> tuple[str, list[str]]:
        """Subject and links of the one new mail to an address; it is taken out of the box."""
        for path in self.folder.glob("*.eml"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            if message["To"] == address:
                path.unlink()
                body = message.get_body(("plain",))
                assert body is not None
                return str(message["Subject"]), LINK.findall(body.get_content())
        raise AssertionError(f"no mail to {address}")


@pytest.fixture
def months(tmp_path: Path) -> Iterator[Months]:
    with served(tmp_path) as site:
        with site.session() as session:
            company = make_company(session)
            make_person(session, company.id, group_code="first", email=ANA)
            make_person(session, company.id, group_code="second", email=BO, language="es")
            session.commit()
        yield Months(site, company)


def answer(visitor: Visitor, path: str) -> list[str]:
    """Answer the survey at an address of a mail; return what was posted."""
    visitor.requests.clear()
    visitor.page.goto(f"{visitor.site.url}{path}")
    visitor.page.wait_for_selector(".choice")
    visitor.choose_language("en")
    visitor.next()
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    sent = [request for request in visitor.requests if request.method == "POST"]
    return [request.url.removeprefix(visitor.site.url) for request in sent]


def test_from_the_welcome_mail_to_the_next_ballot(months: Months, browser: Browser) -> None:
    period = fieldwork_period(dt.date(2026, 3, 1), "Europe/Madrid")
    months.go_to(period.opens_at - WELCOME_LEAD)
    subject, (link, promises) = months.mail_to(ANA)
    assert subject == "Your survey ballot / Su boleta de encuesta"
    assert months.mail_to(BO)[0] == "Su boleta de encuesta / Your survey ballot"

    ana, bo = Visitor(browser, months.site), Visitor(browser, months.site, locale="es-ES")
    ana.page.goto(f"{months.site.url}{promises}")
    assert "stay anonymous" in ana.heading
    ana.page.goto(f"{months.site.url}{link}")
    ana.page.click("#ballot button")
    ana.page.wait_for_selector("#outcome")

    months.go_to(period.opens_at)
    _subject, (common, _promises) = months.mail_to(ANA)
    assert common == f"/s/{months.company.slug}"
    _subject, (fallback, _promises) = months.mail_to(BO)
    assert CODE.search(fallback)
    assert answer(ana, common) == ["/submit"]
    assert answer(bo, fallback) == ["/issue", "/submit"]

    months.go_to(period.closes_at)
    with months.site.session() as session:
        wave, coming, *_ = waves_of(session, months.company.id)
        assert (wave.state, coming.state) == ("released", "planned")
        (release,) = releases_of(session, [wave.id])
    counted = {code: group["n_counted"] for code, group in release.content["groups"].items()}
    assert counted == {"first": 1, "second": 1}

    subject, (link, _promises) = months.mail_to(ANA)
    assert subject == "Results and your ballot / Resultados y su boleta"
    ana.page.goto(f"{months.site.url}{link}")
    ana.page.wait_for_selector("#ballot button")
    text = ana.page.inner_text("main")
    assert "March 2026" in text
    assert "Get my ballot for April 2026" in text
    ana.page.click("#ballot button")
    ana.page.wait_for_selector("#outcome")
    assert "April 2026" in ana.page.inner_text("#outcome")
    _subject, (link, _promises) = months.mail_to(BO)
    bo.page.goto(f"{months.site.url}{link}")
    bo.page.wait_for_selector("#ballot button")
    text = bo.page.inner_text("main")
    assert "Marzo de 2026" in text
    assert "Menos es mejor" in text
    assert not {"Results", "Friction", "likely", "ballot"} & set(re.findall(r"\w+", text))
    bo.page.click("#language button")
    assert "Less is better" in bo.page.inner_text("main")
    assert bo.page.evaluate("document.documentElement.lang") == "en"
    assert ana.complaints == bo.complaints == []
