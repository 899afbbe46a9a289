"""What has to hold, and whether it does."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

MOST_FALSE = 5.0
"""Percent of companies in which a false verdict may fall at any of twelve looks."""
COVERAGE = (93.0, 97.0)

# statistics.md sections 5 and 10: ever "improved" overall in percent, companies it was measured on,
# month by which half are found (None: half are not). Trend at c = .985, where stated there.
DESIGN_POWER: Mapping[str, Mapping[str, tuple[float, int, int | None]]] = {
    "adoption": {
        "A01_step8_noshock": (100.0, 1000, 3),
        "A02_step8_iid3": (92.9, 1000, 3),
        "A03_step8_ar.3": (91.9, 1000, 3),
        "A04_step8_ar.6": (94.2, 1000, 3),
        "A05_step8_n30_ar.3": (88.0, 1000, 3),
        "A06_step8_n7_ar.3": (52.5, 1000, 11),
        "A07_slope1_ar.3": (49.0, 1000, None),
        "A08_slope1all_ar.3": (44.6, 1000, None),
        "A09_both_ar.3": (99.5, 1000, 3),
        "A10_ops_only_ar.3": (28.1, 1000, None),
        "A11_step8_n500_iid1.5": (100.0, 700, 3),
        "A12_step-2_ar.3": (9.3, 700, None),
        "A14_step-5_ar.3": (48.1, 700, None),
        "A15_slope.5_ar.3": (10.9, 700, None),
        "A16_step12_n7_ar.3": (87.9, 700, 3),
    },
    "trend": {
        "A03_step8_ar.3": (33.0, 600, None),
        "A08_slope1all_ar.3": (86.0, 600, 12),
    },
}
WORSE_ALTERNATIVE = ("A13_worse+8_ar.3", 92.0, 700)
NO_REAL_CHANGE = {"A12_step-2_ar.3"}
"""A fall of 2 points is below the smallest change of interest: finding it is no merit."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One comparison with a bar."""

    bar: str
    what: str
    measured: float
    limit: float
    holds: bool


def error(percent: float, of: int) -> float:
    """Monte-Carlo standard error of a share in percent; never that of 0 hits."""
    least = 100.0 / of
    bounded = min(max(percent, least), 100.0 - least)
    return math.sqrt(bounded * (100.0 - bounded) / of)


def difference_error(percent: float, of: int, of_design: int) -> float:
    """Return the standard error of a difference: the design's figure was simulated, too."""
    return math.hypot(error(percent, of), error(percent, of_design))


def at_most(bar: str, what: str, percent: float, of: int) -> Check:
    """Check a false-verdict rate: at most 5 % + 2 Monte-Carlo standard errors of 5 %."""
    limit = MOST_FALSE + 2.0 * error(MOST_FALSE, of)
    return Check(bar=bar, what=what, measured=percent, limit=limit, holds=percent <= limit)


def t1(rows: Iterable[Row]) -> list[Check]:
    """Judge false verdicts in every null, both questions, improved and worse; dimensions apart."""
    checks = []
    for row in rows:
        if row["scenario"][0] not in "NG":
            continue
        for question in ("adoption", "trend"):
            found, of = row[question], row["companies"]
            where = f"{row['scenario']}, {question}"
            for word in ("improved", "worse"):
                checks += [
                    at_most("T1", f"{where}, {word}, {series}", percent, of)
                    for series, percent in found[word].items()
                ]
                checks.append(at_most("T1", f"{where}, {word}, any", found[f"{word}_any"], of))
                dimensions = found.get("dimensions")
                if dimensions:
                    for family in ("any_overall", "any_of_16"):
                        checks.append(
                            at_most(
                                "T1 dimensions",
                                f"{where}, {word}, {family}",
                                dimensions[f"{word}_{family}"],
                                dimensions["companies"],
                            )
                        )
    return checks


def t2(rows: Iterable[Row]) -> list[Check]:
    """Judge power and months to a verdict of the overall series, against the design."""
    checks = []
    for row in rows:
        for question, table in DESIGN_POWER.items():
            if row["scenario"] not in table:
                continue
            power, companies, month = table[row["scenario"]]
            found, of = row[question], row["companies"]
            where = f"{row['scenario']}, {question}"
            if row["scenario"] not in NO_REAL_CHANGE:
                percent = found["improved"]["overall"]
                limit = power - 2.0 * difference_error(power, of, companies)
                checks.append(
                    Check(
                        bar="T2",
                        what=f"{where}, power",
                        measured=percent,
                        limit=limit,
                        holds=percent >= limit,
                    )
                )
            if month is not None:
                percent = found["found_by_month"][str(month)]
                limit = 50.0 - 2.0 * error(50.0, of)
                checks.append(
                    Check(
                        bar="T2",
                        what=f"{where}, half found by month {month}",
                        measured=percent,
                        limit=limit,
                        holds=percent >= limit,
                    )
                )
        if row["scenario"] == WORSE_ALTERNATIVE[0]:
            percent = row["adoption"]["worse"]["overall"]
            _, power, companies = WORSE_ALTERNATIVE
            limit = power - 2.0 * difference_error(power, row["companies"], companies)
            checks.append(
                Check(
                    bar="T2",
                    what=f"{row['scenario']}, adoption, power for worse",
                    measured=percent,
                    limit=limit,
                    holds=percent >= limit,
                )
            )
    return checks


def width_word(percent: float, of: int) -> str:
    """Say plainly how an interval that should cover 95 % does."""
    low, high = COVERAGE
    slack = 2.0 * error(95.0, of)
    if percent > high + slack:
        return "too wide"
    if percent > high:
        return "a little wide"
    if percent >= low:
        return "as stated"
    return "a little narrow" if percent >= low - slack else "too narrow"


def t3(rows: Iterable[Row]) -> list[Check]:
    """Judge coverage of the overall 95 % interval; what is outside is said by a word in the table."""
    checks = []
    for row in rows:
        if row["scenario"][0] not in "NA":
            continue
        for question in ("adoption", "trend"):
            percent, of = row[question]["coverage_95"]["overall"], row["companies"]
            holds = width_word(percent, of) in ("as stated", "a little wide", "a little narrow")
            checks.append(
                Check(
                    bar="T3",
                    what=f"{row['scenario']}, {question}",
                    measured=percent,
                    limit=COVERAGE[0] if percent < 95.0 else COVERAGE[1],
                    holds=holds,
                )
            )
    return checks
