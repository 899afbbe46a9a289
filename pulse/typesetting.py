"""Printed pages: a template of `templates/print/` and values in, a PDF out.

Values are passed in memory: nothing of a print is ever written to a file by the typesetter. Fonts are
the shipped ones and those inside the typesetter, so that a page looks the same on every machine.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

from pulse.resources import PACKAGE, resource

FONTS = PACKAGE / "static" / "fonts"


def make_pdf(template: str, values: Mapping[str, object]) -> bytes:
    """Return the PDF of `print/<template>.typ`; the template finds `values` in `sys.inputs.values`.

    The template must set the document's date to none: a print does not say when it was made.
    """
    source = resource("templates") / "print" / f"{template}.typ"
    compiler = typst.Compiler(
        input=source,
        root=source.parent,
        font_paths=_fonts(FONTS),
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
    )
    pdf = compiler.compile(format="pdf")
    if not isinstance(pdf, bytes):  # pragma: no cover - one PDF is one file
        raise TypeError("The typesetter returned no PDF.")
    return pdf


@cache
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])
