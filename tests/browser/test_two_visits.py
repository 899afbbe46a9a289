"""Time separation in the browser: the ballot is taken in one visit and cast in another, without a code."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.survey_site import Site, Visitor
from tests.browser.test_survey_look import AXE_OPTIONS
from tests.conftest import START
from tests.factories.ahead import make_ahead_survey, open_ahead
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
PUBLIC_PAGES = ("/next", "/anonymity/en", "/anonymity/es")


@pytest.fixture
def ahead(site: Site) -> OpenSurvey:
    with site.session() as session:
        survey = make_ahead_survey(session, site.key_dir, now=START)
        session.commit()
    return survey


def opened(site: Site, survey: OpenSurvey) -> OpenSurvey:
    with site.session() as session:
        found = open_ahead(session, survey)
        session.commit()
    return found


def go_next(visitor: Visitor, survey: OpenSurvey, code: str = "") -> None:
    fragment = f"#{code}" if code else ""
    visitor.page.goto(f"{visitor.site.url}{survey.path}/next{fragment}")
    visitor.page.wait_for_selector("#ballot > *")


def press(visitor: Visitor) -> str:
    """Press the button; return what the page says then."""
    visitor.page.click("#ballot button")
    visitor.page.wait_for_selector("#outcome, #ballot .error")
    return visitor.page.inner_text("#ballot")


def paths(visitor: Visitor) -> list[str]:
    return [request.url.removeprefix(visitor.site.url) for request in visitor.requests]


def posted(visitor: Visitor) -> list[str]:
    return [
        request.url.removeprefix(visitor.site.url)
        for request in visitor.requests
        if request.method == "POST"
    ]


def test_two_visits(site: Site, ahead: OpenSurvey, visitor: Visitor) -> None:
    """Welcome mail, ballot, later the common address, answers, one ballot in the box."""
    code = ahead.links["second"][0]
    go_next(visitor, ahead, code)
    assert posted(visitor) == []  # opening a page takes no ballot
    assert code not in visitor.page.url
    assert "is here" in press(visitor)
    assert posted(visitor) == ["/issue"]
    assert code not in visitor.stored()
    assert site.bodies(ahead) == []

    survey = opened(site, ahead)
    visitor.requests.clear()
    visitor.page.close()
    visitor.page = visitor.new_tab()
    visitor.start(survey, "")
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    assert posted(visitor) == ["/submit"]  # nothing of the second visit names anybody
    assert not any("cookie" in request.headers for request in visitor.requests)
    assert visitor.stored().count("pulse/ballot") == 0
    (body,) = site.bodies(survey)
    assert body["group"] == "second"
    assert body["mode"] == "link"


def test_the_fallback_calls_issue(site: Site, ahead: OpenSurvey, visitor: Visitor) -> None:
    """The personal link of the survey mail, in one visit. Planted fault too: the check above sees it."""
    code = ahead.links["first"][0]
    survey = opened(site, ahead)
    visitor.start(survey, code)
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    assert posted(visitor) == ["/issue", "/submit"]
    assert [body["group"] for body in site.bodies(survey)] == ["first"]


def test_lost_reply_and_second_press_give_the_same_ballot(
    ahead: OpenSurvey, visitor: Visitor
) -> None:
    code = ahead.links["first"][0]
    replies: list[str] = []

    def lose_the_first(route: object) -> None:
        reply = route.fetch()  # type: ignore[attr-defined]
        replies.append(reply.text())
        if len(replies) == 1:
            route.abort()  # type: ignore[attr-defined]
        else:
            route.fulfill(response=reply)  # type: ignore[attr-defined]

    visitor.page.route("**/issue", lose_the_first)
    go_next(visitor, ahead, code)
    assert "is here" in press(visitor)
    assert len(replies) == 2
    assert replies[0] == replies[1]
    go_next(visitor, ahead, code)
    assert "is here" in visitor.page.inner_text("#ballot")
    assert posted(visitor) == ["/issue", "/issue"]


def test_another_browser_is_told_kindly(ahead: OpenSurvey, visit: Visit) -> None:
    code = ahead.links["first"][0]
    first, second = visit(), visit()
    go_next(first, ahead, code)
    press(first)
    go_next(second, ahead, code)
    assert "in another browser" in press(second)
    assert "pulse/ballot" not in second.stored()
    go_next(second, ahead)
    assert "open the link from your mail" in second.page.inner_text("#ballot")


def test_two_people_of_both_groups_share_a_browser(
    site: Site, ahead: OpenSurvey, visitor: Visitor
) -> None:
    """Each casts one ballot of the own group; the second is asked nothing any more."""
    for group in ("first", "second"):
        go_next(visitor, ahead, ahead.links[group][0])
        press(visitor)
    survey = opened(site, ahead)
    visitor.start(survey, "")
    assert visitor.heading == "Which group are you in?"
    visitor.page.click(".choice:has-text('Operations')")
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    visitor.page.goto("about:blank")
    visitor.start(survey, "")
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    assert sorted(body["group"] for body in site.bodies(survey)) == ["first", "second"]


def test_the_common_address_without_a_ballot_says_what_to_do(
    site: Site, ahead: OpenSurvey, visitor: Visitor
) -> None:
    survey = opened(site, ahead)
    visitor.start(survey, "")
    text = visitor.page.inner_text("#survey")
    assert "in the browser where you pressed the button" in text
    assert "Ask for a paper slip" in text


def test_the_next_page_leads_to_the_open_survey(
    site: Site, ahead: OpenSurvey, visitor: Visitor
) -> None:
    """A late reader of the result mail: the code goes along in this tab and in no address."""
    survey = opened(site, ahead)
    go_next(visitor, survey, survey.links["first"][0])
    assert "in the browser where you took it" in visitor.page.inner_text("#ballot")
    link = visitor.page.get_attribute("#ballot a", "href")
    assert link is not None
    assert link.endswith(survey.path)
    visitor.start(survey, "")
    assert visitor.progress == "Question 1 of 13"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_are_accessible_and_reflow(
    ahead: OpenSurvey, visit: Visit, scheme: str
) -> None:
    visitor = visit(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    for path in PUBLIC_PAGES:
        visitor.page.goto(f"{visitor.site.url}{ahead.path}{path}")
        results = Axe().run(visitor.page, options=AXE_OPTIONS)
        assert results.violations_count == 0, results.generate_report()
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert visitor.context.cookies() == []
    assert {url for url in paths(visitor) if url.startswith("http")} == set()


def test_the_page_of_the_ballot_is_light(ahead: OpenSurvey, visitor: Visitor) -> None:
    sizes: list[int] = []
    network = visitor.context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    go_next(visitor, ahead, ahead.links["first"][0])
    print(f"\n{len(sizes)} requests, {sum(sizes)} bytes")
    assert len(sizes) <= 4
    assert sum(sizes) <= 60_000
