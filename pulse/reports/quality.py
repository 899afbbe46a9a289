"""Whether this month's answers can be trusted: the data-quality strip. Pure.

Each check compares a group with itself at the start, never with the other group.
"""

from collections.abc import Sequence
from typing import Any

from analysis.guards.guard import Guard
from analysis.guards.nonresponse import Participation, drop_out_guard
from pulse.ids import GROUP_CODES, GroupCode
from pulse.reports.inputs import Cell, ReportInputs

BASELINE_WAVES = 3
RECENT_WAVES = 3
LOOK_DROP = 0.15
WEAK_DROP = 0.20
LOOK_SAME = 0.10
WEAK_SAME = 0.20
FEW_ANSWERS = 10


def quality_of(inputs: ReportInputs, code: GroupCode) -> dict[str, Any]:
    """Return rates and states of one group in the latest wave.

    Returns
    -------
    dict
        `rate` and `baseline_rate` are shares from 0 to 1 or None; each state is "fine", "look",
        "weak" or None where nothing was released to judge by. The baseline is the mean of the
        first three waves, or of the waves before the latest where there are fewer.
    """
    cell = inputs.latest.cells[code]
    earlier = [wave.cells[code].response_rate for wave in inputs.waves[:-1][:BASELINE_WAVES]]
    rates = [rate for rate in earlier if rate is not None]
    baseline = sum(rates) / len(rates) if rates else None
    same = cell.quality.get("same_answer")
    return {
        "n": cell.moments.n if cell.moments else None,
        "n_counted": cell.n_counted,
        "n_invited": cell.n_invited,
        "rate": cell.response_rate,
        "baseline_rate": baseline,
        "response": response_state(cell.response_rate, baseline),
        "same_answer": same,
        "same": None if same is None else _state(same, LOOK_SAME, WEAK_SAME),
        "is_small": cell.moments is not None and cell.moments.n < FEW_ANSWERS,
    }


def drop_out(inputs: ReportInputs) -> Guard:
    """Compare the response of each group's last three shown surveys with its first three."""
    shown = [
        [wave.cells[code] for wave in inputs.waves if wave.cells[code].moments is not None]
        for code in GROUP_CODES
    ]
    before = [_participation(cells[:BASELINE_WAVES]) for cells in shown]
    now = [_participation(cells[-RECENT_WAVES:]) for cells in shown]
    return drop_out_guard((before[0], before[1]), (now[0], now[1]))


def _participation(cells: Sequence[Cell]) -> Participation:
    return Participation(
        answered=sum(cell.n_counted for cell in cells),
        invited=sum(cell.n_invited for cell in cells),
    )


def response_state(rate: float | None, baseline: float | None) -> str | None:
    """Judge a response rate by how far it fell below the baseline, in shares of the people."""
    if rate is None or baseline is None:
        return None
    return _state(baseline - rate, LOOK_DROP, WEAK_DROP)


def _state(value: float, look: float, weak: float) -> str:
    if value > weak:
        return "weak"
    return "look" if value > look else "fine"
