"""One way of writing a document, so that a hash stands for what it says. Pure."""

import hashlib
import json
from typing import Any


def canonical(document: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the document as JSON with sorted names, without spaces, in ASCII."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def content_hash(document: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the SHA-256 of the document in canonical form, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(document).encode("ascii")).hexdigest()
