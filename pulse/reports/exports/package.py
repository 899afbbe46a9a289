"""The data package: released sums as CSV with a code book, from which the verdict can be redone.

A tabular data package after Frictionless Data: datapackage.json describes each file and column.
"""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from pulse.facts.kinds import EVENT_KINDS, FACTS
from pulse.ids import GROUP_CODES
from pulse.reports.exports.trend_csv import safe

PROFILE = "tabular-data-package"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same report gives the same file."""
WAVE = ("wave", "yearmonth", "Month of the survey.")
GROUP = ("group", "string", 'Group: "first" or "second", see "pulse.groups" for their names.')
SUMS = (
    ("n", "integer", "Valid answers."),
    ("sum", "number", "Sum of the scores, 0 to 100 each."),
    ("sum_squares", "number", "Sum of the squares of the scores."),
)
Column = tuple[str, str, str]
FILES: dict[str, tuple[str, Sequence[Column]]] = {
    "tallies": (
        "The friction index and its areas; higher is worse. What is withheld has no line.",
        (WAVE, GROUP, ("score", "string", '"index", or the code of an area.'), *SUMS),
    ),
    "fieldwork": (
        "How each survey was asked, for the guards: response, ways of answering, languages.",
        (
            WAVE,
            GROUP,
            ("answered", "integer", "Ballots counted."),
            ("invited", "integer", "People invited."),
            ("shown", "string", '"yes" where the index of the group is released.'),
            *(
                (f"mode_{mode}", "integer", "Ballots by way of answering; small counts merged.")
                for mode in ("link", "slip", "kiosk", "form")
            ),
            *(
                (f"language_{one}", "integer", "Ballots by language; small counts merged.")
                for one in ("en", "es")
            ),
        ),
    ),
    "items": (
        "Answers to each question in three bands, from ten answers on.",
        (
            WAVE,
            GROUP,
            ("item", "string", "Code of the question."),
            (
                "little_friction",
                "integer",
                "Never or rarely a bad event; often or always a good one.",
            ),
            ("sometimes", "integer", "Sometimes."),
            (
                "much_friction",
                "integer",
                "Often or always a bad event; never or rarely a good one.",
            ),
        ),
    ),
    "rules": (
        "Ratings of the ten rules by the other group, 0 never to 100 always.",
        (WAVE, GROUP, ("item", "string", "RU01 to RU10 rate rule 1 to 10."), *SUMS),
    ),
    "facts": (
        "Numbers from the company's books, as HR entered them.",
        (
            ("month", "yearmonth", "Month."),
            *((name, "integer", f"{label}.") for name, label in FACTS.items()),
        ),
    ),
    "events": (
        "The log of events, without its notes.",
        (
            ("day", "date", "Day."),
            ("kind", "string", f"One of: {', '.join(EVENT_KINDS)}."),
        ),
    ),
}
README = """Data package of Pulse
=====================

Only released figures are in here: nothing of fewer than {k} answers, no single answer, no comment.

Do the verdict again, with nothing but the folder `analysis` of Pulse (Python, NumPy, SciPy):

    python -m analysis {name}.zip

It prints JSON. "headline" is the verdict after all guards; its numbers, rounded half up to whole
ones, are those of the report of {month}:

    {headline}

Two guards depend on what the company answered. datapackage.json holds it under "pulse": "seasonal",
does the work follow the seasons, and "after_bad_spell", did a bad spell lead to the rules (true,
false, or null where nobody was asked or the answer came too late to count).

The files
---------
{files}
"""


def make_package(content: Mapping[str, Any]) -> bytes:
    """Return the package of a report as ZIP."""
    data, page = content["data"], content["pages"]["en"]
    month = content["findings"]["month"][:7]
    name = f"pulse-{month}"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "datapackage.json", json.dumps(_description(content, name), indent=1))
        books = "\n\n".join(_code_book(table) for table in FILES)
        readme = README.format(
            k=data["minimum_cell_size"],
            name=name,
            month=page["month"],
            headline=page["headline"],
            files=books,
        )
        _add(archive, "README.md", readme)
        for table, (_note, columns) in FILES.items():
            _add(archive, f"{table}.csv", _csv([column[0] for column in columns], data[table]))
    return file.getvalue()


def _description(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    data, page = content["data"], content["pages"]["en"]
    return {
        "profile": PROFILE,
        "name": name,
        "title": f"{page['company']}: report of {page['month']}",
        "pulse": {
            "rule_version": content["findings"]["rule_version"],
            "delta": content["findings"]["delta"],
            "months_before": data["months_before"],
            "adopted_on": data["adopted_on"],
            # What is stored of older reports knows no answers: nobody was asked.
            "seasonal": data.get("seasonal"),
            "after_bad_spell": data.get("after_bad_spell"),
            "minimum_cell_size": data["minimum_cell_size"],
            "groups": list(GROUP_CODES),
            "group_names": [group["name"] for group in page["groups"]],
            "is_simulated": page["is_simulated"],
        },
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": table,
                "path": f"{table}.csv",
                "description": note,
                "encoding": "utf-8",
                "format": "csv",
                "mediatype": "text/csv",
                "schema": {
                    "fields": [
                        {"name": column, "type": kind, "description": text}
                        for column, kind, text in columns
                    ],
                    "missingValues": [""],
                },
            }
            for table, (note, columns) in FILES.items()
        ],
    }


def _code_book(table: str) -> str:
    note, columns = FILES[table]
    lines = [f"* {column} ({kind}): {text}" for column, kind, text in columns]
    return "\n".join([f"{table}.csv: {note}", *lines])


def _csv(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        # repr() of a float is exact: whoever reads it computes with the same sums.
        writer.writerow(
            {name: safe(value) if isinstance(value, str) else value for name, value in row.items()}
        )
    return file.getvalue()


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text)
