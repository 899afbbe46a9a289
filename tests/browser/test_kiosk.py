"""A8, A18: a tablet that many people use one after the other keeps nothing of anybody."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.kiosk_tablet import NOTHING, STORED, Kiosk, next_person_finds, traces
from tests.browser.survey_site import Site
from tests.conftest import START
from tests.factories.companies import make_company
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser


def test_ten_people_leave_no_trace(site: Site, kiosk: Kiosk) -> None:
    """A8."""
    survey = site.open_survey(n_slips=10)
    kiosk.begin(survey, "#place=Hall%202")
    page = kiosk.page
    expect(page.locator("#simple-form")).to_contain_text("Hall 2")
    length = page.evaluate("history.length")
    secrets = []
    for number, code in enumerate(survey.slips["second"]):
        secrets += [code, f"remark-{number}"]
        kiosk.type_slip(code, ("en", "es")[number % 2])
        kiosk.answer_and_send(f"remark-{number}", number % 6)
        assert kiosk.is_done()
        assert page.evaluate(STORED) == NOTHING
        if number % 3:
            kiosk.later(11)
        else:
            page.click("#kiosk-done .primary")
        kiosk.start_screen()
        assert traces(page, secrets) == []
        assert page.evaluate("history.length") == length
    assert next_person_finds(kiosk, secrets) == []
    kiosk.later(95)
    kiosk.start_screen()
    for step in [page.go_back] * 10 + [page.go_forward] * 10:
        step()
        assert page.url == "about:blank" or "/kiosk/" in page.url
        shown = page.content()
        assert not [secret for secret in secrets if secret in shown]
        if "/kiosk/" in page.url:
            kiosk.start_screen()
            assert traces(page, secrets) == []
    bodies = site.bodies(survey)
    assert sorted(body["comment"] for body in bodies) == sorted(secrets[1::2])
    assert {body["mode"] for body in bodies} == {"kiosk"}
    assert kiosk.complaints == []


def test_nothing_is_cached(site: Site, survey: OpenSurvey, kiosk: Kiosk) -> None:
    kiosk.begin(survey)
    pages = [r for r in kiosk.requests if "/static/" not in r.url]
    assert {r.response().header_value("cache-control") for r in pages} == {"no-store"}
    assert kiosk.context.cookies() == []


def test_idle_asks_and_then_erases(survey: OpenSurvey, kiosk: Kiosk) -> None:
    kiosk.begin(survey)
    page, dialog = kiosk.page, kiosk.page.locator("#kiosk-idle")
    code = survey.slips["second"][0]
    kiosk.type_slip(code, "es")
    kiosk.answer(2)
    kiosk.later(50)
    page.click(".tile >> nth=1")
    kiosk.later(50)
    expect(dialog).to_be_hidden()
    kiosk.later(12)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("¿Sigue ahí?")
    assert int(dialog.locator(".seconds").inner_text()) in range(27, 31)
    kiosk.later(20)
    assert int(dialog.locator(".seconds").inner_text()) in range(7, 11)
    dialog.get_by_role("button").click()
    expect(dialog).to_be_hidden()
    assert page.locator(".tile input").nth(1).is_checked()
    kiosk.leave()
    assert next_person_finds(kiosk, [code]) == []


def test_back_to_the_start_is_a_new_start(survey: OpenSurvey, kiosk: Kiosk) -> None:
    kiosk.begin(survey)
    code = survey.slips["first"][0]
    kiosk.type_slip(code, "es")
    kiosk.answer(1)
    for _screen in range(4):
        kiosk.page.click("#survey .quiet")
    kiosk.page.wait_for_selector("html[lang=en] .choice:visible")
    assert next_person_finds(kiosk, [code]) == []


@pytest.mark.parametrize("way", ["typed", "address"])
def test_personal_links_are_refused_kindly(survey: OpenSurvey, kiosk: Kiosk, way: str) -> None:
    link = survey.links["first"][0]
    kiosk.begin(survey, f"#{link}" if way == "address" else "")
    kiosk.to_code("es")
    if way == "typed":
        kiosk.page.fill("#code", link)
        kiosk.next()
    expect(kiosk.page.locator(".error-summary")).to_contain_text(
        "Aquí necesita un papel con código"
    )
    assert link not in kiosk.page.url + kiosk.page.content() + kiosk.page.input_value("#code")
    assert not [request for request in kiosk.requests if request.method == "POST"]
    kiosk.page.fill("#code", survey.slips["first"][0])
    kiosk.next()
    assert kiosk.progress == "Pregunta 1 de 13"


def fail_to_send(kiosk: Kiosk) -> None:
    """Answer and press Send while /submit cannot be reached."""
    kiosk.page.route("**/submit", lambda route: route.abort())
    kiosk.answer_and_send("unsent-remark")
    for _try in range(60):
        if kiosk.page.locator(".error-summary").count():
            break
        kiosk.later(3)
        kiosk.page.wait_for_timeout(30)
    expect(kiosk.page.locator(".error-summary")).to_contain_text("could not send your answers")


def test_unsent_answers_can_be_sent_again_on_the_spot(
    site: Site, survey: OpenSurvey, kiosk: Kiosk
) -> None:
    kiosk.begin(survey)
    kiosk.type_slip(survey.slips["first"][0])
    fail_to_send(kiosk)
    assert "unsent-remark" not in kiosk.page.evaluate(STORED)
    kiosk.page.unroute("**/submit")
    kiosk.next()
    assert kiosk.is_done()
    assert [body["comment"] for body in site.bodies(survey)] == ["unsent-remark"]


def test_unsent_answers_are_not_kept(site: Site, survey: OpenSurvey, kiosk: Kiosk) -> None:
    kiosk.begin(survey)
    code = survey.slips["first"][0]
    kiosk.type_slip(code)
    fail_to_send(kiosk)
    kiosk.later(61)
    expect(kiosk.page.locator("#kiosk-idle")).to_contain_text("not even answers that could not be")
    kiosk.later(31)
    kiosk.start_screen()
    assert next_person_finds(kiosk, [code, "unsent-remark"]) == []
    assert site.bodies(survey) == []


def test_a_crash_while_sending_loses_nothing(site: Site, survey: OpenSurvey, kiosk: Kiosk) -> None:
    """Manual check A18, step 6: what was sealed is sent by the reloaded page, and counts once."""
    kiosk.begin(survey)
    kiosk.type_slip(survey.slips["first"][0])
    kiosk.page.route("**/submit", lambda route: route.abort())
    kiosk.answer_and_send("sealed-remark")
    for _moment in range(100):
        if '"ballot' in kiosk.page.evaluate(STORED).replace("\\", ""):
            break
        kiosk.page.wait_for_timeout(50)
    kiosk.page.unroute("**/submit")
    kiosk.page.reload()
    assert kiosk.is_done()
    assert [body["comment"] for body in site.bodies(survey)] == ["sealed-remark"]
    kiosk.later(11)
    kiosk.start_screen()
    assert next_person_finds(kiosk, ["sealed-remark"]) == []


def test_without_a_connection_it_says_so_and_shows_nothing(
    survey: OpenSurvey, kiosk: Kiosk
) -> None:
    kiosk.begin(survey)
    kiosk.type_slip(survey.slips["first"][0])
    kiosk.context.set_offline(True)
    kiosk.later(61)
    kiosk.later(31)
    kiosk.page.wait_for_selector("#kiosk-waiting:visible")
    visible = kiosk.page.inner_text("body")
    assert "No connection" in visible
    assert "No hay conexión" in visible
    assert "Question" not in visible
    assert kiosk.page.locator(".tile, #code, button:visible").count() == 0
    assert kiosk.page.evaluate(STORED) == NOTHING
    kiosk.context.set_offline(False)
    kiosk.later(6)
    kiosk.start_screen()


def test_a_kiosk_between_two_surveys(site: Site, survey: OpenSurvey, kiosk: Kiosk) -> None:
    """It shows the page of every visitor, and looks by itself for the next survey."""
    with site.session() as session:
        idle = make_company(session).slug
        session.commit()
    page = kiosk.context.request.get(f"{site.url}/kiosk/{idle}").text()
    address = f"**/kiosk/{survey.company.slug}"
    kiosk.page.route(address, lambda route: route.fulfill(body=page, content_type="text/html"))
    kiosk.context.clock.install(time=START)
    kiosk.page.goto(f"{site.url}/kiosk/{survey.company.slug}")
    assert "No survey now" in kiosk.page.inner_text("h1")
    kiosk.page.unroute(address)
    kiosk.later(61)
    kiosk.start_screen()


# --- Planted faults: each is found by what the tests above ask ---


def plant(kiosk: Kiosk, *pairs: tuple[str, str]) -> None:
    """Serve a kiosk.js that does not do all it should."""

    def handle(route: Route) -> None:
        source = route.fetch().text()
        for good, bad in pairs:
            assert good in source
            source = source.replace(good, bad)
        route.fulfill(body=source, content_type="text/javascript")

    kiosk.page.route("**/kiosk.js", handle)


def test_planted_full_storage_is_found(survey: OpenSurvey, kiosk: Kiosk) -> None:
    plant(kiosk, ("localStorage.clear();", ""))
    kiosk.begin(survey)
    kiosk.type_slip(survey.slips["first"][0])
    kiosk.page.evaluate("localStorage.setItem('pulse/ballot/x', '{\"closes\": \"2030-01-01\"}')")
    kiosk.leave()
    assert "storage" in next_person_finds(kiosk, [])


def test_planted_page_that_stays_is_found(survey: OpenSurvey, kiosk: Kiosk) -> None:
    code = survey.slips["first"][0]
    plant(
        kiosk,
        ("location.reload();", 'byId("content").hidden = false;'),
        ('byId("survey")?.replaceChildren();', ""),
        ('document.dispatchEvent(new CustomEvent("pulse:forget"));', ""),
    )
    kiosk.begin(survey)
    kiosk.to_code()
    kiosk.page.fill("#code", code)
    kiosk.later(61)
    kiosk.later(31)
    kiosk.page.wait_for_selector("#content:visible")
    assert traces(kiosk.page, [code]) == [f"{code!r} on the page"]


def test_planted_history_is_found(survey: OpenSurvey, kiosk: Kiosk) -> None:
    """The usual page keeps the way back: on a kiosk that would be somebody's answers."""

    def handle(route: Route) -> None:
        page = route.fetch().text()
        route.fulfill(body=page.replace("respond kiosk", "respond"), content_type="text/html")

    kiosk.page.route(f"**/kiosk/{survey.company.slug}", handle)
    kiosk.begin(survey)
    length = kiosk.page.evaluate("history.length")
    kiosk.type_slip(survey.slips["first"][0])
    assert kiosk.page.evaluate("history.length") > length
    assert "storage" in traces(kiosk.page, [])
