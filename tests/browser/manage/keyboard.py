"""Walks through a page with the Tab key alone and says what a keyboard cannot do there."""

import itertools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FOLDER = Path(__file__).parent
SCRIPTS = [(FOLDER / name).read_text() for name in ("contrast.js", "keyboard.js")]
SMALLEST_CONTRAST = 3
# A date field is four stops (day, month, year, calendar); more presses are a trap.
MOST_PRESSES_INSIDE = 5
MOST_STOPS = 400
# Where a mistake took the focus, the walk would begin there.
FROM_THE_TOP = """() => {
  if (document.activeElement === document.body) return;
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  window.scrollTo(0, 0);
}"""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where the focus stood; `place` in the page's order, `ring` its contrast with the ground."""

    place: int
    name: str
    is_closed: bool
    ring: float
    is_in_view: bool
    is_backwards: bool


def walk(page: Page) -> tuple[list[Stop], list[str]]:
    """Press Tab from the top to the end, opening what can be opened; return stops and faults."""
    for script in SCRIPTS:
        page.evaluate(script)
    stops: list[Stop] = []
    faults: list[str] = []
    page.evaluate(FROM_THE_TOP)
    inside = 0
    while len(stops) < MOST_STOPS:
        page.keyboard.press("Tab")
        stop = _here(page)
        if stop is None or (stops and stop.place == stops[0].place):
            break
        inside = inside + 1 if stops and stop.place == stops[-1].place else 0
        if inside > MOST_PRESSES_INSIDE:
            return stops, [*faults, f"trapped: {stop.name}"]
        if inside:
            continue
        stops.append(stop)
        if stop.is_closed:
            faults += _open(page, stop, key=("Enter", " ")[len(stops) % 2])
    return stops, faults + _faults(page, stops)


def _here(page: Page) -> Stop | None:
    found: dict[str, Any] | None = page.evaluate("keyboard.here()")
    return found and Stop(
        place=found["place"],
        name=found["name"],
        is_closed=found["isClosed"],
        ring=found["ring"],
        is_in_view=found["isInView"],
        is_backwards=found["isBackwards"],
    )


def _open(page: Page, stop: Stop, *, key: str) -> list[str]:
    page.keyboard.press(key)
    opened = _here(page)
    is_open = opened is not None and opened.place == stop.place and not opened.is_closed
    return [] if is_open else [f"does not open with {key!r}: {stop.name}"]


def _faults(page: Page, stops: list[Stop]) -> list[str]:
    reached = {stop.place for stop in stops}
    expected: list[tuple[int, str]] = page.evaluate("keyboard.expected()")
    faults = [f"not reached: {name}" for place, name in expected if place not in reached]
    faults += [f"for the mouse only: {name}" for name in page.evaluate("keyboard.pressedOnly()")]
    faults += [f"focus not seen: {stop.name}" for stop in stops if stop.ring < SMALLEST_CONTRAST]
    faults += [f"focus out of view: {stop.name}" for stop in stops if not stop.is_in_view]
    for before, after in itertools.pairwise(stops):
        if after.place < before.place:
            faults.append(f"out of the page's order: {after.name} after {before.name}")
        elif after.is_backwards:
            faults.append(f"out of the reading order: {after.name} after {before.name}")
    return faults
