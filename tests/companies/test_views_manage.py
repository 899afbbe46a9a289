"""The settings page."""

from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import get_company, season_answers
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company


def test_settings_are_shown_changed_and_logged(session: Session, pages: PageClient) -> None:
    company = make_company(session)
    user = make_user(session, company_id=company.id, email="settings@example.com")
    session.commit()
    log_in_page(pages, user.email)
    page = pages.get("/manage/settings")
    after = pages.submit(
        page,
        {"second_name_es": "el Taller", "second_slips": "40", "minimum_cell_size": "6"},
        to="/settings",
    )
    assert "The settings are saved." in after.text
    assert "del Taller" in after.text
    session.expire_all()
    changed = get_company(session, company.id)
    assert changed.group("second").name_es_de == "del Taller"
    assert changed.group("second").name_es_a == "al Taller"
    assert changed.group("second").slip_head_count == 40
    assert changed.group("first") == company.group("first")
    assert (changed.minimum_cell_size, changed.time_zone) == (6, "Europe/Madrid")
    entry = audit_entries(session, company.id, limit=1)[0]
    assert (entry.actor, entry.action) == (user.email, "settings.change")
    assert set(entry.details["changed"]) == {"minimum_cell_size", "group second"}


def test_bad_settings_change_nothing_and_lose_nothing(session: Session, pages: PageClient) -> None:
    company = make_company(session, minimum_cell_size=8)
    user = make_user(session, company_id=company.id, email="settings@example.com")
    session.commit()
    log_in_page(pages, user.email)
    page = pages.get("/manage/settings")
    lowered = pages.submit(
        page, {"minimum_cell_size": "7", "company_name": "Typed"}, to="/settings"
    )
    assert lowered.title.startswith("Error: ")
    assert "you cannot lower it" in lowered.text
    assert 'value="Typed"' in lowered.html
    empty = pages.submit(page, {"first_name_en": ""}, to="/settings")
    assert empty.text.count("Enter the first group's English name.") == 2  # summary and field
    session.expire_all()
    assert get_company(session, company.id) == company


def test_settings_need_the_permission(session: Session, pages: PageClient) -> None:
    assert pages.get("/manage/settings").path == "/manage/login"
    company = make_company(session)
    make_user(session, company_id=company.id, email="author@example.com", role="author")
    session.commit()
    log_in_page(pages, "author@example.com")
    pages.get("/manage/settings", status=403)


def test_seasons_are_asked_changed_and_logged(session: Session, pages: PageClient) -> None:
    company = make_company(session)
    user = make_user(session, company_id=company.id, email="settings@example.com", language="es")
    session.commit()
    log_in_page(pages, user.email)
    page = pages.get("/manage/settings")
    assert "¿Su trabajo depende de la temporada" in page.text
    assert page.chosen("seasons") == []
    pages.submit(page, {"company_name": "Without an answer"}, to="/settings")
    assert season_answers(session, company.id) == ()
    page = pages.submit(page, {"seasons": "yes"}, to="/settings")
    page = pages.submit(page, {"seasons": "unsure"}, to="/settings")
    page = pages.submit(page, {}, to="/settings")
    assert page.chosen("seasons") == ["unsure"]
    session.expire_all()
    assert [one.answer for one in season_answers(session, company.id)] == ["yes", "unsure"]
    logged = [
        (entry.details["answer"], entry.actor)
        for entry in audit_entries(session, company.id, limit=9)
        if entry.action == "seasons.answer"
    ]
    assert sorted(logged) == [("unsure", user.email), ("yes", user.email)]
    assert (
        "Respondió si el trabajo depende de la temporada" in pages.get("/manage/settings/log").text
    )


def test_a_wrong_setting_keeps_the_answer_about_seasons(
    session: Session, pages: PageClient
) -> None:
    """Nothing typed is lost, and nothing is stored by halves."""
    company = make_company(session, minimum_cell_size=8)
    make_user(session, company_id=company.id, email="settings@example.com")
    session.commit()
    log_in_page(pages, "settings@example.com")
    page = pages.get("/manage/settings")
    for wrong in ({"first_name_en": ""}, {"minimum_cell_size": "7"}):
        again = pages.submit(page, {"seasons": "yes"} | wrong, to="/settings")
        assert again.title.startswith("Error: ")
        assert again.chosen("seasons") == ["yes"]
    refused = pages.submit(page, {"seasons": "maybe"}, to="/settings")
    assert refused.text.count("Answer yes, no or not sure.") == 2  # summary and field
    session.expire_all()
    assert season_answers(session, company.id) == ()
