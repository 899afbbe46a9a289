"""The notice's one form, its digest, and the checks that every client makes."""

import dataclasses
import json

import pytest

from pulse.notices.chain import chain_problems, chain_text, read_chain, saved_problems
from pulse.notices.errors import KeysDifferError, MalformedNoticeError
from pulse.notices.notice import (
    Notice,
    NoticeGroup,
    checked_keys,
    grouped,
    key_digest,
    number_matches,
    parse,
    require_key,
    text_digest,
)

WAVE = "6b0e2f0a-8f0e-4a52-9b5e-0c6b0f6f2a11"
FIRST = Notice(
    company="7k2m",
    number=1,
    previous=None,
    wave=WAVE,
    corrects=None,
    reasons=(),
    month="2026-03",
    opens="2026-03-10T08:00:00Z",
    closes="2026-03-20T17:00:00Z",
    bundles={"survey": "sha384-x", "next": "sha384-y"},
    envelope=key_digest(b"envelope"),
    groups={
        "first": NoticeGroup(name_en="Sales", name_es="Ventas", issuance=key_digest(b"1")),
        "second": NoticeGroup(name_en="Ops", name_es="Producción", issuance=key_digest(b"2")),
    },
)


def correction(**changes: object) -> Notice:
    values = {"number": 2, "previous": FIRST.digest, "corrects": FIRST.digest}
    return dataclasses.replace(FIRST, **(values | {"reasons": ("program",)} | changes))


def test_read_back_and_digested_as_the_file() -> None:
    assert parse(FIRST.text) == FIRST
    assert FIRST.text.isascii()
    assert FIRST.digest == text_digest(FIRST.text)
    assert parse(FIRST.text).text == FIRST.text


def test_every_field_changes_the_digest() -> None:
    changed = {
        "company": "x",
        "number": 9,
        "previous": "x",
        "wave": "x",
        "corrects": "x",
        "reasons": ("dates",),
        "month": "x",
        "opens": "x",
        "closes": "x",
        "bundles": {"survey": "x"},
        "envelope": "x",
        "groups": {},
    }
    assert set(changed) == {field.name for field in dataclasses.fields(Notice)}
    digests = {dataclasses.replace(FIRST, **{name: x}).digest for name, x in changed.items()}
    assert len(digests | {FIRST.digest}) == len(changed) + 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        FIRST.text + "\n",
        FIRST.text.replace(":", ": ", 1),
        FIRST.text.replace("pulse-notice/1", "pulse-notice/2"),
        json.dumps({**json.loads(FIRST.text), "person": "x"}, sort_keys=True),
        FIRST.text.replace('"number":1', '"number":"1"'),
        FIRST.text.replace('"second":', '"third":'),
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(MalformedNoticeError):
        parse(text)


def test_the_safety_number_is_typed_in_any_way() -> None:
    printed = grouped(FIRST.digest)
    assert len(printed) == 39
    for typed in (printed, printed.upper(), printed.replace(" ", "-"), printed[:19]):
        assert number_matches(FIRST.digest, typed)
    for typed in ("", printed[:18], printed[:-1] + "g", FIRST.digest + "0"):
        assert not number_matches(FIRST.digest, typed)


def test_what_a_client_accepts() -> None:
    assert checked_keys(FIRST.text, FIRST.text, wave=WAVE, number=grouped(FIRST.digest)) == FIRST
    second = correction()
    assert checked_keys(second.text, FIRST.text, wave=WAVE, number=FIRST.digest) == second
    require_key(FIRST, "first", b"1")
    require_key(FIRST, "envelope", b"envelope")


@pytest.mark.parametrize(
    ("newest", "first", "number"),
    [
        (FIRST, FIRST, "0" * 32),
        (dataclasses.replace(FIRST, wave="another"), FIRST, None),
        (correction(envelope=key_digest(b"other")), FIRST, None),
        (correction(corrects="0" * 64), FIRST, None),
        (correction(), correction(), None),
        (dataclasses.replace(FIRST, number=2), FIRST, None),
        (*[dataclasses.replace(FIRST, envelope=key_digest(b"1"))] * 2, None),
    ],
)
def test_what_a_client_refuses(newest: Notice, first: Notice, number: str | None) -> None:
    with pytest.raises(KeysDifferError):
        checked_keys(newest.text, first.text, wave=WAVE, number=number)


def test_another_key_is_refused() -> None:
    for name, key in (("first", b"2"), ("second", b"1"), ("envelope", b"")):
        with pytest.raises(KeysDifferError):
            require_key(FIRST, name, key)


def test_a_sound_chain() -> None:
    chain = (FIRST, correction())
    assert read_chain(chain_text([notice.text for notice in chain])) == chain
    assert read_chain(FIRST.text) == (FIRST,)
    assert chain_problems(chain) == []
    assert saved_problems(chain, [FIRST]) == []


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        ((correction(),), "does not follow"),
        ((FIRST, correction(number=3)), "says that it is number 3"),
        ((FIRST, correction(previous="0" * 64)), "does not follow"),
        ((FIRST, correction(envelope="0" * 64)), "changed the keys"),
        ((FIRST, correction(reasons=())), "without a reason"),
        ((dataclasses.replace(FIRST, month="2026-04"), correction()), "does not follow"),
    ],
)
def test_a_broken_chain_is_noticed(chain: tuple[Notice, ...], words: str) -> None:
    assert any(words in problem for problem in chain_problems(chain))


def test_a_chain_that_lost_a_notice_is_noticed() -> None:
    shown_to_one = dataclasses.replace(FIRST, envelope=key_digest(b"tagged"))
    assert "other notices" in saved_problems([shown_to_one], [FIRST])[0]


def test_no_json_is_no_chain() -> None:
    with pytest.raises(MalformedNoticeError):
        read_chain("<html>")
