"""Shapes of what the room `invitations` receives. Format only; no look-up."""

import json
from dataclasses import dataclass
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length

from pulse.credentials.message import MalformedMessageError, from_base64url
from pulse.i18n import DEFAULT_LANGUAGE, LANGUAGES
from pulse.invitations.codes import LONGEST_TEXT
from pulse.invitations.errors import RequestMalformedError
from pulse.web.forms import ManageForm

LARGEST_REQUEST_BYTES = 4096
# RSA from 2048 to 4096 bits; the issuer itself checks the number against its key.
BLINDED_BYTES = range(256, 513)


class PaperForm(ManageForm):
    """Which paper the slips are printed on."""

    paper = RadioField(
        "Paper",
        choices={"a4": "A4", "letter": "US Letter"},
        default="a4",
        validators=[InputRequired("Choose a paper.")],
    )


class ReprintForm(ManageForm):
    """New slips for a group, and the word that the old ones may end."""

    number = IntegerField("How many new slips", validators=[InputRequired("Type a number.")])
    is_sure = BooleanField(
        "Yes, the old slips shall stop working",
        validators=[InputRequired("Tick the box to make new slips.")],
    )


class PlaceForm(ManageForm):
    """Where a tablet stands; a GET form, so that nothing of it is stored."""

    place = StringField("Place", validators=[Length(max=40, message="Use at most 40 letters.")])


class ResendForm(ManageForm):
    """A button that sends again what could not be delivered."""


@dataclass(frozen=True, kw_only=True)
class IssueRequest:
    """What the survey page sends for a credential."""

    code: str
    blinded: bytes


def read_issue_request(content: dict[str, Any]) -> IssueRequest:
    """Check the fields "code" and "blinded" (base64url).

    Raises
    ------
    RequestMalformedError
        One is missing, too long or of another kind.
    """
    code, blinded = content.get("code"), content.get("blinded")
    if not isinstance(code, str) or len(code) > LONGEST_TEXT or not isinstance(blinded, str):
        raise RequestMalformedError
    try:
        value = from_base64url(blinded)
    except MalformedMessageError as error:
        raise RequestMalformedError from error
    if len(value) not in BLINDED_BYTES:
        raise RequestMalformedError
    return IssueRequest(code=code, blinded=value)


def read_object(body: bytes) -> dict[str, Any]:
    """Read a small JSON object.

    Raises
    ------
    RequestMalformedError
        It is too large, no JSON, or no object.
    """
    if len(body) > LARGEST_REQUEST_BYTES:
        raise RequestMalformedError
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestMalformedError from error
    if not isinstance(content, dict):
        raise RequestMalformedError
    return content


def language_of(content: dict[str, Any]) -> str:
    """Return the page's language, for the sentence of an error."""
    language = content.get("language")
    return language if language in LANGUAGES else DEFAULT_LANGUAGE
