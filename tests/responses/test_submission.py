"""What /submit reads: one form, exact lengths, nothing else."""

import uuid
from typing import Any

import pytest

from pulse.credentials.message import to_base64url
from pulse.responses.errors import MalformedBallotError
from pulse.responses.sealing import SEALED_BYTES
from pulse.responses.submission import MAX_REQUEST_BYTES, parse_submission

WAVE = uuid.UUID("6b0e2f0a-8f0e-4a52-9b5e-0c6b0f6f2a11")


def content(**overrides: Any) -> dict[str, Any]:
    return {
        "wave": str(WAVE),
        "group": "first",
        "msg": to_base64url(bytes(180)),
        "sig": to_base64url(bytes(256)),
        "body": to_base64url(bytes(SEALED_BYTES)),
    } | overrides


def test_the_agreed_form_is_read() -> None:
    submission = parse_submission(content())
    assert submission.wave_id == WAVE
    assert submission.group_code == "first"
    assert len(submission.sealed) == SEALED_BYTES
    assert sum(map(len, content().values())) < MAX_REQUEST_BYTES


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "text",
        {},
        {name: value for name, value in content().items() if name != "sig"},
        content(extra="1"),
        content(code="4K7M2QXD9TC"),
        content(group="third"),
        content(group=1),
        content(group=["first"]),
        content(wave="6B0E2F0A-8F0E-4A52-9B5E-0C6B0F6F2A11"),
        content(wave="{6b0e2f0a-8f0e-4a52-9b5e-0c6b0f6f2a11}"),
        content(wave="1"),
        content(msg=None),
        content(msg="++++"),
        content(msg=to_base64url(bytes(257))),
        content(sig=to_base64url(bytes(255))),
        content(sig=to_base64url(bytes(513))),
        content(body=to_base64url(bytes(SEALED_BYTES - 1))),
        content(body=to_base64url(bytes(SEALED_BYTES + 1))),
        content(body=to_base64url(bytes(SEALED_BYTES)) + "="),
    ],
)
def test_anything_else_is_refused(wrong: object) -> None:
    with pytest.raises(MalformedBallotError):
        parse_submission(wrong)
