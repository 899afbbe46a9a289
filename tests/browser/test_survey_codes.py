"""Typing a code (A19): forgiving, checked on the spot, the same in the browser as on the server."""

import secrets
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from pulse.invitations.codes import EMAIL, SLIP, code_for, group_of, is_slip, normalise, written
from tests.browser.survey_site import Site, Visitor
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def to_code_screen(visitor: Visitor, survey: OpenSurvey, language: str = "en") -> None:
    visitor.open(survey)
    visitor.choose_language(language)
    visitor.next()


def test_browser_and_server_read_codes_alike(
    site: Site, visitor: Visitor, survey: OpenSurvey
) -> None:
    texts = ["", "-", "A" * 11, "0" * 11, "U2345678901", "ñ2345678901", "0" * 26, "1" * 25]
    for number in range(300):
        channel = SLIP if number % 3 else EMAIL
        code = code_for(bytes(32), uuid.UUID(int=number), ("first", "second")[number % 2], channel)
        wrong = list(code)
        place = number % len(wrong)
        wrong[place] = secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        texts += [
            code,
            f" {written(code).lower()}\u2011",
            code.replace("0", "o").replace("1", "l"),
            "".join(wrong),
            code[::-1],
            code[1:],
        ]
    visitor.open(survey)
    script = """async (texts) => {
      const { normalise, groupOf, isSlip, written } = await import("/static/js/code.js");
      return texts.map((text) => {
        const code = normalise(text);
        return code && [code, groupOf(code), isSlip(code), written(code)];
      });
    }"""
    found = visitor.page.evaluate(script, texts)
    for text, in_browser in zip(texts, found, strict=True):
        code = normalise(text)
        here = code and [code, str(group_of(code)), is_slip(code), written(code)]
        assert in_browser == here, text


def test_a_typed_slip_is_forgiven_its_looks(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    to_code_screen(visitor, survey)
    code = survey.slips["second"][0]
    typed = f" {code[:4]} {code[4:8]}-{code[8:]} ".lower().replace("0", "o").replace("1", "i")
    visitor.page.fill("#code", typed)
    visitor.next()
    assert visitor.progress == "Question 1 of 13"
    assert "people in Sales" in visitor.heading
    visitor.answer_all(1)
    visitor.next()
    assert visitor.is_done()
    assert [body["mode"] for body in site.bodies(survey)] == ["slip"]


def test_pasting_works(survey: OpenSurvey, visitor: Visitor) -> None:
    to_code_screen(visitor, survey)
    visitor.page.focus("#code")
    visitor.page.keyboard.insert_text(written(survey.slips["first"][0]))
    visitor.page.keyboard.press("Enter")
    assert visitor.progress == "Question 1 of 13"


def test_a_scanned_slip_needs_no_typing(site: Site, survey: OpenSurvey, visitor: Visitor) -> None:
    """3.3.8: the QR code on a slip is the link with the code in its fragment."""
    visitor.start(survey, written(survey.slips["first"][0]))
    assert visitor.progress == "Question 1 of 13"


@pytest.mark.parametrize(
    ("language", "typed", "words"),
    [
        ("en", "4K7M-2QXD-9TC", "typing mistake"),
        ("es", "hola", "tiene un error"),
        ("en", "", "Type the code from your slip, or open"),
        ("es", "  ", "Escriba el código de su papel o abra"),
    ],
)
def test_mistakes_are_found_on_the_spot(
    survey: OpenSurvey, visitor: Visitor, language: str, typed: str, words: str
) -> None:
    to_code_screen(visitor, survey, language)
    n_requests = len(visitor.requests)
    visitor.page.fill("#code", typed)
    visitor.next()
    expect(visitor.page.locator(".error-summary")).to_contain_text(words)
    expect(visitor.page.locator("#code-error")).to_contain_text(words)
    assert visitor.page.title().startswith("Error: ")
    assert visitor.page.input_value("#code") == typed
    assert visitor.page.evaluate("document.activeElement.className") == "error-summary"
    visitor.page.click(".error-summary a")
    assert visitor.page.evaluate("document.activeElement.id") == "code"
    assert len(visitor.requests) == n_requests


def test_a_broken_link_can_be_mended(survey: OpenSurvey, visitor: Visitor) -> None:
    visitor.open(survey, survey.links["first"][0][:-1])
    visitor.choose_language("en")
    visitor.next()
    assert visitor.heading == "Type the code from your slip"
    assert visitor.page.input_value("#code") == survey.links["first"][0][:-1]


def test_a_garbled_fragment_breaks_nothing(survey: OpenSurvey, visitor: Visitor) -> None:
    visitor.open(survey, "%E0%A4%A")
    visitor.choose_language("en")
    visitor.next()
    assert visitor.page.input_value("#code") == "%E0%A4%A"


def test_the_field_helps_the_hand(survey: OpenSurvey, visitor: Visitor) -> None:
    to_code_screen(visitor, survey)
    field = visitor.page.locator("#code")
    for name, value in {
        "autocomplete": "off",
        "autocapitalize": "characters",
        "spellcheck": "false",
        "inputmode": "text",
    }.items():
        assert field.get_attribute(name) == value
    assert visitor.page.locator(".key").count() == 0


def test_keys_on_a_standing_tablet(survey: OpenSurvey, visit: Visit) -> None:
    visitor = visit(viewport={"width": 800, "height": 1280}, has_touch=True)
    to_code_screen(visitor, survey)
    keys = visitor.page.locator(".key")
    assert keys.count() == 33
    assert visitor.page.get_attribute("#code", "inputmode") == "none"
    boxes = [box for box in (keys.nth(n).bounding_box() for n in range(33)) if box]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 90
    code = survey.slips["first"][0]
    for symbol in f"0{code}"[:2]:
        visitor.page.locator(".key", has_text=symbol).first.tap()
    visitor.page.get_by_role("button", name="Erase").tap()
    visitor.page.get_by_role("button", name="Erase").tap()
    for symbol in code:
        visitor.page.get_by_role("button", name=symbol, exact=True).tap()
    assert visitor.page.input_value("#code") == written(code)
    visitor.next()
    assert visitor.progress == "Question 1 of 13"
