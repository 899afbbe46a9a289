"""What a company gives to the study, made from its released report alone. Pure.

Every number is one that the report shows or follows from such numbers; a month in which either
group is withheld stays withheld. Counts of people leave only as a band.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulse.ids import FIRST, GROUP_CODES, SECOND
from pulse.study.canonical import canonical, content_hash
from pulse.study.plans import Plan

FORMAT, SCHEMA = "pulse-evidence", 1
COMPLETE, STOPPED = "complete", "stopped"
BANDS = ((10, 24), (25, 49), (50, 99), (100, 249), (250, 499), (500, 999), (1000, None))
WINDOW = 3

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What the company agreed to. `name` is None where it wants to stay a number."""

    name: str | None
    is_stopped: bool


def evidence_content(
    report: Mapping[str, Any], plan: Plan, consent: Consent, *, nonce: str, is_simulated: bool
) -> Document:
    """Return the content of the file.

    Parameters
    ----------
    report
        Content of the stored report that the plan asks for: "findings" and "data".
    nonce
        Chance, so that nobody can guess the hash from likely numbers.
    """
    findings, data = report["findings"], report["data"]
    split = int(findings["months_before"])
    return {
        "nonce": nonce,
        "name": consent.name,
        "simulated": is_simulated,
        "status": STOPPED if consent.is_stopped else COMPLETE,
        "plan": plan.document,
        "plan_hash": plan.hash,
        "rule_version": findings["rule_version"],
        "report_month": findings["month"],
        "adopted_on": findings["adopted_on"],
        "months_before": split,
        "months_after": int(findings["months_seen"]) - split,
        "head_count": _head_count(data["fieldwork"]),
        "response": _response(data["fieldwork"], findings["waves"], split),
        "estimate": _estimate(findings),
        "months": _months(findings["waves"], data["tallies"]),
        "adherence": _adherence(findings["figures"].get("rules")),
        "facts": _facts(data["facts"], findings["waves"], split),
        "events": _events(findings),
        "guards": [{"code": one["code"], "state": one["state"]} for one in findings["guards"]],
    }


def evidence_text(content: Document) -> str:
    """Return the file: one line, canonical, with the hash of its content."""
    whole = {
        "format": FORMAT,
        "schema": SCHEMA,
        "content": content,
        "content_hash": content_hash(content),
    }
    return canonical(whole) + "\n"


def month_after(findings: Mapping[str, Any]) -> int | None:
    """Return how many months after the start the report stands; None before the start."""
    if findings["adopted_on"] is None or findings["months_before"] is None:
        return None
    after = int(findings["months_seen"]) - int(findings["months_before"])
    return after if after > 0 else None


def _estimate(findings: Mapping[str, Any]) -> Document:
    overall = findings["overall"]
    if "change" not in overall or overall["question"] != "adoption":
        return {"not_estimable": overall.get("not_estimable", "no_baseline")}
    groups = [findings["groups"][code] for code in GROUP_CODES]
    return {
        "verdict": overall["verdict"],
        "change": _rounded(overall["change"]),
        "groups": _groups(overall["change"], [group.get("change") for group in groups]),
    }


def _rounded(change: Mapping[str, float]) -> Document:
    return {name: round(change[name], 2) for name in ("value", "standard_error", "low", "high")}


def _groups(overall: Mapping[str, float], changes: Sequence[Any]) -> Document | None:
    """Both groups' changes and their covariance, from var((a + b) / 2)."""
    first, second = changes
    if first is None or second is None:
        return None
    variances = [one["standard_error"] ** 2 for one in (first, second)]
    shared = (4.0 * overall["standard_error"] ** 2 - sum(variances)) / 2.0
    most = math.sqrt(variances[0] * variances[1])
    shared = round(min(most, max(-most, shared)), 2)
    return {
        FIRST: round(first["value"], 2),
        SECOND: round(second["value"], 2),
        "covariance": [
            [round(variances[0], 2), shared],
            [shared, round(variances[1], 2)],
        ],
    }


def _months(waves: Sequence[Mapping[str, Any]], tallies: Sequence[Mapping[str, Any]]) -> list[Any]:
    cells = {(row["wave"], row["group"]): row for row in tallies if row["score"] == "index"}
    found: list[Any] = []
    for wave in waves:
        month = wave["month"][:7]
        pair = [cells.get((month, code)) for code in GROUP_CODES]
        if any(row is None for row in pair):
            found.append({"month": month, "index": None, "standard_error": None})
            continue
        means = [row["sum"] / row["n"] for row in pair if row]
        squares = [_squared_error(row) for row in pair if row]
        found.append(
            {
                "month": month,
                "index": round(sum(means) / 2.0, 1),
                "standard_error": round(math.sqrt(sum(squares)) / 2.0, 1),
            }
        )
    return found


def _squared_error(row: Mapping[str, Any]) -> float:
    n, total = int(row["n"]), float(row["sum"])
    return max(0.0, float(row["sum_squares"]) - total * total / n) / (n - 1) / n


def _head_count(fieldwork: Sequence[Mapping[str, Any]]) -> str:
    last = max(row["wave"] for row in fieldwork)
    people = sum(int(row["invited"]) for row in fieldwork if row["wave"] == last)
    for low, high in BANDS:
        if high is None or people <= high:
            return f"{low} or more" if high is None else f"{low} to {high}"
    raise AssertionError(people)


def _response(
    fieldwork: Sequence[Mapping[str, Any]], waves: Sequence[Mapping[str, Any]], split: int
) -> Document:
    months = [wave["month"][:7] for wave in waves]
    windows = {"before": set(months[:split][-WINDOW:]), "now": set(months[split:][-WINDOW:])}
    found: Document = {}
    for name, window in windows.items():
        rows = [row for row in fieldwork if row["wave"] in window]
        invited = sum(int(row["invited"]) for row in rows)
        answered = sum(int(row["answered"]) for row in rows)
        # Five points exactly enough to see a fall, too coarse to count people.
        found[name] = 5 * round(20 * answered / invited) if invited else None
    return found


def _adherence(rules: Mapping[str, Any] | None) -> Document | None:
    if rules is None:
        return None
    return {
        "before": _level(rules["before"]),
        "now": _level(rules["now"]),
        "rules": [
            {
                "rule": rule["rule"],
                "before": _level(rule["before"]),
                "now": _level(rule["now"]),
                "others_change": _tenth(rule.get("others_change")),
            }
            for rule in rules["rules"]
        ],
    }


def _level(level: Mapping[str, float] | None) -> float | None:
    return None if level is None else _tenth(level["value"])


def _tenth(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _facts(
    rows: Sequence[Mapping[str, Any]], waves: Sequence[Mapping[str, Any]], split: int
) -> list[str]:
    """Name the facts that are on record for three months before the start and three after."""
    months = [wave["month"][:7] for wave in waves]
    before, after = set(months[:split]), set(months[split:])
    counted: dict[str, list[int]] = {}
    for row in rows:
        for name, value in row.items():
            if name != "month" and value is not None:
                place = counted.setdefault(name, [0, 0])
                place[0] += row["month"] in before
                place[1] += row["month"] in after
    return sorted(name for name, places in counted.items() if min(places) >= WINDOW)


def _events(findings: Mapping[str, Any]) -> list[Document]:
    first = dt.date.fromisoformat(findings["waves"][0]["month"])
    split = int(findings["months_before"])
    found = []
    for event in findings["events"]:
        day = dt.date.fromisoformat(event["day"])
        place = (day.year - first.year) * 12 + day.month - first.month
        found.append({"kind": event["kind"], "after": place - split + 1})
    return found
