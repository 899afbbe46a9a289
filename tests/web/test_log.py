"""The log never quotes a request: not by a crash, not by a driver's error, not by the server."""

import io
import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from pulse import log
from pulse.app import create_app
from pulse.config import Settings
from pulse.web.access import respondent
from pulse.web.context import current

CODE = "CANARY7CODE"
PLAIN = logging.Formatter(log.FORMAT)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the server's own logging writes."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    log.configure_logging(logging.DEBUG)
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def write_plainly() -> None:
    """The planted fault: an ordinary formatter."""
    logging.getLogger().handlers[0].setFormatter(PLAIN)


@pytest.fixture
def client(settings: Settings) -> Iterator[FlaskClient]:
    """An application with three ways to fall over what a respondent sent."""
    app = create_app(settings)

    @respondent
    def crash(**_rest: str) -> str:
        code = request.get_json()["code"]
        raise ValueError(f"cannot read {code}")

    @respondent
    def refuse_twice(**_rest: str) -> str:
        session = current().session
        session.execute(sa.text("CREATE TEMPORARY TABLE spent (code TEXT PRIMARY KEY)"))
        for _ in range(2):
            values = {"code": request.get_json()["code"]}
            session.execute(sa.text("INSERT INTO spent VALUES (:code)"), values)
        return ""

    @respondent
    def fail_at_the_end(**_rest: str) -> str:
        code = request.get_json()["code"]

        @sa.event.listens_for(current().session, "before_commit")
        def fail(_session: object) -> None:
            raise ValueError(f"cannot keep {code}")

        return ""

    for view in (crash, refuse_twice, fail_at_the_end):
        app.add_url_rule(f"/{view.__name__}/<path:rest>", view_func=view, methods=["POST"])
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    yield app.test_client()
    app.extensions["pulse"].engine.dispose()


@pytest.mark.parametrize(
    ("view", "kind"),
    [
        ("crash", "ValueError"),
        ("refuse_twice", "IntegrityError"),
        ("fail_at_the_end", "ValueError"),
    ],
)
def test_a_crash_names_its_place_alone(
    client: FlaskClient, written: io.StringIO, view: str, kind: str
) -> None:
    reply = client.post(f"/{view}/{CODE}", json={"code": CODE}, headers={"User-Agent": CODE})
    assert reply.status_code == 500
    assert "went wrong on our side" in reply.get_json()["message"]
    assert CODE not in reply.text
    (line,) = written.getvalue().splitlines()
    assert f"in {view}: {kind} at test_log.py:" in line
    assert CODE not in line


def test_the_programs_below_print_no_words_of_their_own(written: io.StringIO) -> None:
    """As waitress does where the application falls over: path in the words, text in the trace."""
    foreign = logging.getLogger("waitress")

    def fall_over() -> None:
        try:
            int(CODE)
        except ValueError:
            foreign.exception("Exception while serving /s/%s", CODE, stack_info=True)

    fall_over()
    said = written.getvalue()
    assert "waitress: see test_log.py:" in said
    assert "ValueError at test_log.py:" in said
    assert CODE not in said
    write_plainly()
    fall_over()
    assert CODE in written.getvalue()


def test_what_pulse_says_is_said(written: io.StringIO) -> None:
    logging.getLogger("pulse.jobs.runner").warning("job %s failed", "count")
    assert "pulse.jobs.runner: job count failed" in written.getvalue()
    logging.getLogger("pulses.of.others").warning("job %s failed", CODE)
    assert CODE not in written.getvalue()


def test_a_driver_s_error_quotes_what_was_sent() -> None:
    """Why texts of errors are never printed: hidden parameters do not hide a key's detail."""
    error = IntegrityError(
        "INSERT", {"code": CODE}, ValueError(f"Key (code)=({CODE}) exists"), hide_parameters=True
    )
    assert CODE in str(error)
    assert log.kind_and_place(error) == "IntegrityError"


def test_flask_s_own_line_is_silenced(client: FlaskClient, written: io.StringIO) -> None:
    """The planted fault: Flask's log of a failure outside a view, as it comes."""
    write_plainly()
    app = client.application
    client.post(f"/fail_at_the_end/{CODE}", json={"code": CODE})
    assert CODE not in written.getvalue()
    app.log_exception = Flask.log_exception.__get__(app)  # type: ignore[method-assign]
    client.post(f"/fail_at_the_end/{CODE}", json={"code": CODE})
    assert CODE in written.getvalue()
