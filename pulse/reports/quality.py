"""Whether this month's answers can be trusted: the data-quality strip. Pure.

Each check compares a group with itself at the start, never with the other group.
"""

from typing import Any

from analysis.guards.battery import Fieldwork, FieldworkRows, mixes
from pulse.ids import GROUP_CODES, GroupCode
from pulse.reports.inputs import Cell, ReportInputs

BASELINE_WAVES = 3
LOOK_DROP = 0.15
WEAK_DROP = 0.20
LOOK_SAME = 0.10
WEAK_SAME = 0.20
LOOK_CONTACT = 0.25
WEAK_CONTACT = 0.40
LOOK_HALVES = 6.0
WEAK_HALVES = 10.0
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
    no_contact = cell.quality.get("no_contact")
    halves = _shift_of_halves(inputs, code)
    return {
        "n": cell.moments.n if cell.moments else None,
        "n_counted": cell.n_counted,
        "n_invited": cell.n_invited,
        "rate": cell.response_rate,
        "baseline_rate": baseline,
        "response": response_state(cell.response_rate, baseline),
        "same_answer": same,
        "same": None if same is None else _state(same, LOOK_SAME, WEAK_SAME),
        "no_contact": no_contact,
        "contact": None if no_contact is None else _state(no_contact, LOOK_CONTACT, WEAK_CONTACT),
        "halves": halves,
        "balance": None if halves is None else _state(abs(halves), LOOK_HALVES, WEAK_HALVES),
        "mix": _mixes(inputs, code),
        "modes": _counts(cell, "modes"),
        "languages": _counts(cell, "languages"),
        "is_small": cell.moments is not None and cell.moments.n < FEW_ANSWERS,
    }


def _shift_of_halves(inputs: ReportInputs, code: GroupCode) -> float | None:
    """Return by how many points good and bad questions have moved apart since the baseline.

    Both halves are friction points. Careless answers move them apart; a real change moves both.
    """
    now = inputs.latest.cells[code].quality.get("good_minus_bad")
    earlier = [wave.cells[code].quality for wave in inputs.waves[:-1][:BASELINE_WAVES]]
    known = [cell["good_minus_bad"] for cell in earlier if "good_minus_bad" in cell]
    return None if now is None or not known else now - sum(known) / len(known)


def _mixes(inputs: ReportInputs, code: GroupCode) -> dict[str, str]:
    """Return how far this group's own ways of answering and languages have shifted."""
    rows = [_fieldwork(wave.cells[code]) for wave in inputs.waves]
    return {guard.code.value: guard.state.value for guard in mixes((rows, rows))}


def fieldwork_of(inputs: ReportInputs) -> FieldworkRows:
    """Return how each wave was asked, as the guards compare it."""
    first, second = (
        [_fieldwork(wave.cells[code]) for wave in inputs.waves] for code in GROUP_CODES
    )
    return first, second


def _fieldwork(cell: Cell) -> Fieldwork:
    modes, languages = (_counts(cell, name) for name in ("modes", "languages"))
    return Fieldwork(
        answered=cell.n_counted,
        invited=cell.n_invited,
        is_shown=cell.moments is not None,
        modes=modes,
        languages=languages,
    )


def _counts(cell: Cell, name: str) -> dict[str, int]:
    counts = cell.details.get(name, {})
    return {} if "withheld" in counts else {code: int(count) for code, count in counts.items()}


def response_state(rate: float | None, baseline: float | None) -> str | None:
    """Judge a response rate by how far it fell below the baseline, in shares of the people."""
    if rate is None or baseline is None:
        return None
    return _state(baseline - rate, LOOK_DROP, WEAK_DROP)


def _state(value: float, look: float, weak: float) -> str:
    if value > weak:
        return "weak"
    return "look" if value > look else "fine"
