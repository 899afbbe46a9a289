"""The unchanging parts of report pages, kept in memory once they were read and rendered.

A stored report never changes, and its key is asked of the database at every request: so nothing
stale and nothing of another company can be shown.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pulse.reports.queries import ReportKey

MOST = 16
"""Reports kept by one process, some 300 kB each."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a page prints of a report in one language: its words, and the rendered evidence."""

    page: dict[str, Any]
    evidence: Markup


class Kept:
    """The parts last used."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._parts: OrderedDict[tuple[ReportKey, str], Parts] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: ReportKey, language: str, make: Callable[[ReportKey, str], Parts]) -> Parts:
        """Return the parts of a report in a language; `make` them where they are not kept."""
        with self._lock:
            found = self._parts.get((key, language))
            if found is not None:
                self._parts.move_to_end((key, language))
                return found
        made = make(key, language)
        with self._lock:
            self._parts[key, language] = made
            while len(self._parts) > self._most:
                self._parts.popitem(last=False)
        return made
