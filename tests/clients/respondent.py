"""A respondent in Python: reads the page, gets a credential, seals, submits. As the browser does.

Give it a Flask test client or a base URL, the company's slug and a code.
"""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from pulse.credentials.client import (
    Credential,
    TrustedKeys,
    finalize_credential,
    request_credential,
    trusted_keys,
)
from pulse.credentials.message import from_base64url, to_base64url, token_hash
from pulse.invitations.codes import group_of, is_slip, normalise
from pulse.responses.body import Answer, encode_body
from pulse.responses.sealing import seal

_DATA = re.compile(r'<script type="application/json" id="survey-data">(.*?)</script>', re.DOTALL)


class RefusedError(Exception):
    """The server answered with something else than 200; `reply` is its JSON."""

    def __init__(self, status: int, reply: Any) -> None:
        super().__init__(f"{status}: {reply}")
        self.status = status
        self.reply = reply


class Server(Protocol):
    """What a respondent talks to."""

    def get(self, path: str) -> str:
        """Return the text of a page."""

    def post(self, path: str, content: Any) -> tuple[int, Any]:
        """Post JSON; return status and JSON."""


@dataclass(frozen=True)
class OverHttp:
    """Talks to a running server, each time over a connection of its own."""

    base_url: str

    def get(self, path: str) -> str:
        """Return the text of a page."""
        return self._ask("GET", path)[1]

    def post(self, path: str, content: Any) -> tuple[int, Any]:
        """Post JSON; return status and JSON."""
        status, text = self._ask("POST", path, json.dumps(content))
        return status, json.loads(text)

    def connection(self) -> http.client.HTTPConnection:
        """A connection of its own, which the caller closes."""
        return http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=30)

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = self.connection()
        try:
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()


@dataclass(frozen=True)
class OverFlask:
    """Talks to the application directly."""

    client: FlaskClient

    def get(self, path: str) -> str:
        """Return the text of a page."""
        return self.client.get(path).text

    def post(self, path: str, content: Any) -> tuple[int, Any]:
        """Post JSON; return status and JSON."""
        response = self.client.post(path, json=content)
        return response.status_code, response.get_json()


class Respondent:
    """One person with one code, and with the printed safety number where one is given.

    In one visit: `respond`. In two: made with `ahead=True`, take the ballot with `issue`, and when
    the survey is open `return_to_survey` and `answer` with what this browser has kept.
    """

    def __init__(
        self,
        server: FlaskClient | Server | str,
        slug: str,
        code: str,
        number: str | None = None,
        *,
        ahead: bool = False,
    ) -> None:
        self.server = reached(server)
        self.slug = slug
        self.code = normalise(code) or code
        self.group = str(group_of(self.code))
        self.kept: Credential | None = None
        self.page = read_page(self.server.get(f"/s/{slug}{'/next' if ahead else ''}"))
        self.keys = self._trusted_keys(number)
        self.key = self.keys.issuance[self.group]
        self.request = request_credential(self.key, self.page["wave"], self.group)

    def issue(self) -> Credential:
        """Get the credential; again, the same one."""
        content = {"code": self.code, "blinded": to_base64url(self.request.blinded)}
        reply = self._post("/issue", content)
        self.kept = finalize_credential(self.key, self.request, from_base64url(reply["signature"]))
        return self.kept

    def return_to_survey(self) -> None:
        """Begin the second visit at the common address: the page is the open survey's, no code."""
        self.page = read_page(self.server.get(f"/s/{self.slug}"))

    def answer(self, answers: Mapping[str, Answer], **extra: str) -> None:
        """Cast the kept credential's ballot, without asking for anything."""
        assert self.kept is not None, "no ballot was taken"
        self.submit(self.ballot(self.kept, answers, **extra))

    def ballot(
        self,
        credential: Credential,
        answers: Mapping[str, Answer],
        *,
        language: str = "en",
        comment: str = "",
    ) -> dict[str, str]:
        """Seal the answers into what /submit takes."""
        mode = "slip" if is_slip(self.code) else "link"
        body = encode_body(language=language, mode=mode, answers=answers, comment=comment)
        sealed = seal(self.keys.envelope, self.request.label, token_hash(credential.token), body)
        return {
            "wave": self.page["wave"],
            "group": self.group,
            "msg": to_base64url(credential.msg),
            "sig": to_base64url(credential.sig),
            "body": to_base64url(sealed),
        }

    def submit(self, ballot: Mapping[str, str]) -> None:
        """Cast the sealed ballot."""
        self._post("/submit", ballot)

    def respond(self, answers: Mapping[str, Answer], **extra: str) -> Credential:
        """Do everything, once."""
        credential = self.issue()
        self.submit(self.ballot(credential, answers, **extra))
        return credential

    def _trusted_keys(self, number: str | None) -> TrustedKeys:
        wave = self.page["wave"]
        newest = self.server.get(f"/notice/{wave}.json")
        corrects = json.loads(newest)["corrects"]
        return trusted_keys(
            newest,
            self.server.get(f"/notice/{corrects}.json") if corrects else newest,
            wave=wave,
            envelope=from_base64url(self.page["envelope"]),
            issuance={
                code: from_base64url(group["spki"]) for code, group in self.page["groups"].items()
            },
            number=number,
        )

    def _post(self, path: str, content: Mapping[str, str]) -> Any:
        status, reply = self.server.post(path, content)
        if status != 200:
            raise RefusedError(status, reply)
        return reply


def reached(server: FlaskClient | Server | str) -> Server:
    """Return the way to a server given as client or address."""
    if isinstance(server, str):
        return OverHttp(server)
    return OverFlask(server) if isinstance(server, FlaskClient) else server


def read_page(html: str) -> dict[str, Any]:
    """Return what the survey page carries for its script."""
    found = _DATA.search(html)
    if found is None:
        raise AssertionError("this is no survey page")
    content: dict[str, Any] = json.loads(found[1])
    return content


def all_answers(page: Mapping[str, Any], group: str, answer: Answer = 2) -> dict[str, Answer]:
    """Return one answer for each of the thirteen questions of a group."""
    asked = page["groups"][group]
    items = [*asked["core"], *asked["rotating"][: asked["draw"]], asked["last"]]
    return dict.fromkeys(items, answer)
