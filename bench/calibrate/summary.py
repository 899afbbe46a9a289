"""From verdicts to rates: false verdicts, power, months to a verdict, coverage, by scenario."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.guards.attribution import NEEDED
from analysis.guards.dependence import AS_ONE_LIMIT, CARRY_OVER_LIMIT
from analysis.guards.guard import State
from analysis.guards.nonresponse import LARGEST_FALL
from analysis.guards.regression_to_mean import LEFT_OUT
from analysis.guards.season import season_guard
from analysis.result import Question
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
    verdicts,
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
        row[name] = _question(case, results, question, codes, rule)
        if case.dimensions:
            row[name]["dimensions"] = _dimensions(case, results, question, rule)
    return row


def ever(codes: Codes, code: int) -> Flags:
    """Whether a verdict fell at any look; (companies, series)."""
    return (codes == code).any(axis=1)


def _question(case: Case, results: Results, question: int, codes: Codes, rule: DecisionRule) -> Row:
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
        "found_by_month": found_by_month(codes[:, :, OVERALL], case, question),
        "coverage_95": dict(zip(SERIES, map(share, inside.T), strict=True)),
        "mean_change": round(float(unbiased.mean()), 2),
        "posterior_sd": round(float(values[:, -1, OVERALL, SD].mean()), 2),
        "guards": _guards(case, results, question, codes, rule),
    }
    methods = results[f"{QUESTION_NAMES[question]}_methods"] > 0.5
    names = ADOPTION_METHODS if question == ADOPTION else TREND_METHODS
    row["others_improved"] = dict(zip(names, map(share, methods.any(axis=1).T), strict=True))
    return row


def found_by_month(codes: Codes, case: Case, question: int) -> dict[str, float]:
    """Percent that were "improved" overall at least once up to a month."""
    reached = np.logical_or.accumulate(codes == IMPROVED, axis=1)
    return {str(month): share(reached[:, i]) for i, month in enumerate(months_of(case, question))}


def months_of(case: Case, question: int) -> list[int]:
    """Month of each look: since adoption, or (trend question) of the survey."""
    start = case.watch.split if question == ADOPTION else 0
    return [int(end) - start for end in ends_of(case.watch, question)]


def median_month(codes: Codes, case: Case, question: int) -> int | None:
    """Months (since adoption; trend question: of survey) until half are "improved" once."""
    reached = np.logical_or.accumulate(codes == IMPROVED, axis=1).mean(axis=0)
    at = np.flatnonzero(reached >= 0.5)
    if not at.size:
        return None
    return months_of(case, question)[at[0]]


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


def _guards(case: Case, results: Results, question: int, codes: Codes, rule: DecisionRule) -> Row:
    """Any false "improved" of the four series after each guard alone, in percent."""

    def any_improved(left: Codes) -> float:
        return share(ever(left, IMPROVED).any(axis=1))

    drop = drop_out_raised(case, results, question)
    row: Row = {"drop_out": any_improved(guarded(codes, drop, (IMPROVED, NO_CHANGE)))}
    asked = Question.ADOPTION if question == ADOPTION else Question.TREND
    seasons = [
        season_guard(asked, months=int(end), months_before=case.watch.split, expected=True)
        for end in ends_of(case.watch, question)
    ]
    raised = np.array([guard.state is State.RAISED for guard in seasons])
    row["season_expected"] = any_improved(
        guarded(codes, np.broadcast_to(raised, codes.shape[:2]), (IMPROVED, WORSE))
    )
    cautions = {"carry_over": (1, CARRY_OVER_LIMIT), "moves_as_one": (2, AS_ONE_LIMIT)}
    for name, (column, limit) in cautions.items():
        strong = results["extra"][:, question, :, column] >= limit
        row[f"{name}_at_last_look"] = share(strong[:, -1])
        row[f"{name}_lowering"] = any_improved(guarded(codes, strong, (IMPROVED, WORSE)))
    if question == ADOPTION:
        said = (codes[:, :, OVERALL] == IMPROVED) & (results["attribution"] >= NEEDED)
        row["more_than_earlier_trend"] = share(said.any(axis=1))
        if case.thinned:
            row |= _without_worst(case, results, codes, rule)
    return row


def _without_worst(case: Case, results: Results, codes: Codes, rule: DecisionRule) -> Row:
    """Give what is left of "improved" if it must hold without the two months before adoption."""
    count = results["without_worst"].shape[0]
    n = results["n"][:count].copy()
    n[:, :, case.watch.split - LEFT_OUT : case.watch.split] = 0.0
    gap = results["extra"][:count, ADOPTION, :, 0]
    thinned = verdicts(results["without_worst"], gap, n, case.watch, ADOPTION, rule)
    left = np.where((codes[:count] == IMPROVED) & (thinned != IMPROVED), TOO_EARLY, codes[:count])
    improved = ever(left, IMPROVED)
    return {
        "without_worst": share(improved.any(axis=1)),
        "without_worst_overall": share(improved[:, OVERALL]),
    }


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
