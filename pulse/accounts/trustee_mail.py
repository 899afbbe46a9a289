"""The mail that asks a trustee to unlock the count: text and HTML, in the trustee's language."""

import datetime as dt
import uuid
from dataclasses import dataclass
from email.message import EmailMessage

from pulse.mail import compose
from pulse.rendering import render


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
    return compose(
        name=str(letter.id),
        to=letter.to,
        sender_name=letter.sender_name,
        sender_address=letter.sender_address,
        language=letter.language,
        written_at=letter.written_at,
        subject=_part(letter, "subject.txt"),
        text=_part(letter, "body.txt"),
        html=_part(letter, "body.html"),
    )


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
