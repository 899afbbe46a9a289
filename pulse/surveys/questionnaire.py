"""Instrument and group names into the sentences that a person reads. Pure.

Spanish contracts "de el" to "del" and "a el" to "al", and says "e" instead of "y" before an i. A
group's name therefore comes in three forms; none is ever glued to a preposition here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pulse.surveys.bank import PERCEPTION_GAP, Instrument

_FIELD = re.compile(r"(?:\b(?P<before>de|a|y) )?\{(?P<who>own|other)\}")
# "El" with a capital belongs to a name (El Paso) and is never contracted.
_UNCONTRACTED = re.compile(r"\b([Dd])e el\b|\b([Aa]) el\b")
_SOUNDS_LIKE_I = re.compile(r"h?(?:i(?![aeouáéóú])|í)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class GroupNames:
    """How a group is called: "Operaciones", "de Operaciones", "a Operaciones"."""

    name_en: str
    name_es: str
    name_es_de: str
    name_es_a: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question as it is read; an answer is the option's index, or "na" for `no_contact`."""

    item_id: str
    text: str
    options: tuple[str, ...]
    no_contact: str


def questions(
    instrument: Instrument,
    *,
    own: GroupNames,
    other: GroupNames,
    language: str,
    rotating: Sequence[str],
) -> tuple[Question, ...]:
    """Return the questions in the order of asking: core, rotating, perception gap.

    Rotating items come after the core, so that what a person drew cannot move the trend.

    Parameters
    ----------
    own, other
        The group that answers and the group that is rated.
    language
        "en" or "es".
    rotating
        Ids of rotating items: a pair, or all from which a browser draws.

    Raises
    ------
    KeyError
        The instrument has no such item or language.
    """
    ids = (*(item.id for item in instrument.core), *rotating, PERCEPTION_GAP)
    return tuple(
        Question(
            item_id=item_id,
            text=render(instrument.item(item_id).text[language], own, other, language),
            options=instrument.scales[instrument.item(item_id).scale][language],
            no_contact=instrument.no_contact[language],
        )
        for item_id in ids
    )


def render(text: str, own: GroupNames, other: GroupNames, language: str) -> str:
    """Return `text` with the names of the groups, in Spanish in the forms that grammar asks for."""
    names = {"own": own, "other": other}
    if language == "en":
        return _FIELD.sub(partial(_english, names), text)
    return contract(_FIELD.sub(partial(_spanish, names), text))


def contract(text: str) -> str:
    """Return `text` with "de el" and "a el" contracted, whoever wrote them."""
    return _UNCONTRACTED.sub(lambda found: f"{found[1]}el" if found[1] else f"{found[2]}l", text)


def _english(names: dict[str, GroupNames], found: re.Match[str]) -> str:
    before = f"{found['before']} " if found["before"] else ""
    return before + names[found["who"]].name_en


def _spanish(names: dict[str, GroupNames], found: re.Match[str]) -> str:
    group = names[found["who"]]
    match found["before"]:
        case "de":
            return group.name_es_de
        case "a":
            return group.name_es_a
        case "y":
            return f"{'e' if _SOUNDS_LIKE_I.match(group.name_es) else 'y'} {group.name_es}"
        case _:
            return group.name_es
