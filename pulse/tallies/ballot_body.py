"""Reads the JSON of an opened ballot. Pure; never raises.

Whoever holds a credential may write whatever he likes into the envelope, so nothing here is taken
on trust: what is not exactly of the agreed form is a spoiled ballot, and is counted as one.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORMAT = 1
NO_CONTACT = -1
SKIPPED = -2
LANGUAGES = ("en", "es")
MODES = ("link", "slip", "kiosk", "form")
MAX_COMMENT_BYTES = 1000
MAX_ROTATING_ITEMS = 2

_FIELDS = frozenset({"v", "language", "mode", "answers", "comment"})
_NEEDED = frozenset({"v", "language", "mode", "answers"})
_LINE_BREAKS = frozenset("\n\t")
# Controls (PostgreSQL stores no NUL), invisible marks and private characters: none helps a reader.
_UNREADABLE = frozenset({"Cc", "Cf", "Co"})


@dataclass(frozen=True, kw_only=True)
class BallotForm:
    """What one group may be asked in one wave; each mapping goes from item to number of options.

    Attributes
    ----------
    fixed
        Items that everybody sees: the core and the perception gap.
    rotating
        Items that may be drawn, or the common pair.
    """

    fixed: Mapping[str, int]
    rotating: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A valid opened ballot: item -> option index, or `NO_CONTACT`. A skipped item is absent."""

    language: str
    mode: str
    answers: Mapping[str, int]
    comment: str


def parse_body(body: bytes, form: BallotForm) -> Sheet | None:
    """Return the answer sheet, or None if the ballot is spoiled.

    Spoiled is: no JSON object of format 1, a field or item too many, an option out of range, more
    than two rotating items, an unknown language or mode, a comment above 1,000 UTF-8 bytes.
    """
    content = _object(body)
    if content is None or not _has_known_fields(content):
        return None
    answers = _answers(content["answers"], form)
    comment = _comment(content.get("comment", ""))
    if answers is None or comment is None:
        return None
    return Sheet(
        language=content["language"], mode=content["mode"], answers=answers, comment=comment
    )


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):  # a deeply nested body exhausts the parser's stack
        return None
    return content if isinstance(content, dict) else None


def _has_known_fields(content: dict[str, Any]) -> bool:
    return (
        content.keys() <= _FIELDS
        and content.keys() >= _NEEDED
        and type(content["v"]) is int  # True == 1
        and content["v"] == FORMAT
        and content["language"] in LANGUAGES
        and content["mode"] in MODES
    )


def _answers(raw: object, form: BallotForm) -> dict[str, int] | None:
    if not isinstance(raw, dict):
        return None
    answers: dict[str, int] = {}
    for item, value in raw.items():
        options = form.fixed.get(item) or form.rotating.get(item)
        code = None if options is None else _code(value, options)
        if code is None:
            return None
        if code != SKIPPED:
            answers[item] = code
    return None if _has_too_many(raw, form) else answers


def _code(value: object, options: int) -> int | None:
    if value is None:
        return SKIPPED
    if value == "na":
        return NO_CONTACT
    return value if type(value) is int and 0 <= value < options else None


def _has_too_many(answers: Mapping[str, object], form: BallotForm) -> bool:
    return len(answers.keys() & form.rotating.keys()) > MAX_ROTATING_ITEMS


def _comment(raw: object) -> str | None:
    if not isinstance(raw, str):
        return None
    try:
        size = len(raw.encode("utf-8"))
    except UnicodeEncodeError:  # half a surrogate pair
        return None
    if size > MAX_COMMENT_BYTES:
        return None
    return "".join(
        c for c in raw if c in _LINE_BREAKS or unicodedata.category(c) not in _UNREADABLE
    ).strip()
