"""The answers to each question of a group this month, in three bands. Pure.

Shown from ten answers on. Five exact counts are folded into the same three bands that are released
where somebody left the question out: nothing finer is needed to see where it pinches.
"""

from collections.abc import Mapping
from typing import Any

from pulse.ids import GROUP_CODES
from pulse.reports.figures.figure import Found, Frozen, Names, figure, share
from pulse.reports.inputs import Cell, ReportInputs

ITEM_NAMES = {
    "APP1": "Thanked for help",
    "RSP1": "Treated with respect",
    "COM1": "Given wrong details",
    "HON1": "Honest with us",
    "COM2": "Told about changes on time",
    "RSP2": "Blamed unfairly",
    "APP2": "Good work ignored",
    "COMMIT": "Promises kept",
    "HON2": "Problems hidden from us",
    "FRIC": "Tension between the groups",
}
GOOD_EVENTS = frozenset({"APP1", "RSP1", "HON1", "COM2", "COMMIT"})
BANDS = ("Little friction", "Sometimes", "Much friction")
CAPPED = "nearly all gave the same answer"
FEW = "fewer than 10 answers"
OTHER = "so that nobody's answers can be worked out"


def found_items(inputs: ReportInputs) -> Frozen:
    """Return per group one entry per question: three counts from little to much friction, or why not."""
    return {code: _group(inputs.latest.cells[code]) for code in GROUP_CODES}


def bands_of(item: str, cell: Mapping[str, Any]) -> list[int] | None:
    """Return how many answers mean little, some and much friction; None where withheld."""
    counts = cell.get("counts")
    bands = [sum(counts[:2]), counts[2], sum(counts[3:])] if counts else cell.get("bands")
    if bands is None:
        return None
    return list(reversed(bands)) if item in GOOD_EVENTS else list(bands)


def _group(cell: Cell) -> list[Frozen]:
    items = cell.details.get("items", {})
    return [_item(item, items.get(item, {"withheld": "too_few"})) for item in ITEM_NAMES]


def _item(item: str, cell: Mapping[str, Any]) -> Frozen:
    bands = bands_of(item, cell)
    if bands is None or sum(bands) < 10:
        return {"item": item, "withheld": str(cell.get("withheld", "too_few"))}
    return {"item": item, "bands": bands}


def items_figure(found: Found, code: str, names: Names) -> Frozen | None:
    """Word one group's questions; None where no question can be shown."""
    say = names.say
    rows: list[list[str | int]] = []
    for entry in found[code]:
        label = say(ITEM_NAMES[entry["item"]])
        if "bands" in entry:
            n = sum(entry["bands"])
            rows.append([label, *(share(count / n) for count in entry["bands"]), n])
        else:
            rows.append([label, "", "", "", reason(entry["withheld"], names)])
    shown = [row for row in rows if row[1] != ""]
    if not shown:
        return None
    worst = max(shown, key=lambda row: int(row[3]))
    title = say("%(group)s: most friction in “%(item)s”", group=names.group(code), item=worst[0])
    return figure(
        title=title,
        subtitle=say("Share of answers to each question this month, in per cent."),
        description=" ".join(
            say(
                "%(item)s: %(good)s %% little friction, %(middle)s %% sometimes, %(bad)s %% much.",
                item=row[0],
                good=row[1],
                middle=row[2],
                bad=row[3],
            )
            for row in shown
        ),
        head=[say("Question"), *(f"{say(band)} %" for band in BANDS), say("Answers")],
        rows=rows,
        notes=[say("One question alone is a rough guide; few answers jump from month to month.")],
    )


def reason(code: str, names: Names) -> str:
    """Say why a question is not shown."""
    if code == "capped":
        return names.say(CAPPED)
    return names.say(FEW if code == "too_few" else OTHER)
