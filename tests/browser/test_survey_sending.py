"""Send ends in exactly one ballot, whatever breaks; what cannot end well is said kindly (A13, A17)."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from pulse import db
from pulse.invitations.codes import SLIP, code_for
from pulse.invitations.printing import reprint_slips
from pulse.invitations.queries import slip_codes
from pulse.waves.service import begin_closing
from tests.browser.survey_site import Site, Visitor
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
SUMMARY = ".error-summary"


def fill(visitor: Visitor, survey: OpenSurvey, code: str, language: str = "en") -> None:
    """Answer the thirteen questions and stand before Send."""
    visitor.start(survey, code, language)
    visitor.answer_all()


def lose_reply(page: Page, path: str, times: int = 1) -> list[str]:
    """Let the server do its work and drop what it says, the first `times` times."""
    lost: list[str] = []

    def handle(route: Route) -> None:
        if len(lost) < times:
            lost.append(str(route.request.post_data))
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(f"**{path}", handle)
    return lost


def refuse(page: Page, path: str, status: int, error: str) -> None:
    reply = json.dumps({"error": error, "message": error})
    page.route(
        f"**{path}",
        lambda route: route.fulfill(status=status, body=reply, content_type="application/json"),
    )


def expect_error(page: Page, words: str, target: str | None = None) -> None:
    """The pattern: summary on top with focus, "Error:" in the title, a link to the field."""
    expect(page.locator(SUMMARY)).to_contain_text(words)
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    first = page.locator("#survey > *").first
    assert first.get_attribute("class") == "error-summary"
    if target:
        page.click(f"{SUMMARY} a")
        assert page.evaluate("document.activeElement.id") == target
        describing = str(page.locator(f"#{target}").get_attribute("aria-describedby")).split()
        assert words in " ".join(page.inner_text(f"#{name}") for name in describing)


def test_a_double_click_sends_once(site: Site, survey: OpenSurvey, visitor: Visitor) -> None:
    fill(visitor, survey, survey.links["first"][0])
    visitor.page.locator(".primary").evaluate("(button) => { button.click(); button.click(); }")
    assert visitor.is_done()
    sent = [
        request.url.rsplit("/", 1)[1] for request in visitor.requests if request.method == "POST"
    ]
    assert sent == ["issue", "submit"]
    assert len(site.bodies(survey)) == 1


@pytest.mark.parametrize("path", ["/issue", "/submit"])
def test_a_lost_reply_is_asked_for_again(
    site: Site, survey: OpenSurvey, visit: Visit, path: str
) -> None:
    visitor = visit()
    lost = lose_reply(visitor.page, path, times=2)
    fill(visitor, survey, survey.links["first"][0])
    visitor.next()
    assert visitor.is_done()
    again = [str(r.post_data) for r in visitor.requests if r.url.endswith(path)]
    assert len(lost) == 2
    assert set(again) == set(lost)  # the very same request, so the very same reply
    assert len(site.bodies(survey)) == 1


@pytest.mark.parametrize("path", ["/issue", "/submit"])
def test_a_reload_in_the_middle_ends_in_one_ballot(
    site: Site, survey: OpenSurvey, visit: Visit, path: str
) -> None:
    visitor = visit()
    lost = lose_reply(visitor.page, path, times=99)
    fill(visitor, survey, survey.links["first"][0])
    visitor.next()
    while not lost:
        visitor.page.wait_for_timeout(50)
    visitor.page.unroute_all(behavior="wait")
    visitor.page.reload()
    if path == "/issue":  # answers were in memory only: they are given again, the code is not
        visitor.choose_language("en")
        visitor.next()
        visitor.answer_all(4)
        visitor.next()
    assert visitor.is_done()
    assert json.loads(visitor.stored())[:2] == [{}, {}]
    expected = 4 if path == "/issue" else 1
    assert [body["answers"]["APP1"] for body in site.bodies(survey)] == [expected]


def test_a_credential_waits_for_its_answers(site: Site, survey: OpenSurvey, visit: Visit) -> None:
    """Issued, then the tab died before anything was sealed: the bare address is enough."""
    visitor = visit()
    fill(visitor, survey, survey.links["second"][0])
    visitor.page.route("**/submit", lambda route: route.abort())
    visitor.next()
    while '"ballot' not in visitor.stored().replace("\\", ""):
        visitor.page.wait_for_timeout(50)
    drop_ballot = """() => { for (const name of Object.keys(localStorage)) {
      const record = JSON.parse(localStorage[name]); delete record.ballot;
      localStorage[name] = JSON.stringify(record); } }"""
    visitor.page.evaluate(drop_ballot)
    visitor.page.unroute("**/submit")
    tab = visitor.new_tab()
    visitor.page.close()
    visitor.page = tab
    visitor.open(survey)
    visitor.choose_language("es")
    visitor.next()
    visitor.page.get_by_text("Pregunta 1 de 13").first.wait_for()
    assert "gente de Ventas" in visitor.heading
    visitor.answer_all(0)
    visitor.next()
    assert visitor.is_done()
    [body] = site.bodies(survey)
    assert (body["group"], body["mode"], body["language"]) == ("second", "link", "es")


def test_two_tabs_send_one_ballot(site: Site, survey: OpenSurvey, visitor: Visitor) -> None:
    first = visitor.page
    fill(visitor, survey, survey.links["first"][0])
    visitor.page = visitor.new_tab()
    fill(visitor, survey, survey.links["first"][0])
    first.click(".primary")
    visitor.next()
    expect(first.locator("h1")).to_contain_text("saved")
    expect(visitor.page.locator("h1, .error-summary").first).to_be_visible()
    expect(visitor.page.locator("h1")).not_to_contain_text("moment")
    assert len(site.bodies(survey)) == 1


def test_after_reprints_no_more_ballots_than_people(
    site: Site, survey: OpenSurvey, visit: Visit
) -> None:
    """The third slip of two people, after a reprint, is told so and keeps nothing."""
    for code in survey.slips["first"]:
        visitor = visit()
        fill(visitor, survey, code)
        visitor.next()
        assert visitor.is_done()
    with site.session() as session:
        db.begin_writing(session)
        reprint_slips(session, survey.wave.id, "first", number=1, key_dir=survey.key_dir)
        session.commit()
        (code,) = slip_codes(session, survey.wave.id, key_dir=survey.key_dir)["first"]
    visitor = visit()
    fill(visitor, survey, code)
    visitor.next()
    expect_error(visitor.page, "All slips of your group were used", "code")
    assert len(site.bodies(survey)) == 2
    assert "pulse/" not in visitor.stored()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "used already"), ("es", "Este código ya se usó")]
)
def test_a_used_link_says_so_kindly(
    site: Site, survey: OpenSurvey, visit: Visit, language: str, words: str
) -> None:
    code = survey.links["first"][0]
    for turn in range(2):
        visitor = visit()
        fill(visitor, survey, code, language)
        visitor.page.fill("#comment", "kept")
        visitor.next()
        if turn == 0:
            assert visitor.is_done()
    expect_error(visitor.page, words, "code")
    assert len(site.bodies(survey)) == 1
    # With another code the answers given are still there.
    visitor.page.fill("#code", survey.links["first"][1])
    visitor.next()
    assert visitor.page.input_value("#comment") == "kept"
    visitor.next()
    assert visitor.is_done()
    assert [body["comment"] for body in site.bodies(survey)] == ["kept", "kept"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "We do not know this code"), ("es", "No conocemos este código")]
)
def test_an_unknown_code(
    site: Site, survey: OpenSurvey, visitor: Visitor, language: str, words: str
) -> None:
    code = code_for(bytes(32), survey.wave.id, "first", SLIP)
    fill(visitor, survey, code, language)
    visitor.next()
    expect_error(visitor.page, words, "code")
    assert visitor.page.input_value("#code").replace("-", "") == code
    assert json.loads(visitor.stored())[0] == {}
    visitor.page.fill("#code", survey.slips["first"][0])
    visitor.next()
    visitor.next()
    assert visitor.is_done()
    assert len(site.bodies(survey)) == 1


def test_the_other_group_s_code_asks_its_own_questions(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    """Answers about Operations must not become answers about Sales."""
    fill(visitor, survey, code_for(bytes(32), survey.wave.id, "first", SLIP))
    visitor.next()
    visitor.page.fill("#code", survey.slips["second"][0])
    visitor.next()
    assert visitor.progress == "Question 1 of 13"
    assert visitor.page.locator("input:checked").count() == 0


@pytest.mark.parametrize(("language", "words"), [("en", "March 20, 2026"), ("es", "20 de marzo")])
def test_a_survey_that_closed_meanwhile(
    site: Site, survey: OpenSurvey, visitor: Visitor, language: str, words: str
) -> None:
    fill(visitor, survey, survey.links["first"][0], language)
    with site.session() as session:
        begin_closing(session, survey.wave.id, now=survey.wave.closes_at)
        session.commit()
    visitor.next()
    expect(visitor.page.locator("#content")).to_contain_text(words)
    assert visitor.page.title().startswith("Error: ")
    assert json.loads(visitor.stored())[:2] == [{}, {}]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Answer at least one question"), ("es", "Responda al menos una pregunta")],
)
def test_nothing_answered(
    site: Site, survey: OpenSurvey, visitor: Visitor, language: str, words: str
) -> None:
    visitor.start(survey, survey.links["first"][0], language)
    visitor.answer_all(None)
    visitor.page.fill("#comment", "kept")
    n_requests = len(visitor.requests)
    visitor.next()
    expect_error(visitor.page, words)
    assert len(visitor.requests) == n_requests
    assert visitor.page.input_value("#comment") == "kept"
    visitor.page.click(f"{SUMMARY} a")
    assert " 1 " in visitor.progress
    visitor.page.click(".tile >> nth=0")
    visitor.page.go_back()
    assert visitor.page.input_value("#comment") == "kept"
    visitor.next()
    assert visitor.is_done()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Make it 2 letters shorter"), ("es", "Quite 2 letras")]
)
def test_a_comment_that_is_too_long(
    site: Site, survey: OpenSurvey, visitor: Visitor, language: str, words: str
) -> None:
    fill(visitor, survey, survey.links["first"][0], language)
    visitor.page.fill("#comment", "ñ" * 501)
    visitor.next()
    expect_error(visitor.page, words, "comment")
    assert visitor.page.input_value("#comment") == "ñ" * 501
    other = "es" if language == "en" else "en"
    visitor.page.click(f".language[lang={other}]")
    assert words not in visitor.page.inner_text(SUMMARY)
    assert "2" in visitor.page.inner_text(SUMMARY)
    visitor.page.fill("#comment", "ñ" * 500)
    visitor.next()
    assert visitor.is_done()
    assert [body["comment"] for body in site.bodies(survey)] == ["ñ" * 500]


def test_odd_comments_fit_their_envelope(site: Site, survey: OpenSurvey, visit: Visit) -> None:
    texts = ['"' * 800, "\n".join("😀" * 150), "half \ud83d a symbol"]
    for text, code in zip(texts, [*survey.links["first"], *survey.slips["first"]], strict=False):
        visitor = visit()
        fill(visitor, survey, code)
        visitor.page.evaluate(
            """(text) => { const area = document.getElementById("comment");
            area.value = text; area.dispatchEvent(new Event("input")); }""",
            text if "half" not in text else "half ? a symbol",
        )
        if "half" in text:
            visitor.page.evaluate(
                """() => { const area = document.getElementById("comment");
                area.value = "half \\ud83d a symbol"; area.dispatchEvent(new Event("input")); }"""
            )
        visitor.next()
        assert visitor.is_done()
    comments = {body["comment"] for body in site.bodies(survey)}
    assert comments == {*texts[:2], "half \ufffd a symbol"}


def test_no_connection_keeps_everything(site: Site, survey: OpenSurvey, visitor: Visitor) -> None:
    visitor.page.route("**/issue", lambda route: route.abort())
    fill(visitor, survey, survey.links["first"][0])
    visitor.page.fill("#comment", "kept")
    visitor.page.evaluate("window.setTimeout = ((wait) => (f, ms) => wait(f, ms / 50))(setTimeout)")
    visitor.next()
    expect_error(visitor.page, "They are still on this page")
    assert visitor.page.input_value("#comment") == "kept"
    visitor.page.unroute("**/issue")
    visitor.next()
    assert visitor.is_done()
    assert len(site.bodies(survey)) == 1


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (429, "RateLimitError", "Wait one minute"),
        (403, "CredentialRefusedError", "on our side"),
    ],
)
def test_other_refusals_keep_everything(
    survey: OpenSurvey, visitor: Visitor, status: int, error: str, words: str
) -> None:
    refuse(visitor.page, "/issue", status, error)
    fill(visitor, survey, survey.links["first"][0])
    visitor.page.fill("#comment", "kept")
    visitor.next()
    expect_error(visitor.page, words)
    assert visitor.page.input_value("#comment") == "kept"


def test_a_new_link_in_an_open_tab_begins_again(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    visitor.start(survey, survey.links["first"][0])
    visitor.answer(0)
    visitor.page.goto(f"{site.url}{survey.path}#{survey.links['second'][0]}")
    visitor.choose_language("en")
    visitor.next()
    assert "people in Sales" in visitor.heading
    assert visitor.page.locator("input:checked").count() == 0
    assert visitor.page.url.endswith(survey.path)
