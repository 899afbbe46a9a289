"""Reads an evidence file that somebody sends: nothing in it is believed before it is checked. Pure."""

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulse.errors import PulseError
from pulse.study.canonical import canonical, content_hash
from pulse.study.errors import (
    EvidenceAlteredError,
    EvidencePlanError,
    EvidenceSchemaError,
    NotEvidenceError,
)
from pulse.study.evidence import COMPLETE, FORMAT, SCHEMA, STOPPED
from pulse.study.plans import COMPANY, Plan, plan_of

LARGEST = 200_000
HASH = re.compile(r"[0-9a-f]{64}")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
NAMES = frozenset(
    [
        "nonce",
        "name",
        "simulated",
        "status",
        "plan",
        "plan_hash",
        "rule_version",
        "report_month",
        "adopted_on",
        "months_before",
        "months_after",
        "head_count",
        "response",
        "estimate",
        "months",
        "adherence",
        "facts",
        "events",
        "guards",
    ]
)
VERDICTS = frozenset({"improved", "worse", "no_meaningful_change", "too_early"})
MOST_MONTHS = 60


@dataclass(frozen=True, kw_only=True)
class EvidenceFile:
    """A file whose hash, plan and schema are right."""

    content: dict[str, Any]
    content_hash: str
    plan: Plan
    text: str


def read_evidence(raw: bytes) -> EvidenceFile:
    """Check and return an evidence file.

    Raises
    ------
    NotEvidenceError
        It is something else.
    EvidenceAlteredError
        A byte of it is not as it was written.
    EvidencePlanError
        Its plan is altered, or was made after the start.
    EvidenceSchemaError
        It is of another version, or says impossible things.
    """
    text, whole = _parsed(raw)
    content = whole.get("content")
    given = whole.get("content_hash")
    if not isinstance(given, str) or not HASH.fullmatch(given) or not isinstance(content, dict):
        raise EvidenceAlteredError
    # The file is one line in canonical form: any other byte, even a space, is an alteration.
    if set(whole) != {"format", "schema", "content", "content_hash"}:
        raise EvidenceAlteredError
    if content_hash(content) != given or canonical(whole) + "\n" != text:
        raise EvidenceAlteredError
    if whole["schema"] != SCHEMA:
        raise EvidenceSchemaError(what=f"schema {whole['schema']}")
    try:
        _check(content)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EvidenceSchemaError(what=str(error)[:80]) from None
    return EvidenceFile(content=content, content_hash=given, plan=_plan(content), text=text)


def _parsed(raw: bytes) -> tuple[str, dict[str, Any]]:
    if len(raw) > LARGEST or b'"pulse-evidence"' not in raw:
        # A file of ours with a wrong byte in its very name says "pulse" somewhere else still.
        raise EvidenceAlteredError if b'"content_hash"' in raw else NotEvidenceError
    try:
        text = raw.decode("ascii")
        whole = json.loads(text, parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise EvidenceAlteredError from None
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise EvidenceAlteredError
    return text, whole


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _plan(content: Mapping[str, Any]) -> Plan:
    try:
        plan = plan_of(content["plan"], content["plan_hash"])
    except PulseError:
        raise EvidencePlanError from None
    adopted_on = dt.date.fromisoformat(content["adopted_on"])
    if plan.document["scope"] != COMPANY or plan.made_on > adopted_on:
        raise EvidencePlanError
    return plan


def _check(content: Mapping[str, Any]) -> None:
    """Raise where the content is not what this version writes."""
    _need(set(content) == NAMES, "names")
    _need(content["status"] in {COMPLETE, STOPPED}, "status")
    _need(isinstance(content["simulated"], bool), "simulated")
    name = content["name"]
    _need(name is None or (isinstance(name, str) and 0 < len(name) <= 120), "name")
    for field in ("nonce", "rule_version", "head_count", "plan_hash"):
        _need(isinstance(content[field], str) and len(content[field]) <= 64, field)
    dt.date.fromisoformat(content["adopted_on"])
    dt.date.fromisoformat(content["report_month"])
    _check_months(content)
    _check_estimate(content["estimate"])
    _check_adherence(content["adherence"])
    for window in ("before", "now"):
        _number(content["response"][window], 0, 100, "response", is_optional=True)
    for fact in content["facts"]:
        _need(isinstance(fact, str) and len(fact) <= 40, "facts")
    for event in content["events"]:
        _need(isinstance(event["kind"], str) and len(event["kind"]) <= 40, "events")
        _number(event["after"], -600, 600, "events")
    for guard in content["guards"]:
        _need(all(isinstance(guard[part], str) for part in ("code", "state")), "guards")


def _check_months(content: Mapping[str, Any]) -> None:
    for field in ("months_before", "months_after"):
        _need(type(content[field]) is int and 0 <= content[field] <= MOST_MONTHS, field)
    months = content["months"]
    _need(len(months) == content["months_before"] + content["months_after"], "months")
    names = [month["month"] for month in months]
    _need(all(MONTH.fullmatch(name) for name in names), "months")
    _need(names == sorted(set(names)), "months")
    for month in months:
        _number(month["index"], 0, 100, "months", is_optional=True)
        _number(month["standard_error"], 0, 60, "months", is_optional=True)
        _need((month["index"] is None) == (month["standard_error"] is None), "months")


def _check_estimate(estimate: Mapping[str, Any]) -> None:
    if "not_estimable" in estimate:
        _need(isinstance(estimate["not_estimable"], str) and len(estimate) == 1, "estimate")
        return
    _need(set(estimate) == {"verdict", "change", "groups"}, "estimate")
    _need(estimate["verdict"] in VERDICTS, "verdict")
    change = estimate["change"]
    for part in ("value", "low", "high"):
        _number(change[part], -150, 150, "change")
    _number(change["standard_error"], 0.01, 100, "standard error")
    _need(change["low"] <= change["value"] <= change["high"], "change")


def _check_adherence(adherence: Mapping[str, Any] | None) -> None:
    if adherence is None:
        return
    _need(len(adherence["rules"]) == 10, "rules")
    for place, rule in enumerate(adherence["rules"], start=1):
        _need(rule["rule"] == place, "rules")
        _number(rule["others_change"], -100, 100, "rules", is_optional=True)
    for level in (adherence, *adherence["rules"]):
        for part in ("before", "now"):
            _number(level[part], 0, 100, "rules", is_optional=True)


def _number(value: Any, low: float, high: float, what: str, *, is_optional: bool = False) -> None:  # noqa: ANN401
    if is_optional and value is None:
        return
    _need(type(value) in {int, float} and low <= value <= high, what)


def _need(is_right: bool, what: str) -> None:  # noqa: FBT001 - reads like assert
    if not is_right:
        raise ValueError(what)
