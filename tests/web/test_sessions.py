"""Sessions: the cookie's attributes, and no redirect that leaves this site."""

import dataclasses

import pytest
from flask import Flask

from pulse.config import Settings
from pulse.web.sessions import configure_sessions, local_target

HOME = "/manage/"


@pytest.mark.parametrize("target", ["/manage/waves", "/manage/reports?month=3", "/"])
def test_own_pages_are_kept(target: str) -> None:
    assert local_target(target, HOME) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "manage/waves",
        " //evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
    ],
)
def test_other_sites_are_not(target: str | None) -> None:
    assert local_target(target, HOME) == HOME


def test_the_cookie(settings: Settings) -> None:
    app = Flask("small")
    configure_sessions(app, dataclasses.replace(settings, base_url="https://pulse.example.com"))
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"
    # The survey's pages lie outside: a browser never sends it there.
    assert app.config["SESSION_COOKIE_PATH"] == "/manage"
    configure_sessions(app, settings)
    assert not app.config["SESSION_COOKIE_SECURE"]
