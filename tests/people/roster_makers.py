"""Roster files for tests: workbooks, and a large list with known faults."""

import csv
import io
import random
from typing import Any

import xlsxwriter

HEADINGS = ("id", "group", "language", "e-mail", "name")
N_LINES = 5_000
N_FAULTY = 37
# One fault per kind: what to write instead, and a piece of the sentence that must name it.
FAULTS: tuple[tuple[dict[str, str], str], ...] = (
    ({"id": ""}, "The id is missing."),
    ({"id": "E1"}, "The id “E1” was already used in line 2."),
    ({"id": "x" * 61}, "The id is longer than 60 characters."),
    ({"group": ""}, "The group is missing."),
    ({"group": "Finance"}, "The group “Finance” is unknown. Use Sales or Operations."),
    ({"language": "Klingon"}, "The language “Klingon” is unknown."),
    ({"e-mail": "not an address"}, "“not an address” is not an e-mail address."),
    ({"e-mail": "person1@example.com"}, "was already used in line 2."),
    ({"name": "n" * 121}, "The name is longer than 120 characters."),
)


def workbook(rows: list[list[Any]], *, first_row: int = 0) -> bytes:
    """Return an .xlsx file whose first sheet holds `rows` from `first_row` (0 = the first) on."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet("People")
    for number, row in enumerate(rows, start=first_row):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def large_roster() -> tuple[bytes, dict[int, str]]:
    """Return a CSV of 5,000 lines, and line number -> sentence of its 37 faulty ones."""
    chance = random.Random(37)
    rows = [
        {
            "id": f"E{number}",
            "group": ("Sales", "Operaciones")[number % 2],
            "language": ("en", "Español", "")[number % 3],
            "e-mail": f"person{number}@example.com" if number % 3 else "",
            "name": f"Person Number {number}",
        }
        for number in range(1, N_LINES + 1)
    ]
    faulty = {}
    for turn, place in enumerate(sorted(chance.sample(range(10, N_LINES), N_FAULTY))):
        change, sentence = FAULTS[turn % len(FAULTS)]
        rows[place] |= change
        faulty[place + 2] = sentence  # the first line holds the headings, lines count from 1
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADINGS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(), faulty
