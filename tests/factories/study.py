"""Plans and evidence of simulated companies: plain values, made by the code that makes real ones."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from pulse.reports.exports.released_sums import data_of
from pulse.reports.findings import find
from pulse.study.canonical import content_hash
from pulse.study.evidence import Consent, evidence_content, evidence_text
from pulse.study.plans import COMPANY, STUDY, NewPlan, Plan, plan_document, plan_of
from pulse.study.service import make_plan
from tests.factories.reports import make_inputs

PLANNED = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
STARTS = dt.date(2026, 7, 1)
DUE = dt.datetime(2027, 2, 1, 9, 0, tzinfo=dt.UTC)
WOBBLE = (0.4, -0.7, 1.1, -1.3, 0.9, -0.2, 0.8, -1.0, 0.3, 1.2, -0.6, -0.5)


def make_company_plan(note: str = "", **overrides: Any) -> Plan:
    """Return a company's plan for July; `note` becomes its id and tells companies apart."""
    document = plan_document(
        NewPlan(starts_on=STARTS, **overrides),
        plan_id=note or "one",
        scope=COMPANY,
        made_on=PLANNED.date(),
    )
    return plan_of(document, content_hash(document))


def make_report_content(change: float, *, before: int = 6, after: int = 6) -> dict[str, Any]:
    """Return a report's content, computed from a wobbling series with a step."""
    first, second = (
        [
            level + place_change + wobble
            for place_change, wobble in zip(
                [0.0] * before + [change] * after, WOBBLE[: before + after], strict=True
            )
        ]
        for level in (52.0, 47.0)
    )
    inputs = make_inputs(first, second, adopted_after=before, n=(38, 41), n_invited=(46, 46))
    return {"findings": find(inputs), "data": data_of(inputs)}


def make_evidence(
    change: float,
    *,
    plan: Plan | None = None,
    report: dict[str, Any] | None = None,
    name: str | None = None,
    is_stopped: bool = False,
) -> str:
    """Return an evidence file of a company with this change."""
    content = evidence_content(
        report or make_report_content(change),
        plan or make_company_plan(),
        Consent(name=name, is_stopped=is_stopped),
        nonce="00" * 16,
        is_simulated=True,
    )
    return evidence_text(content)


def shifted(text: str, shift: float, note: str, *, later: int = 0) -> str:
    """Return another company's evidence: the same course with its change moved, `later` months on.

    Saves the seconds that a model takes; only the numbers that the study pools are moved.
    """
    content = json.loads(text)["content"]
    content["plan"] = make_company_plan(note).document
    content["plan_hash"] = content_hash(content["plan"])
    for part in ("value", "low", "high"):
        content["estimate"]["change"][part] += shift
    split = content["months_before"]
    for place, month in enumerate(content["months"]):
        year, number = map(int, month["month"].split("-"))
        number += later - 1
        month["month"] = f"{year + number // 12}-{number % 12 + 1:02d}"
        if place >= split and month["index"] is not None:
            month["index"] = round(month["index"] + shift, 1)
    start = dt.date.fromisoformat(content["adopted_on"])
    number = start.month - 1 + later
    content["adopted_on"] = dt.date(start.year + number // 12, number % 12 + 1, 1).isoformat()
    return evidence_text(content)


def make_study_plan(session: Session, company_id: Any) -> Plan:
    """Freeze the plan of a study whose last company starts in July."""
    return make_plan(session, company_id, NewPlan(starts_on=STARTS), scope=STUDY, now=PLANNED)


def make_files(shifts: Sequence[float], base: str) -> list[str]:
    """Return one file per shift, starting in three different months."""
    return [
        shifted(base, shift, f"company {place}", later=3 * (place % 3))
        for place, shift in enumerate(shifts)
    ]
