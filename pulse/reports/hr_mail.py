"""The mails to HR: the report is out, and the box "You said, we did" is empty."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from pulse.rendering import render

LINE_BREAKS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, kw_only=True)
class HrLetter:
    """One mail. `kind` is its folder of templates, `values` are what they print."""

    id: uuid.UUID
    kind: str
    to: str
    name: str
    language: str
    company: str
    sender_name: str
    sender_address: str
    link: str
    values: Mapping[str, object]
    written_at: dt.datetime


def hr_message(letter: HrLetter) -> EmailMessage:
    """Return the mail; `id` names it, so that a mail that is sent twice is recognised."""
    message = EmailMessage()
    message["Subject"] = " ".join(_part(letter, "subject.txt").split())
    sender = LINE_BREAKS.sub(" ", letter.sender_name)
    message["From"] = Address(sender, addr_spec=letter.sender_address)
    message["To"] = Address(addr_spec=letter.to)
    host = letter.sender_address.rpartition("@")[2] or "localhost"
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(_part(letter, "body.txt"))
    message.add_alternative(_part(letter, "body.html"), subtype="html")
    return message


def _part(letter: HrLetter, name: str) -> str:
    return render(
        f"email/{letter.kind}/{name}",
        letter.language,
        name=letter.name,
        company=letter.company,
        sender_name=letter.sender_name,
        link=letter.link,
        **letter.values,
    )
