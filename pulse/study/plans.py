"""A plan: what will be asked, of what, when, and which answer follows from which numbers. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulse.i18n import translate
from pulse.study.canonical import canonical, content_hash
from pulse.study.errors import PlanTextError

SCHEMA = 1
STUDY, COMPANY = "study", "company"
QUESTION = "Do the Rules of Engagement work?"
OUTCOME = (
    "Change of the company's friction index (0 to 100, mean of both groups): the last three months"
    " against the months before the rules."
)
LEAST_MONTHS, MOST_MONTHS = 3, 24
# The order counts: the first line that fits is the answer. Frozen with the plan, in English.
DECISIONS = (
    ("clearly_fell", "mean change at or below -{delta}, and the 95 % interval below 0"),
    ("probably_fell", "mean change at or below -{half:g}, and the 90 % interval below 0"),
    ("rose", "the 95 % interval above 0"),
    ("probably_not", "the 90 % interval within {delta} points of 0"),
    ("cannot_tell", "none of these"),
)
EXCLUSIONS = (
    "A company whose own report gives no estimate (fewer than three months before the rules with"
    " both groups shown, or none after) is listed and not pooled. Companies that stopped early are"
    " pooled with their last month. Nothing else is left out."
)


@dataclass(frozen=True, kw_only=True)
class NewPlan:
    """What a person decides; the rest of a plan is the same for all.

    `starts_on` is the day on which the rules are to start; in the plan of a study, in its last
    company.
    """

    starts_on: dt.date
    months_before: int = 6
    months_after: int = 6
    smallest_change: int = 5
    note: str = ""


def plan_document(new: NewPlan, *, plan_id: str, scope: str, made_on: dt.date) -> dict[str, Any]:
    """Return the plan as it is frozen.

    Parameters
    ----------
    plan_id
        Chance: two companies that plan the same on the same day have different plans.
    """
    return {
        "format": "pulse-plan",
        "schema": SCHEMA,
        "id": plan_id,
        "scope": scope,
        "made_on": made_on.isoformat(),
        "question": QUESTION,
        "outcome": OUTCOME,
        "smallest_change": new.smallest_change,
        "months_before": new.months_before,
        "months_after": new.months_after,
        "starts_on": new.starts_on.isoformat(),
        "answer_on": answer_day(new.starts_on, new.months_after).isoformat(),
        "decisions": [
            [code, text.format(delta=new.smallest_change, half=new.smallest_change / 2)]
            for code, text in DECISIONS
        ],
        "exclusions": EXCLUSIONS,
        "note": " ".join(new.note.split()),
    }


def plan_texts(document: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the frozen English sentences for a reader of `language`, by their names.

    A sentence that is not of today's plans, and a company's own note, stay as they were frozen.
    """
    change = document["smallest_change"]
    fields = {"delta": change, "half": change / 2}
    forms = {text.format(**fields): text for _code, text in DECISIONS}
    return {
        "outcome": translate(language, document["outcome"]),
        "exclusions": translate(language, document["exclusions"]),
        "decisions": [
            (code, translate(language, forms[text]).format(**fields) if text in forms else text)
            for code, text in document["decisions"]
        ],
    }


def answer_day(starts_on: dt.date, months_after: int) -> dt.date:
    """Return the day of the answer: the first of the month after the last planned survey."""
    place = starts_on.month - 1 + months_after + 1
    return dt.date(starts_on.year + place // 12, place % 12 + 1, 1)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A frozen plan."""

    document: dict[str, Any]
    hash: str

    @property
    def starts_on(self) -> dt.date:
        """Day on which the rules were planned to start."""
        return dt.date.fromisoformat(self.document["starts_on"])

    @property
    def answer_on(self) -> dt.date:
        """First day on which an estimate may be shown."""
        return dt.date.fromisoformat(self.document["answer_on"])

    @property
    def made_on(self) -> dt.date:
        """Day on which it was frozen."""
        return dt.date.fromisoformat(self.document["made_on"])

    @property
    def months_after(self) -> int:
        """Months after the start at which the answer is read."""
        return int(self.document["months_after"])

    def month_on(self, today: dt.date) -> int:
        """Return the month since the planned start: 0 before it, at most `months_after`."""
        if today < self.starts_on:
            return 0
        months = (today.year - self.starts_on.year) * 12 + today.month - self.starts_on.month
        return min(self.months_after, months + 1)

    @property
    def smallest_change(self) -> int:
        """Change in points below which nothing matters."""
        return int(self.document["smallest_change"])

    @property
    def text(self) -> str:
        """The plan in canonical form: what was hashed."""
        return canonical(self.document)


def plan_of(document: Any, given_hash: str) -> Plan:  # noqa: ANN401 - checked here
    """Return the plan after checking its hash and its shape.

    Raises
    ------
    PlanTextError
        It is no plan, or no longer the one that was hashed.
    """
    if not isinstance(document, dict) or content_hash(document) != given_hash:
        raise PlanTextError
    plan = Plan(document=document, hash=given_hash)
    try:
        # A plan that breaks its own arithmetic was written by hand.
        made = NewPlan(
            starts_on=plan.starts_on,
            months_before=document["months_before"],
            months_after=document["months_after"],
            smallest_change=document["smallest_change"],
            note=document["note"],
        )
        same = plan_document(
            made, plan_id=document["id"], scope=document["scope"], made_on=plan.made_on
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise PlanTextError from None
    if canonical(same) != canonical(document):
        raise PlanTextError
    return plan
