"""Report inputs with a story: plain values, no database."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from analysis.tally import Moments
from pulse.ids import FIRST, SECOND
from pulse.reports.figures.items import GOOD_EVENTS, ITEM_NAMES
from pulse.reports.inputs import DIMENSIONS, Cell, ReportInputs, WavePoint

FIRST_MONTH = dt.date(2026, 1, 1)
SPREAD = 18.0
TOO_FEW = "too_few"


def make_month(step: int, start: dt.date = FIRST_MONTH) -> dt.date:
    """Return the month `step` places after `start`."""
    place = start.month - 1 + step
    return dt.date(start.year + place // 12, place % 12 + 1, 1)


def make_moments(mean: float, n: int, spread: float = SPREAD) -> Moments:
    """Return the sums of `n` scores with this mean and standard deviation."""
    total = mean * n
    return Moments(n=n, total=total, total_squares=total * total / n + spread * spread * (n - 1))


def make_cell(
    mean: float | None,
    *,
    n: int = 13,
    n_invited: int = 14,
    same_answer: float | None = 0.0,
    reason: str = TOO_FEW,
) -> Cell:
    """Return a cell of this mean; None withholds it."""
    if mean is None:
        return Cell(
            n_invited=n_invited,
            n_counted=min(n, 3),
            index=reason,
            dimensions=dict.fromkeys(DIMENSIONS, reason),
        )
    offsets = zip(DIMENSIONS, (-4, -9, 5, -2, 3, 8), strict=True)
    return Cell(
        n_invited=n_invited,
        n_counted=n,
        index=make_moments(mean, n),
        dimensions={
            code: make_moments(min(97.0, max(3.0, mean + offset)), n, 12.0)
            for code, offset in offsets
        },
        quality={} if same_answer is None else {"same_answer": same_answer},
        details=make_details(mean, n),
    )


def make_details(mean: float, n: int) -> dict[str, dict[str, Any]]:
    """Return released items, rotating items, languages and modes; nothing under ten answers."""
    if n < 10:
        hidden = {"withheld": TOO_FEW}
        return {"items": {}, "rotating": {}, "languages": hidden, "modes": hidden}
    answered = n - n // 8
    missing = {"no_contact": n // 8, "skipped": 0}
    items: dict[str, Any] = {}
    for place, item in enumerate(ITEM_NAMES):
        level = min(0.85, max(0.1, (mean + 3 * (place - 4)) / 100))
        bad = round(answered * level * 0.8)
        middle = (answered - bad) // 3
        bands = [answered - bad - middle, middle, bad]
        if item in GOOD_EVENTS:
            bands.reverse()
        items[item] = {"answered": answered, **missing, "withheld": "difference", "bands": bands}
    items["FRIC"] = {"answered": answered, **missing, "withheld": "capped", "capped": "low"}
    often = round(n * (0.9 - mean / 100))
    counts = [0, n // 4, n - often - n // 4, often, 0]
    items["META"] = {"answered": n, "no_contact": 0, "skipped": 0, "counts": counts}
    followed = make_moments(100 - mean, max(5, n // 4), 15.0)
    rating = {"n": followed.n, "sum": followed.total, "sum_squares": followed.total_squares}
    return {
        "items": items,
        "rotating": {f"RU{number:02d}": rating for number in range(1, 10)},
        "languages": {"en": n - n // 3, "es": n // 3},
        "modes": {"link": n - n // 4, "slip": n // 4, "kiosk": 0},
    }


def make_wave(
    step: int,
    first: float | None,
    second: float | None,
    *,
    n: tuple[int, int] = (13, 41),
    n_invited: tuple[int, int] = (14, 46),
    start: dt.date = FIRST_MONTH,
) -> WavePoint:
    """Return the wave `step` months after the first."""
    month = make_month(step, start)
    return WavePoint(
        month=month,
        last_day=month.replace(day=20),
        cells={
            FIRST: make_cell(first, n=n[0], n_invited=n_invited[0]),
            SECOND: make_cell(second, n=n[1], n_invited=n_invited[1]),
        },
    )


def make_inputs(
    first: Sequence[float | None],
    second: Sequence[float | None],
    *,
    adopted_after: int | None = 3,
    missing: Sequence[int] = (),
    **wave_values: tuple[int, int],
) -> ReportInputs:
    """Return inputs with one wave per pair of means.

    Parameters
    ----------
    adopted_after
        The rules start on the first day of the month after this many months.
    missing
        Months (from 0) without a survey.
    """
    pairs = enumerate(zip(first, second, strict=True))
    adopted_on = None if adopted_after is None else make_month(adopted_after)
    return ReportInputs(
        waves=tuple(
            make_wave(step, one, two, **wave_values)
            for step, (one, two) in pairs
            if step not in missing
        ),
        adopted_on=adopted_on,
        minimum_cell_size=5,
    )
