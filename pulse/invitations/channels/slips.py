"""Printed slips: for people without e-mail, and for browsers without JavaScript.

No name, no serial number, shuffled anew for each print: nobody knows who holds which.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import segno

from pulse.invitations.codes import written

QUIET_ZONE = 4  # modules, all around


@dataclass(frozen=True, kw_only=True)
class QrCode:
    """A QR code as one SVG path of strokes, in modules; `size` is its side with the quiet zone."""

    size: int
    path: str

    @property
    def svg(self) -> str:
        """The code as a file of its own."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.size} {self.size}">'
            f'<path stroke="#000" d="{self.path}"/></svg>'
        )


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One slip: the code as people read it, and as a QR code that opens the survey with it."""

    code: str
    qr: QrCode


def slips_for(codes: Iterable[str], survey_url: str) -> tuple[Slip, ...]:
    """Return the slips for `codes` (in normal form), in random order.

    Parameters
    ----------
    survey_url
        The company's survey page. The code goes behind it in the fragment, which no server sees.
    """
    shuffled = list(codes)
    secrets.SystemRandom().shuffle(shuffled)
    return tuple(Slip(code=written(code), qr=qr_code(f"{survey_url}#{code}")) for code in shuffled)


def qr_code(text: str) -> QrCode:
    """Return `text` as a QR code with error correction M."""
    matrix = segno.make_qr(text, error="m", boost_error=False).matrix
    runs = [
        f"M{start + QUIET_ZONE} {row + QUIET_ZONE}.5h{length}"
        for row, modules in enumerate(matrix)
        for start, length in _dark_runs(modules)
    ]
    return QrCode(size=len(matrix) + 2 * QUIET_ZONE, path="".join(runs))


def _dark_runs(modules: bytearray) -> Iterable[tuple[int, int]]:
    start = None
    for column, is_dark in enumerate([*modules, 0]):
        if is_dark and start is None:
            start = column
        elif not is_dark and start is not None:
            yield start, column - start
            start = None
