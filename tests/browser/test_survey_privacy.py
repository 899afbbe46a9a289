"""What leaves the browser, and what it refuses (A14; privacy.md sections 3 and 6)."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Route, expect

from pulse.credentials.blind_rsa import PrivateKey
from pulse.credentials.message import to_base64url
from tests.browser.survey_site import Site, Visitor
from tests.clients.respondent import read_page
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def posts(visitor: Visitor) -> dict[str, dict[str, str]]:
    sent = [request for request in visitor.requests if request.method == "POST"]
    return {request.url.rsplit("/", 1)[1]: json.loads(request.post_data) for request in sent}


def test_ballot_and_code_never_share_a_request(survey: OpenSurvey, visitor: Visitor) -> None:
    """The intro: "We do not store who you are with your answers" begins with what is sent."""
    code = survey.links["first"][0]
    visitor.context.add_cookies([{"name": "canary", "value": "cookie", "url": visitor.site.url}])
    visitor.start(survey, code)
    visitor.answer_all()
    visitor.page.fill("#comment", "a-private-remark")
    visitor.next()
    assert visitor.is_done()
    for request in visitor.requests:
        assert code not in request.url
        assert code not in json.dumps(request.all_headers())
        if request.method == "POST":
            assert "canary" not in json.dumps(request.all_headers())
            assert "referer" not in request.all_headers()
            assert "a-private-remark" not in str(request.post_data)
    sent = posts(visitor)
    assert set(sent["issue"]) == {"code", "blinded"}
    assert set(sent["submit"]) == {"wave", "group", "msg", "sig", "body"}
    assert code not in json.dumps(sent["submit"])
    assert not set(sent["issue"].values()) & set(sent["submit"].values())


def test_no_name_is_asked(survey: OpenSurvey, visitor: Visitor) -> None:
    """The intro: "We do not ask your name"; code and comment are the only fields for text."""
    visitor.open(survey)
    visitor.choose_language("en")
    visitor.next()
    fields = {"code"}
    visitor.page.fill("#code", survey.slips["first"][0])
    visitor.next()
    for _ in range(13):
        names = visitor.page.eval_on_selector_all(
            "input, textarea, select", "all => all.map((f) => f.type)"
        )
        assert set(names) == {"radio"}
        visitor.answer()
    assert fields | {"comment"} == {
        *fields,
        *visitor.page.eval_on_selector_all("input, textarea", "all => all.map((f) => f.name)"),
    }


def test_opening_asks_for_no_credential(survey: OpenSurvey, visitor: Visitor) -> None:
    """Mail scanners run scripts: up to Send nothing but the page itself is fetched."""
    visitor.start(survey, survey.links["first"][0])
    visitor.answer_all()
    assert [request.method for request in visitor.requests] == ["GET"] * len(visitor.requests)


def test_the_intro_names_the_company_s_minimum(site: Site, visit: Visit) -> None:
    survey = site.open_survey(minimum_cell_size=8)
    visitor = visit()
    visitor.open(survey, survey.links["first"][0])
    visitor.choose_language("en")
    assert "groups of 8 or more" in visitor.page.inner_text(".intro")
    visitor.page.click(".language")
    assert "grupos de 8 personas o más" in visitor.page.inner_text(".intro")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "begins with https"), ("es", "empieza con https")]
)
def test_a_page_that_is_not_safe_says_so(
    site: Site, survey: OpenSurvey, visitor: Visitor, language: str, words: str
) -> None:
    visitor.page.goto(f"http://plant.test:{site.port}{survey.path}#{survey.links['first'][0]}")
    visitor.choose_language(language)
    expect(visitor.page.locator("#content")).to_contain_text(words)
    assert visitor.page.locator(".primary, input").count() == 0
    assert posts(visitor) == {}
    visitor.complaints.clear()  # Chromium's own note about headers on an unsafe address


def weak_key() -> str:
    key = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - weak on purpose
    return to_base64url(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


@pytest.mark.parametrize("kind", ["weak", "tagging"])
def test_a_hostile_server_gets_nothing(survey: OpenSurvey, visitor: Visitor, kind: str) -> None:
    """A key that is weak, or not the one of the notice, ends the visit."""
    spki = weak_key() if kind == "weak" else to_base64url(PrivateKey.generate().public_key.spki)

    def handle(route: Route) -> None:
        reply = route.fetch()
        known = read_page(reply.text())["groups"]["first"]["spki"]
        route.fulfill(response=reply, body=reply.text().replace(known, spki))

    visitor.page.route(f"**{survey.path}", handle)
    visitor.open(survey, survey.links["first"][0])
    expect(visitor.page.locator("h1")).to_have_text("This page may not be safe")
    assert visitor.page.locator("button.primary, .tile").count() == 0
    assert posts(visitor) == {}


def test_a_changed_script_does_not_run(survey: OpenSurvey, visitor: Visitor) -> None:
    def handle(route: Route) -> None:
        reply = route.fetch()
        route.fulfill(response=reply, body=reply.text() + "\nwindow.tampered = true;")

    visitor.page.route("**/survey.js", handle)
    visitor.page.goto(f"{visitor.site.url}{survey.path}")
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate("window.tampered") is None
    assert visitor.page.locator(".choice:visible").count() == 0
    assert any("integrity" in text for text in visitor.complaints)
    visitor.complaints.clear()


def test_without_javascript_a_slip_is_counted(site: Site, survey: OpenSurvey, visit: Visit) -> None:
    """A1."""
    visitor = visit(java_script_enabled=False)
    visitor.page.goto(f"{site.url}{survey.path}")
    assert "needs JavaScript" in visitor.page.inner_text("#content")
    visitor.page.click("a:has-text('Operations')")
    visitor.page.fill("#code", survey.slips["second"][0])
    visitor.page.click(".tile >> nth=0")
    visitor.next()
    assert visitor.heading == "Thank you. Your answers are saved."
    assert [body["answers"] for body in site.bodies(survey)] == [{"APP1": 0}]
    assert visitor.context.cookies() == []
