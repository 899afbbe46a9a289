"""A wave notice: one small JSON text in one canonical form, and the digest of its bytes. Pure.

Written with sorted keys, without spaces, in ASCII, so that the same notice has the same bytes and
``sha256sum`` of the downloaded file is the digest. The page checks the same in static/js/notice.js.

The *safety number* is what people compare: the first 128 bits of the digest of a wave's first
notice. 64 bits would do against a stranger, but the operator makes the notices himself and could
search two with the same 64 bits in some 2^32 tries; docs/adr/0008 tells more.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pulse.notices.errors import KeysDifferError, MalformedNoticeError

FORMAT = "pulse-notice/1"
NUMBER_DIGITS = 32
SHORTEST_NUMBER = 16
PROGRAM, DATES = "program", "dates"
REASONS = (PROGRAM, DATES)


@dataclass(frozen=True, kw_only=True)
class NoticeGroup:
    """One group: its names when the notice was made, and the digest of its issuance key."""

    name_en: str
    name_es: str
    issuance: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What is published. Digests of keys: SHA-256 of the SPKI, in hexadecimal.

    Attributes
    ----------
    number, previous
        Place in the company's chain, from 1; the digest of the notice before.
    corrects, reasons
        In a correction the digest of the wave's first notice, and what had to change; keys never do.
    month, opens, closes
        "2026-03" and moments in UTC.
    bundles
        SHA-384 of each page's one script, as in the attribute `integrity`: of "survey", and of
        "next", where the ballot of the next survey is taken.
    """

    company: str
    number: int
    previous: str | None
    wave: str
    corrects: str | None
    reasons: tuple[str, ...]
    month: str
    opens: str
    closes: str
    bundles: Mapping[str, str]
    envelope: str
    groups: Mapping[str, NoticeGroup]

    @property
    def text(self) -> str:
        """The canonical text: what is stored, published and digested."""
        return canonical({"format": FORMAT, **asdict(self)})

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return text_digest(self.text)

    @property
    def keys(self) -> dict[str, str]:
        """The digests of all keys by name: "envelope", "first", "second"."""
        return {
            "envelope": self.envelope,
            **{code: group.issuance for code, group in self.groups.items()},
        }


def canonical(content: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write JSON in the one form whose digest is published."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def text_digest(text: str) -> str:
    """Return the digest of a notice's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def key_digest(spki: bytes) -> str:
    """Return the digest of a public key as a notice states it; for issuance keys it is the `kid`."""
    return hashlib.sha256(spki).hexdigest()


def parse(text: str) -> Notice:
    """Read a notice.

    Raises
    ------
    MalformedNoticeError
        Another format, a field missing or unknown, or another than the canonical form.
    """
    try:
        content = json.loads(text)
        if content.pop("format") != FORMAT:
            raise MalformedNoticeError("this notice has another format")
        groups = {code: NoticeGroup(**group) for code, group in content.pop("groups").items()}
        reasons = tuple(content.pop("reasons"))
        notice = Notice(**content, groups=groups, reasons=reasons)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MalformedNoticeError(f"this is no notice: {error}") from error
    if notice.text != text:
        raise MalformedNoticeError("this notice is not written in the agreed form")
    if not isinstance(notice.number, int) or set(notice.groups) != {"first", "second"}:
        raise MalformedNoticeError("this notice has no number, or not two groups")
    return notice


def grouped(digest: str) -> str:
    """Return the safety number as it is printed: eight groups of four."""
    return " ".join(digest[start : start + 4] for start in range(0, NUMBER_DIGITS, 4))


def number_matches(digest: str, typed: str) -> bool:
    """Whether a safety number as somebody typed it (all of it, or its first half or more) fits."""
    digits = "".join(typed.split()).replace("-", "").lower()
    return SHORTEST_NUMBER <= len(digits) <= len(digest) and digest.startswith(digits)


def checked_keys(newest: str, first: str, *, wave: str, number: str | None = None) -> Notice:
    """Return a wave's newest notice after the checks that every client makes.

    Parameters
    ----------
    newest, first
        Text of the wave's newest notice and of its first; the same where nothing was corrected.
    wave
        The wave that the page says it is.
    number
        The printed safety number, where the person has one.

    Raises
    ------
    MalformedNoticeError
        One of the texts is no notice.
    KeysDifferError
        Another wave, a correction that changes a key, a key used twice, or another safety number.
    """
    notice, original = parse(newest), parse(first)
    if {notice.wave, original.wave} != {wave}:
        raise KeysDifferError("the notice is that of another survey")
    if original.digest not in {notice.digest, notice.corrects}:
        raise KeysDifferError("the notice does not correct the survey's first one")
    if original.corrects is not None:
        raise KeysDifferError("the survey's first notice is itself a correction")
    if notice.keys != original.keys:
        raise KeysDifferError("a correction changed the keys")
    if len(set(notice.keys.values())) != len(notice.keys):
        raise KeysDifferError("the same key stands in the notice twice")
    if number is not None and not number_matches(original.digest, number):
        raise KeysDifferError("the safety number is another one")
    return notice


def require_key(notice: Notice, name: str, spki: bytes) -> None:
    """Refuse a key that is not the one of the notice.

    Parameters
    ----------
    name
        "envelope" or the code of a group.

    Raises
    ------
    KeysDifferError
        It is another key.
    """
    if key_digest(spki) != notice.keys[name]:
        raise KeysDifferError(f"the key {name!r} is not the one of the notice")
