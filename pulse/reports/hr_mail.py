"""The mails to HR: the report is out, and the box "You said, we did" is empty."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage

from pulse.mail import compose
from pulse.rendering import render


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
