"""A respondent who does not give up: lost replies, double clicks and dead servers are retried."""

import http.client
import json
import random
import time
import uuid
from dataclasses import dataclass
from typing import Any

from pulse.credentials.blind_rsa import PublicKey
from pulse.credentials.client import finalize_credential, request_credential
from pulse.credentials.envelope_key import EnvelopePublicKey
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.credentials.queries import WaveKeys
from pulse.invitations.codes import group_of
from pulse.responses.sealing import seal

LOST_REPLIES = 0.15
DOUBLE_CLICKS = 0.30
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Poll:
    """What a browser has on the survey page."""

    port: int
    wave_id: uuid.UUID
    keys: WaveKeys


@dataclass(frozen=True, kw_only=True)
class Cast:
    """What only the respondent's browser knew."""

    token: bytes
    signature: bytes
    sealed: bytes


def answer(poll: Poll, code: str, content: dict[str, Any], chance: random.Random) -> Cast:
    """Cast one ballot, whatever happens on the way."""
    group = group_of(code)
    key = PublicKey.from_spki(poll.keys.issuance[group].spki)
    request = request_credential(key, str(poll.wave_id), group)
    blinded = to_base64url(request.blinded)
    reply = _insist(poll, "/issue", {"code": code, "blinded": blinded, "language": "en"}, chance)
    credential = finalize_credential(key, request, from_base64url(reply["signature"]))
    sealed = seal(
        EnvelopePublicKey.from_spki(poll.keys.envelope_spki),
        request.label,
        token_hash(credential.token),
        json.dumps(content).encode(),
    )
    ballot = {
        "wave": str(poll.wave_id),
        "group": group,
        "msg": to_base64url(credential.msg),
        "sig": to_base64url(credential.sig),
        "body": to_base64url(sealed),
    }
    _insist(poll, "/submit", ballot, chance)
    return Cast(token=credential.token, signature=credential.sig, sealed=sealed)


def _insist(
    poll: Poll, path: str, content: dict[str, Any], chance: random.Random
) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if chance.random() < DOUBLE_CLICKS:
            _post(poll.port, path, content, loses_reply=True)
        reply = _post(poll.port, path, content, loses_reply=chance.random() < LOST_REPLIES)
        if reply is not None:
            return reply
        time.sleep(chance.uniform(0.05, 0.3))
    raise TimeoutError(f"{path} never answered")


def _post(
    port: int, path: str, content: dict[str, Any], *, loses_reply: bool
) -> dict[str, Any] | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, json.dumps(content), {"Content-Type": "application/json"})
        if loses_reply:
            return None
        response = connection.getresponse()
        status, text = response.status, response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    assert status == 200, f"{path} answered {status}: {text!r}"
    reply: dict[str, Any] = json.loads(text)
    return reply
