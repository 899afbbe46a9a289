"""Faults planted in downloads: each shows something that is withheld, in a place of its own.

The numbers come out of the tables at the moment of the download, as a careless line of code would
fetch them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pulse.reports import views_manage
from pulse.reports.queries import ReportView
from pulse.tallies.queries import kept_tallies
from pulse.web.context import current

Words = dict[str, Any]


@dataclass(frozen=True)
class Leak:
    """A planted fault: which download shows it, and how the program is changed."""

    endpoint: str
    plant: Callable[[pytest.MonkeyPatch], None]


def _exact(view: ReportView) -> Mapping[str, Any]:
    return kept_tallies(current().session, view.wave_id)


def company_number(view: ReportView) -> float:
    """The mean of both groups, whether they are shown or not."""
    exact = _exact(view)
    return float(sum(exact[code]["exact"]["mean"] for code in ("first", "second")) / 2)


def withheld_figure(view: ReportView) -> float:
    """The exact mean of the group that is withheld; of both the second."""
    exact, hidden = _exact(view), view.content["findings"]["hidden"]
    code = next((one for one in ("second", "first") if hidden[one]), "second")
    return float(exact[code]["exact"]["mean"])


def withheld_count(view: ReportView) -> str:
    """How many of the withheld group gave each answer to the last question."""
    exact, hidden = _exact(view), view.content["findings"]["hidden"]
    code = next((one for one in ("second", "first") if hidden[one]), "second")
    return " / ".join(str(count) for count in exact[code]["exact"]["counts"]["FRIC"])


def _changed(change: Callable[[ReportView, Words], None]) -> Callable[[pytest.MonkeyPatch], None]:
    """Return a planter that changes what the views read of the stored report."""

    def plant(monkeypatch: pytest.MonkeyPatch) -> None:
        sound = views_manage._report

        def leaky(month: str) -> ReportView:
            view = sound(month)
            copied = json.loads(json.dumps({"content": view.content, "pictures": view.pictures}))
            change(view, copied)
            return replace(view, **copied)

        monkeypatch.setattr(views_manage, "_report", leaky)

    return plant


def _pages(change: Callable[[ReportView, Words], None]) -> Callable[[ReportView, Words], None]:
    def change_all(view: ReportView, copied: Words) -> None:
        for page in copied["content"]["pages"].values():
            change(view, page)

    return change_all


def _in_json(view: ReportView, copied: Words) -> None:
    copied["content"]["findings"]["company"] = company_number(view)


def _as_level(view: ReportView, copied: Words) -> None:
    value = company_number(view)
    copied["content"]["findings"]["level"] = {"value": value, "low": value - 9, "high": value + 9}


def _in_area(view: ReportView, page: Words) -> None:
    """In the place of a cell that is withheld, or of the second group's."""
    cells = [cell for area in page["dimensions"] for cell in area["cells"]]
    cell = next((one for one in cells if one["value"] is None), cells[-1])
    cell |= {"value": round(withheld_figure(view)) or 1, "low": 1, "high": 99, "reason": None}


def _in_figures(view: ReportView, page: Words) -> None:
    for name, figure in page["figures"].items():
        if name == "facts":
            figure["rows"].append(["Company", f"{company_number(view):.1f}", "", ""])


def _in_package(view: ReportView, copied: Words) -> None:
    row = {"wave": view.month.isoformat()[:7], "group": "company", "score": "index", "n": 9}
    value = company_number(view)
    copied["content"]["data"]["tallies"].append(row | {"sum": 9 * value, "sum_squares": 1e5})


def _in_words(view: ReportView, page: Words) -> None:
    page["cannot"].append(f"FRIC: {withheld_count(view)}")


def _in_headline(view: ReportView, page: Words) -> None:
    page["headline"] += f" ({withheld_figure(view):.2f})"


def _in_alternative(view: ReportView, copied: Words) -> None:
    for pictures in copied["pictures"].values():
        shown = f'aria-label="{withheld_figure(view):.2f} '
        pictures["file"] = pictures["file"].replace("<title>", f"<title>{shown[12:]}")


def _in_drawing(view: ReportView, copied: Words) -> None:
    """A mark at the withheld height: no number, and yet it says it."""
    for pictures in copied["pictures"].values():
        mark = f'<path d="M9,{withheld_figure(view):.2f}h9"/></svg>'
        pictures["file"] = pictures["file"].replace("</svg>", mark)


COMPANY_IN_XLSX = "a company number in XLSX, beside a hidden group"
IN_DRAWING = "a mark of a picture at the height of what is withheld"
COUNT_IN_PDF = "exact counts of a withheld cell in the PDF"
LEAKS: dict[str, Leak] = {
    COMPANY_IN_XLSX: Leak("reports_manage.workbook", _changed(_pages(_in_figures))),
    "a withheld area in XLSX": Leak("reports_manage.workbook", _changed(_pages(_in_area))),
    "a withheld area in CSV": Leak("reports_manage.areas_table", _changed(_pages(_in_area))),
    "a company number in JSON": Leak("reports_manage.findings_json", _changed(_in_json)),
    "the one number in JSON, beside a hidden group": Leak(
        "reports_manage.findings_json", _changed(_as_level)
    ),
    "a company's line in the package": Leak("reports_manage.package", _changed(_in_package)),
    COUNT_IN_PDF: Leak("reports_manage.report_pdf", _changed(_pages(_in_words))),
    "a withheld figure on the poster": Leak(
        "reports_manage.poster", _changed(_pages(_in_headline))
    ),
    "a withheld figure in a text alternative": Leak(
        "reports_manage.trend_picture", _changed(_in_alternative)
    ),
    IN_DRAWING: Leak("reports_manage.trend_picture", _changed(_in_drawing)),
}
