"""How far the ten rules are followed: three surveys before the rules against the last three.

Rated by the other group. Rules 2 and 6 are asked of one group only where one makes requests of the
other; a group's view of itself is never mixed in. A small group rates one pair of rules a month, so
that a rule comes back after five or six: then its last rating counts.
"""

from collections.abc import Sequence
from itertools import starmap

from analysis.links.rules import dose, rules_followed
from analysis.result import Estimate, NotEstimable
from analysis.tally import Moments
from pulse.ids import GROUP_CODES, GroupCode
from pulse.interventions.rules import RULES
from pulse.reports.figures.figure import Found, Frozen, Names, figure
from pulse.reports.inputs import ReportInputs, WavePoint, is_before
from pulse.reports.numbers import whole

WINDOW = 3
ROUND = 6
"""Surveys in which a small group has rated every rule."""
FEWEST = 5
NOT_ASKED = "not asked often enough"


def found_rules(inputs: ReportInputs) -> Frozen | None:
    """Return per rule its level before and now, and the mean of all; None without any rating."""
    before, now = _windows(inputs)
    rules = [_rule(rule.number, before, now) for rule in RULES]
    if not any(rule["now"] for rule in rules):
        return None
    return {
        "rules": rules,
        "has_before": bool(before),
        "has_older": _has_older(before) or _has_older(now),
        "before": _overall(before),
        "now": _overall(now),
    }


def _windows(inputs: ReportInputs) -> tuple[list[WavePoint], list[WavePoint]]:
    adopted = inputs.adopted_on
    waves = list(inputs.waves)
    if adopted is None:
        return [], waves[-ROUND:]
    earlier = [wave for wave in waves if is_before(wave.last_day, adopted)]
    later = [wave for wave in waves if not is_before(wave.last_day, adopted)]
    return (earlier[-ROUND:], later[-ROUND:]) if later else ([], earlier[-ROUND:])


def _rule(number: int, before: Sequence[WavePoint], now: Sequence[WavePoint]) -> Frozen:
    old, new = starmap(_level, ((number, before), (number, now)))
    return {
        "rule": number,
        "before": _frozen(old),
        "now": _frozen(new),
        "others_change": _others_change(number, before, now),
    }


def _others_change(
    number: int, before: Sequence[WavePoint], now: Sequence[WavePoint]
) -> float | None:
    """Change of friction among those who did not rate the rule, items that overlap left out."""
    old, new = (_others(f"RU{number:02d}", waves) for waves in (before, now))
    return None if old is None or new is None else new - old


def _others(item: str, waves: Sequence[WavePoint]) -> float | None:
    cells = [_cell_of(item, code, wave) for wave in waves[-WINDOW:] for code in GROUP_CODES]
    shown = [cell for cell in cells if "index_others" in cell]
    people = sum(int(cell["n_others"]) for cell in shown)
    total = sum(float(cell["index_others"]) for cell in shown)
    return total / people if people else None


def _level(number: int, waves: Sequence[WavePoint]) -> Estimate | NotEstimable:
    return dose(_ratings(f"RU{number:02d}", waves))


def _ratings(item: str, waves: Sequence[WavePoint]) -> list[Moments]:
    return [
        Moments(n=int(cell["n"]), total=cell["sum"], total_squares=cell["sum_squares"])
        for code in GROUP_CODES
        for cell in _rated_by(code, item, waves)[0]
    ]


def _rated_by(code: GroupCode, item: str, waves: Sequence[WavePoint]) -> tuple[list[Frozen], bool]:
    """Return a group's ratings of the last three surveys, or its last one, and if it is older."""
    rated = [
        (place, cell)
        for place, wave in enumerate(reversed(waves))
        if "sum" in (cell := _cell_of(item, code, wave)) and int(cell["n"]) >= FEWEST
    ]
    recent = [cell for place, cell in rated if place < WINDOW]
    return (recent, False) if recent else ([cell for _, cell in rated[:1]], bool(rated))


def _has_older(waves: Sequence[WavePoint]) -> bool:
    items = [f"RU{rule.number:02d}" for rule in RULES]
    return any(_rated_by(code, item, waves)[1] for code in GROUP_CODES for item in items)


def _cell_of(item: str, code: GroupCode, wave: WavePoint) -> Frozen:
    found: Frozen = wave.cells[code].details.get("rotating", {}).get(item, {})
    return found


def _overall(waves: Sequence[WavePoint]) -> Frozen | None:
    found = rules_followed({str(rule.number): _level(rule.number, waves) for rule in RULES})
    if isinstance(found, NotEstimable):
        return None
    return _frozen(found.level)


def _frozen(estimate: Estimate | NotEstimable) -> Frozen | None:
    if isinstance(estimate, NotEstimable):
        return None
    interval = estimate.interval
    return {"value": estimate.value, "low": interval.low, "high": interval.high}


def rules_figure(found: Found | None, names: Names) -> Frozen | None:
    """Word the ten rules; None where none was rated."""
    if found is None:
        return None
    say = names.say
    rows = [
        [
            f"{rule['rule']}. {RULES[rule['rule'] - 1].text(names.language)}",
            _cell(rule["before"], names),
            _cell(rule["now"], names),
        ]
        for rule in found["rules"]
    ]
    return figure(
        title=_title(found, names),
        subtitle=say(
            "Rated by the other group, 0 never to 100 always; three surveys before the rules and the"
            " last three. Higher is better."
        ),
        description=" ".join(
            say("%(rule)s: before %(before)s, now %(now)s.", rule=row[0], before=row[1], now=row[2])
            for row in rows
        ),
        head=[say("Rule"), say("Before (likely)"), say("Last three surveys (likely)")],
        rows=rows,
        notes=[
            say("Hollow: before. Filled: the last three surveys, with the likely range."),
            *(
                [say("A rule that a group was not asked about then: its last rating before.")]
                if found.get("has_older")
                else []
            ),
            say(
                "Following the rules and less friction are partly the same thing; this shows whether"
                " the rules are lived, not whether they work."
            ),
        ],
    )


def _title(found: Found, names: Names) -> str:
    before, now = found["before"], found["now"]
    if now is None:
        return names.say("The ten rules: too few ratings for a total")
    value = whole(now["value"])
    if before is None:
        return names.say("The rules are followed to %(now)s of 100", now=value)
    return names.say(
        "The rules are followed to %(now)s of 100; before %(before)s",
        now=value,
        before=whole(before["value"]),
    )


def _cell(level: Found | None, names: Names) -> str:
    if level is None:
        return names.say(NOT_ASKED)
    low, high = whole(level["low"]), whole(level["high"])
    return f"{whole(level['value'])} ({names.say('%(low)s to %(high)s', low=low, high=high)})"
