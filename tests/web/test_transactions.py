"""One transaction per request: what a view wrote is there when it answered, and gone when it failed."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from pulse import db
from pulse.config import Settings
from pulse.errors import ConflictError
from pulse.web.access import anyone, install_access
from pulse.web.context import Application, Ports, current, install_context
from pulse.web.error_pages import install_error_pages
from pulse.web.ratelimit import AttemptLimiter
from pulse.web.sessions import configure_sessions
from pulse.web.templating import install_templating
from pulse.web.transactions import commit_now, install_transactions, start_writing

NOTES = sa.Table("notes_of_the_test", sa.MetaData(), sa.Column("word", sa.String(20)))
SECRET = "what the respondent wrote"


def write(word: str) -> None:
    start_writing()
    current().session.execute(NOTES.insert().values(word=word))


@anyone
def works() -> str:
    write("works")
    return "done"


@anyone
def is_refused() -> str:
    write("refused")
    raise ConflictError


@anyone
def crashes() -> str:
    write("crashed")
    raise RuntimeError(SECRET)


@anyone
def ends_early() -> str:
    write("first")
    commit_now()
    write("second")
    raise RuntimeError(SECRET)


@pytest.fixture
def engine_of_app(engine: sa.Engine) -> Iterator[sa.Engine]:
    """The test's database with one more table: commits here are real."""
    NOTES.create(engine)
    yield engine
    NOTES.drop(engine)


@pytest.fixture
def client(engine_of_app: sa.Engine, settings: Settings) -> FlaskClient:
    app = Flask("small")
    configure_sessions(app, settings)
    install_templating(app)
    application = Application(
        settings=settings,
        ports=Ports(),
        engine=engine_of_app,
        sessions=db.session_factory(engine_of_app),
        load_identity=lambda _session, _user, _epoch: None,
        limiter=AttemptLimiter(),
    )
    install_context(app, application)
    install_transactions(app)
    install_access(app)
    install_error_pages(app)
    for view in (works, is_refused, crashes, ends_early):
        app.add_url_rule(f"/{view.__name__}", view_func=view, methods=["POST", "GET"])
    return app.test_client()


def stored(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(sa.select(NOTES.c.word)))


def test_a_view_that_answers_is_committed(client: FlaskClient, engine_of_app: sa.Engine) -> None:
    assert client.post("/works").text == "done"
    assert stored(engine_of_app) == {"works"}


@pytest.mark.parametrize(("view", "status"), [("is_refused", 409), ("crashes", 500)])
def test_a_failing_view_leaves_nothing(
    client: FlaskClient, engine_of_app: sa.Engine, view: str, status: int
) -> None:
    assert client.post(f"/{view}", json={}).status_code == status
    assert stored(engine_of_app) == set()
    assert client.post("/works").status_code == 200
    assert stored(engine_of_app) == {"works"}


def test_what_was_committed_early_stays(client: FlaskClient, engine_of_app: sa.Engine) -> None:
    assert client.post("/ends_early", json={}).status_code == 500
    assert stored(engine_of_app) == {"first"}


def test_a_crash_shows_a_reference_and_no_words_of_the_exception(
    client: FlaskClient, engine_of_app: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.post("/crashes", json={"answers": SECRET})
    assert SECRET not in answer.text
    assert SECRET not in caplog.text
    reference = answer.json["message"].rpartition(" ")[2]
    assert f"crash {reference} in crashes: RuntimeError at" in caplog.text
