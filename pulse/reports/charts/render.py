"""Specification to SVG. Heavy to import: only the release job does."""

from functools import cache
from pathlib import Path
from typing import Any

import vl_convert

from pulse.reports.charts.svg import clean

FONTS = Path(__file__).parents[2] / "static" / "fonts"


def render(specification: dict[str, Any], *, name: str) -> str:
    """Return the picture as SVG with `name` as its text alternative."""
    _register_fonts()
    svg: str = vl_convert.vegalite_to_svg(specification)
    return clean(svg, name=name)


@cache
def _register_fonts() -> None:
    # Texts are measured with this font: without it they vanish where the system has none.
    vl_convert.register_font_directory(str(FONTS))
