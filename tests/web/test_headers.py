"""The security headers stand on every answer, errors and files included."""

import dataclasses

import pytest
from flask import Flask

from pulse.config import Settings
from pulse.web.headers import install_headers


@pytest.fixture
def small(settings: Settings) -> Flask:
    app = Flask("small")
    app.add_url_rule("/", "page", lambda: "page")
    install_headers(app, settings)
    return app


@pytest.mark.parametrize("path", ["/", "/missing"])
def test_every_answer_has_them(small: Flask, path: str) -> None:
    headers = small.test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered(settings: Settings) -> None:
    app = Flask("small")
    install_headers(app, dataclasses.replace(settings, base_url="https://pulse.example.com"))
    headers = app.test_client().get("/").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_files_may_be_kept(app: Flask) -> None:
    with app.test_client().get("/static/css/respond.css") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Set-Cookie" not in answer.headers
