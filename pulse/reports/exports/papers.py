"""The report and the result poster as PDF, from what is stored. Tagged: a screen reader follows them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pulse.facts.queries import ActionView
from pulse.i18n import LANGUAGES, format_date, translate
from pulse.reports.queries import ReportView
from pulse.typesetting import make_pdf

WORDS = {
    "simulated": "Simulated data: no real person answered.",
    "next": "The next step",
    "care": "Read with care",
    "groups": "What each group says this month",
    "likely": "likely",
    "withheld": "Withheld",
    "trust": "Can these answers be trusted?",
    "band": "Soft band: 95 % likely range. Hollow mark: fewer than 10 answers. No line: nothing shown"
    " for that month.",
    "areas": "Where the friction is",
    "areas_hint": "Friction by area, 0 to 100, lower is better. One or two questions each: a rough"
    " guide, not a verdict.",
    "area": "Area",
    "cannot": "What this cannot tell you",
}
TRUST_HEAD = ("Group", "Check", "State", "Consequence")
SAID, DID, NEXT = "You said:", "We did:", "The next survey opens on %(day)s."


def make_report_pdf(page: Mapping[str, Any], pictures: Mapping[str, str], language: str) -> bytes:
    """Return the report of one language as PDF."""
    words: dict[str, Any] = {name: translate(language, text) for name, text in WORDS.items()}
    words["trust_head"] = [translate(language, text) for text in TRUST_HEAD]
    kept = {name: svg for name, svg in pictures.items() if name == "wide" or name.endswith("-wide")}
    values = {
        "language": language,
        "page": page,
        "month": page["month"],
        "pictures": kept,
        "words": words,
    }
    return make_pdf("report", values, is_accessible=True)


def make_poster_pdf(
    report: ReportView, action: ActionView | None, next_day: dt.date | None
) -> bytes:
    """Return the poster: headline, chart, what was done, next day; English above, Spanish below."""
    values = {one: _half(report, action, next_day, one) for one in LANGUAGES}
    return make_pdf("result_poster", values, is_accessible=True)


def _half(
    report: ReportView, action: ActionView | None, next_day: dt.date | None, language: str
) -> dict[str, Any]:
    page, pictures = report.content["pages"][language], report.pictures[language]
    day = format_date(next_day, language, "weekday") if next_day else ""
    return {
        "language": language,
        "company": page["company"],
        "month": page["month"],
        "headline": page["headline"],
        # Without the numbers of the events, whose list is not on the poster; reports released
        # earlier have no such picture.
        "picture": pictures.get("plain", pictures["wide"]),
        "description": page["chart"]["description"],
        "simulated": translate(language, WORDS["simulated"]) if page["is_simulated"] else None,
        "said": action.said[language] if action else None,
        "did": action.did[language] if action else None,
        "next": translate(language, NEXT, day=day) if next_day else None,
        "words": {"said": translate(language, SAID), "did": translate(language, DID)},
    }
