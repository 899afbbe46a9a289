"""The page's own words: short, plain, in both languages (A14), and true clause by clause."""

import re

import pytest

from pulse.fieldwork import errors as fieldwork_errors
from pulse.i18n import is_translated, translate
from pulse.responses import texts
from pulse.responses.texts import TEXTS, page_texts
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.questionnaire import Question, questions
from tests.factories.surveys import OPERATIONS, SALES
from tests.surveys.reading_level import flesch_kincaid, inflesz

INTRO = ("anonymous", "no_name", "duration", "minimum")
SENTENCES = [message for message in TEXTS.values() if message.endswith(".")]
OTHERS = [
    texts.LAST_CLOSED,
    texts.NEXT_OPENS,
    texts.NOTHING_TO_DO,
    *(
        error.message
        for error in vars(fieldwork_errors).values()
        if isinstance(error, type) and error.__module__ == fieldwork_errors.__name__
    ),
]
WORDS_PER_MINUTE = 200  # a slow reader in the first language
SECONDS_PER_ANSWER = 4  # to choose and press Next


def intro(language: str) -> str:
    found = page_texts(language, k=5)
    return " ".join(found[name] for name in INTRO)


@pytest.mark.parametrize("message", [*TEXTS.values(), *OTHERS])
def test_every_text_has_its_spanish(message: str) -> None:
    assert is_translated("es", message)
    fields = re.compile(r"\{\w+\}|%\(\w+\)s")
    assert sorted(fields.findall(translate("es", message))) == sorted(fields.findall(message))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_introduction_has_at_most_forty_words(language: str) -> None:
    assert len(intro(language).split()) <= 40


def test_the_introduction_reads_easily() -> None:
    assert flesch_kincaid(intro("en")) <= 8
    assert inflesz(intro("es")) >= 65


def plain(message: str) -> str:
    filled = re.sub(r"%\((\w+)\)s", r"{\1}", message).replace(", for example 4K7M-2QXD-9TC", "")
    for field, word in {
        "k": "5",
        "limit": "5",
        "excess": "5",
        "date": "2",
        "place": "door",
    }.items():
        filled = filled.replace("{" + field + "}", word)
    return filled


def test_the_sentences_together_read_easily() -> None:
    assert flesch_kincaid(" ".join(map(plain, SENTENCES))) <= 5.2
    assert inflesz(" ".join(plain(translate("es", message)) for message in SENTENCES)) >= 66


@pytest.mark.parametrize("message", SENTENCES)
def test_no_sentence_reads_hard(message: str) -> None:
    """A formula says little of a few words: the limit is wide, "anonymous" alone costs six grades."""
    assert flesch_kincaid(plain(message)) <= 9.6
    assert inflesz(plain(translate("es", message))) >= 40


@pytest.mark.parametrize("language", ["en", "es"])
def test_about_two_minutes_is_true(language: str) -> None:
    """Reading every word of the thirteen questions slowly, and answering each."""
    asked = questions(
        load_instrument(CURRENT_VERSION),
        own=OPERATIONS,
        other=SALES,
        language=language,
        rotating=("RU03", "RU10"),
    )
    n_words = sum(len(question.text.split()) for question in asked) + options_read(asked)
    seconds = n_words / WORDS_PER_MINUTE * 60 + SECONDS_PER_ANSWER * len(asked)
    assert 90 <= seconds <= 140


def options_read(asked: tuple[Question, ...]) -> int:
    """The words of each scale are read when it first appears."""
    scales = {question.options for question in asked}
    return sum(len(label.split()) for scale in scales for label in scale)
