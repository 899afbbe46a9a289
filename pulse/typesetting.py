"""Printed pages: a template of `templates/print/` and values in, a PDF out.

Each print has a process of its own. The typesetter remembers all that it ever laid out: in the server
its memory would grow by some 70 MB with every 500 slips, and codes would stay in it. The values go
through a pipe, so that nothing of a print is in a file, an argument or the environment. Fonts are the
shipped ones and those inside the typesetter: a page looks the same on every machine.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pulse.resources import PACKAGE, resource

FONTS = PACKAGE / "static" / "fonts"
PATIENCE_SECONDS = 120


class TypesettingError(RuntimeError):
    """The typesetter refused a template; its own words may quote values, so they are left out."""


def make_pdf(template: str, values: Mapping[str, object]) -> bytes:
    """Return the PDF of `print/<template>.typ`; the template finds `values` in `sys.inputs.values`.

    The template must set the document's date to none: a print does not say when it was made.

    Raises
    ------
    TypesettingError
        The template is faulty.
    """
    source = resource("templates") / "print" / f"{template}.typ"
    done = subprocess.run(
        [sys.executable, "-m", "pulse.typesetting", str(source)],
        input=json.dumps(values).encode(),
        capture_output=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    if done.returncode != 0:
        raise TypesettingError(f"The template {template} could not be set.")
    return done.stdout


def typeset(source: Path, values: str) -> bytes:
    """Return the PDF of a template file. Call it in a process that ends soon."""
    import typst  # noqa: PLC0415 - 30 MB that only the child needs

    compiler = typst.Compiler(
        input=source,
        root=source.parent,
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[FONTS]),
        sys_inputs={"values": values},
    )
    pdf = compiler.compile(format="pdf")
    assert isinstance(pdf, bytes)  # noqa: S101 - what one input and no output give
    return pdf


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(Path(sys.argv[1]), sys.stdin.buffer.read().decode()))
