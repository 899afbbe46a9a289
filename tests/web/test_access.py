"""The access declarations themselves; the table role by endpoint is in tests/architecture."""

import uuid

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from pulse.config import Settings
from pulse.web.access import (
    Access,
    UndeclaredAccessError,
    access_of,
    anyone,
    check_declarations,
    install_access,
    requires,
    respondent,
)
from pulse.web.context import Application, Identity, Ports, current, install_context
from pulse.web.error_pages import install_error_pages
from pulse.web.ratelimit import AttemptLimiter
from pulse.web.sessions import configure_sessions, log_in_browser
from pulse.web.templating import install_templating
from pulse.web.transactions import install_transactions

USER = uuid.uuid4()
EPOCH = 3


def identity(_session: object, user_id: uuid.UUID, epoch: int) -> Identity | None:
    if (user_id, epoch) != (USER, EPOCH):
        return None
    return Identity(
        user_id=USER,
        company_id=None,
        email="a@example.com",
        name="A",
        role="hr",
        language="es",
        permissions=frozenset({"report.read"}),
    )


@pytest.fixture
def small(settings: Settings) -> Flask:
    app = Flask("small")
    configure_sessions(app, settings)
    install_templating(app)
    application = Application(
        settings=settings,
        ports=Ports(),
        engine=None,  # type: ignore[arg-type]
        sessions=lambda: None,  # type: ignore[arg-type]
        load_identity=identity,
        limiter=AttemptLimiter(),
    )
    install_context(app, application)
    install_transactions(app)
    install_access(app)
    install_error_pages(app)
    app.add_url_rule("/manage/login", "accounts_manage.log_in", anyone(lambda: "log in"))
    app.add_url_rule("/manage/read", "read", requires("report.read")(lambda: "report"))
    app.add_url_rule(
        "/manage/edit", "edit", requires("people.edit")(lambda: "roster"), methods=["GET", "POST"]
    )
    app.add_url_rule("/manage/who", "who", anyone(lambda: current().language))
    app.add_url_rule("/manage/answer", "answer", respondent(lambda: str(current().identity)))
    return app


def logged_in(app: Flask, epoch: int = EPOCH) -> FlaskClient:
    @anyone
    def enter() -> str:
        session["left"] = "by somebody else"
        log_in_browser(USER, epoch)
        return str("left" in session)

    app.add_url_rule("/manage/enter", "enter", enter)
    client = app.test_client()
    assert client.get("/manage/enter").text == "False"
    return client


def test_nobody_is_sent_to_the_login_and_back(small: Flask) -> None:
    answer = small.test_client().get("/manage/read?month=3")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/manage/login?next=/manage/read?month%3D3"


def test_a_post_is_not_repeated_after_the_login(small: Flask) -> None:
    answer = small.test_client().post("/manage/edit")
    assert answer.headers["Location"] == "/manage/login"


def test_permissions(small: Flask) -> None:
    client = logged_in(small)
    assert client.get("/manage/read").text == "report"
    assert client.get("/manage/edit").status_code == 403


def test_an_older_session_ends(small: Flask) -> None:
    client = logged_in(small, EPOCH - 1)
    assert client.get("/manage/read").status_code == 302
    with client.session_transaction(path="/manage") as left:
        assert "user" not in left


def test_pages_speak_the_users_language(small: Flask) -> None:
    assert logged_in(small).get("/manage/who").text == "es"


def test_respondents_pages_do_not_look_at_the_login(small: Flask) -> None:
    answer = logged_in(small).get("/manage/answer")
    assert answer.text == "None"
    assert "Set-Cookie" not in answer.headers


def test_undeclared_endpoints(small: Flask) -> None:
    check_declarations(small)
    assert access_of(small, "read") == Access("permission", "report.read")
    small.add_url_rule("/x", "undeclared", lambda: "")
    with pytest.raises(UndeclaredAccessError, match="undeclared"):
        check_declarations(small)
