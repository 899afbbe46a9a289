"""What the page of surveys shows of each wave. Pure: built from values, no SQL."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pulse.i18n import format_date
from pulse.waves.queries import WaveView
from pulse.waves.states import WaveState

STATES = {
    WaveState.PLANNED: "planned",
    WaveState.OPEN: "open",
    WaveState.CLOSING: "being counted",
    WaveState.CLOSED: "being counted",
    WaveState.RELEASED: "report ready",
    WaveState.SKIPPED: "left out",
}
OPENING = "opening"


@dataclass(frozen=True, kw_only=True)
class WaveRow:
    """One line of the page."""

    wave: WaveView
    opens: str
    closes: str
    state: str
    trouble: str
    is_opening: bool
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
        Per id why its chain stopped.
    """
    is_one_open = any(wave.state == WaveState.OPEN for wave in waves)
    # Only the next one can be opened by hand: the months keep their order.
    planned = [wave.id for wave in waves if wave.state == WaveState.PLANNED]
    rows = []
    for wave in sorted(waves, key=lambda wave: wave.month, reverse=True):
        is_opening = wave.state == WaveState.PLANNED and str(wave.id) in opening
        rows.append(
            WaveRow(
                wave=wave,
                opens=_moment(wave.opened_at or wave.opens_at, time_zone, language),
                closes=_moment(wave.closed_at or wave.closes_at, time_zone, language),
                state=OPENING if is_opening else STATES[WaveState(wave.state)],
                trouble=troubles.get(str(wave.id), ""),
                is_opening=is_opening,
                can_open=wave.id in planned[:1] and not is_one_open and not is_opening,
                lies_ahead=wave.closes_at > now,
            )
        )
    return tuple(rows)


def _moment(moment: dt.datetime, time_zone: str, language: str) -> str:
    local = moment.astimezone(ZoneInfo(time_zone))
    return f"{format_date(local.date(), language, 'weekday')}, {local:%H:%M}"
