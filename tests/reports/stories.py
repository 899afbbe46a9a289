"""The situations that every report text and picture is checked in."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from pulse.reports.findings import find
from pulse.reports.inputs import ReportInputs
from tests.factories.reports import make_inputs, make_month, make_wave

EARLY, LATE = make_month(-1), make_month(30)
BEFORE = ([46, 45, 47], [58, 57, 59])


def _after(first: list[float | None], second: list[float | None]) -> ReportInputs:
    return make_inputs([*BEFORE[0], *first], [*BEFORE[1], *second])


def _flat(months: int) -> ReportInputs:
    wobble = (0.0, 1.0, -1.0, 0.5, -0.5, 1.0)
    values = [46 + wobble[step % 6] for step in range(months)]
    second = [57 - wobble[step % 6] for step in range(months)]
    return make_inputs(values, second, adopted_after=6, n=(120, 160), n_invited=(140, 200))


def _drop_out() -> ReportInputs:
    inputs = _after([40, 37, 35, 36, 34, 33], [50, 47, 46, 45, 44, 44])
    thin = tuple(
        make_wave(step, first, second, n=(9, 27), n_invited=(14, 46))
        for step, first, second in ((6, 36, 45), (7, 34, 44), (8, 33, 44))
    )
    return replace(inputs, waves=(*inputs.waves[:6], *thin))


def _with_books(inputs: ReportInputs) -> ReportInputs:
    """Events and numbers beside a story: fewer late orders after the rules."""
    late = [30, 28, 31, 20, 17, 16, 15, 14, 14]
    return replace(
        inputs,
        events=((make_month(4), "summit"), (make_month(5), "pay_plan")),
        facts={
            month: {
                "orders": 400,
                "on_time": 400 - 4 * late[step],
                "rush_orders": 3 * late[step],
                "complaints": 9,
                "meetings": int(step > 2),
            }
            for step, month in enumerate(inputs.calendar)
        },
    )


def _other_ways(inputs: ReportInputs) -> ReportInputs:
    """From the fourth survey on most people answer on paper instead of a link."""
    waves = []
    for step, wave in enumerate(inputs.waves):
        cells = {
            code: replace(cell, details={**cell.details, "modes": {"link": 6, "slip": 30}})
            for code, cell in wave.cells.items()
        }
        waves.append(replace(wave, cells=cells) if step > 2 else wave)
    return replace(inputs, waves=tuple(waves))


def _other_months() -> ReportInputs:
    """Half a year after the rules: other months of the year than before them."""
    return _after([40, 37, 35, 36, 34, 33], [50, 47, 46, 45, 44, 44])


def _spell(now: int) -> ReportInputs:
    """Two bad months just before the rules, and six after them around `now`."""
    wobble = [now, now - 1, now + 1, now, now - 1, now]
    first = [42, 43, 41, 42, 58, 59, *wobble]
    second = [54, 55, 53, 54, 70, 71, *(value + 12 for value in wobble)]
    return make_inputs(first, second, adopted_after=6, n=(60, 80), n_invited=(70, 90))


STORIES: dict[str, Callable[[], ReportInputs]] = {
    "improved": lambda: _with_books(_after([40, 37, 35, 36, 34, 33], [50, 47, 46, 45, 44, 44])),
    "other_ways": lambda: _other_ways(_after([40, 37, 35, 36, 34, 33], [50, 47, 46, 45, 44, 44])),
    "worse": lambda: _after([54, 57, 58, 57, 59, 60], [66, 69, 70, 69, 71, 70]),
    "no_change": lambda: _flat(18),
    "undecided": lambda: _after([45, 41, 47, 42], [56, 52, 58, 54]),
    "too_early": lambda: _after([40, 37], [50, 47]),
    "not_estimable": lambda: make_inputs([46.0] * 62, [57.0] * 62, adopted_after=12),
    "one_hidden": lambda: _after([40, 37, None], [50, 47, 46]),
    "both_hidden": lambda: _after([40, 37, None], [50, 47, None]),
    "missing_waves": lambda: make_inputs(
        [46, 45, 47, 0, 40, None, 36, 0, 33],
        [58, 57, 59, 0, 50, None, 45, 0, 44],
        missing=(3, 7),
        n=(9, 41),
    ),
    "one_wave": lambda: make_inputs([46], [58], adopted_after=None),
    "thirty_six": lambda: make_inputs(
        [46 + (step % 5) - max(0, min(step - 11, 10)) for step in range(36)],
        [58 - (step % 4) - max(0, min(step - 11, 12)) for step in range(36)],
        adopted_after=12,
    ),
    "baseline": lambda: make_inputs([46, 45, 47], [58, 57, 59], adopted_after=4),
    "no_baseline": lambda: make_inputs(
        [46, 40, 38, 37, 35, 34, 33, 30], [58, 52, 50, 47, 46, 44, 42, 40], adopted_after=1
    ),
    "trend_falling": lambda: make_inputs(
        [52, 50, 47, 45, 42, 40, 37, 35, 33],
        [62, 60, 57, 55, 52, 50, 47, 45, 43],
        adopted_after=None,
        n=(60, 80),
        n_invited=(70, 90),
    ),
    "old_trend": lambda: make_inputs(
        [65 - 1.2 * step for step in range(14)],
        [70 - 1.2 * step for step in range(14)],
        adopted_after=3,
        n=(90, 120),
        n_invited=(100, 130),
    ),
    "drop_out": _drop_out,
    "low_response": lambda: make_inputs(
        [46, 45, 47, 40, 37, 35],
        [58, 57, 59, 50, 47, 46],
        n=(8, 20),
        n_invited=(14, 46),
    ),
}

STORIES |= {
    "busy_season": lambda: replace(_other_months(), season_answers=((EARLY, True),)),
    "no_seasons": lambda: replace(STORIES["trend_falling"](), season_answers=((EARLY, False),)),
    "same_season": lambda: replace(
        make_inputs(
            [46, 45, 47, *[38 - step % 2 for step in range(12)]],
            [58, 57, 59, *[46 - step % 2 for step in range(12)]],
        ),
        season_answers=((EARLY, True),),
    ),
    "bad_spell": lambda: replace(_spell(38), bad_spell_answers=((EARLY, True),)),
    "bad_spell_holds": lambda: replace(_spell(28), bad_spell_answers=((EARLY, True),)),
    "bad_spell_short": lambda: replace(_other_months(), bad_spell_answers=((EARLY, True),)),
    "no_bad_spell": lambda: replace(_spell(38), bad_spell_answers=((EARLY, False),)),
    "late_no": lambda: replace(
        _other_months(),
        season_answers=((EARLY, True), (LATE, False)),
        bad_spell_answers=((LATE, False),),
    ),
}
"""With what HR answered about seasons and about a bad spell."""


@cache
def _found(story: str) -> str:
    return json.dumps(find(STORIES[story]()))


def found(story: str) -> dict[str, Any]:
    """Return the findings of a story, found once for all tests."""
    findings: dict[str, Any] = json.loads(_found(story))
    return findings
