"""What was released of a company, and which figures a place in a download may rest on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.audit.ballots import GROUPS, WaveBallots
from bench.audit.differencing import Published

OTHER = {GROUPS[0]: GROUPS[1], GROUPS[1]: GROUPS[0]}
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class UnknownNumberError(AssertionError):
    """A number that stands where no released figure is known to stand, or is none of its numbers."""


@dataclass(frozen=True)
class Released:
    """Some waves of a company, the oldest first: their ballots, and what was released of them."""

    months: Sequence[str]
    waves: Sequence[WaveBallots]
    contents: Sequence[Mapping[str, Any]]

    def cell(self, place: int, group: str) -> Mapping[str, Any]:
        """Return what was released of a group in the wave at `place`."""
        cell: Mapping[str, Any] = self.contents[place]["groups"][group]
        return cell

    def index(self, place: int, group: str) -> list[Published]:
        """Return a group's index."""
        return [self.waves[place].index(group)]

    def company(self, place: int = -1) -> list[Published]:
        """Return the value of both groups together; an error where either is withheld."""
        if any("withheld" in self.cell(place, group)["index"] for group in GROUPS):
            raise UnknownNumberError("a value of the company beside a group that is withheld")
        return [self.waves[place].company()]

    def series(self, *groups: str) -> list[Published]:
        """Return every released index: what the model has to work with."""
        return [
            self.waves[place].index(group)
            for place in range(len(self.waves))
            for group in groups or GROUPS
            if "withheld" not in self.cell(place, group)["index"]
        ]

    def item(self, place: int, group: str, item: str) -> list[Published]:
        """Return a question's counts; nothing where the release has three bands, no sum of answers."""
        cell = self.cell(place, group)["items"][item]
        if not cell.keys() & {"counts", "bands"}:
            raise UnknownNumberError(f"{item} of the {group} group is withheld")
        return [] if "bands" in cell else [self.waves[place].item(group, item)]

    def counts(self, place: int, group: str, *parts: str) -> list[Published]:
        """Demand that parts of a release which are no sums over answers are not withheld."""
        if any("withheld" in self.cell(place, group).get(part, {}) for part in parts):
            raise UnknownNumberError(f"{parts} of the {group} group are withheld")
        return []

    def rule(self, number: int, part: int) -> list[Published]:
        """Return the released ratings of a rule (part 0), or the index of those who did not rate it (2)."""
        item, field = f"RU{number:02d}", "index_others" if part else "sum"
        return [
            wave.rule(group, item)[part]
            for place, wave in enumerate(self.waves)
            for group in GROUPS
            if field in self.cell(place, group)["rotating"].get(item, {})
        ]

    def rules(self) -> list[Published]:
        """Return the released ratings of all rules."""
        return [one for number in range(1, 11) for one in self.rule(number, 0)]

    def halves(self, group: str) -> list[Published]:
        """Return the released halves of good and bad events in all waves."""
        return [
            wave.half(group, good=good)
            for place, wave in enumerate(self.waves)
            for good in (True, False)
            if "good_half" in self.cell(place, group)["quality"]
        ]


def distinct(figures: Iterable[Published]) -> list[Published]:
    """Return each figure once, however often it is printed: its name says what it is a sum over."""
    return list({figure.name: figure for figure in figures}.values())


def compare(
    where: str, value: float, cell: Mapping[str, Any], path: str, within: float = 1e-9
) -> None:
    """Demand that a cell is released, and that its mean and count are those of the release."""
    if "sum" not in cell:
        raise UnknownNumberError(f"{where}: {value}, and the release withholds the cell")
    kind = path.rpartition("/")[2]
    if kind not in {"value", "n"}:
        return
    expected = cell["n"] if kind == "n" else cell["sum"] / cell["n"]
    if abs(value - expected) > within:
        raise UnknownNumberError(f"{where}: {value}, released {expected}")
