"""From verdicts to rates: false verdicts, power, months to a verdict, coverage, by scenario."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.guards.nonresponse import LARGEST_FALL
from analysis.guards.season import YEAR
from analysis.verdict import DecisionRule
from bench.calibrate.comparators import ADOPTION_METHODS, TREND_METHODS
from bench.calibrate.decide import (
    IMPROVED,
    NO_CHANGE,
    ORDER,
    OVERALL,
    TOO_EARLY,
    WORSE,
    Codes,
    case_verdicts,
    dimension_verdicts,
    ends_of,
)
from bench.calibrate.engine import ADOPTION, OUTPUTS, TREND
from bench.calibrate.plan import Case
from bench.calibrate.shards import Results

Flags = npt.NDArray[np.bool_]
Row = dict[str, Any]

SERIES = tuple(which.value for which in ORDER)
QUESTION_NAMES = {ADOPTION: "adoption", TREND: "trend"}
P_TRUTH, MEAN, SD = (OUTPUTS.index(name) for name in ("p_truth", "mean", "sd"))
BASELINE_WAVES = RECENT_WAVES = 3


@dataclass(frozen=True, kw_only=True)
class Share:
    """How many of how many, with its Monte-Carlo standard error."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share."""
        return self.hits / self.of if self.of else 0.0

    @property
    def error(self) -> float:
        """Standard error; of one hit where there is none."""
        if not self.of:
            return 0.0
        share = min(max(self.value, 1.0 / self.of), 1.0 - 1.0 / self.of)
        return math.sqrt(share * (1.0 - share) / self.of)


def share(flags: Flags) -> float:
    """Share in percent, two decimals."""
    return round(100.0 * float(flags.mean()), 2)


def summarise(case: Case, results: Results, rule: DecisionRule) -> Row:
    """Return everything that the tables say about one scenario."""
    row: Row = {"scenario": case.name, "companies": case.companies}
    for question, name in QUESTION_NAMES.items():
        codes = case_verdicts(results, case.watch, question, rule)
        row[name] = _question(case, results, question, codes)
        if case.dimensions:
            row[name]["dimensions"] = _dimensions(case, results, question, rule)
    return row


def ever(codes: Codes, code: int) -> Flags:
    """Whether a verdict fell at any look; (companies, series)."""
    return (codes == code).any(axis=1)


def _question(case: Case, results: Results, question: int, codes: Codes) -> Row:
    improved, worse = ever(codes, IMPROVED), ever(codes, WORSE)
    values = results[QUESTION_NAMES[question]]
    last, truth = codes[:, -1, OVERALL], values[:, -1, :, P_TRUTH]
    inside = (truth >= 0.025) & (truth <= 0.975)
    unbiased = values[:, -1, OVERALL, MEAN]
    row: Row = {
        "improved": dict(zip(SERIES, map(share, improved.T), strict=True)),
        "improved_any": share(improved.any(axis=1)),
        "worse": dict(zip(SERIES, map(share, worse.T), strict=True)),
        "worse_any": share(worse.any(axis=1)),
        "no_change_ever": share(ever(codes, NO_CHANGE)[:, OVERALL]),
        "at_last_look": {
            "improved": share(last == IMPROVED),
            "no_change": share(last == NO_CHANGE),
            "worse": share(last == WORSE),
            "too_early": share(last <= TOO_EARLY),
        },
        "median_month": {
            which: median_month(codes[:, :, i], case, question) for i, which in enumerate(SERIES)
        },
        "coverage_95": dict(zip(SERIES, map(share, inside.T), strict=True)),
        "mean_change": round(float(unbiased.mean()), 2),
        "posterior_sd": round(float(values[:, -1, OVERALL, SD].mean()), 2),
        "guards": _guards(case, results, question, codes),
    }
    methods = results[f"{QUESTION_NAMES[question]}_methods"] > 0.5
    names = ADOPTION_METHODS if question == ADOPTION else TREND_METHODS
    row["others_improved"] = dict(zip(names, map(share, methods.any(axis=1).T), strict=True))
    return row


def median_month(codes: Codes, case: Case, question: int) -> int | None:
    """Months (since adoption; trend question: of survey) until half are "improved" once."""
    reached = np.logical_or.accumulate(codes == IMPROVED, axis=1).mean(axis=0)
    at = np.flatnonzero(reached >= 0.5)
    if not at.size:
        return None
    end = int(ends_of(case.watch, question)[at[0]])
    return end - case.watch.split if question == ADOPTION else end


def drop_out_raised(case: Case, results: Results, question: int) -> Flags:
    """Whether the drop-out guard is raised; (companies, looks)."""
    n, posts = results["n"], np.array(case.course.posts)
    raised = []
    for end in ends_of(case.watch, question):
        falls = np.zeros(n.shape[0])
        for group in (0, 1):
            answers = n[:, group, :end]
            shown = answers > 0.0
            order = np.cumsum(shown, axis=1)
            total = order[:, -1:]
            first = shown & (order <= BASELINE_WAVES)
            recent = shown & (order > total - RECENT_WAVES)
            rates = [
                (answers * part).sum(axis=1) / np.maximum(part.sum(axis=1), 1) / posts[group]
                for part in (first, recent)
            ]
            falls = np.maximum(falls, rates[0] - rates[1])
        raised.append(falls > LARGEST_FALL + 1e-12)
    return np.stack(raised, axis=1)


def guarded(codes: Codes, raised: Flags, lowers: tuple[int, ...]) -> Codes:
    """Lower verdicts where a guard is raised; `raised` is (companies, looks)."""
    hit = raised[:, :, None] & np.isin(codes, lowers)
    return np.where(hit, TOO_EARLY, codes).astype(np.int8)


def _guards(case: Case, results: Results, question: int, codes: Codes) -> Row:
    """Any false "improved" of the four series after each guard alone, in percent."""
    drop = drop_out_raised(case, results, question)
    row: Row = {
        "drop_out": share(ever(guarded(codes, drop, (IMPROVED, NO_CHANGE)), IMPROVED).any(axis=1))
    }
    if question == TREND:
        early = np.broadcast_to(ends_of(case.watch, question) < YEAR, codes.shape[:2])
        lowered = guarded(codes, early, (IMPROVED, WORSE))
        row["season"] = share(ever(lowered, IMPROVED).any(axis=1))
    else:
        said = (codes[:, :, OVERALL] == IMPROVED) & (results["attribution"] >= 0.95)
        row["more_than_earlier_trend"] = share(said.any(axis=1))
    return row


def _dimensions(case: Case, results: Results, question: int, rule: DecisionRule) -> Row:
    codes = dimension_verdicts(results, case.watch, question, rule)
    improved, worse = ((codes == code).any(axis=2) for code in (IMPROVED, WORSE))
    return {
        "companies": int(codes.shape[0]),
        "improved_any_overall": share(improved[:, :, OVERALL].any(axis=1)),
        "improved_any_of_16": share(improved.any(axis=(1, 2))),
        "worse_any_overall": share(worse[:, :, OVERALL].any(axis=1)),
        "worse_any_of_16": share(worse.any(axis=(1, 2))),
    }
