"""The mail keeps to the checklist for mails: short, two languages, one link, nothing that tracks."""

import datetime as dt
import re
import uuid
from dataclasses import replace
from email.message import EmailMessage

import pytest

from pulse.invitations.messages import (
    Letter,
    UnusableAddressError,
    letter_message,
    without_addresses,
)

LINK = "https://pulse.example.com/s/4kq7x#" + "7" * 26
PROMISES = "https://pulse.example.com/s/4kq7x/anonymity/en"
LETTER = Letter(
    invitation_id=uuid.UUID(int=5),
    kind="survey",
    has_ballot=False,
    to="ana@example.com",
    language="en",
    company="Example Works & Sons",
    groups=("Sales", "Operations"),
    sender_name="Ana Ruiz",
    sender_address="pulse@example.com",
    link=LINK,
    promises=PROMISES,
    opens_on=dt.date(2026, 3, 3),
    closes_on=dt.date(2026, 3, 13),
    results_of=dt.date(2026, 2, 1),
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
def test_subject_is_short_and_in_both_languages(letter: Letter) -> None:
    subject = letter_message(letter)["Subject"]
    assert len(subject) <= 50
    first, second = subject.split(" / ")
    assert {first, second} == {"2-minute survey", "Encuesta de 2 minutos"}
    assert first.startswith("Enc") is (letter.language == "es")


@BOTH
def test_headers(letter: Letter) -> None:
    message = letter_message(letter)
    assert message["From"] == "Ana Ruiz <pulse@example.com>"
    assert message["To"] == "ana@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<mailto:pulse@example.com?subject=unsubscribe>"
    assert message["Content-Language"] == letter.language
    assert message["Date"].startswith("Tue, 03 Mar 2026 09:00:00")
    assert message["Message-ID"] == letter_message(letter)["Message-ID"]
    other = replace(letter, invitation_id=uuid.UUID(int=6))
    assert message["Message-ID"] != letter_message(other)["Message-ID"]


@BOTH
def test_one_link_to_act_on_one_host_no_pictures(letter: Letter) -> None:
    message = letter_message(letter)
    for kind in ("plain", "html"):
        text = part(message, kind)
        assert re.findall(r"https?://[^\s\"<]+", text) == [LINK, PROMISES]
    html = part(message, "html")
    assert not re.search(r"<(img|link|script|style|iframe)|url\(|\sstyle=", html)
    assert html.count("<a ") == 2


@BOTH
def test_first_two_lines_say_what_how_long_until_when_and_anonymous(
    letter: Letter,
) -> None:
    one, two, three, *_ = part(letter_message(letter), "plain").splitlines()
    is_spanish = letter.language == "es"
    assert ("Ventas y Operaciones" if is_spanish else "Sales and Operations") in one
    assert ("unos 2 minutos" if is_spanish else "about 2 minutes") in one
    assert ("13 de marzo de 2026" if is_spanish else "March 13, 2026") in two
    assert ("anónima" if is_spanish else "anonymous") in two
    assert three.startswith("In English:" if is_spanish else "En español:")


@BOTH
def test_sentences_are_short_and_both_parts_say_the_same(letter: Letter) -> None:
    message = letter_message(letter)
    text = part(message, "plain").replace(LINK, "").replace(PROMISES, "")
    html = re.sub(r"<title>.*?</title>|<[^>]+>", " ", part(message, "html"))
    words = set(re.findall(r"\w+", html.replace("&amp;", "&")))
    assert set(re.findall(r"\w+", text)) <= words
    for sentence in re.split(r"[.?:]\s", text):
        assert len(sentence.split()) <= 20, sentence


WELCOME = replace(LETTER, kind="welcome", link=LINK.replace("#", "/next#"))
RESULT = replace(WELCOME, kind="result")
AHEAD = pytest.mark.parametrize(
    "letter",
    [
        replace(letter, language=language, groups=groups)
        for letter in (WELCOME, RESULT)
        for language, groups in (("en", LETTER.groups), ("es", SPANISH.groups))
    ],
    ids=lambda letter: f"{letter.kind}-{letter.language}",
)


@AHEAD
def test_a_ballot_mail_is_short_bilingual_and_says_when(letter: Letter) -> None:
    message = letter_message(letter)
    assert len(message["Subject"]) <= 50
    assert len({*message["Subject"].split(" / ")}) == 2
    assert message["Message-ID"] == f"<{letter.invitation_id}.{letter.kind}@example.com>"
    one, two, three, *_ = part(message, "plain").splitlines()
    is_spanish = letter.language == "es"
    assert ("Ventas y Operaciones" if is_spanish else "Sales and Operations") in one
    assert ("3 de marzo de 2026" if is_spanish else "March 3, 2026") in two
    assert ("anónima" if is_spanish else "anonymous") in two
    assert three.startswith("In English:" if is_spanish else "En español:")
    has_results = ("febrero de 2026" if is_spanish else "February 2026") in one
    assert has_results is (letter.kind == "result")


@AHEAD
def test_a_ballot_mail_leads_to_one_page_to_act_on(letter: Letter) -> None:
    message = letter_message(letter)
    for kind in ("plain", "html"):
        links = re.findall(r"https?://[^\s\"<]+", part(message, kind))
        assert links == [letter.link, PROMISES]
    assert not re.search(r"<(img|link|script|style|iframe)|url\(", part(message, "html"))


@BOTH
def test_the_word_for_more_than_one_mail(letter: Letter) -> None:
    """A follow-up thanks, and is not called a reminder (E4)."""
    again = letter_message(replace(letter, kind="again1", has_ballot=True))
    text = part(again, "plain")
    assert ("¡Gracias!" if letter.language == "es" else "Thank you!") in text
    assert not re.search(r"remind|recorda", text, re.IGNORECASE)
    assert again["Message-ID"] != letter_message(letter)["Message-ID"]


def test_names_from_settings_cannot_break_out() -> None:
    letter = replace(
        LETTER, company="<script>x</script>", sender_name="Ana\r\nBcc: all@example.com"
    )
    message = letter_message(letter)
    assert "<script>" not in part(message, "html")
    assert message["Bcc"] is None
    assert "Bcc:" in message["From"]


@pytest.mark.parametrize("address", ["", "no address", "a@b@c", "a b@example.com", "ana@\nx"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(UnusableAddressError):
        letter_message(replace(LETTER, to=address))


def test_addresses_are_taken_out_of_reasons() -> None:
    words = "550 5.1.1 <ana.ruiz+x@mail.example.com>: unknown; see ana@example.com."
    assert without_addresses(words) == "550 5.1.1 <(address)>: unknown; see (address)"


@BOTH
def test_what_came_of_the_last_survey_stands_before_the_link(letter: Letter) -> None:
    told = replace(letter, said="Rush orders come late.", did="Sales calls before noon <now>.")
    text = part(letter_message(told), "plain")
    assert (
        text.index("Rush orders come late.") < text.index("Sales calls") < text.index(letter.link)
    )
    assert "before noon &lt;now&gt;." in part(letter_message(told), "html")
    silent = part(letter_message(letter), "plain")
    assert not any(
        words in silent for words in ("You said", "We did", "Ustedes dijeron", "Hicimos")
    )
