"""What a survey page hands out, read from outside: its keys and every script in it. Pure."""

import json
from dataclasses import dataclass
from html.parser import HTMLParser

from pulse.credentials.message import MalformedMessageError, from_base64url
from pulse.notices.client_bundle import integrity

SCRIPTS = {"survey": "/s/survey.js", "next": "/s/next.js"}
DATA = {"type": "application/json", "id": "survey-data"}
ONLY_OWN_SCRIPTS = "script-src 'self';"


class PageFault(Exception):  # noqa: N818 - a finding, not an error of ours
    """The page is not of the form that Pulse makes; its text says how."""


@dataclass(frozen=True, kw_only=True)
class PageKeys:
    """The open survey and the keys that its page hands out, as SPKI."""

    wave: str
    envelope: bytes
    issuance: dict[str, bytes]


class _Scripts(HTMLParser):
    """Finds the scripts of a page, and whatever else could run."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.handlers: list[str] = []
        self.data = ""
        self._is_data = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note scripts, attributes that run, and elements that load other pages."""
        values = dict(attrs)
        if tag == "script":
            self._is_data = values == DATA
            if not self._is_data:
                self.scripts.append(values)
        runs = [name for name, value in attrs if name.startswith("on") or _runs(value)]
        if runs or tag in {"iframe", "object", "embed", "base"}:
            self.handlers.append(tag)

    def handle_data(self, data: str) -> None:
        """Keep the data of the page."""
        if self._is_data:
            self.data += data

    def handle_endtag(self, tag: str) -> None:
        """Leave the data."""
        self._is_data = self._is_data and tag != "script"


def page_keys(html: str) -> PageKeys | None:
    """Return what a page hands out; None where no survey is open and no ballot can be taken.

    Raises
    ------
    PageFault
        There is data, but not as Pulse writes it.
    """
    data = _read(html).data
    if not data:
        return None
    try:
        content = json.loads(data)
        if content.get("wave") is None:  # the results, and no ballot to take
            return None
        return PageKeys(
            wave=str(content["wave"]),
            envelope=from_base64url(content["envelope"]),
            issuance={
                code: from_base64url(group["spki"]) for code, group in content["groups"].items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError, MalformedMessageError) as error:
        raise PageFault(f"The page's keys cannot be read: {error}.") from error


def program_faults(page: str, html: str, policy: str, script: bytes, stated: str) -> list[str]:
    """Return what is wrong with the program of a page, one sentence each.

    Parameters
    ----------
    page
        "survey" or "next".
    policy
        The page's Content-Security-Policy.
    script, stated
        The script as it was fetched, and its digest in the notice.
    """
    found = _read(html)
    expected = {"type": "module", "src": SCRIPTS[page], "integrity": stated}
    faults = []
    if found.scripts != [expected]:
        faults.append("The page runs other scripts than the one of its notice.")
    if found.handlers:
        faults.append(f"The page holds elements that can run code: {', '.join(found.handlers)}.")
    if ONLY_OWN_SCRIPTS not in f"{policy};":
        faults.append("The page's security header lets other scripts run.")
    if integrity(script) != stated:
        faults.append("The script that the server sends is not the one of its notice.")
    return faults


def _read(html: str) -> _Scripts:
    found = _Scripts()
    found.feed(html)
    found.close()
    return found


def _runs(value: str | None) -> bool:
    return (value or "").strip().lower().startswith("javascript:")
