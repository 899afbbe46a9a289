"""The one form in which a ballot arrives. Pure; strict, since nothing but our own page sends it."""

import uuid
from dataclasses import dataclass

from pulse.credentials.message import MalformedMessageError, from_base64url
from pulse.ids import GROUP_CODES, GroupCode
from pulse.responses.errors import MalformedBallotError
from pulse.responses.sealing import SEALED_BYTES

FIELDS = frozenset({"wave", "group", "msg", "sig", "body"})
MAX_REQUEST_BYTES = 8192
MAX_MESSAGE_BYTES = 256
SIGNATURE_BYTES = range(256, 513)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A credential and the sealed ballot that it casts."""

    wave_id: uuid.UUID
    group_code: GroupCode
    message: bytes
    signature: bytes
    sealed: bytes


def parse_submission(content: object) -> Submission:
    """Read the JSON object of a submission.

    Raises
    ------
    MalformedBallotError
        A field is missing, unknown, of another type, or of a length that no ballot has.
    """
    if not isinstance(content, dict) or content.keys() != FIELDS:
        raise MalformedBallotError
    if not all(isinstance(value, str) for value in content.values()):
        raise MalformedBallotError
    if content["group"] not in GROUP_CODES:
        raise MalformedBallotError
    submission = Submission(
        wave_id=_wave(content["wave"]),
        group_code=GroupCode(content["group"]),
        message=_bytes(content["msg"]),
        signature=_bytes(content["sig"]),
        sealed=_bytes(content["body"]),
    )
    has_agreed_lengths = (
        len(submission.message) <= MAX_MESSAGE_BYTES
        and len(submission.signature) in SIGNATURE_BYTES
        and len(submission.sealed) == SEALED_BYTES
    )
    if not has_agreed_lengths:
        raise MalformedBallotError
    return submission


def _wave(text: str) -> uuid.UUID:
    try:
        wave_id = uuid.UUID(text)
    except ValueError as error:
        raise MalformedBallotError from error
    if str(wave_id) != text:
        raise MalformedBallotError
    return wave_id


def _bytes(text: str) -> bytes:
    try:
        return from_base64url(text)
    except MalformedMessageError as error:
        raise MalformedBallotError from error
