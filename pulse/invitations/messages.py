"""The mails of a survey: text and HTML, in the person's language."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from pulse.invitations.sending import AHEAD, FOLLOW_UPS, RESULT
from pulse.mail import compose
from pulse.rendering import render

MAIL_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a mail says.

    `kind` is one of `sending`: ahead of the survey, at its opening, or a follow-up. `has_ballot`
    says whether a browser holds this person's ballot: then `link` carries no code.

    `groups` are the names of both groups in the person's language, the own one first; `said` and
    `did` what came of an earlier survey, empty where nothing is written.
    """

    invitation_id: uuid.UUID
    kind: str
    has_ballot: bool
    to: str
    language: str
    company: str
    groups: tuple[str, str]
    sender_name: str
    sender_address: str
    link: str
    promises: str
    opens_on: dt.date
    closes_on: dt.date
    results_of: dt.date | None
    minimum_cell_size: int
    written_at: dt.datetime
    said: str = ""
    did: str = ""


class UnusableAddressError(ValueError):
    """No mail can be written to this address."""


def letter_message(letter: Letter) -> EmailMessage:
    """Return the mail; its Message-ID comes from the letter, so that a double is recognised.

    Raises
    ------
    UnusableAddressError
        The recipient's address is none.
    """
    try:
        Address(addr_spec=letter.to)
    except (MessageError, ValueError, IndexError, TypeError) as error:
        raise UnusableAddressError from error
    message = compose(
        name=f"{letter.invitation_id}.{letter.kind}",
        to=letter.to,
        sender_name=letter.sender_name,
        sender_address=letter.sender_address,
        language=letter.language,
        written_at=letter.written_at,
        subject=_part(letter, "subject.txt"),
        text=_part(letter, "body.txt"),
        html=_part(letter, "body.html"),
    )
    message["List-Unsubscribe"] = f"<mailto:{letter.sender_address}?subject=unsubscribe>"
    return message


def without_addresses(reason: str) -> str:
    """Return a mail server's words without any mail address, for places that outlive the wave."""
    return MAIL_ADDRESS.sub("(address)", reason)


def _part(letter: Letter, name: str) -> str:
    own, other = letter.groups
    folder = "ballot" if letter.kind in AHEAD else "invitation"
    return render(
        f"email/{folder}/{name}",
        letter.language,
        company=letter.company,
        own=own,
        other=other,
        sender_name=letter.sender_name,
        link=letter.link,
        promises=letter.promises,
        opens_on=letter.opens_on,
        closes_on=letter.closes_on,
        results_of=letter.results_of if letter.kind == RESULT else None,
        has_ballot=letter.has_ballot,
        is_follow_up=letter.kind in FOLLOW_UPS,
        minimum_cell_size=letter.minimum_cell_size,
        said=letter.said,
        did=letter.did,
    )
