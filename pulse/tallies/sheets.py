"""The opened answer sheets of one group, packed until they are tallied. Pure."""

from array import array

import numpy as np

from pulse.tallies.ballot_body import LANGUAGES, MODES, SKIPPED, Sheet
from pulse.tallies.scoring import Codes, CoreKey

PERCEPTION_GAP = "META"


class SheetPile:
    """The sheets of one group, packed: some fifteen bytes each, and the comments."""

    def __init__(self, key: CoreKey) -> None:
        self.key = key
        self.n_spoiled = 0
        self.comments: list[str] = []
        self._core = array("b")
        self._gap = array("b")
        self._languages = array("b")
        self._modes = array("b")
        self._rotating: dict[str, tuple[array[int], array[int]]] = {}

    def __len__(self) -> int:
        return len(self._gap)

    def add(self, sheet: Sheet | None) -> None:
        """Put a sheet on the pile; None is a spoiled ballot."""
        if sheet is None:
            self.n_spoiled += 1
            return
        row = len(self)
        rest = dict(sheet.answers)
        self._core.extend(rest.pop(item, SKIPPED) for item in self.key.items)
        self._gap.append(rest.pop(PERCEPTION_GAP, SKIPPED))
        self._languages.append(LANGUAGES.index(sheet.language))
        self._modes.append(MODES.index(sheet.mode))
        for item, code in rest.items():
            rows, codes = self._rotating.setdefault(item, (array("i"), array("b")))
            rows.append(row)
            codes.append(code)
        if sheet.comment:
            self.comments.append(sheet.comment)

    @property
    def core(self) -> Codes:
        """Option indices of the core items, persons x items."""
        return _codes(self._core).reshape(-1, len(self.key.items))

    @property
    def perception_gap(self) -> Codes:
        """Option indices of the perception-gap item."""
        return _codes(self._gap)

    @property
    def languages(self) -> Codes:
        """Index into LANGUAGES of each sheet."""
        return _codes(self._languages)

    @property
    def modes(self) -> Codes:
        """Index into MODES of each sheet."""
        return _codes(self._modes)

    def rotating(self) -> dict[str, Codes]:
        """Return item -> option indices of all sheets; SKIPPED where a person was not asked."""
        columns: dict[str, Codes] = {}
        for item in sorted(self._rotating):
            rows, codes = self._rotating[item]
            column = np.full(len(self), SKIPPED, dtype=np.int8)
            column[np.frombuffer(rows, dtype=np.intc)] = _codes(codes)
            columns[item] = column
        return columns


def _codes(packed: "array[int]") -> Codes:
    return np.frombuffer(packed, dtype=np.int8)
