"""The tables as Markdown, from the stored numbers alone."""

from collections.abc import Iterable, Sequence
from typing import Any

from bench.calibrate.bars import COVERAGE, MOST_FALSE, width_word

Row = dict[str, Any]

QUESTIONS = {
    "adoption": "Did it change since the rules started?",
    "trend": "Is it falling at all?",
}
SERIES = ("first", "second", "overall", "gap")
SERIES_WORDS = "sales / operations / overall / gap"
OTHERS = ("N01", "N02", "N03", "N04", "N05", "N07", "N08", "N09", "A03", "A08", "A12")


def document(stored: Row, intro: str) -> str:
    """Write the page."""
    rows = stored["fixed"]["rows"]
    parts = [intro.strip(), _bars(stored), _false(rows), _stress(rows), _power(rows)]
    parts += [_intervals(rows), _sizes(rows), _others(rows), _fresh(stored)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)


def kind(rows: Iterable[Row], letters: str) -> list[Row]:
    """Return the scenarios of these kinds."""
    return [row for row in rows if row["scenario"][0] in letters]


def four(values: Row) -> str:
    """Write the four series."""
    return " / ".join(f"{values[series]:.1f}" for series in SERIES)


def _bars(stored: Row) -> str:
    lines = [
        (
            name,
            entry["checks"],
            entry["held"],
            _missed(name, entry["missed"]),
        )
        for name, entry in stored["bars"].items()
    ]
    return "## Do the bars hold?\n\n" + table(("bar", "comparisons", "hold", "missed"), lines)


def _missed(bar: str, missed: list[str]) -> str:
    if bar == "T3" and missed:
        return f"{len(missed)}, each named *too wide* or *too narrow* below"
    return "; ".join(missed) or "none"


def _false(rows: list[Row]) -> str:
    parts = [
        "## Companies in which nothing changed",
        f"Percent of companies with a false verdict at **any** of 12 looks: {SERIES_WORDS}, and any.",
    ]
    for question, title in QUESTIONS.items():
        lines = [
            (
                row["scenario"],
                row["companies"],
                four(row[question]["improved"]),
                f"**{row[question]['improved_any']:.1f}**",
                four(row[question]["worse"]),
                f"**{row[question]['worse_any']:.1f}**",
                row[question]["at_last_look"]["no_change"],
            )
            for row in kind(rows, "N")
        ]
        head = (
            "scenario",
            "companies",
            "false *lower*",
            "any",
            "false *higher*",
            "any",
            "*no meaningful change* after the last look",
        )
        parts += [f"### {title}", table(head, lines)]
    lines = [
        (
            row["scenario"],
            row[question]["dimensions"]["companies"],
            question,
            *(
                f"{row[question]['dimensions'][f'{word}_{family}']:.1f}"
                for word in ("improved", "worse")
                for family in ("any_overall", "any_of_16")
            ),
        )
        for row in kind(rows, "N")
        for question in QUESTIONS
        if "dimensions" in row[question]
    ]
    head = (
        "scenario",
        "companies",
        "question",
        "*lower*, any of 4 overall",
        "*lower*, any of 16",
        "*higher*, any of 4 overall",
        "*higher*, any of 16",
    )
    parts += ["### The areas, a family of their own", table(head, lines)]
    return "\n\n".join(parts)


NOT_A_NULL = {("S4_pretrend-.5", "trend")}
"""Here friction really falls, so that "lower" is right."""
UNSEEN = (
    "warning in verdict.md: the unhappy answer less each month, the content more, so that the"
    " response rate gives no sign"
)
ANSWERS = {
    ("S2_season3", "adoption"): (
        "season_expected",
        "where a season is expected, no verdict while other months of the year are compared",
    ),
    ("S2_season3", "trend"): ("season_expected", "no trend verdict before twelve months"),
    ("S3_rtm", "adoption"): (
        "without_worst",
        "where a bad spell led to the rules, the verdict must hold without the two months before",
    ),
    ("S4_pretrend-.5", "adoption"): (
        "more_than_earlier_trend",
        "only *lower than before*; *more than the earlier trend explains* is a check of its own",
    ),
    ("Q02_unhappy_drop_out", "adoption"): (None, UNSEEN),
    ("Q02_unhappy_drop_out", "trend"): (None, UNSEEN),
    ("S6_ar.8_tau5", "adoption"): (None, "warning: months hang together (`carry_over`)"),
    ("S6_ar.8_tau5", "trend"): (None, "warning: months hang together (`carry_over`)"),
    ("S9_share.9", "adoption"): (None, "warning: both groups move as one (`moves_as_one`)"),
    ("S9_share.9", "trend"): (None, "warning: both groups move as one (`moves_as_one`)"),
}


def _stress(rows: list[Row]) -> str:
    lines = []
    for row in kind(rows, "SQ"):
        for question in QUESTIONS:
            found = row[question]
            guards = found["guards"]
            key = (row["scenario"], question)
            guard, words = ANSWERS.get(key, (None, ""))
            if key in NOT_A_NULL:
                words = "not a null here: friction does fall"
            elif not words and guards["drop_out"] < found["improved_any"]:
                guard, words = "drop_out", "drop-out guard"
            lines.append(
                (
                    row["scenario"],
                    question,
                    four(found["improved"]),
                    f"**{found['improved_any']:.1f}**",
                    f"{found['worse_any']:.1f}",
                    f"{guards[guard]:.1f}" if guard in guards else "",
                    words,
                )
            )
    head = (
        "scenario",
        "question",
        f"false *lower*: {SERIES_WORDS}",
        "any",
        "false *higher*, any",
        "any *lower* with the guard",
        "guard or warning",
    )
    return (
        "## Worlds that the model does not claim to see through\n\n"
        f"Above {MOST_FALSE:.0f} % there is a guard that brings it down, or a warning beside the"
        " verdict.\n\n" + table(head, lines)
    )


def _power(rows: list[Row]) -> str:
    parts = [
        "## Companies in which something changed",
        "Percent that were told so at any of twelve looks, and the month by which half had been.",
    ]
    for question, title in QUESTIONS.items():
        lines = []
        for row in kind(rows, "A"):
            found = row[question]
            months = [found["median_month"][series] for series in SERIES]
            lines.append(
                (
                    row["scenario"],
                    four(found["improved"]),
                    " / ".join("-" if month is None else str(month) for month in months),
                    f"{found['worse']['overall']:.1f}",
                    f"{found['at_last_look']['improved']:.0f}",
                    f"{found['at_last_look']['no_change']:.0f}",
                    f"{found['guards']['more_than_earlier_trend']:.0f}"
                    if question == "adoption"
                    else "-",
                )
            )
        head = (
            "scenario",
            f"*lower*: {SERIES_WORDS}",
            "month",
            "*higher*, overall",
            "*lower* at the last look",
            "*no meaningful change* there",
            "ever *more than the earlier trend explains*",
        )
        parts += [f"### {title}", table(head, lines)]
    return "\n\n".join(parts)


def _intervals(rows: list[Row]) -> str:
    low, high = COVERAGE
    lines = []
    for row in kind(rows, "NA"):
        cells: list[object] = [row["scenario"]]
        for question in QUESTIONS:
            found = row[question]
            percent = found["coverage_95"]["overall"]
            cells += [
                four(found["coverage_95"]),
                width_word(percent, row["companies"]),
                found["mean_change"],
                found["posterior_sd"],
            ]
        lines.append(cells)
    head = ["scenario"]
    for question in QUESTIONS:
        head += [f"{question}: {SERIES_WORDS}", "overall is", "mean change", "mean sd"]
    return (
        "## How often the 95 % range holds the truth\n\n"
        f"At the last look. Aimed at: {low:.0f} to {high:.0f} %. *Too wide* errs on the careful"
        " side: the model allows for shocks that these worlds do not have. *Too narrow* is named"
        " as such: priors pull large or steady changes towards 0, and long memory (rho = .6)"
        " looks like change to the trend question.\n\n" + table(head, lines)
    )


def _sizes(rows: list[Row]) -> str:
    lines = [
        (
            row["scenario"],
            row["companies"],
            *(
                f"{row[question][f'{word}_any']:.1f}"
                for question in QUESTIONS
                for word in ("improved", "worse")
            ),
        )
        for row in kind(rows, "G")
    ]
    if not lines:
        return ""
    head = (
        "answers a month, shocks",
        "companies",
        "adoption: any false *lower*",
        "any false *higher*",
        "trend: any false *lower*",
        "any false *higher*",
    )
    return "## Small groups in which nothing changed\n\n" + table(head, lines)


OTHERS_INTRO = (
    "Percent of companies in which each method says *lower* at any look (two-sided p < .05,"
    " operations alone). N: nothing changed. A03: a step of 8; A08: 1 point a month all along, no"
    " effect of the rules; A12: a step of 2. Pulse, operations alone, in the last line."
)


def _others(rows: list[Row]) -> str:
    chosen = [row for row in rows if row["scenario"][:3] in OTHERS]
    parts = [
        "## What is done today, on the same companies",
        OTHERS_INTRO,
    ]
    for question, title in QUESTIONS.items():
        methods = list(chosen[0][question]["others_improved"]) if chosen else []
        nulls = kind(rows, "N")
        lines = [
            (
                method,
                *(f"{row[question]['others_improved'][method]:.0f}" for row in chosen),
                f"**{max(row[question]['others_improved'][method] for row in nulls):.0f}**",
            )
            for method in methods
        ]
        lines.append(
            (
                "**Pulse**",
                *(f"{row[question]['improved']['second']:.0f}" for row in chosen),
                f"**{max(row[question]['improved']['second'] for row in nulls):.1f}**",
            )
        )
        head = ("method", *(row["scenario"][:3] for row in chosen), "worst of the 15 nulls")
        parts += [f"### {title}", table(head, lines)]
    return "\n\n".join(parts)


def _fresh(stored: Row) -> str:
    parts = []
    for seed, entry in stored["fresh"].items():
        lines = [
            (
                row["scenario"],
                row["companies"],
                *(
                    f"{row[question][f'{word}_any']:.1f}"
                    for question in QUESTIONS
                    for word in ("improved", "worse")
                ),
            )
            for row in kind(entry["rows"], "N")
        ]
        head = (
            "scenario",
            "companies",
            "adoption: any false *lower*",
            "any false *higher*",
            "trend: any false *lower*",
            "any false *higher*",
        )
        parts.append(
            f"### Seed {seed}\n\n`./dev calibrate --nulls --seed {seed}`\n\n" + table(head, lines)
        )
    if not parts:
        return ""
    return "## The same with a seed that had no part in choosing the thresholds\n\n" + "\n\n".join(
        parts
    )
