"""The closed list for texts: no number in a PDF, page, picture or mail that the auditor has not seen.

A text has no columns that say what a number is a sum over. So it is read as a set of numbers, and each
has to be among those that were mapped and audited in the findings and tables of the same report,
rounded as Pulse prints them; in the calendar; or in the fixed words of the program ("0 to 100").

Small whole numbers are many, so a wrong one may be among them by chance. This list is therefore the
second line; to the first, `tests/reports/downloads/test_download_twins.py`, it does not matter whether a number
looks familiar.
"""

import ctypes
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import cache
from html import unescape
from xml.etree import ElementTree as ET

import pypdfium2 as pdfium
from pypdfium2 import raw

from bench.audit.downloads import leaves
from bench.audit.released import NUMBER, UnknownNumberError
from bench.audit.tables import Table
from pulse.i18n import LANGUAGES, catalogue
from pulse.reports.numbers import whole

_FIELD = re.compile(r"%\(\w+\)s|\{\w+\}")
AXES = frozenset({"0", "20", "25", "40", "50", "60", "75", "80", "100"})


@cache
def fixed_numbers() -> frozenset[str]:
    """Return the numbers in the program's own sentences, in all languages."""
    sentences = [text for code in LANGUAGES for pair in catalogue(code).items() for text in pair]
    return frozenset(
        number for text in sentences for number in NUMBER.findall(_FIELD.sub("", text))
    )


def printed(value: float) -> set[str]:
    """Return how a number may stand in a text: whole or with one decimal place; a share as per cent."""
    size = abs(value)
    forms = {str(whole(size)), f"{size:.1f}"}
    return forms if size > 1 else forms | {str(whole(100 * size)), f"{100 * size:.1f}"}


def seen_numbers(
    findings: object, tables: Iterable[Table], days: Iterable[dt.date], besides: Iterable[str] = ()
) -> frozenset[str]:
    """Return every number that a text of this report may hold.

    Parameters
    ----------
    findings, tables
        As they were read back and mapped.
    days
        Days and months that the texts name.
    besides
        Texts that people wrote, the name of the company say.
    """
    found = set(fixed_numbers() | AXES)
    for _path, value in leaves(findings):
        found |= set(NUMBER.findall(value)) if isinstance(value, str) else printed(value)
    for table in tables:
        for cell in (cell for row in (table.head, *table.rows) for cell in row):
            found |= set(NUMBER.findall(str(cell)))
            # A spreadsheet's whole number is read as 7.0.
            found |= printed(cell) if isinstance(cell, float) else set()
    for day in days:
        found |= {str(day.day), str(day.month), f"{day:%m}", str(day.year), f"{day:%y}"}
    return frozenset(found).union(*(NUMBER.findall(text) for text in besides))


def demand_seen(where: str, texts: Iterable[str], seen: frozenset[str]) -> int:
    """Demand that every number of some texts was seen; return how many numbers they hold.

    Raises
    ------
    UnknownNumberError
        One was not: nobody has said what it is a sum over.
    """
    count = 0
    for text in texts:
        for match in NUMBER.finditer(text):
            count += 1
            if match.group() not in seen:
                around = text[max(0, match.start() - 40) : match.end() + 40]
                raise UnknownNumberError(f"{where}: {match.group()!r} in {around!r}")
    return count


def pdf_texts(body: bytes) -> list[str]:
    """Return what stands on each page of a PDF, its title, and the words for its pictures."""
    document = pdfium.PdfDocument(body)
    about = document.get_metadata_dict(skip_empty=True)
    found = [text for name, text in about.items() if name not in {"Creator", "Producer"}]
    for page in document:
        found += [page.get_textpage().get_text_range(), *_alternatives(page)]
    return found


def _alternatives(page: pdfium.PdfPage) -> list[str]:
    tree = raw.FPDF_StructTree_GetForPage(page)
    n_top = raw.FPDF_StructTree_CountChildren(tree)
    waiting = [raw.FPDF_StructTree_GetChildAtIndex(tree, place) for place in range(n_top)]
    found: list[str] = []
    while waiting:
        if not (element := waiting.pop()):
            continue
        length = raw.FPDF_StructElement_GetAltText(element, None, 0)
        buffer = ctypes.create_string_buffer(length)
        raw.FPDF_StructElement_GetAltText(element, buffer, length)
        found.append(buffer.raw.decode("utf-16-le").rstrip("\0"))
        n_below = raw.FPDF_StructElement_CountChildren(element)
        waiting += [
            raw.FPDF_StructElement_GetChildAtIndex(element, place) for place in range(n_below)
        ]
    raw.FPDF_StructTree_Close(tree)
    return [text for text in found if text]


def picture_texts(svg: str) -> list[str]:
    """Return all that an SVG says: labels, its title, its text alternative."""
    root = ET.fromstring(svg)  # noqa: S314 - our own drawing
    labels = [element.get("aria-label", "") for element in root.iter()]
    return [*labels, *(text for element in root.iter() if (text := element.text))]


def page_texts(html: str) -> list[str]:
    """Return all that a page says, to the eye and to a screen reader; no addresses, no drawing."""
    body = re.sub(r"<(script|style|meta)\b[^>]*>(.*?</\1>)?", " ", html, flags=re.DOTALL)
    spoken: Sequence[str] = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', body)
    return [unescape(text) for text in (*spoken, re.sub(r"<[^>]+>", " ", body))]
