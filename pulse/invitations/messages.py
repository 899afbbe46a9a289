"""The mails of a survey: text and HTML, in the person's language."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pulse.invitations.sending import AHEAD, FOLLOW_UPS, RESULT
from pulse.rendering import render

LINE_BREAKS = re.compile(r"[\r\n]+")
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
    message = EmailMessage()
    message["Subject"] = " ".join(_part(letter, "subject.txt").split())
    message["From"] = Address(
        LINE_BREAKS.sub(" ", letter.sender_name), addr_spec=letter.sender_address
    )
    try:
        message["To"] = Address(addr_spec=letter.to)
    except (MessageError, ValueError, IndexError, TypeError) as error:
        raise UnusableAddressError from error
    host = letter.sender_address.rpartition("@")[2] or "localhost"
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.invitation_id}.{letter.kind}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<mailto:{letter.sender_address}?subject=unsubscribe>"
    message["Content-Language"] = letter.language
    message.set_content(_part(letter, "body.txt"))
    message.add_alternative(_part(letter, "body.html"), subtype="html")
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
