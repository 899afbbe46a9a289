"""The mail that asks a trustee to unlock the count: text and HTML, in the trustee's language."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pulse.rendering import render

LINE_BREAKS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class TrusteeLetter:
    """What the mail says.

    `number` counts from 0, the mail at the close; every later one is a reminder. `id` names this
    one mail, so that a mail that is sent twice is recognised.
    """

    id: uuid.UUID
    to: str
    name: str
    language: str
    company: str
    month: dt.date
    number: int
    sender_name: str
    sender_address: str
    link: str
    written_at: dt.datetime


def trustee_message(letter: TrusteeLetter) -> EmailMessage:
    """Return the mail."""
    message = EmailMessage()
    message["Subject"] = " ".join(_part(letter, "subject.txt").split())
    sender = LINE_BREAKS.sub(" ", letter.sender_name)
    message["From"] = Address(sender, addr_spec=letter.sender_address)
    message["To"] = Address(addr_spec=letter.to)
    host = letter.sender_address.rpartition("@")[2] or "localhost"
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_part(letter, "body.txt"))
    message.add_alternative(_part(letter, "body.html"), subtype="html")
    # Last: setting the content drops all headers about it.
    message["Content-Language"] = letter.language
    return message


def _part(letter: TrusteeLetter, name: str) -> str:
    return render(
        f"email/unlock/{name}",
        letter.language,
        name=letter.name,
        company=letter.company,
        month=letter.month,
        number=letter.number,
        sender_name=letter.sender_name,
        link=letter.link,
    )
