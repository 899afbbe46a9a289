"""What people read about anonymity, ballots and mails reads easily, in both languages."""

import re
from pathlib import Path

import pytest

from pulse.i18n import is_translated, translate
from pulse.reports.next_page import TEXTS
from pulse.resources import resource
from tests.architecture.test_translations import sentences
from tests.surveys.reading_level import flesch_kincaid, inflesz

TEMPLATES: Path = resource("templates")


def said(*names: str) -> list[str]:
    """Every whole sentence of the templates."""
    found = set().union(*(sentences((TEMPLATES / name).read_text()) for name in names))
    return sorted(text for text in found if re.search(r"[.?:!]$", text))


PAGE = said("promises/anonymity.html")
MAILS = said("email/ballot/body.txt", "email/invitation/body.txt")
BALLOT = sorted(text for text in TEXTS.values() if text.endswith("."))
ALL = {"page": PAGE, "mails": MAILS, "ballot": BALLOT}


def plain(text: str) -> str:
    """The sentence with its fields filled by words of daily use."""
    filled = re.sub(r"%\((number|share)\)s", "5", text)
    filled = re.sub(r"%\(\w+\)s|\{\w+\}", "2", filled)
    return filled.replace("“", "").replace("”", "").replace("«", "").replace("»", "")


@pytest.mark.parametrize("name", ALL)
def test_together_they_read_easily(name: str) -> None:
    english = " ".join(plain(text) for text in ALL[name])
    spanish = " ".join(plain(translate("es", text)) for text in ALL[name])
    print(f"\n{name}: grade {flesch_kincaid(english):.1f}, INFLESZ {inflesz(spanish):.0f}")
    assert flesch_kincaid(english) <= 8
    assert inflesz(spanish) >= 65


@pytest.mark.parametrize("text", sorted({*PAGE, *MAILS, *BALLOT}))
def test_none_reads_hard(text: str) -> None:
    """A formula says little of a few words, so the limit for one of them is wide."""
    assert is_translated("es", text)
    assert flesch_kincaid(plain(text)) <= 11
    assert inflesz(plain(translate("es", text))) >= 40


def test_a_planted_hard_sentence_is_noticed() -> None:
    hard = "another company another company promises another survey connection together"
    assert flesch_kincaid(hard) > 11
