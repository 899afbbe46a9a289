"""What a ballot says before it is sealed: a small JSON object. Pure.

``{"v": 1, "language": "es", "mode": "link", "answers": {"APP1": 3, "COM1": "na"}, "comment": ""}``.
An answer is the index of the option, or "na" for "No contact, or not sure"; a skipped question is
absent. The page writes the same form, see static/js/ballot.js.
"""

import json
from collections.abc import Mapping
from typing import TypeAlias

Answer: TypeAlias = int | str

FORMAT = 1
NO_CONTACT = "na"
MODES = ("link", "slip", "kiosk", "form")
COMMENT_BYTES = 1000
# Quotes and line breaks take two bytes in JSON; beyond this a ballot would not fit its envelope.
COMMENT_JSON_BYTES = 1700


def encode_body(
    *, language: str, mode: str, answers: Mapping[str, Answer], comment: str = ""
) -> bytes:
    """Return the body that `sealing.seal` takes.

    Raises
    ------
    ValueError
        The comment is too long, or the mode is unknown.
    """
    if comment_excess(comment) > 0 or mode not in MODES:
        raise ValueError("a comment has at most 1,000 bytes, a mode is one of four")
    content = {
        "v": FORMAT,
        "language": language,
        "mode": mode,
        "answers": dict(answers),
        "comment": comment,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def comment_excess(comment: str) -> int:
    """Return by how many UTF-8 bytes a comment is too long; zero or less where it fits."""
    as_json = json.dumps(comment, ensure_ascii=False)
    return max(
        len(comment.encode(errors="replace")) - COMMENT_BYTES,
        len(as_json.encode(errors="replace")) - COMMENT_JSON_BYTES,
    )
