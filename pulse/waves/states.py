"""Which state a wave may go to next, and why one cannot be closed yet. Pure."""

import datetime as dt
from enum import StrEnum

from pulse.waves.calendar import SHORTEST_OPENING
from pulse.waves.errors import WaveStateError, WaveTooYoungError

# Why a wave stays in the state "closing"; nothing is wrong, somebody has to act.
WAITS_FOR_TRUSTEE = "Waits for the trustee to unlock the count."


class WaveState(StrEnum):
    """The life of a wave."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    RELEASED = "released"
    SKIPPED = "skipped"


NEXT: dict[WaveState, frozenset[WaveState]] = {
    WaveState.PLANNED: frozenset({WaveState.OPEN, WaveState.SKIPPED}),
    WaveState.OPEN: frozenset({WaveState.CLOSING}),
    WaveState.CLOSING: frozenset({WaveState.CLOSED}),
    WaveState.CLOSED: frozenset({WaveState.RELEASED}),
    WaveState.RELEASED: frozenset(),
    WaveState.SKIPPED: frozenset({WaveState.PLANNED}),
}


def require_step(state: str, target: WaveState) -> None:
    """Refuse a step that the life of a wave does not have.

    Raises
    ------
    WaveStateError
        `target` cannot follow `state`.
    """
    if target not in NEXT[WaveState(state)]:
        raise WaveStateError(state=state, target=str(target))


def require_age(opened_at: dt.datetime, now: dt.datetime) -> None:
    """Refuse to close a wave that has been open for less than a day.

    Raises
    ------
    WaveTooYoungError
        So that no one can open and close around a few people's answers.
    """
    if now - opened_at < SHORTEST_OPENING:
        raise WaveTooYoungError
