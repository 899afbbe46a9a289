"""Words for what was found: the sentences of the author's page, from the numbers alone. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from pulse.facts.kinds import EVENT_KINDS
from pulse.i18n import format_date, translate
from pulse.interventions.rules import RULES
from pulse.reports.numbers import signed, whole

LANGUAGE = "en"
MOST_QUOTED_WORDS = 60
ANSWERS = {
    "clearly_fell": "Yes, friction fell clearly",
    "probably_fell": "Probably",
    "cannot_tell": "Cannot tell yet",
    "probably_not": "Probably not",
    "rose": "No, it rose",
}
RUNG_NAMES = {
    "before_after": "Before and after",
    "facts": "With facts from the books",
    "dose": "With dose: the more the rules were followed, the more it fell",
    "staggered": "Staggered starts: companies that had not started yet, in the same months",
    "comparison": "Comparison companies that never start",
}
WHY_NOT = {
    "no_estimate": "no company has an estimate",
    "few_facts": "fewer than half of the companies have numbers from the books for three months"
    " before and three after",
    "few_companies": "a link over companies needs at least ten with ratings before and after",
    "no_stagger": "fewer than four companies started at times far enough apart to be compared",
    "no_comparison": "every company of this study starts the rules",
}
GUARDS = {
    "drop_out": "answers may have stopped coming from the unhappy",
    "regression_to_the_mean": "the rules started after unusually bad months",
    "placebo": "a change of the same size was there before the rules started",
    "season": "the same months of the year before looked alike",
    "mode_mix": "people answered in another way than before",
    "language_mix": "the languages of the answers changed",
}

Found = Mapping[str, Any]
say = partial(translate, LANGUAGE)


def page_of(found: Found) -> dict[str, Any]:
    """Return every sentence and table of the page."""
    return {
        "answer": say(ANSWERS[found["answer"]]),
        "basis": _basis(found),
        "fell": _fell(found),
        "rules": _was_it_the_rules(found),
        "ladder": _ladder(found),
        "forest": _forest(found),
        "months": _months(found),
        "ten_rules": _ten_rules(found),
        "counter": _counter(found),
        "change": _what_would_change(found),
        "quote": quote(found),
        "is_simulated": found["is_simulated"],
    }


def span(part: Found, low: str = "low", high: str = "high") -> str:
    """Return a range in words."""
    return say("%(low)s to %(high)s", low=signed(part[low]), high=signed(part[high]))


def _single(found: Found) -> Found | None:
    """Return the change of the only company that has one."""
    changes = [row["change"] for row in found["companies"] if row["change"]]
    return changes[0] if len(changes) == 1 else None


def _total(found: Found) -> Found | None:
    pooled: Found | None = found["pooled"]
    return pooled or _single(found)


def _longest(found: Found) -> int:
    return max((row.get("months_after", 0) for row in found["companies"]), default=0)


def _basis(found: Found) -> str:
    total = _total(found)
    if total is None:
        return say("No company has given an estimate, so there is nothing to answer with.")
    params = {"n": found["pooled_companies"], "value": signed(total["value"]), "span": span(total)}
    if found["pooled"] is None:
        return say(
            "One company: its friction index changed by %(value)s points (likely %(span)s),"
            " %(months)s months after the start.",
            **params,
            months=_longest(found),
        )
    return say(
        "%(n)s companies: the friction index changed by %(value)s points on average (likely"
        " %(span)s), up to %(months)s months after the start.",
        **params,
        months=_longest(found),
    )


def _fell(found: Found) -> str:
    total = _total(found)
    if total is None:
        return say("Nobody knows: there is no estimate.")
    sentences = {
        "clearly_fell": "It fell: %(value)s points on average, likely %(span)s.",
        "probably_fell": "It probably fell: %(value)s points on average, but the range (%(span)s)"
        " does not settle it clearly.",
        "rose": "It rose: %(value)s points on average, likely %(span)s.",
        "probably_not": "Hardly: the change of %(value)s points, likely %(span)s, is too small to"
        " matter.",
        "cannot_tell": "That cannot be told: the range (%(span)s) leaves a fall and none open.",
    }
    text = say(sentences[found["answer"]], value=signed(total["value"]), span=span(total))
    pooled = found["pooled"]
    if pooled is None:
        return text
    expected = say(
        "A company that starts next may expect anything from %(low)s to %(high)s.",
        low=signed(pooled["next_low"]),
        high=signed(pooled["next_high"]),
    )
    return f"{text} {expected}"


def _was_it_the_rules(found: Found) -> str:
    top = [rung["rung"] for rung in found["ladder"] if rung["reached"]]
    if not top:
        return say("Nothing can be said about causes.")
    staggered = found["staggered"]
    if "value" in staggered:
        params = {"value": signed(staggered["value"]), "span": span(staggered)}
        if staggered["high"] < 0:
            return say(
                "Likely in part: in the same months friction changed by %(value)s points (likely"
                " %(span)s) more where the rules had started than where they had not yet.",
                **params,
            )
        return say(
            "Not shown: in the same months friction changed by %(value)s points (likely %(span)s)"
            " where the rules had started against where they had not yet.",
            **params,
        )
    return say(
        'This study cannot say. It shows "after", not "because of": whatever else began with the'
        " rules is counted with them."
    )


def _ladder(found: Found) -> list[dict[str, Any]]:
    return [
        {
            "name": say(RUNG_NAMES[rung["rung"]]),
            "reached": rung["reached"],
            "why": say(WHY_NOT[rung["why"]]) if rung["why"] else "",
        }
        for rung in found["ladder"]
    ]


def _name(row: Found) -> str:
    return f"{row['label']} ({row['name']})" if row.get("name") else str(row["label"])


def _forest(found: Found) -> dict[str, Any]:
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


def _months(found: Found) -> dict[str, Any] | None:
    mean = found["months"]["mean"]
    if not found["months"]["lines"]:
        return None
    rows = [
        [
            signed(after) if after > 0 else str(after),
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


def _ten_rules(found: Found) -> dict[str, Any]:
    rows = []
    for rule in found["rules"]:
        link = (
            say("withheld")
            if rule["correlation"] is None
            else say(
                "suggestive: r = %(r)s, p = %(p)s",
                r=f"{rule['correlation']:.2f}",
                p=f"{rule['p_adjusted']:.2f}",
            )
        )
        rows.append(
            [
                f"{rule['rule']}. {RULES[rule['rule'] - 1].text(LANGUAGE)}",
                "" if rule["before"] is None else str(whole(rule["before"])),
                "" if rule["now"] is None else str(whole(rule["now"])),
                str(rule["companies"]),
                link,
            ]
        )
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


def _counter(found: Found) -> list[str]:
    counter, total = found["counter"], found["with_evidence"]
    lines = [
        say("In %(n)s of %(total)s companies %(what)s.", n=n, total=total, what=say(GUARDS[code]))
        for code, n in sorted(counter["guards"].items())
        if code in GUARDS
    ]
    lines += [
        say(
            "In %(n)s of %(total)s companies the log names, after the start: %(what)s.",
            n=n,
            total=total,
            what=say(EVENT_KINDS[kind]),
        )
        for kind, n in sorted(counter["events"].items())
        if kind in EVENT_KINDS
    ]
    counted = (
        (
            "falling_response",
            "In %(n)s of %(total)s companies far fewer people answer than before.",
        ),
        ("stopped", "%(n)s of %(total)s companies stopped before the planned month."),
        ("missing", "%(n)s companies announced a plan and have sent no evidence."),
        ("unannounced", "%(n)s companies sent their result without having announced their plan."),
        ("no_estimate", "%(n)s of %(total)s files have no estimate and are not pooled."),
    )
    lines += [say(text, n=counter[code], total=total) for code, text in counted if counter[code]]
    lines.append(say("Companies that take part chose to; they are no sample of all companies."))
    return lines


def _what_would_change(found: Found) -> list[str]:
    lines = [
        say(
            'Without %(label)s the answer would be "%(answer)s".',
            label=one["without"],
            answer=say(ANSWERS[one["answer"]]),
        )
        for one in found["leave_one_out"]
    ]
    if not lines and found["pooled"]:
        lines.append(
            say("No single company decides the answer: without any one it stays the same.")
        )
    if found["small_studies"] and found["small_studies"]["p_value"] < 0.1:
        lines.append(say("Small companies report other changes than large ones."))
    return lines


def quote(found: Found) -> str:
    """Return what may be quoted, in at most 60 words, with its range and its limit."""
    total = _total(found)
    if total is None:
        return say("There is no result to quote.")
    first = {
        "clearly_fell": "Friction between two groups fell clearly",
        "probably_fell": "Friction between two groups probably fell",
        "rose": "Friction between two groups rose",
        "probably_not": "Friction between two groups hardly changed",
        "cannot_tell": "Whether friction between two groups fell cannot be told yet",
    }[found["answer"]]
    n = found["pooled_companies"]
    staggered = found["staggered"]
    cause = (
        "It fell more than in companies that had not started yet."
        if staggered.get("high", 0) < 0
        else "That it was the rules is not shown."
    )
    return say(
        "%(first)s in %(companies)s that adopted the ten Rules of Engagement: by %(value)s points of"
        " 100 (95 %% range %(span)s). Question, outcome and rule of decision were fixed beforehand."
        " %(cause)s",
        first=say(first),
        companies=say("one company") if n == 1 else say("%(n)s companies", n=n),
        value=signed(total["value"]),
        span=span(total),
        cause=say(cause),
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
