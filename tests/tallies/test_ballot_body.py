"""What counts as a ballot, and what is spoiled; nothing ever raises."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.tallies.ballot_body import NO_CONTACT, parse_body
from tests.factories.tallies import COMMON, DRAWN, make_body


def test_a_good_ballot_is_read_exactly() -> None:
    body = make_body(
        {"APP1": 3, "COM1": "na", "HON1": None, "META": 0, "RU01": 4, "RU07": 3},
        language="es",
        mode="slip",
        comment=" Más\npedidos ",
    )
    sheet = parse_body(body, COMMON)
    assert sheet is not None
    assert sheet.answers == {"APP1": 3, "COM1": NO_CONTACT, "META": 0, "RU01": 4, "RU07": 3}
    assert (sheet.language, sheet.mode, sheet.comment) == ("es", "slip", "Más\npedidos")


@pytest.mark.parametrize(
    "answers",
    [
        {"NOPE": 1},
        {"COMMENT": 1},
        {"RU02": 1},  # not of the month's pair
        {"APP1": 5},
        {"APP1": -1},
        {"APP1": True},
        {"APP1": 2.0},
        {"APP1": "3"},
        {"APP1": [1]},
        {"RU07": 4},  # a count of four options
        ["APP1"],
        "APP1",
        None,
    ],
)
def test_unknown_items_and_options_spoil_a_ballot(answers: Any) -> None:
    content = {"v": 1, "language": "en", "mode": "link", "answers": answers}
    assert parse_body(json.dumps(content).encode(), COMMON) is None


@pytest.mark.parametrize(
    "overrides",
    [
        {"v": 2},
        {"v": True},
        {"v": "1"},
        {"language": "fr"},
        {"language": ["en"]},
        {"mode": "phone"},
        {"mode": None},
        {"name": "Ana"},
        {"comment": 7},
        {"comment": "\ud800"},
        {"comment": "é" * 501},
    ],
)
def test_a_wrong_frame_spoils_a_ballot(overrides: dict[str, Any]) -> None:
    assert parse_body(make_body(**overrides), COMMON) is None


def test_a_comment_may_have_exactly_1000_bytes() -> None:
    sheet = parse_body(make_body(comment="é" * 500), COMMON)
    assert sheet is not None
    assert len(sheet.comment) == 500


def test_a_comment_loses_what_no_database_stores() -> None:
    sheet = parse_body(make_body(comment="a\x00b\u202ec\u00a0d\te"), COMMON)
    assert sheet is not None
    assert sheet.comment == "abc\u00a0d\te"


def test_two_rotating_items_of_the_drawn_ones_and_no_third() -> None:
    assert parse_body(make_body({"RU02": 1, "EMRG": 2}), DRAWN) is not None
    assert parse_body(make_body({"RU02": 1, "EMRG": 2, "RU05": 0}), DRAWN) is None
    assert parse_body(make_body({"RU02": 1, "EMRG": None, "RU05": 0}), DRAWN) is None
    assert parse_body(make_body({"RU02S": 1}), DRAWN) is None  # the other group's own question


@pytest.mark.parametrize("missing", ["v", "language", "mode", "answers"])
def test_every_field_but_the_comment_is_needed(missing: str) -> None:
    content = json.loads(make_body())
    del content["comment"]
    assert parse_body(json.dumps(content).encode(), COMMON) is not None
    del content[missing]
    assert parse_body(json.dumps(content).encode(), COMMON) is None


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"\xff", b"{", b"[" * 2046, b'{"v":' * 400, b"1" * 2046]
)
def test_rubbish_is_spoiled_quietly(body: bytes) -> None:
    assert parse_body(body, COMMON) is None


WORDS = st.text("aé\x00 😀", max_size=4)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(
    st.fixed_dictionaries(
        {"v": st.just(1), "language": st.just("en"), "mode": st.just("link")},
        optional={
            "answers": st.dictionaries(st.sampled_from(["APP1", "RU01", "X"]), JSON_VALUES),
            "comment": JSON_VALUES,
        },
    )
)
def test_no_content_raises(content: dict[str, Any]) -> None:
    sheet = parse_body(json.dumps(content).encode(), COMMON)
    assert sheet is None or set(sheet.answers) <= {"APP1", "RU01"}


@given(st.binary(max_size=200))
def test_no_bytes_raise(body: bytes) -> None:
    assert parse_body(body, COMMON) is None
