"""The settings page."""

from sqlalchemy.orm import Session

from pulse.accounts.queries import audit_entries
from pulse.companies.queries import get_company
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
