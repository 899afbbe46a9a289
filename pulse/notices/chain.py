"""All notices of a company, one after the other, and what may be wrong with them. Pure."""

import json
from collections.abc import Sequence

from pulse.notices.errors import KeysDifferError, MalformedNoticeError
from pulse.notices.notice import Notice, canonical, checked_keys, parse

FORMAT = "pulse-notices/1"


def chain_text(texts: Sequence[str]) -> str:
    """Return the public list of a company's notices."""
    return canonical({"format": FORMAT, "notices": [json.loads(text) for text in texts]})


def read_chain(text: str) -> tuple[Notice, ...]:
    """Read a public list, or a file with one notice.

    Raises
    ------
    MalformedNoticeError
        It is neither, or one of its notices is none.
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise MalformedNoticeError("this is no JSON") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        return (parse(text),)
    return tuple(parse(canonical(notice)) for notice in content["notices"])


def chain_problems(notices: Sequence[Notice]) -> list[str]:
    """Return what is wrong with a whole chain, one sentence each; nothing where all is well."""
    problems: list[str] = []
    first_of_wave: dict[str, Notice] = {}
    for place, notice in enumerate(notices, start=1):
        before = notices[place - 2].digest if place > 1 else None
        if notice.number != place:
            problems.append(f"Notice {place} says that it is number {notice.number}.")
        if notice.previous != before:
            problems.append(f"Notice {notice.number} does not follow on the one before it.")
        problems += _wave_problems(notice, first_of_wave.setdefault(notice.wave, notice))
    return problems


def _wave_problems(notice: Notice, first: Notice) -> list[str]:
    try:
        checked_keys(notice.text, first.text, wave=notice.wave)
    except KeysDifferError as error:
        return [f"Notice {notice.number}: {error}."]
    if notice.corrects is not None and not notice.reasons:
        return [f"Notice {notice.number} corrects another one without a reason."]
    return []


def saved_problems(notices: Sequence[Notice], saved: Sequence[Notice]) -> list[str]:
    """Compare with what was saved at another time or over another way; it must all still be there."""
    now = {notice.digest for notice in notices}
    return [
        f"Notice {notice.number} that you saved ({notice.digest[:16]}...) is not in this chain. "
        "Somebody was shown other notices than you are now."
        for notice in saved
        if notice.digest not in now
    ]
