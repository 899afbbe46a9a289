"""Languages and message catalogues.

The English sentence is the key; `translations/<language>/*.po` (one file per room) holds the rest.
The .po files are read as they are, so that no compiled catalogue can be stale.
"""

import datetime as dt
from functools import cache
from pathlib import Path

from babel.core import Locale
from babel.dates import format_date as babel_date
from babel.messages.pofile import read_po

LANGUAGES = ("en", "es")
DEFAULT_LANGUAGE = "en"
NAMES = {"en": "English", "es": "Español"}
FOLDER = Path(__file__).parent / "translations"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return message -> translation of all rooms for `language`."""
    messages: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if isinstance(message.id, str) and message.id and message.string:
                    messages[message.id] = str(message.string)
    return messages


def translate(language: str, message: str, **params: object) -> str:
    """Return `message` in `language`, its ``%(name)s`` fields filled from `params`."""
    text = message if language == "en" else catalogue(language).get(message, message)
    return text % params if params else text


def is_translated(language: str, message: str) -> bool:
    """Whether the catalogue of `language` knows `message`."""
    return language == "en" or message in catalogue(language)


def format_date(day: dt.date, language: str, style: str = "long") -> str:
    """Return `day` as the readers of `language` write it, for example "4 de mayo de 2026"."""
    weekday = "EEEE d MMMM" if language == "en" else "EEEE d 'de' MMMM"
    pattern = {"long": "long", "medium": "medium", "weekday": weekday}[style]
    return babel_date(day, format=pattern, locale=Locale.parse(language))


def format_month(day: dt.date, language: str) -> str:
    """Return month and year, for example "May 2026" or "mayo de 2026"."""
    pattern = "LLLL y" if language == "en" else "LLLL 'de' y"
    return babel_date(day, format=pattern, locale=Locale.parse(language))
