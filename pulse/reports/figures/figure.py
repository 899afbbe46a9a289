"""What every figure is made of: its message as title, its text alternative, its table. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from pulse.i18n import translate
from pulse.reports.numbers import sentence, whole

Frozen: TypeAlias = dict[str, Any]
Found: TypeAlias = Mapping[str, Any]
Cell: TypeAlias = str | int | float


@dataclass(frozen=True, kw_only=True)
class Names:
    """Whose report this is, in the words of one language."""

    language: str
    groups: Mapping[str, str]

    @property
    def say(self) -> "partial[str]":
        """Translate a sentence."""
        return partial(translate, self.language)

    def group(self, code: str) -> str:
        """Return a group's name as a sentence begins with it."""
        return sentence(self.groups[code])


def figure(
    *,
    title: str,
    subtitle: str,
    description: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    notes: Sequence[str] = (),
) -> Frozen:
    """Return a figure as the page stores it.

    Parameters
    ----------
    title
        The message, at most ten words.
    description
        The same in sentences, for those who do not see the picture.
    rows
        The table's lines; the first cell names the line.
    """
    return {
        "title": title,
        "subtitle": subtitle,
        "description": description,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "notes": [note for note in notes if note],
    }


def share(value: float) -> int:
    """Return a share from 0 to 1 as whole per cent."""
    return whole(100 * value)
