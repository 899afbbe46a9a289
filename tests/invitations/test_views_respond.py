"""POST /issue: one signature per code, kind sentences, and no way to make it crash."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from pulse.config import Settings
from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.client import finalize_credential, request_credential
from pulse.credentials.message import from_base64url, to_base64url
from pulse.credentials.queries import wave_keys
from pulse.credentials.service import create_wave_keys
from pulse.invitations import views_respond
from pulse.invitations.codes import group_of
from pulse.invitations.models import Invitation
from pulse.invitations.service import invite_wave
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.service import begin_closing
from tests.factories.companies import make_company
from tests.factories.invitations import codes_of
from tests.factories.people import make_person
from tests.factories.waves import make_wave

BLINDED = to_base64url(b"\x01" * 256)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def wave(session: Session, settings: Settings) -> WaveView:
    company = make_company(session)
    make_person(session, company.id, group_code="first")
    make_person(session, company.id, group_code="second", email=None)
    planned = make_wave(session, company.id)
    create_wave_keys(session, planned.id, settings.key_dir)
    invite_wave(session, planned.id, key_dir=settings.key_dir, now=planned.opens_at)
    session.commit()
    return get_wave(session, planned.id)


def post(client: FlaskClient, **content: Any) -> TestResponse:
    return client.post("/issue", json={"blinded": BLINDED, "language": "en"} | content)


def slip(session: Session, wave: WaveView, settings: Settings) -> str:
    return codes_of(session, wave.id, settings.key_dir, "slip")[0]


def test_every_code_gets_a_signature_of_its_own_group(
    client: FlaskClient, session: Session, wave: WaveView, settings: Settings
) -> None:
    codes = [
        c for kind in ("email", "slip") for c in codes_of(session, wave.id, settings.key_dir, kind)
    ]
    assert {group_of(code) for code in codes} == {"first", "second"}
    for code in codes:
        spki = wave_keys(session, wave.id).issuance[group_of(code)].spki
        key = PublicKey.from_spki(spki)
        request = request_credential(key, str(wave.id), group_of(code))
        reply = post(client, code=code, blinded=to_base64url(request.blinded))
        assert reply.status_code == 200
        assert set(reply.json or {}) == {"signature"}
        assert "Set-Cookie" not in reply.headers
        signature = from_base64url(reply.json["signature"])  # type: ignore[index]
        assert finalize_credential(key, request, signature).sig
        again = post(client, code=code.lower(), blinded=to_base64url(request.blinded))
        assert again.json == reply.json


def test_another_request_with_the_same_code_is_told_kindly(
    client: FlaskClient, session: Session, wave: WaveView, settings: Settings
) -> None:
    code = slip(session, wave, settings)
    assert post(client, code=code).status_code == 200
    second = post(client, code=code, blinded=to_base64url(b"\x02" * 256), language="es")
    assert second.status_code == 409
    assert second.json == {
        "error": "CodeUsedError",
        "message": "Este código ya se usó. Cada código sirve una vez. Gracias por sus respuestas.",
    }


def test_the_code_is_spent_before_the_signature_exists(
    client: FlaskClient,
    session: Session,
    wave: WaveView,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A crash while signing leaves the code spent for this request, and for no other."""
    seen: list[bool] = []

    def crash(*_arguments: object) -> bytes:
        session.expire_all()
        is_issued = sa.select(sa.func.count()).where(Invitation.is_issued)
        seen.append(session.scalar(is_issued) == 1)
        raise RuntimeError("the power is gone")

    code = slip(session, wave, settings)
    with monkeypatch.context() as patch:
        patch.setattr(views_respond, "sign_blinded", crash)
        crashed = post(client, code=code)
    assert (crashed.status_code, seen) == (500, [True])
    assert "power" not in crashed.get_data(as_text=True)
    assert post(client, code=code, blinded=to_base64url(b"\x02" * 256)).status_code == 409
    assert post(client, code=code).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"[" * 4000,
        b'{"code": "' + b"0" * 5000 + b'"}',
        json.dumps({"code": "0" * 26}).encode(),
        json.dumps({"code": 7, "blinded": BLINDED}).encode(),
        json.dumps({"code": None, "blinded": BLINDED}).encode(),
        json.dumps({"code": ["0"], "blinded": BLINDED}).encode(),
        json.dumps({"code": "0" * 26, "blinded": 7}).encode(),
        json.dumps({"code": "0" * 26, "blinded": "AAAA"}).encode(),
        json.dumps({"code": "0" * 26, "blinded": BLINDED + "="}).encode(),
        json.dumps({"code": "0" * 26, "blinded": "\u00e9" * 342}).encode(),
        json.dumps({"code": "0" * 26, "blinded": to_base64url(b"\x01" * 513)}).encode(),
        json.dumps({"code": "0" * 101, "blinded": BLINDED}).encode(),
    ],
)
def test_odd_requests_get_a_sentence(client: FlaskClient, wave: WaveView, body: bytes) -> None:
    reply = client.post("/issue", data=body, content_type="application/json")
    assert reply.status_code == 400
    assert (reply.json or {})["error"] == "RequestMalformedError"


@pytest.mark.parametrize("language", ["", "de", None, 7, ["es"], {"es": 1}])
def test_an_odd_language_is_english(client: FlaskClient, wave: WaveView, language: object) -> None:
    reply = post(client, code="0" * 26, language=language)
    assert reply.status_code == 404
    assert (reply.json or {})["message"].startswith("We do not know this code.")


def test_numbers_above_the_modulus_are_refused(
    client: FlaskClient, session: Session, wave: WaveView, settings: Settings
) -> None:
    code = slip(session, wave, settings)
    reply = post(client, code=code, blinded=to_base64url(b"\xff" * 256))
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The survey closed on March 9, 2026."),
        ("es", "La encuesta cerró el 9 de marzo de 2026."),
    ],
)
def test_after_the_close_the_day_is_told(
    client: FlaskClient,
    session: Session,
    wave: WaveView,
    settings: Settings,
    language: str,
    sentence: str,
) -> None:
    code = slip(session, wave, settings)
    begin_closing(session, wave.id, now=wave.closes_at.replace(day=9), is_exempt=True)
    session.commit()
    reply = post(client, code=code, language=language)
    assert reply.status_code == 409
    assert reply.json == {"error": "SurveyClosedError", "message": sentence}


def test_guesses_are_limited_for_all_together(
    client: FlaskClient,
    session: Session,
    wave: WaveView,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert views_respond.FAILURE_LIMIT == "600/minute"
    monkeypatch.setattr(views_respond, "FAILURE_LIMIT", "3/minute")
    code = slip(session, wave, settings)
    assert post(client, code=code).status_code == 200  # what succeeds is not counted
    for number in range(3):
        other = {"X-Forwarded-For": f"10.0.0.{number}"}
        reply = client.post("/issue", json={"code": "0" * 26, "blinded": BLINDED}, headers=other)
        assert reply.status_code == 404
    assert post(client, code="0" * 26).status_code == 429
    assert post(client, code=code).status_code == 429


def test_looking_changes_nothing(client: FlaskClient, session: Session, wave: WaveView) -> None:
    """Mail scanners open links: there is nothing to open."""
    assert client.get("/issue").status_code == 405
    session.expire_all()
    assert session.scalar(sa.select(sa.func.count()).where(Invitation.is_issued)) == 0
