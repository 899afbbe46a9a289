"""How each group believes the other would answer, against how the other does answer. Pure.

Both as the share of "often" or "always" to the question about respect: the released bands hold it
in every month, the mean of the single question only in some.
"""

import math
from collections.abc import Mapping
from typing import Any

from pulse.ids import GROUP_CODES
from pulse.reports.figures.figure import Found, Frozen, Names, figure, share
from pulse.reports.figures.items import reason
from pulse.reports.inputs import ReportInputs

GUESS, ANSWER = "META", "RSP1"
_NORMAL = 1.959963984540054


def found_gap(inputs: ReportInputs) -> Frozen:
    """Return per group its guess and the other group's answer, as shares with their ranges."""
    cells = inputs.latest.cells
    result: Frozen = {}
    for code, other in (GROUP_CODES, GROUP_CODES[::-1]):
        guess = _share(cells[code].details.get("items", {}).get(GUESS))
        answer = _share(cells[other].details.get("items", {}).get(ANSWER))
        result[code] = {"guess": guess, "answer": answer, "differs": _differs(guess, answer)}
    return result


def wilson(count: int, n: int) -> tuple[float, float]:
    """Return the 95 % range of a share (Wilson 1927).

    Examples
    --------
    >>> [round(end, 3) for end in wilson(5, 10)]
    [0.237, 0.763]
    """
    square = _NORMAL**2
    middle = (count + square / 2) / (n + square)
    half = _NORMAL / (n + square) * math.sqrt(count * (n - count) / n + square / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(cell: Mapping[str, Any] | None) -> Frozen:
    if cell is None:
        return {"withheld": "too_few"}
    counts = cell.get("counts")
    often = sum(counts[3:]) if counts else (cell.get("bands") or [0, 0, 0])[2]
    n = int(cell.get("answered", 0))
    if (not counts and "bands" not in cell) or n < 10:
        return {"withheld": str(cell.get("withheld", "too_few"))}
    low, high = wilson(often, n)
    return {"value": often / n, "low": low, "high": high, "n": n}


def _differs(guess: Found, answer: Found) -> str | None:
    """Return "more" or "less" where the guess lies clearly above or below the answer."""
    if "value" not in guess or "value" not in answer:
        return None
    if guess["low"] > answer["high"]:
        return "more"
    return "less" if guess["high"] < answer["low"] else None


def gap_figure(found: Found, names: Names) -> Frozen | None:
    """Word the gap; None where nothing of it is released."""
    say = names.say
    known = [code for code in GROUP_CODES if "value" in found[code]["guess"]]
    whole_pairs = [code for code in known if "value" in found[code]["answer"]]
    if not known:
        return None
    clear = [code for code in whole_pairs if found[code]["differs"]]
    sentences = [gap_sentence(found, code, names) for code in GROUP_CODES]
    if clear:
        title = say("At least one group misjudges the other")
    elif len(whole_pairs) == len(GROUP_CODES):
        title = say("No clear misjudgement of the other group")
    else:
        title = say("Cannot tell whether a group misjudges the other")
    return figure(
        title=title,
        subtitle=say(
            "“How often do they treat you with respect?” Share of often or always, in per cent."
        ),
        description=" ".join(sentences),
        head=[say("Who"), say("Believes of the other %"), say("The other says %"), say("Answers")],
        rows=[_row(found[code], code, names) for code in GROUP_CODES],
        notes=[
            *sentences,
            say("Hollow: what the group believes of the other. Filled: what the other says."),
        ],
    )


def gap_sentence(found: Found, code: str, names: Names) -> str:
    """Say in one sentence what one group believes and what the other says."""
    other = next(one for one in GROUP_CODES if one != code)
    guess, answer = found[code]["guess"], found[code]["answer"]
    fields = {"group": names.group(code), "other": names.groups[other]}
    if "value" not in guess or "value" not in answer:
        missing = guess if "value" not in guess else answer
        return names.say(
            "%(group)s about %(other)s: withheld, %(reason)s.",
            **fields,
            reason=reason(missing["withheld"], names),
        )
    return names.say(
        "%(group)s believes that %(guess)s of 100 in %(other)s feel respected (likely %(guess_low)s"
        " to %(guess_high)s); %(answer)s of 100 say so (likely %(low)s to %(high)s).",
        **fields,
        guess=share(guess["value"]),
        guess_low=share(guess["low"]),
        guess_high=share(guess["high"]),
        answer=share(answer["value"]),
        low=share(answer["low"]),
        high=share(answer["high"]),
    )


def _row(pair: Found, code: str, names: Names) -> list[str | int]:
    def cell(one: Found) -> str:
        if "value" not in one:
            return reason(one["withheld"], names)
        low, high = share(one["low"]), share(one["high"])
        return f"{share(one['value'])} ({names.say('%(low)s to %(high)s', low=low, high=high)})"

    counts = [str(one["n"]) for one in (pair["guess"], pair["answer"]) if "n" in one]
    other = next(one for one in GROUP_CODES if one != code)
    who = names.say("%(group)s about %(other)s", group=names.group(code), other=names.groups[other])
    return [who, cell(pair["guess"]), cell(pair["answer"]), " / ".join(counts)]
