"""Words for what was found: the sentences of the author's page, from the numbers alone. Pure."""

from typing import Any

from pulse.facts.kinds import EVENT_KINDS
from pulse.reports.numbers import signed
from pulse.study.figures import Found, forest_table, months_table, rules_table, say, span

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
    "regression_to_the_mean": "the fall did not hold without the two months before the rules",
    "placebo": "a change of the same size was there before the rules started",
    "season": "other months of the year were compared than those before the rules",
    "mode_mix": "people answered in another way than before",
    "language_mix": "the languages of the answers changed",
}


def page_of(found: Found) -> dict[str, Any]:
    """Return every sentence and table of the page."""
    return {
        "answer": say(ANSWERS[found["answer"]]),
        "basis": _basis(found),
        "fell": _fell(found),
        "rules": _was_it_the_rules(found),
        "ladder": _ladder(found),
        "forest": forest_table(found),
        "months": months_table(found),
        "ten_rules": rules_table(found),
        "counter": _counter(found),
        "change": _what_would_change(found),
        "quote": quote(found),
        "is_simulated": found["is_simulated"],
    }


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
            "Far fewer people answer than before: in %(n)s of %(total)s companies.",
        ),
        ("stopped", "Stopped before the planned month: %(n)s of %(total)s companies."),
        ("missing", "Announced, but no evidence sent: %(n)s of the companies."),
        ("unannounced", "Sent a result without having announced the plan: %(n)s of the companies."),
        ("no_estimate", "Without an estimate, and not pooled: %(n)s of %(total)s files."),
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
        "%(first)s in %(companies)s that adopted the ten Rules of Engagement: a change of %(value)s points"
        " of 100 (95 %% range %(span)s). Question, outcome and rule of decision were fixed beforehand."
        " %(cause)s",
        first=say(first),
        companies=say("one company") if n == 1 else say("%(n)s companies", n=n),
        value=signed(total["value"]),
        span=span(total),
        cause=say(cause),
    )
