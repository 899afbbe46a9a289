"""Runs `analysis` over the companies and freezes what it found: codes and numbers, no words.

Called on or after the planned day only; what was found is stored and never computed for a page.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.special import stdtr

from analysis.meta import (
    Answer,
    Company,
    Pooled,
    SmallStudyCheck,
    answer_of_one_company,
    leave_one_out,
    pool,
    small_study_check,
)
from analysis.multiplicity import holm
from analysis.pooling.staggered import Comparison, Course, compare_staggered
from analysis.result import NotEstimable, Verdict
from pulse.study.plans import Plan
from pulse.study.queries import MemberView

SCHEMA = 1
LEAST_FOR_LINKS = 10
"""Companies below which a link of rules and friction is not shown."""
LEAST_FOR_MONTH = 2
RUNGS = ("before_after", "facts", "dose", "staggered", "comparison")

Frozen = dict[str, Any]


def find_study(plan: Plan, members: Sequence[MemberView]) -> Frozen:
    """Return everything that the author's page may say."""
    ordered = sorted(members, key=_start)
    with_file = [one for one in ordered if one.content is not None]
    pooled_ones = [one for one in with_file if "change" in _content(one)["estimate"]]
    companies = [_company(one) for one in pooled_ones]
    margin = float(plan.smallest_change)
    pooled = pool(companies, margin=margin)
    staggered = _staggered(with_file, plan.months_after)
    rules = _rules(with_file)
    return {
        "schema": SCHEMA,
        "plan_hash": plan.hash,
        "margin": plan.smallest_change,
        "answer": _answer(companies, pooled),
        "pooled": _pooled(companies, pooled),
        "leave_one_out": _leave_one_out(pooled_ones, companies, margin),
        "small_studies": _small_studies(companies),
        "companies": [_row(one) for one in ordered],
        "announced": sum(one.is_announced for one in members),
        "enrolled": len(members),
        "with_evidence": len(with_file),
        "pooled_companies": len(companies),
        "months": _months(pooled_ones),
        "staggered": staggered,
        "rules": rules,
        "ladder": _ladder(pooled_ones, staggered, rules),
        "counter": _counter(with_file, members),
        "is_simulated": any(_content(one)["simulated"] for one in with_file),
    }


def _content(member: MemberView) -> Frozen:
    if member.content is None:
        raise ValueError(f"{member.label} has sent no evidence.")
    return member.content


def _start(member: MemberView) -> tuple[str, int, str]:
    """Return what companies are sorted by: the day of the start, then Company 9 before 10."""
    day = member.content["adopted_on"] if member.content else member.plan.starts_on.isoformat()
    return day, len(member.label), member.label


def _company(member: MemberView) -> Company:
    estimate = _content(member)["estimate"]
    return Company(
        change=estimate["change"]["value"],
        standard_error=estimate["change"]["standard_error"],
        verdict=Verdict(estimate["verdict"]),
    )


def _answer(companies: Sequence[Company], pooled: Pooled | NotEstimable) -> str:
    if isinstance(pooled, Pooled):
        return pooled.answer.value
    if len(companies) == 1 and companies[0].verdict is not None:
        return answer_of_one_company(companies[0].verdict).value
    return Answer.CANNOT_TELL.value


def _pooled(companies: Sequence[Company], pooled: Pooled | NotEstimable) -> Frozen | None:
    if isinstance(pooled, NotEstimable):
        return None
    interval, expected = pooled.mean.interval, pooled.prediction
    return {
        "value": pooled.mean.value,
        "low": interval.low,
        "high": interval.high,
        "low_90": pooled.interval_90.low,
        "high_90": pooled.interval_90.high,
        "next_low": expected.low,
        "next_high": expected.high,
        "tau": pooled.tau_squared**0.5,
        "p_heterogeneity": pooled.p_heterogeneity,
        "companies": len(companies),
    }


def _leave_one_out(
    members: Sequence[MemberView], companies: Sequence[Company], margin: float
) -> list[Frozen]:
    """Name the companies without which the answer would be another one."""
    whole = pool(companies, margin=margin)
    if not isinstance(whole, Pooled):
        return []
    return [
        {"without": member.label, "answer": rest.answer.value}
        for member, rest in zip(members, leave_one_out(companies, margin=margin), strict=True)
        if isinstance(rest, Pooled) and rest.answer is not whole.answer
    ]


def _small_studies(companies: Sequence[Company]) -> Frozen | None:
    found = small_study_check(companies)
    if not isinstance(found, SmallStudyCheck):
        return None
    return {"slope": found.slope, "p_value": found.p_value}


def _row(member: MemberView) -> Frozen:
    row: Frozen = {
        "label": member.label,
        "announced": member.is_announced,
        "planned_start": member.plan.starts_on.isoformat(),
        "status": "missing",
        "change": None,
    }
    if member.content is None:
        return row
    content = member.content
    return row | {
        "name": content["name"],
        "status": content["status"],
        "adopted_on": content["adopted_on"],
        "months_before": content["months_before"],
        "months_after": content["months_after"],
        "head_count": content["head_count"],
        "response": content["response"],
        "change": content["estimate"].get("change"),
        "verdict": content["estimate"].get("verdict"),
        "not_estimable": content["estimate"].get("not_estimable"),
        "followed": (content["adherence"] or {}).get("now"),
        "hash": member.content_hash,
    }


def _months(members: Sequence[MemberView]) -> Frozen:
    """Months since the start against each company's own mean before it."""
    lines: list[Frozen] = []
    by_month: dict[int, list[Company]] = {}
    for member in members:
        content = _content(member)
        split = content["months_before"]
        shown = [
            (place - split + 1, one["index"], one["standard_error"])
            for place, one in enumerate(content["months"])
            if one["index"] is not None
        ]
        before = [index for after, index, _ in shown if after <= 0]
        if not before:
            continue
        base = sum(before) / len(before)
        lines.append(
            {"label": member.label, "points": [[after, index - base] for after, index, _ in shown]}
        )
        for after, index, error in shown:
            one = Company(change=index - base, standard_error=max(error, 0.1))
            by_month.setdefault(after, []).append(one)
    mean = []
    for after, companies in sorted(by_month.items()):
        found = pool(companies) if len(companies) >= LEAST_FOR_MONTH else None
        if isinstance(found, Pooled):
            interval = found.mean.interval
            mean.append([after, found.mean.value, interval.low, interval.high, len(companies)])
    return {"lines": lines, "mean": mean}


def _staggered(members: Sequence[MemberView], months_after: int) -> Frozen:
    """Compare, in the same calendar months, who had started with who had not."""
    courses = []
    for member in members:
        content = _content(member)
        index = {
            _calendar(one["month"]): one["index"]
            for one in content["months"]
            if one["index"] is not None
        }
        split = content["months_before"]
        last = content["months"][split - 1]["month"] if split else None
        courses.append(Course(index=index, adopted_after=None if last is None else _calendar(last)))
    starts = sorted({one.adopted_after for one in courses if one.adopted_after is not None})
    found = compare_staggered(courses, horizon=min(3, months_after))
    if not isinstance(found, Comparison):
        return {"different_starts": len(starts), "reason": found.reason.value}
    interval = found.effect.interval
    return {
        "different_starts": len(starts),
        "value": found.effect.value,
        "low": interval.low,
        "high": interval.high,
        "adopters": found.adopters,
        "comparisons": found.comparisons,
    }


def _calendar(month: str) -> int:
    day = dt.date.fromisoformat(f"{month}-01")
    return day.year * 12 + day.month


def _rules(members: Sequence[MemberView]) -> list[Frozen]:
    """Per rule: its mean level before and now, and whether it goes with other people's friction."""
    rows = [[_rule(member, place) for member in members] for place in range(10)]
    links = [_link(row) for row in rows]
    tested = [p for _, p in links if p is not None]
    adjusted = iter(holm(tested))
    found = []
    for place, (row, (correlation, p_value)) in enumerate(zip(rows, links, strict=True)):
        pairs = [(one["before"], one["now"]) for one in row if one]
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        found.append(
            {
                "rule": place + 1,
                "companies": len(both),
                "before": sum(a for a, _ in both) / len(both) if both else None,
                "now": sum(b for _, b in both) / len(both) if both else None,
                "correlation": correlation,
                "p_adjusted": None if p_value is None else next(adjusted),
                "tested": len(tested),
            }
        )
    return found


def _rule(member: MemberView, place: int) -> Frozen | None:
    adherence = _content(member)["adherence"]
    return None if adherence is None else adherence["rules"][place]


def _link(row: Sequence[Mapping[str, Any] | None]) -> tuple[float | None, float | None]:
    """Correlate the rise of a rule with the change of friction among those who did not rate it."""
    points = [
        (one["now"] - one["before"], one["others_change"])
        for one in row
        if one and None not in (one["now"], one["before"], one["others_change"])
    ]
    if len(points) < LEAST_FOR_LINKS:
        return None, None
    x, y = np.array(points).T
    if np.ptp(x) < 1.0 or np.ptp(y) < 1.0:
        return None, None
    r = float(np.corrcoef(x, y)[0, 1])
    freedom = len(points) - 2
    t = abs(r) * (freedom / max(1e-12, 1.0 - r * r)) ** 0.5
    return r, 2.0 * float(stdtr(freedom, -t))


def _ladder(
    members: Sequence[MemberView], staggered: Frozen, rules: Sequence[Frozen]
) -> list[Frozen]:
    """Say of each rung whether the design reaches it, and why not."""
    with_facts = sum(bool(_content(one)["facts"]) for one in members)
    reasons = {
        "before_after": "" if members else "no_estimate",
        "facts": "" if members and 2 * with_facts >= len(members) else "few_facts",
        "dose": "" if any(rule["correlation"] is not None for rule in rules) else "few_companies",
        "staggered": "" if "value" in staggered else "no_stagger",
        "comparison": "no_comparison",
    }
    return [{"rung": rung, "reached": not reasons[rung], "why": reasons[rung]} for rung in RUNGS]


def _counter(with_file: Sequence[MemberView], members: Sequence[MemberView]) -> Frozen:
    """Count what speaks against the answer, whatever it is."""
    contents = [_content(one) for one in with_file]
    raised: dict[str, int] = {}
    kinds: dict[str, int] = {}
    for content in contents:
        for guard in content["guards"]:
            # Other months of the year speak against a change whether or not a season is known.
            is_season = guard["code"] == "season" and guard["state"] == "caution"
            if guard["state"] == "raised" or is_season:
                raised[guard["code"]] = raised.get(guard["code"], 0) + 1
        after = {event["kind"] for event in content["events"] if event["after"] > 0}
        for kind in after:
            kinds[kind] = kinds.get(kind, 0) + 1
    falls = [
        content["response"]["before"] - content["response"]["now"]
        for content in contents
        if None not in content["response"].values()
    ]
    return {
        "guards": raised,
        "events": kinds,
        "falling_response": sum(fall > 15 for fall in falls),
        "stopped": sum(content["status"] == "stopped" for content in contents),
        "missing": len(members) - len(contents),
        "unannounced": sum(not one.is_announced for one in members),
        "no_estimate": sum("change" not in content["estimate"] for content in contents),
    }
