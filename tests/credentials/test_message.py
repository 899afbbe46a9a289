"""The structure of a credential's message."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.credentials.message import (
    MalformedMessageError,
    build_message,
    from_base64url,
    label,
    parse_message,
    to_base64url,
    token_hash,
)

KID = "ab" * 32
PREFIX, TOKEN = b"p" * 32, b"t" * 32
BOUND = label("2031-04", "first", KID)


def test_the_label_is_as_published() -> None:
    assert b"pulse/v1|2031-04|first|" + KID.encode() + b"|" == BOUND


def test_the_message_is_prefix_label_token() -> None:
    msg = build_message(PREFIX, BOUND, TOKEN)
    assert msg == PREFIX + BOUND + TOKEN
    assert parse_message(msg, BOUND) == TOKEN


@pytest.mark.parametrize("field", ["", "a|b", "a b", "a\n", "ä", "x" * 65, "a/b"])
def test_a_label_field_cannot_break_out(field: str) -> None:
    for fields in ((field, "first", KID), ("w", field, KID), ("w", "first", field)):
        with pytest.raises(MalformedMessageError):
            label(*fields)


@pytest.mark.parametrize(
    "bound",
    [
        label("2031-05", "first", KID),
        label("2031-04", "fifth", KID),
        label("2031-04", "first", KID[::-1]),
    ],
)
def test_a_foreign_label_is_refused(bound: bytes) -> None:
    assert len(bound) == len(BOUND)
    with pytest.raises(MalformedMessageError):
        parse_message(build_message(PREFIX, BOUND, TOKEN), bound)


def test_wrong_lengths_are_refused() -> None:
    msg = build_message(PREFIX, BOUND, TOKEN)
    for wrong in (b"", msg[:-1], msg[1:], msg + b"t", BOUND):
        with pytest.raises(MalformedMessageError):
            parse_message(wrong, BOUND)
    for prefix, token in ((PREFIX[1:], TOKEN), (PREFIX, TOKEN + b"t")):
        with pytest.raises(MalformedMessageError):
            build_message(prefix, BOUND, token)


def test_token_hash_is_sha256() -> None:
    assert token_hash(TOKEN) == hashlib.sha256(TOKEN).digest()


@given(st.binary(max_size=64))
def test_base64url_round_trip(value: bytes) -> None:
    text = to_base64url(value)
    assert not set(text) & set("+/=")
    assert from_base64url(text) == value


@pytest.mark.parametrize(
    "text", ["AA==", "A", "A+", "A/", "AB", "AA\n", " AA", "AA AA", "é", "AA="]
)
def test_only_one_text_stands_for_a_value(text: str) -> None:
    """``AB`` decodes to the same byte as ``AA``: two texts for one value could pass as two requests."""
    with pytest.raises(MalformedMessageError):
        from_base64url(text)
