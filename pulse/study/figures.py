"""The tables and figures of the author's page in words, from the numbers alone. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pulse.i18n import format_date, translate
from pulse.interventions.rules import RULES
from pulse.reports.numbers import MINUS, NO_BREAK, signed, whole

LANGUAGE = "en"
SUGGESTIVE_P = 0.05
LEAST_SHOWN_P = 0.01
"""Below it a p value would be rounded to 0, which no p value is."""
Found = Mapping[str, Any]
say = partial(translate, LANGUAGE)


def span(part: Found, low: str = "low", high: str = "high") -> str:
    """Return a range in words."""
    return say("%(low)s to %(high)s", low=signed(part[low]), high=signed(part[high]))


def _name(row: Found) -> str:
    return f"{row['label']}: {row['name']}" if row.get("name") else str(row["label"])


def forest_table(found: Found) -> dict[str, Any]:
    """Word the companies one by one, then all together and what the next one may expect."""
    rows = [
        [
            _name(row),
            _date(row.get("adopted_on") or row["planned_start"]),
            str(row.get("months_after", "")),
            _followed(row),
            signed(row["change"]["value"]) if row["change"] else "",
            span(row["change"]) if row["change"] else _no_change(row),
            say("stopped early") if row["status"] == "stopped" else "",
        ]
        for row in found["companies"]
    ]
    pooled = found["pooled"]
    if pooled:
        rows.append([say("All together"), "", "", "", signed(pooled["value"]), span(pooled), ""])
        expected = span(pooled, "next_low", "next_high")
        rows.append([say("The next company may expect"), "", "", "", "", expected, ""])
    return _figure(
        title=say("%(n)s companies, one by one", n=len(found["companies"])),
        subtitle=say(
            "Change of the friction index with its 95 % range; left of 0 is less friction. Sorted by"
            " start, those that stopped early or sent nothing included."
        ),
        head=[
            say("Company"),
            say("Start"),
            say("Months after"),
            say("Rules followed (0 to 100)"),
            say("Change"),
            say("Likely"),
            say("Note"),
        ],
        rows=rows,
        notes=[
            say(
                "Filled: the whole period. Hollow: stopped early. Diamond: all together. Dashed:"
                " where one more company would lie in 95 of 100 cases."
            )
        ],
        description=" ".join(f"{row[0]}: {row[4] or ''} {row[5]}." for row in rows),
    )


def _followed(row: Found) -> str:
    return "" if row.get("followed") is None else str(whole(row["followed"]))


def _no_change(row: Found) -> str:
    return say("no evidence sent") if row["status"] == "missing" else say("no estimate")


def months_table(found: Found) -> dict[str, Any] | None:
    """Word the months since the start; None where no company has any."""
    mean = found["months"]["mean"]
    if not found["months"]["lines"]:
        return None
    rows = [
        [
            signed(after),
            signed(value),
            say("%(low)s to %(high)s", low=signed(low), high=signed(high)),
            str(count),
        ]
        for after, value, low, high, count in mean
    ]
    return _figure(
        title=say("Month by month, all starts laid on one another"),
        subtitle=say(
            "Friction index against each company's own mean before the rules; month 1 is the first"
            " after the start."
        ),
        head=[say("Month since the start"), say("Mean"), say("Likely"), say("Companies")],
        rows=rows,
        notes=[say("Thin: one company. Bold: all that have this month, with the 95 % range.")],
        description=" ".join(f"Month {row[0]}: {row[1]}, likely {row[2]}." for row in rows),
    )


def rules_table(found: Found) -> dict[str, Any]:
    """Word how far each rule is followed, and whether it goes with less friction of others."""
    rows = [
        [
            f"{rule['rule']}. {RULES[rule['rule'] - 1].text(LANGUAGE)}",
            "" if rule["before"] is None else str(whole(rule["before"])),
            "" if rule["now"] is None else str(whole(rule["now"])),
            str(rule["companies"]),
            _link(rule),
        ]
        for rule in found["rules"]
    ]
    tested = max((rule["tested"] for rule in found["rules"]), default=0)
    note = (
        say(
            "The link is withheld: it needs at least ten companies with ratings of a rule before and"
            " after."
        )
        if tested == 0
        else say(
            "%(n)s rules were tested at once; the p values allow for that. A link suggests, it"
            " proves nothing.",
            n=tested,
        )
    )
    return {
        "head": [
            say("Rule"),
            say("Before"),
            say("After"),
            say("Companies"),
            say("Goes with less friction"),
        ],
        "rows": rows,
        "notes": [
            say(
                "How far each rule is followed, rated by the other group, 0 never to 100 always; mean"
                " of the companies."
            ),
            say(
                "The link compares with friction as told by people who did not rate that rule,"
                " without the questions that ask nearly the same."
            ),
            note,
        ],
    }


def _link(rule: Found) -> str:
    """Word a link as suggestive at most, and one that may be chance as not shown."""
    r, p = rule["correlation"], rule["p_adjusted"]
    if r is None:
        return say("withheld")
    text = "suggestive: %(r)s, %(p)s"
    if p >= SUGGESTIVE_P:
        text = "not shown: %(r)s, %(p)s"
    elif r > 0:
        text = "suggestive of more friction: %(r)s, %(p)s"
    sign, shown = ("=", p) if p >= LEAST_SHOWN_P else ("<", LEAST_SHOWN_P)
    return say(
        text,
        r=NO_BREAK.join(("r", "=", f"{r:.2f}".replace("-", MINUS))),
        p=NO_BREAK.join(("p", sign, f"{shown:.2f}")),
    )


def _figure(
    *,
    title: str,
    subtitle: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    description: str,
) -> dict[str, Any]:
    return {
        "title": title,
        "subtitle": subtitle,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "notes": list(notes),
        "description": description,
    }


def _date(day: str) -> str:
    return format_date(dt.date.fromisoformat(day), LANGUAGE)
