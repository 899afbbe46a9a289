"""Errors of the whole application: the right status, a sentence in the right form, no inner word."""

import pytest
from flask import Flask

from pulse import errors
from pulse.web.error_pages import STATUS, status_of
from tests.clients.page_client import PageClient


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.NotFoundError, 404),
        (errors.ConflictError, 409),
        (errors.InvalidError, 400),
        (errors.DeniedError, 403),
        (errors.RateLimitError, 429),
        (errors.PulseError, 500),
    ],
)
def test_status(kind: type[errors.PulseError], status: int) -> None:
    class RoomError(kind):  # type: ignore[misc, valid-type]
        message = "There is no %(what)s."

    assert status_of(RoomError(what="room")) == status
    assert str(RoomError(what="room")) == "There is no room."


def test_the_table_is_whole() -> None:
    kinds = set(errors.PulseError.__subclasses__())
    own = {kind for kind in kinds if kind.__module__ == "pulse.errors"}
    assert own == {kind for kind, _status in STATUS}


def test_a_missing_page_is_a_page(pages: PageClient) -> None:
    page = pages.get("/no/such/page", status=404)
    assert "check the address" in page.text


def test_a_missing_page_is_json_for_programs(app: Flask) -> None:
    answer = app.test_client().get("/no/such/page", json={})
    assert answer.status_code == 404
    assert set(answer.json) == {"error", "message"}


def test_a_crash_says_nothing_of_its_cause(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_values: object) -> str:
        raise RuntimeError("SELECT secret FROM ballots")

    monkeypatch.setitem(app.view_functions, "responses_respond.front_door", crash)
    crash.pulse_access = app.view_functions["static"] and _respondent()  # type: ignore[attr-defined]
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/s")
    assert answer.status_code == 500
    assert "SELECT" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "Reference" in answer.text


def test_a_form_without_its_token_is_refused(pages: PageClient) -> None:
    answer = pages.http.post("/manage/login", data={"email": "a@example.com", "password": "x"})
    assert answer.status_code == 400
    assert "open for too long" in answer.text


def _respondent() -> object:
    from pulse.web.access import Access  # noqa: PLC0415

    return Access("respondent")
