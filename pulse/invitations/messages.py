"""The invitation as a mail: text and HTML, in the person's language."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pulse.rendering import render

LINE_BREAKS = re.compile(r"[\r\n]+")
MAIL_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+@[^\s<>\"'(),;:]+")


@dataclass(frozen=True, kw_only=True)
class InvitationLetter:
    """What an invitation says.

    `groups` are the names of both groups in the person's language, the own one first; `said` and
    `did` what came of an earlier survey, empty where nothing is written.
    """

    invitation_id: uuid.UUID
    to: str
    language: str
    company: str
    groups: tuple[str, str]
    sender_name: str
    sender_address: str
    link: str
    closes_on: dt.date
    minimum_cell_size: int
    written_at: dt.datetime
    said: str = ""
    did: str = ""


class UnusableAddressError(ValueError):
    """No mail can be written to this address."""


def invitation_message(letter: InvitationLetter) -> EmailMessage:
    """Return the mail; its Message-ID comes from the invitation, so that a double is recognised.

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
    message["Message-ID"] = f"<{letter.invitation_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<mailto:{letter.sender_address}?subject=unsubscribe>"
    message["Content-Language"] = letter.language
    message.set_content(_part(letter, "body.txt"))
    message.add_alternative(_part(letter, "body.html"), subtype="html")
    return message


def without_addresses(reason: str) -> str:
    """Return a mail server's words without any mail address, for places that outlive the wave."""
    return MAIL_ADDRESS.sub("(address)", reason)


def _part(letter: InvitationLetter, name: str) -> str:
    own, other = letter.groups
    return render(
        f"email/invitation/{name}",
        letter.language,
        company=letter.company,
        own=own,
        other=other,
        sender_name=letter.sender_name,
        link=letter.link,
        closes_on=letter.closes_on,
        minimum_cell_size=letter.minimum_cell_size,
        said=letter.said,
        did=letter.did,
    )
