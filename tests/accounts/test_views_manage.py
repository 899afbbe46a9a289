"""Logging in and out, the first page, accounts and the log."""

import datetime as dt

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from pulse.accounts import queries, service
from pulse.accounts.models import User
from pulse.companies.queries import all_companies
from pulse.errors import RateLimitError
from tests.clients.manager import hr_of, log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import PASSWORD, make_user
from tests.factories.companies import make_company

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
FIRST_PAGE = {
    "company_name": "Example Works",
    "time_zone": "Europe/Madrid",
    "results_place": "canteen",
    "first_name_en": "Sales",
    "first_name_es": "Ventas",
    "second_name_en": "Store",
    "second_name_es": "el Almacén",
    "requests_by": "first",
    "name": "Ana Ruiz",
    "email": "ana@example.com",
    "password": "my first password",
    "language": "es",
}


@pytest.fixture(autouse=True)
def _no_attempts_yet(app: Flask) -> None:
    """The limiter lives as long as the application, which all tests share."""
    app.extensions["pulse"].limiter._window.storage.reset()


def test_a_page_asked_for_comes_after_logging_in(session: Session, pages: PageClient) -> None:
    company = make_company(session)
    make_user(session, email="next@example.com", company_id=company.id)
    session.commit()
    asked = pages.get("/manage/settings/log?page=1")
    assert asked.path == "/manage/login"
    after = pages.submit(asked, {"email": "next@example.com", "password": PASSWORD})
    assert after.path == "/manage/settings/log"
    out = pages.submit(after, to="/logout")
    assert out.path == "/manage/login"
    assert pages.get("/manage/settings/log").path == "/manage/login"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_to_another_site(session: Session, app: Flask, target: str) -> None:
    make_user(session, email="target@example.com", company_id=make_company(session).id)
    session.commit()
    answer = app.test_client().post(
        "/manage/login",
        query_string={"next": target},
        data={"email": "target@example.com", "password": PASSWORD},
    )
    assert answer.headers["Location"] == "/manage/"


def test_logging_in_needs_the_token_of_its_form(session: Session, pages: PageClient) -> None:
    make_user(session, email="forged@example.com", company_id=make_company(session).id)
    session.commit()
    values = {"email": "forged@example.com", "password": PASSWORD}
    assert pages.http.post("/manage/login", data=values).status_code == 400


def test_a_failure_says_so_keeps_the_address_and_is_counted(
    session: Session, pages: PageClient
) -> None:
    make_user(session, email="typo@example.com")
    session.commit()
    form = pages.get("/manage/login")
    page = pages.submit(form, {"email": "typo@example.com", "password": "wrong"}, to="/login")
    assert page.title.startswith("Error: ")
    assert "do not belong together" in page.text
    assert 'value="typo@example.com"' in page.html
    assert "wrong" not in page.html.replace("wrong password", "")
    failures = sa.select(User.failed_logins).where(User.email == "typo@example.com")
    assert session.scalar(failures) == 1


@pytest.mark.parametrize("email", ["locked@example.com", "unknown-locked@example.com"])
def test_known_and_unknown_addresses_lock_alike(
    session: Session, pages: PageClient, email: str
) -> None:
    make_user(session, email="locked@example.com")
    session.commit()
    form = pages.get("/manage/login")
    texts = [
        pages.submit(form, {"email": email, "password": "wrong password"}, to="/login").text
        for _ in range(11)
    ]
    assert all("do not belong together" in text for text in texts[:10])
    assert "Too many wrong passwords" in texts[10]


def test_guessing_over_many_addresses_is_slowed(session: Session, app: Flask) -> None:
    limiter = app.extensions["pulse"].limiter
    for _ in range(61):
        limiter.count("log in", "60/minute")
    with pytest.raises(RateLimitError):
        limiter.check("log in", "60/minute")
    page = app.test_client().post("/manage/login", data={"email": "x@example.com", "password": "y"})
    assert "Too many attempts" in page.get_data(as_text=True)


def test_the_first_page_makes_company_and_account_once(session: Session, pages: PageClient) -> None:
    token = service.ensure_setup_token(session, NOW)
    session.commit()
    assert "Open the setup link" in pages.get("/manage/login").text
    page = pages.get(f"/manage/setup?token={token}")
    visible = [
        item
        for item in page.form("/setup").all("input", "select")
        if item.get("type") not in {"hidden", "radio"}
    ]
    assert len(visible) + 1 <= 12  # the two radio buttons are one field
    after = pages.submit(page, FIRST_PAGE, to="/setup")
    assert after.path == "/manage/people/import"
    (company,) = all_companies(session)
    assert company.group("second").name_es_de == "del Almacén"
    assert queries.users_of(session, company.id)[0].email == "ana@example.com"
    pages.get(f"/manage/setup?token={token}", status=403)
    again = pages.http.post("/manage/setup", data=FIRST_PAGE | {"token": str(token)})
    assert again.status_code in {400, 403}
    session.expire_all()
    assert len(all_companies(session)) == 1


def test_a_mistake_on_the_first_page_loses_nothing(session: Session, pages: PageClient) -> None:
    token = service.ensure_setup_token(session, NOW)
    session.commit()
    page = pages.get(f"/manage/setup?token={token}")
    alike = pages.submit(page, FIRST_PAGE | {"second_name_en": "sales"}, to="/setup")
    assert "The two groups need different names" in alike.text
    assert 'value="Example Works"' in alike.html
    short = pages.submit(alike, FIRST_PAGE | {"password": "short"}, to="/setup")
    assert short.text.count("Choose a password of 10 to 200 characters") == 2
    assert all_companies(session) == ()
    assert pages.submit(short, FIRST_PAGE, to="/setup").path == "/manage/people/import"


@pytest.mark.parametrize("query", ["", "?token=", "?token=guess"])
def test_the_first_page_needs_its_token(session: Session, pages: PageClient, query: str) -> None:
    service.ensure_setup_token(session, NOW)
    session.commit()
    pages.get(f"/manage/setup{query}", status=403)


def test_a_colleague_gets_an_account_and_loses_it(
    session: Session, app: Flask, pages: PageClient
) -> None:
    company = make_company(session)
    make_user(session, email="boss@example.com", company_id=company.id)
    session.commit()
    log_in_page(pages, "boss@example.com")
    form = pages.get("/manage/settings/accounts/new")
    taken = pages.submit(
        form, {"name": "B", "email": "boss@example.com", "password": PASSWORD}, to="/new"
    )
    assert "already logs in" in taken.text
    users = pages.submit(
        form, {"name": "Ben", "email": "ben@example.com", "password": PASSWORD}, to="/new"
    )
    assert "ben@example.com can log in now." in users.text
    ben = queries.user_by_email(session, "ben@example.com")
    assert ben is not None
    assert (ben.company_id, ben.role) == (company.id, "hr")
    app.extensions["pulse"].ports.clock.advance(minutes=1)
    gone = pages.submit(users, to=f"{ben.id}/remove")
    assert "cannot log in any more" in gone.text
    session.expire_all()
    assert queries.user_by_email(session, "ben@example.com") is None
    log = pages.get("/manage/settings/log")
    assert log.text.index("Took an account away") < log.text.index("Made an account")
    assert PASSWORD not in log.html


def test_accounts_of_other_companies_are_out_of_reach(session: Session, app: Flask) -> None:
    stranger = make_user(session, email="stranger@example.com", company_id=make_company(session).id)
    client = app.test_client()
    hr_of(session, client, make_company(session).id, "mine@example.com")
    assert "stranger@" not in client.get("/manage/settings/accounts").get_data(as_text=True)
    answer = client.post(f"/manage/settings/accounts/{stranger.id}/remove")
    assert answer.status_code == 404
    assert queries.find_user(session, stranger.id) is not None


def test_a_changed_password_logs_other_browsers_out(
    session: Session, app: Flask, pages: PageClient
) -> None:
    company = make_company(session)
    other = app.test_client()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    hr_of(session, other, company.id, "twice@example.com")
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    log_in_page(pages, "twice@example.com")
    form = pages.get("/manage/settings/password")
    wrong = pages.submit(
        form, {"present": "not it at all", "new_password": "a brand new password"}, to="/password"
    )
    assert "This is not your present password" in wrong.text
    new = {"present": PASSWORD, "new_password": "a brand new password"}
    pages.http.post("/manage/settings/password", data={})  # without token: refused
    answer = pages.submit(wrong, new, to="/password")
    assert answer.path == "/manage/"
    assert other.get("/manage/settings/password").status_code == 302
    assert pages.get("/manage/settings/password").path == "/manage/settings/password"
