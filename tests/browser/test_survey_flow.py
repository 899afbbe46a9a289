"""Answering, screen by screen (checklist (a) of the experience page: A1, A4, A7, A9-A12, A15-A17)."""

import json
import re
from collections.abc import Callable

import pytest

from tests.browser.survey_site import N_QUESTIONS, Site, Visitor
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_an_answer_in_spanish_from_the_mailed_link(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    visitor.start(survey, survey.links["second"][0], "es")
    for number in range(N_QUESTIONS):
        visitor.answer(number % 5)
    visitor.page.fill("#comment", "  Más reuniones, por favor.\n¿Sí?  ")
    visitor.next()
    assert visitor.is_done()
    [body] = site.bodies(survey)
    assert body["group"] == "second"
    assert (body["v"], body["language"], body["mode"]) == (1, "es", "link")
    assert body["comment"] == "Más reuniones, por favor.\n¿Sí?"
    core = ["APP1", "RSP1", "COM1", "HON1", "COM2", "RSP2", "APP2", "COMMIT", "HON2", "FRIC"]
    rotating = survey.wave.groups["second"].common_items
    assert list(body["answers"]) == [*core, *rotating, "META"]
    values = [n % 5 for n in range(N_QUESTIONS)]
    assert [v for i, v in body["answers"].items() if i != "RU07"] == [
        v for i, v in zip(body["answers"], values, strict=True) if i != "RU07"
    ]


def test_no_request_between_the_page_and_send(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    """A1: airplane mode after the page is loaded, back on before Send."""
    visitor.open(survey, survey.links["first"][0])
    n_loaded = len(visitor.requests)
    visitor.context.set_offline(True)
    visitor.choose_language("en")
    visitor.next()
    visitor.answer_all()
    visitor.page.fill("#comment", "offline")
    assert len(visitor.requests) == n_loaded
    visitor.context.set_offline(False)
    visitor.next()
    assert visitor.is_done()
    assert [request.url.removeprefix(site.url) for request in visitor.requests[n_loaded:]] == [
        "/issue",
        "/submit",
    ]
    assert len(site.bodies(survey)) == 1


def test_nothing_is_chosen_and_nothing_is_required(
    site: Site, survey: OpenSurvey, visitor: Visitor
) -> None:
    """A4, A7."""
    visitor.start(survey, survey.links["first"][0])
    for number in range(N_QUESTIONS):
        tiles = visitor.page.locator(".tile")
        assert visitor.page.locator("input:checked").count() == 0
        assert visitor.page.locator("[required], [aria-required=true]").count() == 0
        assert tiles.last.inner_text() == "No contact, or not sure"
        assert "apart" in str(tiles.last.get_attribute("class"))
        assert visitor.page.locator(".apart").count() == 1
        visitor.answer(tiles.count() - 1 if number == 4 else None)
    visitor.next()
    assert visitor.is_done()
    assert [body["answers"] for body in site.bodies(survey)] == [{"COM2": "na"}]


def test_two_equal_buttons_come_first(survey: OpenSurvey, visitor: Visitor) -> None:
    """A9."""
    visitor.open(survey, survey.links["first"][0])
    buttons = visitor.page.locator("button:visible, a:visible, input:visible")
    english, spanish = buttons.nth(0), buttons.nth(1)
    assert (english.inner_text(), english.get_attribute("lang")) == ("English", "en")
    assert (spanish.inner_text(), spanish.get_attribute("lang")) == ("Español", "es")
    boxes = [button.bounding_box() for button in (english, spanish)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["width"] == boxes[1]["width"]
    assert boxes[0]["height"] == boxes[1]["height"] >= 56
    assert english.get_attribute("class") == spanish.get_attribute("class")
    assert visitor.page.locator("img, svg").count() == 0


def test_switching_the_language_keeps_answers_and_place(
    survey: OpenSurvey, visitor: Visitor
) -> None:
    """A9."""
    visitor.start(survey, survey.links["first"][0])
    visitor.answer(0)
    visitor.page.click(".tile >> nth=3")
    switch = visitor.page.locator(".language")
    assert (switch.inner_text(), switch.get_attribute("lang")) == ("Español", "es")
    switch.click()
    assert visitor.page.locator("html").get_attribute("lang") == "es"
    assert visitor.progress == "Pregunta 2 de 13"
    assert visitor.page.locator("input:checked").get_attribute("value") == "3"
    assert visitor.page.title().startswith("¿Con qué frecuencia la gente de Operaciones")
    switch = visitor.page.locator(".language")
    assert (switch.inner_text(), switch.get_attribute("lang")) == ("English", "en")
    assert switch.evaluate("node => node === document.activeElement")
    visitor.page.go_back()
    assert visitor.progress == "Pregunta 1 de 13"
    assert visitor.page.locator("input:checked").get_attribute("value") == "0"


def test_keys_choose_and_do_nothing_else(survey: OpenSurvey, visitor: Visitor) -> None:
    """A10, and the whole survey by keyboard alone."""
    visitor.start(survey, survey.links["first"][0])
    page = visitor.page
    n_requests = len(visitor.requests)
    page.keyboard.press("Tab")
    for value in ("1", "2", "3", "4", "na", "0"):
        page.keyboard.press("ArrowDown")
        assert page.locator("input:checked").get_attribute("value") == value
        assert visitor.progress == "Question 1 of 13"
    assert len(visitor.requests) == n_requests
    page.click(".tile >> nth=2")
    assert visitor.progress == "Question 1 of 13"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert visitor.progress == "Question 2 of 13"
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_progress_is_words_said_politely(survey: OpenSurvey, visitor: Visitor) -> None:
    """A11."""
    visitor.start(survey, survey.links["first"][0])
    progress = visitor.page.locator("#progress")
    assert progress.get_attribute("role") == "status"
    for number in range(1, N_QUESTIONS + 1):
        assert visitor.progress == f"Question {number} of 13"
        assert "%" not in visitor.page.inner_text("body")
        visitor.answer()
    assert visitor.progress == "Last step"
    assert visitor.page.locator("progress, [role=progressbar]").count() == 0


def test_back_goes_one_question_back_with_the_answer(survey: OpenSurvey, visitor: Visitor) -> None:
    """A12: the page's own button and the browser's do the same."""
    visitor.start(survey, survey.links["first"][0])
    for tile in (0, 1, 2, 3):
        visitor.answer(tile)
    visitor.page.click("text=Back")
    assert visitor.progress == "Question 4 of 13"
    assert visitor.page.locator("input:checked").get_attribute("value") == "3"
    visitor.page.go_back()
    assert visitor.progress == "Question 3 of 13"
    assert visitor.page.locator("input:checked").get_attribute("value") == "2"
    visitor.page.go_forward()
    assert visitor.progress == "Question 4 of 13"
    assert visitor.page.locator("input:checked").get_attribute("value") == "3"


def test_answers_are_never_stored(survey: OpenSurvey, visitor: Visitor) -> None:
    """A12: neither in storage nor in the history; the address bar loses the code at once."""
    code = survey.links["first"][0]
    visitor.open(survey, code)
    assert visitor.page.url == f"{visitor.site.url}{survey.path}"
    visitor.choose_language("en")
    visitor.next()
    before = json.loads(visitor.stored())
    assert before[0] == {}
    assert before[1] == {"pulse/code": code}
    visitor.answer_all(2)
    visitor.page.fill("#comment", "a-private-remark")
    local, tab, entry = json.loads(visitor.stored())
    assert (local, tab) == (before[0], before[1])
    assert set(entry) == {"visit", "screen", "wave", "language"}
    visitor.page.reload()
    visitor.choose_language("en")
    visitor.next()
    assert visitor.page.locator("input:checked").count() == 0


def test_the_comment_is_last_optional_and_warned(survey: OpenSurvey, visitor: Visitor) -> None:
    """A15."""
    visitor.start(survey, survey.links["first"][0])
    visitor.answer_all()
    area = visitor.page.get_by_label("Please do not write names. (Optional)")
    assert area.get_attribute("autocomplete") == "off"
    assert area.get_attribute("spellcheck") == "false"
    assert visitor.page.locator("form").get_attribute("autocomplete") == "off"
    visitor.next()
    assert visitor.is_done()


def test_the_done_page(site: Site, survey: OpenSurvey, visitor: Visitor) -> None:
    """A16, A17: saved, when and where results hang, nothing to share; a reload says it again."""
    visitor.start(survey, survey.links["first"][0])
    visitor.answer_all()
    visitor.next()
    for _ in range(2):
        assert visitor.is_done()
        text = visitor.page.inner_text("#content")
        assert "You can close this page now." in text
        assert "after March 20, 2026" in text
        assert "the notice board" in text
        assert not re.search(r"[0-9A-F]{6,}|#\d|reference", text, re.IGNORECASE)
        assert visitor.page.locator("#content a:visible, #content .primary").count() == 0
        assert json.loads(visitor.stored())[:2] == [{}, {}]
        visitor.page.reload()
    for _ in range(16):
        visitor.page.go_back()
    assert visitor.page.locator("input:checked").count() == 0
    assert len(site.bodies(survey)) == 1


def test_two_people_share_a_browser(site: Site, survey: OpenSurvey, visitor: Visitor) -> None:
    for group in ("first", "second"):
        visitor.start(survey, survey.links[group][0])
        assert visitor.page.locator("input:checked").count() == 0
        visitor.answer_all(3)
        visitor.next()
        assert visitor.is_done()
    assert [body["group"] for body in site.bodies(survey)] == ["first", "second"]


def test_a_large_group_draws_its_pair_in_the_browser(site: Site, visit: Visit) -> None:
    survey = site.open_survey(n_links=1, n_slips=80)
    assert survey.wave.groups["first"].rotation == "drawn"
    pairs = set()
    for code in survey.slips["first"][:6]:
        visitor = visit()
        visitor.start(survey, code)
        visitor.answer_all(0)
        visitor.next()
        assert visitor.is_done()
    for body in site.bodies(survey):
        rotating = tuple(list(body["answers"])[10:12])
        assert len(set(rotating)) == 2
        assert all(item.startswith("RU") or item == "EMRG" for item in rotating)
        assert not {"RU02", "RU06"} & set(rotating)
        pairs.add(rotating)
    assert len(pairs) > 1  # one pair six times: 1 in 110 ** 5


def test_no_grid_slider_face_or_clock(survey: OpenSurvey, visitor: Visitor) -> None:
    """A20."""
    visitor.start(survey, survey.links["first"][0])
    forbidden = "table, [role=grid], [role=slider], input[type=range], img, svg, [draggable=true]"
    for _ in range(N_QUESTIONS):
        assert visitor.page.locator(forbidden).count() == 0
        text = visitor.page.inner_text("#content")
        assert not re.search("[\u2600-\u27bf\U0001f300-\U0001faff]", text)
        visitor.answer()
    visitor.context.clock.fast_forward("12:00:00")
    assert visitor.progress == "Last step"
