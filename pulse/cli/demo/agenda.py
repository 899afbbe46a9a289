"""What happens beside the surveys, each thing on its day: the services see the past as it was."""

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy.orm import Session, sessionmaker

Deed: TypeAlias = Callable[[Session, dt.datetime], object]


class Agenda:
    """Deeds with their moments, done in the order of time, each in a transaction of its own."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        self._entries: list[tuple[dt.datetime, Deed]] = []

    def put(self, moment: dt.datetime, deed: Deed) -> None:
        """Put a deed on the agenda; it is handed a session and its moment."""
        self._entries.append((moment, deed))

    def advance(self, until: dt.datetime) -> None:
        """Do everything up to and with the moment `until` that is not yet done."""
        while due := [entry for entry in self._entries if entry[0] <= until]:
            entry = min(due, key=lambda one: one[0])
            self._entries.remove(entry)
            moment, deed = entry
            with self._sessions() as session:
                deed(session, moment)
                session.commit()


def at(day: dt.date, hour: int = 12) -> dt.datetime:
    """Return an hour of a day in the demo's time zone, which is UTC."""
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)
