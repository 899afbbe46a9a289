"""What the page of surveys shows of each wave. Pure: built from values, no SQL."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pulse.i18n import format_date
from pulse.waves.queries import WaveView
from pulse.waves.states import WAITS_FOR_TRUSTEE, WaveState

STATES = {
    WaveState.PLANNED: "planned",
    WaveState.OPEN: "open",
    WaveState.CLOSING: "being counted",
    WaveState.CLOSED: "being counted",
    WaveState.RELEASED: "report ready",
    WaveState.SKIPPED: "left out",
}
OPENING = "opening"
WAITING = "waits for the trustee"


@dataclass(frozen=True, kw_only=True)
class WaveRow:
    """One line of the page."""

    wave: WaveView
    opens: str
    closes: str
    state: str
    trouble: str
    is_opening: bool
    is_waiting: bool
    can_open: bool
    lies_ahead: bool


def wave_rows(
    waves: tuple[WaveView, ...],
    *,
    opening: frozenset[str],
    troubles: dict[str, str],
    time_zone: str,
    language: str,
    now: dt.datetime,
) -> tuple[WaveRow, ...]:
    """Return the lines, newest first.

    Parameters
    ----------
    opening
        Ids of planned waves whose opening is under way.
    troubles
        Per id why its chain stopped, or waits.
    """
    is_one_open = any(wave.state == WaveState.OPEN for wave in waves)
    # Only the next one can be opened by hand: the months keep their order.
    planned = [wave.id for wave in waves if wave.state == WaveState.PLANNED]
    rows = []
    for wave in sorted(waves, key=lambda wave: wave.month, reverse=True):
        is_opening = wave.state == WaveState.PLANNED and str(wave.id) in opening
        trouble = troubles.get(str(wave.id), "")
        is_waiting = trouble == WAITS_FOR_TRUSTEE
        rows.append(
            WaveRow(
                wave=wave,
                opens=_moment(wave.opened_at or wave.opens_at, time_zone, language),
                closes=_moment(wave.closed_at or wave.closes_at, time_zone, language),
                state=_state(wave, is_opening=is_opening, is_waiting=is_waiting),
                trouble="" if is_waiting else trouble,
                is_opening=is_opening,
                is_waiting=is_waiting,
                can_open=wave.id in planned[:1] and not is_one_open and not is_opening,
                lies_ahead=wave.closes_at > now,
            )
        )
    return tuple(rows)


def _state(wave: WaveView, *, is_opening: bool, is_waiting: bool) -> str:
    if is_opening:
        return OPENING
    return WAITING if is_waiting else STATES[WaveState(wave.state)]


def _moment(moment: dt.datetime, time_zone: str, language: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{format_date(local.date(), language, 'weekday')}, {local:%H:%M}"
