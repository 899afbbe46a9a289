"""The mail keeps to the checklist for mails: short, two languages, one link, nothing that tracks."""

import datetime as dt
import re
import uuid
from dataclasses import replace
from email.message import EmailMessage

import pytest

from pulse.invitations.messages import (
    InvitationLetter,
    UnusableAddressError,
    invitation_message,
    without_addresses,
)

LINK = "https://pulse.example.com/s/4kq7x#" + "7" * 26
LETTER = InvitationLetter(
    invitation_id=uuid.UUID(int=5),
    to="ana@example.com",
    language="en",
    company="Example Works & Sons",
    groups=("Sales", "Operations"),
    sender_name="Ana Ruiz",
    sender_address="pulse@example.com",
    link=LINK,
    closes_on=dt.date(2026, 3, 13),
    minimum_cell_size=5,
    written_at=dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC),
)
SPANISH = replace(LETTER, language="es", groups=("Ventas", "Operaciones"))
BOTH = pytest.mark.parametrize("letter", [LETTER, SPANISH], ids=["en", "es"])


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text


@BOTH
def test_subject_is_short_and_in_both_languages(letter: InvitationLetter) -> None:
    subject = invitation_message(letter)["Subject"]
    assert len(subject) <= 50
    first, second = subject.split(" / ")
    assert {first, second} == {"2-minute survey", "Encuesta de 2 minutos"}
    assert first.startswith("Enc") is (letter.language == "es")


@BOTH
def test_headers(letter: InvitationLetter) -> None:
    message = invitation_message(letter)
    assert message["From"] == "Ana Ruiz <pulse@example.com>"
    assert message["To"] == "ana@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:pulse@example.com?subject=unsubscribe>"
    assert message["Date"].startswith("Tue, 03 Mar 2026 09:00:00")
    assert message["Message-ID"] == invitation_message(letter)["Message-ID"]
    other = replace(letter, invitation_id=uuid.UUID(int=6))
    assert message["Message-ID"] != invitation_message(other)["Message-ID"]


@BOTH
def test_one_link_one_host_no_pictures(letter: InvitationLetter) -> None:
    message = invitation_message(letter)
    for kind in ("plain", "html"):
        text = part(message, kind)
        assert re.findall(r"https?://[^\s\"<]+", text) == [LINK]
    html = part(message, "html")
    assert not re.search(r"<(img|link|script|style|iframe)|url\(|\sstyle=", html)
    assert html.count("<a ") == 1


@BOTH
def test_first_two_lines_say_what_how_long_until_when_and_anonymous(
    letter: InvitationLetter,
) -> None:
    one, two, three, *_ = part(invitation_message(letter), "plain").splitlines()
    is_spanish = letter.language == "es"
    assert ("Ventas y Operaciones" if is_spanish else "Sales and Operations") in one
    assert ("unos 2 minutos" if is_spanish else "about 2 minutes") in one
    assert ("13 de marzo de 2026" if is_spanish else "March 13, 2026") in two
    assert ("anónima" if is_spanish else "anonymous") in two
    assert three.startswith("In English:" if is_spanish else "En español:")


@BOTH
def test_sentences_are_short_and_both_parts_say_the_same(letter: InvitationLetter) -> None:
    message = invitation_message(letter)
    text = part(message, "plain").replace(LINK, "")
    html = re.sub(r"<title>.*?</title>|<[^>]+>", " ", part(message, "html"))
    words = set(re.findall(r"\w+", html.replace("&amp;", "&")))
    assert set(re.findall(r"\w+", text)) <= words
    for sentence in re.split(r"[.?:]\s", text):
        assert len(sentence.split()) <= 20, sentence


def test_names_from_settings_cannot_break_out() -> None:
    letter = replace(
        LETTER, company="<script>x</script>", sender_name="Ana\r\nBcc: all@example.com"
    )
    message = invitation_message(letter)
    assert "<script>" not in part(message, "html")
    assert message["Bcc"] is None
    assert "Bcc:" in message["From"]


@pytest.mark.parametrize("address", ["", "no address", "a@b@c", "a b@example.com", "ana@\nx"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UnusableAddressError):
        invitation_message(replace(LETTER, to=address))


def test_addresses_are_taken_out_of_reasons() -> None:
    words = "550 5.1.1 <ana.ruiz+x@mail.example.com>: unknown; see ana@example.com."
    assert without_addresses(words) == "550 5.1.1 <(address)>: unknown; see (address)"
