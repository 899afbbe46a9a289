"""The only place that asks what time it is. Everything else is handed a clock."""

import datetime as dt
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> dt.datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> dt.datetime:
        """Return the machine's time in UTC."""
        return dt.datetime.now(tz=dt.UTC)  # noqa: TID251 - this is the one place


class SettableClock:
    """A clock that stands still until it is moved: the demo's history and the tests use it."""

    def __init__(self, start: dt.datetime) -> None:
        self._now = start

    def now(self) -> dt.datetime:
        """Return the moment last set."""
        return self._now

    def set(self, moment: dt.datetime) -> None:
        """Move to `moment` (aware)."""
        self._now = moment

    def advance(self, **delta: float) -> None:
        """Move forward by a `datetime.timedelta` given in its own keywords."""
        self._now += dt.timedelta(**delta)
