"""Codes are derived, forgiving to read, and a typing mistake on a slip is always noticed."""

import itertools
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.ids import GROUP_CODES
from pulse.invitations.codes import (
    ALPHABET,
    code_for,
    code_hash,
    group_of,
    is_slip,
    normalise,
    written,
)

SECRET = b"s" * 32
ids = st.uuids()
groups = st.sampled_from(GROUP_CODES)
slips = st.builds(lambda i, g: code_for(SECRET, i, g, "slip"), ids, groups)
personal = st.builds(lambda i, g: code_for(SECRET, i, g, "email"), ids, groups)


@given(ids, groups, st.sampled_from(["email", "slip"]))
def test_codes_are_normal_tell_their_group_and_never_change(
    invitation_id: uuid.UUID, group: str, channel: str
) -> None:
    code = code_for(SECRET, invitation_id, group, channel)
    assert len(code) == (26 if channel == "email" else 11)
    assert normalise(code) == code
    assert group_of(code) == group
    assert is_slip(code) is (channel == "slip")
    assert code == code_for(SECRET, invitation_id, group, channel)
    assert code != code_for(b"t" * 32, invitation_id, group, channel)


@given(slips, st.data())
def test_every_wrong_symbol_is_noticed(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 10))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    assert normalise(code[:place] + wrong + code[place + 1 :]) is None


@given(slips)
def test_every_swap_of_two_symbols_is_noticed(code: str) -> None:
    for one, other in itertools.combinations(range(11), 2):
        swapped = list(code)
        swapped[one], swapped[other] = code[other], code[one]
        if swapped != list(code):
            assert normalise("".join(swapped)) is None, (code, one, other)


@given(st.one_of(slips, personal), st.data())
def test_people_may_write_codes_their_own_way(code: str, data: st.DataObject) -> None:
    text = "".join(
        data.draw(st.sampled_from(spellings(symbol))) + data.draw(st.sampled_from(["", " ", "-"]))
        for symbol in written(code)
    )
    assert normalise(f"\u00a0{text}\u2013") == code


def spellings(symbol: str) -> list[str]:
    others = {"0": ["O", "o"], "1": ["I", "i", "L", "l"]}.get(symbol, [])
    return [symbol, symbol.lower(), *others]


@given(st.text())
def test_any_text_is_read_without_trouble(text: str) -> None:
    code = normalise(text)
    assert code is None or normalise(code) == code


@pytest.mark.parametrize("text", ["", "-", "U" * 11, "é" * 26, "0" * 25, "0" * 27, "0" * 10_000])
def test_what_is_no_code(text: str) -> None:
    assert normalise(text) is None


def test_known_code() -> None:
    """The page's script reads the same: tests/browser compares it with this very code."""
    code = code_for(SECRET, uuid.UUID(int=7), "second", "slip")
    assert written(code) == f"{code[:4]}-{code[4:8]}-{code[8:]}"
    # By hand in GF(32): 2 * 1 = 2 at the first place, 2^10 * 1 = 17 (H) at the last.
    assert normalise("10000000002") == "10000000002"
    assert normalise("0000000001H") == "0000000001H"


def test_codes_are_spread_over_the_whole_alphabet() -> None:
    codes = [code_for(SECRET, uuid.UUID(int=n), "first", "slip") for n in range(2000)]
    assert len(set(codes)) == 2000
    for place in range(1, 11):
        assert {code[place] for code in codes} == set(ALPHABET)
    assert {code[0] for code in codes} == set(ALPHABET[::2])


def test_the_hash_needs_the_pepper() -> None:
    code = code_for(SECRET, uuid.UUID(int=7), "first", "email")
    assert len(code_hash(SECRET, code)) == 32
    assert code_hash(SECRET, code) != code_hash(b"t" * 32, code)
