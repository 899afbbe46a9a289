"""Logs an HR account in through a test client."""

import uuid

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from pulse.accounts.queries import UserView
from tests.clients.page_client import Page, PageClient
from tests.factories.accounts import PASSWORD, make_user


def log_in(client: FlaskClient, email: str, password: str = PASSWORD) -> None:
    """Log in with a plain test client, whose forms need no CSRF token."""
    response = client.post("/manage/login", data={"email": email, "password": password})
    assert response.status_code == 302, response.get_data(as_text=True)


def log_in_page(pages: PageClient, email: str, password: str = PASSWORD) -> Page:
    """Log in by the log-in page; return the page that follows."""
    form = pages.get("/manage/login")
    return pages.submit(form, {"email": email, "password": password}, to="/login")


def hr_of(
    session: Session, client: FlaskClient, company_id: uuid.UUID, email: str = "hr@example.com"
) -> UserView:
    """Make an HR account of the company, log it in with `client`, and return it."""
    user = make_user(session, email=email, company_id=company_id)
    session.commit()
    log_in(client, email)
    return user
