"""Unique strings sent with everything a respondent sends, and the search for them in every file."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.clients.respondent import OverHttp

MARK = "zqkanarienvogel"
ADDRESSES = ("203.0.113.177", "198.51.100.213")
HEADERS = {
    "User-Agent": f"{MARK}-agent/1.0",
    "X-Forwarded-For": ADDRESSES[0],
    "X-Real-IP": ADDRESSES[0],
    "Forwarded": f"for={ADDRESSES[1]}",
    "Cookie": f"pulse_session={MARK}-cookie; other={MARK}-other",
    "Referer": f"https://example.com/{MARK}-referer",
    "Accept-Language": f"en, x-{MARK}",
    "X-Request-ID": f"{MARK}-request",
}
_BETWEEN = re.compile(rb"\0{64,}")


def forms_of(secret: bytes) -> set[bytes]:
    """A secret as it is, and as programs write it down.

    >>> b"YW5hcmk" in forms_of(b"kanari")
    True
    """
    forms = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    for offset in range(3):  # base64 looks different at each place of a group of three
        start, end = (offset * 4 + 2) // 3, (offset + len(secret)) * 4 // 3
        text = base64.b64encode(bytes(offset) + secret)[start:end]
        forms |= {text, text.replace(b"+", b"-").replace(b"/", b"_")}
    try:
        text = secret.decode("ascii")
    except UnicodeDecodeError:
        return forms
    return forms | {quote(text, safe="").encode(), text.encode("utf-16-le"), text[::-1].encode()}


def search(secrets: Mapping[str, bytes], *folders: Path) -> dict[str, set[str]]:
    """Return which secrets lie in which files, in whatever form: name of the secret -> paths."""
    needles = [(name, form) for name, secret in secrets.items() for form in forms_of(secret)]
    found: dict[str, set[str]] = {}
    for path, content in _contents(folders):
        for name, form in needles:
            if form in content:
                found.setdefault(name, set()).add(path)
    return found


def _contents(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                name = str(path.relative_to(folder.parent))
                yield name, name.encode() + b"\n" + _BETWEEN.sub(bytes(64), path.read_bytes())


@dataclass(frozen=True)
class Loud(OverHttp):
    """A browser that shows its canaries with each request."""

    headers: Mapping[str, str] = field(default_factory=lambda: HEADERS)

    def send(self, method: str, path: str, body: bytes | str | None = None, kind: str = "") -> int:
        """Send anything; return the status."""
        return self._exchange(method, path, body, kind)[0]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        return self._exchange(method, path, body, "application/json" if body else "")

    def _exchange(
        self, method: str, path: str, body: bytes | str | None, kind: str
    ) -> tuple[int, str]:
        connection = self.connection()
        try:
            headers = dict(self.headers) | ({"Content-Type": kind} if kind else {})
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()
