"""Sizes, colours and words of the trend chart. Pure; no drawing library."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace

FONT = "DejaVu Sans, system-ui, sans-serif"
INK, SOFT, GRID, PAPER = "#20242c", "#5b6270", "#dfe3ea", "#fffffe"
COLOURS = {"first": "#0b6a82", "second": "#a8480c"}
DASHES = {"first": [1, 0], "second": [7, 4]}
MARKERS = {"first": "circle", "second": "square"}
LABEL_WIDTH = 16


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Sizes of one version of the picture, in pixels at natural size."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    font_size: int
    most_labels: int
    has_side_labels: bool


WIDE = Frame(
    width=800,
    height=380,
    left=46,
    right=150,
    top=44,
    bottom=48,
    font_size=14,
    most_labels=12,
    has_side_labels=True,
)
NARROW = Frame(
    width=330,
    height=350,
    left=34,
    right=10,
    top=46,
    bottom=46,
    font_size=14,
    most_labels=5,
    has_side_labels=False,
)


@dataclass(frozen=True, kw_only=True)
class Words:
    """The texts of the picture in one language."""

    groups: Mapping[str, str]
    axis: str
    rules: str
    missing: str
    withheld: str
    months: tuple[tuple[str, str], ...]


def fitted(frame: Frame, words: Words) -> Frame:
    """Give the names at the right as much room as the longest of them needs."""
    if not frame.has_side_labels:
        return frame
    longest = max(len(line) for name in words.groups.values() for line in wrapped(f"{name} 99"))
    return replace(frame, right=16 + 9 * longest)


def wrapped(name: str) -> list[str]:
    """Break a name into lines that fit beside the plot."""
    return textwrap.wrap(name, LABEL_WIDTH)[:3]
