"""What a ballot says: the form that the count reads, always small enough for its envelope."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.responses.body import COMMENT_BYTES, comment_excess, encode_body
from pulse.responses.sealing import MAX_BODY_BYTES
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.rotation import rotating_items
from pulse.tallies.ballot_body import BallotForm, parse_body

INSTRUMENT = load_instrument(CURRENT_VERSION)
FIXED = {item.id: 5 for item in INSTRUMENT.core} | {"META": 5}
FORM = BallotForm(fixed=FIXED, rotating=dict.fromkeys(rotating_items(makes_requests=True), 4))
EVERYTHING = dict.fromkeys([*FIXED, "RU02S", "RU06S"], "na")


def test_the_count_reads_what_was_written() -> None:
    body = encode_body(language="es", mode="form", answers={"APP1": 3, "COM1": "na"}, comment="ñ")
    sheet = parse_body(body, FORM)
    assert sheet is not None
    assert (sheet.language, sheet.mode, sheet.comment) == ("es", "form", "ñ")
    assert dict(sheet.answers) == {"APP1": 3, "COM1": -1}
    assert json.loads(body)["v"] == 1


@pytest.mark.parametrize(
    ("comment", "excess"),
    [
        ("", -1000),
        ("a" * 1000, 0),
        ("a" * 1001, 1),
        ("ñ" * 501, 2),
        ('"' * 850, 2),
        ("\ud800", -999),
    ],
)
def test_length_is_counted_as_it_travels(comment: str, excess: int) -> None:
    assert comment_excess(comment) == excess


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=COMMENT_BYTES))
def test_whatever_is_accepted_fits_the_envelope(comment: str) -> None:
    if comment_excess(comment) > 0:
        with pytest.raises(ValueError, match="comment"):
            encode_body(language="en", mode="slip", answers=EVERYTHING, comment=comment)
        return
    body = encode_body(language="en", mode="slip", answers=EVERYTHING, comment=comment)
    assert len(body) <= MAX_BODY_BYTES


@pytest.mark.parametrize("filler", ['"', "\n", "ñ", "a", "😀"])
def test_the_longest_comment_fits_the_envelope(filler: str) -> None:
    length = max(n for n in range(COMMENT_BYTES + 1) if comment_excess(filler * n) <= 0)
    body = encode_body(language="en", mode="slip", answers=EVERYTHING, comment=filler * length)
    assert len(body) <= MAX_BODY_BYTES


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        encode_body(language="en", mode="telegraph", answers={})
