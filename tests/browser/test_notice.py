"""A3 and the safety number, in Chromium: the page uses the published keys or sends nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from pulse.notices.queries import notice_digest
from pulse.waves.queries import get_wave
from tests.browser.survey_site import Site, Visitor
from tests.clients.hostile_server import HostileServer, tagging_keys
from tests.clients.respondent import OverHttp
from tests.factories.notices import another_version_ran
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PEOPLE = 40
REFUSAL = "This page may not be safe"


def number_of(site: Site, survey: OpenSurvey) -> str:
    with site.session() as session:
        return notice_digest(session, survey.wave.id)


def intercept(page: Page, survey: OpenSurvey, hostile: HostileServer) -> None:
    """Let the page talk to a hostile server."""

    def handle(route: Route) -> None:
        path = route.request.url.split("/", 3)[3].partition("?")[0]
        kind = "application/json" if path.startswith("notice") else "text/html"
        route.fulfill(body=hostile.get(f"/{path}"), content_type=kind)

    page.route(f"**{survey.path}*", handle)
    page.route("**/notice/*", handle)


@pytest.mark.parametrize("forges", ["page", "notice", "correction"])
def test_a_key_of_one_s_own_is_refused(
    site: Site, survey: OpenSurvey, visitor: Visitor, forges: str
) -> None:
    """Forty people, each with a key of their own; in their own notice too if they hold the poster."""
    people = PEOPLE if forges == "page" else 3
    hostile = HostileServer(OverHttp(site.url), b"", forges)
    intercept(visitor.page, survey, hostile)
    number = number_of(site, survey).replace(" ", "") if forges == "notice" else ""
    refused = 0
    for person, key in enumerate(tagging_keys(people)):
        hostile.key = key
        visitor.page.goto(f"{site.url}{survey.path}?{person}#{number}")
        visitor.page.wait_for_selector(f"h1:has-text('{REFUSAL}')")
        refused += visitor.page.locator(".primary, .choice, input").count() == 0
    assert refused == people
    assert [request for request in visitor.requests if request.method == "POST"] == []
    print(f"\n{refused} of {people} refused ({forges})")


def test_the_number_shows_a_notice_of_one_s_own(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    """Without the poster's QR code it is the person who compares."""
    hostile = HostileServer(OverHttp(site.url), tagging_keys(1)[0], "notice")
    intercept(visitor.page, survey, hostile)
    visitor.open(survey)
    visitor.choose_language("en")
    shown = visitor.page.locator(".safety .number").inner_text()
    assert len(shown) == 39
    assert shown != number_of(site, survey)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_number_of_the_poster_is_on_the_page(
    site: Site, survey: OpenSurvey, visitor: Visitor, language: str
) -> None:
    visitor.open(survey, survey.links["first"][0])
    visitor.choose_language(language)
    expect(visitor.page.locator(".safety .number")).to_have_text(number_of(site, survey))
    words = {"en": "same as on the poster", "es": "igual al del cartel"}
    assert words[language] in visitor.page.inner_text(".safety")


def test_the_poster_s_code_leads_to_an_answer(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    """Also after an upgrade in the middle of the wave; the page then says that it changed."""
    with site.session() as session:
        another_version_ran(session, survey.wave.id)
        session.commit()
    number = number_of(site, survey).replace(" ", "")
    visitor.page.goto(f"{site.url}{survey.path}#{number}")
    visitor.choose_language("en")
    assert "The keys are the same." in visitor.page.inner_text(".safety")
    assert number not in visitor.page.url
    visitor.next()
    assert visitor.page.input_value("#code") == ""
    visitor.page.fill("#code", survey.slips["second"][0])
    visitor.next()
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    assert len(site.bodies(survey)) == 1


def test_a_notice_that_cannot_be_fetched_is_fetched_again_at_send(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    broken: list[Any] = []

    def handle(route: Route) -> None:
        if not broken:
            broken.append(route)
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/notice/*", handle)
    visitor.start(survey, survey.links["first"][0])
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    assert len(broken) == 1
    with site.session() as session:
        assert get_wave(session, survey.wave.id).state == "open"


def test_without_a_notice_nothing_is_sent(survey: OpenSurvey, visitor: Visitor) -> None:
    visitor.page.route("**/notice/*", lambda route: route.abort())
    visitor.start(survey, survey.links["first"][0])
    visitor.answer_all()
    visitor.next()
    expect(visitor.page.locator(".error-summary")).to_contain_text("could not send")
    assert [request for request in visitor.requests if request.method == "POST"] == []
