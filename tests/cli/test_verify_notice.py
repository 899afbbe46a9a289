"""`pulse verify-notice` against a served installation, honest and not. Everything over HTTP."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import run_wsgi_app

from pulse.cli.main import main
from pulse.config import Settings
from pulse.notices.client_bundle import client_bundle
from pulse.notices.queries import notice_digest
from pulse.waves.service import begin_closing
from tests.clients.hostile_server import HostileServer, tagging_keys
from tests.clients.respondent import OverFlask
from tests.conftest import START
from tests.factories.notices import another_version_ran
from tests.factories.responses import OpenSurvey, make_open_survey

Change = Callable[[str, dict[str, Any]], str]


class Served:
    """The application on a port; `change` may alter what it sends, by path and visitor."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.changes: dict[str, Change] = {}
        self.url = ""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body, status, headers = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        content = b"".join(body)
        for part, change in self.changes.items():
            if part in environ["PATH_INFO"]:
                content = change(content.decode(), environ).encode()
                headers["Content-Length"] = str(len(content))
        start_response(status, list(headers))
        return [content]

    def check(self, slug: str, *options: str) -> Result:
        return verify(f"{self.url}/s/{slug}", *options)


class Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def verify(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["verify-notice", *arguments])


@pytest.fixture
def site(app: Flask) -> Iterator[Served]:
    served = Served(app)
    server = make_server("127.0.0.1", 0, served, handler_class=Quiet)
    served.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield served
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


@pytest.fixture
def survey(app: Flask, session: Session, settings: Settings) -> OpenSurvey:
    made = make_open_survey(session, settings.key_dir, now=START)
    session.commit()
    return made


def failures(result: Result, code: int = 1) -> str:
    assert result.exit_code == code, result.output
    return "\n".join(line for line in result.output.splitlines() if line.startswith("FAIL"))


def test_an_honest_server(
    session: Session, site: Served, survey: OpenSurvey, tmp_path: Path
) -> None:
    (tmp_path / "own.js").write_bytes(client_bundle())
    number, saved = notice_digest(session, survey.wave.id), str(tmp_path / "saved.json")
    options = ["--digest", number, "--bundle", str(tmp_path / "own.js")]
    first = site.check(survey.company.slug, *options, "--save", saved)
    assert first.exit_code == 0, first.output
    assert "All 7 checks are fine." in first.output
    assert f"safety number {number}" in first.output
    another_version_ran(session, survey.wave.id)
    session.commit()
    assert verify(saved, "--digest", number[:19]).exit_code == 0
    later = site.check(survey.company.slug, "--previous", saved)
    # That version's script is not the one that is served here.
    assert "is not the one of its notice" in failures(later)
    assert "corrects the program of the page" in later.output
    assert "All 1 notices that you saved are still there." in later.output


def test_between_two_surveys(session: Session, site: Served, survey: OpenSurvey) -> None:
    begin_closing(session, survey.wave.id, now=survey.wave.closes_at)
    session.commit()
    result = site.check(survey.company.slug)
    assert result.exit_code == 0
    assert "No survey is open and" in result.output


def test_a_key_of_one_s_own(site: Served, survey: OpenSurvey) -> None:
    hostile = HostileServer(OverFlask(site.app.test_client()), tagging_keys(1)[0])
    site.changes["/s/"] = lambda text, _environ: (
        hostile._page(text) if text.startswith("<!doctype") else text
    )
    assert 'The keys of the page "survey" are not those' in failures(
        site.check(survey.company.slug)
    )


def test_a_notice_of_one_s_own(session: Session, site: Served, survey: OpenSurvey) -> None:
    """Consistent in itself: found by the poster, and by what was saved over another way."""
    hostile = HostileServer(OverFlask(site.app.test_client()), tagging_keys(1)[0], "notice")
    number = notice_digest(session, survey.wave.id)

    def chain(text: str, _environ: dict[str, Any]) -> str:
        content = json.loads(text)
        content["notices"] = [
            json.loads(hostile._notice(json.dumps(notice))) for notice in content["notices"]
        ]
        return json.dumps(content)

    site.changes = {
        "/s/": lambda text, _environ: hostile._page(text) if text.startswith("<!doctype") else text,
        "/notice/": lambda text, _environ: hostile._notice(text),
        "/notices/": chain,
    }
    assert site.check(survey.company.slug).exit_code == 0
    assert "is that of no survey" in failures(site.check(survey.company.slug, "--digest", number))


def test_notices_saved_elsewhere_are_missed(
    session: Session, site: Served, survey: OpenSurvey, tmp_path: Path
) -> None:
    saved = tmp_path / "home.json"
    saved.write_text(
        HostileServer(OverFlask(site.app.test_client()), tagging_keys(1)[0], "notice").get(
            f"/notice/{survey.wave.id}.json"
        )
    )
    result = site.check(survey.company.slug, "--previous", str(saved))
    assert "Somebody was shown other notices" in failures(result)


@pytest.mark.parametrize(
    ("path", "before", "after", "words"),
    [
        ("/s/survey.js", "const ", "const  ", "script that the server sends"),
        ("/s/next.js", "const ", "const  ", "script that the server sends"),
        ("/s/", "</main>", "<script src='/x.js'></script></main>", "other scripts"),
        ("/s/", "</main>", "<img src=x onerror=alert(1)></main>", "can run code: img"),
        ("/s/", "sha384-", "sha384-x", "other scripts"),
        ("/s/", '"envelope":"', '"envelope":"!', "cannot be read"),
        ("/next", "</main>", "<script src='/x.js'></script></main>", "other scripts"),
    ],
    ids=[
        "script",
        "next script",
        "second script",
        "handler",
        "integrity",
        "unreadable",
        "next page",
    ],
)
def test_a_changed_program(
    site: Served, survey: OpenSurvey, path: str, before: str, after: str, words: str
) -> None:
    site.changes[path] = lambda text, _environ: text.replace(before, after, 1)
    assert words in failures(site.check(survey.company.slug))


def test_a_page_for_each_visitor(site: Served, survey: OpenSurvey) -> None:
    site.changes["/s/"] = lambda text, environ: (
        f"{text}<!-- {'Android' in environ['HTTP_USER_AGENT']} -->"
    )
    assert "not the same for two visitors" in failures(site.check(survey.company.slug))


def test_a_chain_that_was_changed(site: Served, survey: OpenSurvey, tmp_path: Path) -> None:
    path = tmp_path / "chain.json"
    path.write_text(OverFlask(site.app.test_client()).get(f"/notices/{survey.company.slug}.json"))
    assert verify(str(path)).exit_code == 0
    content = json.loads(path.read_text())
    content["notices"] *= 2
    path.write_text(json.dumps(content))
    assert "does not follow" in failures(verify(str(path)))


def test_another_program_than_one_s_own(site: Served, survey: OpenSurvey, tmp_path: Path) -> None:
    (tmp_path / "own.js").write_bytes(client_bundle() + b"\n")
    result = site.check(survey.company.slug, "--bundle", str(tmp_path / "own.js"))
    assert "The program that you built is not in notice 1" in failures(result)


def test_what_cannot_be_read_is_no_finding(
    site: Served, survey: OpenSurvey, tmp_path: Path
) -> None:
    (tmp_path / "no.json").write_text("{}")
    for arguments in (
        [f"{site.url}/s/none"],
        [f"{site.url}/manage"],
        ["http://127.0.0.1:9/s/x"],
        [str(tmp_path / "missing.json")],
        [str(tmp_path / "no.json")],
    ):
        result = verify(*arguments)
        assert result.exit_code == 2, result.output
        assert result.output.startswith("Error: ")
