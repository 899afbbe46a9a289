"""The rule of `analysis.verdict`, applied to whole arrays of stored probabilities."""

import numpy as np
import numpy.typing as npt

from analysis.result import Question, Series
from analysis.verdict import DecisionRule, Family
from bench.calibrate.companies import Watch
from bench.calibrate.engine import ADOPTION
from bench.calibrate.shards import Results

Codes = npt.NDArray[np.int8]
Counts = npt.NDArray[np.int64]
Means = npt.NDArray[np.float64]

SILENT, TOO_EARLY, IMPROVED, NO_CHANGE, WORSE = -1, 0, 1, 2, 3
"""SILENT: the question cannot be asked (no baseline, a group missing)."""

ORDER = (Series.FIRST, Series.SECOND, Series.OVERALL, Series.GAP)
OVERALL, GAP = 2, 3
CLEAR_GAP = 0.95


def ends_of(watch: Watch, question: int) -> Counts:
    """Last month of every look."""
    return watch.adoption if question == ADOPTION else watch.trend


def months_seen(n: npt.NDArray[np.float32], watch: Watch, question: int) -> tuple[Counts, Counts]:
    """Months with answers before and after adoption, by company, look and series.

    For the trend question all months count as after. Of two groups the poorer one counts.
    """
    seen = n > 0.0
    ends = ends_of(watch, question)
    so_far = np.cumsum(seen, axis=2)
    split = watch.split if question == ADOPTION else 0
    before = so_far[:, :, split - 1] if split else np.zeros(n.shape[:2], dtype=np.int64)
    after = so_far[:, :, ends - 1] - before[:, :, None]
    groups_after = np.moveaxis(after, 1, 2)
    groups_before = np.broadcast_to(before[:, None, :], groups_after.shape)
    return _by_series(groups_before), _by_series(groups_after)


def smaller_group(n: npt.NDArray[np.float32], watch: Watch, question: int) -> Means:
    """Mean answers of the smaller group so far; (companies, looks)."""
    ends = ends_of(watch, question) - 1
    answers = np.cumsum(n.astype(np.float64), axis=2)[:, :, ends]
    months = np.cumsum(n > 0.0, axis=2)[:, :, ends]
    found: Means = (answers / np.maximum(months, 1)).min(axis=1)
    return found


def _by_series(groups: Counts) -> Counts:
    poorer = groups.min(axis=2, keepdims=True)
    return np.concatenate([groups, poorer, poorer], axis=2)


def verdicts(
    series: npt.NDArray[np.float32],
    gap_before: npt.NDArray[np.float32],
    n: npt.NDArray[np.float32],
    watch: Watch,
    question: int,
    rule: DecisionRule,
    family: Family = Family.HEADLINE,
) -> Codes:
    """Apply the rule.

    Parameters
    ----------
    series : array (companies, looks, 4, outputs)
        Of the engine.
    gap_before : array (companies, looks)
        P(gap before > 0).
    n : array (companies, 2, months)
        Answers.

    Returns
    -------
    int array (companies, looks, 4)
    """
    asked = Question.ADOPTION if question == ADOPTION else Question.TREND
    before, after = months_seen(n, watch, question)
    fell, far, rose_far = (series[..., i].astype(np.float64) for i in range(3))
    turned = np.zeros(fell.shape, dtype=np.bool_)
    turned[:, :, GAP] = gap_before <= 1.0 - CLEAR_GAP
    unclear = np.zeros(fell.shape, dtype=np.bool_)
    unclear[:, :, GAP] = (gap_before > 1.0 - CLEAR_GAP) & (gap_before < CLEAR_GAP)
    fell = np.where(turned, 1.0 - fell, fell)
    far, rose_far = np.where(turned, rose_far, far), np.where(turned, far, rose_far)
    threshold = np.array([rule.threshold(asked, which, family) for which in ORDER])
    threshold = np.broadcast_to(threshold, fell.shape).copy()
    ease = np.vectorize(
        lambda answers: rule.threshold(asked, ORDER[OVERALL], family, answers=answers),
        otypes=[np.float64],
    )
    threshold[:, :, OVERALL] = ease(smaller_group(n, watch, question))
    adoption = question == ADOPTION
    enough = after >= (rule.least_after if adoption else rule.least_trend)
    improved = enough & (fell >= threshold) & (far >= rule.majority)
    worse = enough & (1.0 - fell >= threshold) & (rose_far >= rule.majority)
    long = after >= (rule.no_change_after if adoption else rule.no_change_trend)
    small = 1.0 - far - rose_far >= rule.certainty_of_no_change
    found = np.where(long & enough & small, NO_CHANGE, TOO_EARLY)
    found = np.where(worse & ~unclear, WORSE, np.where(improved & ~unclear, IMPROVED, found))
    found = np.where((improved | worse) & unclear, TOO_EARLY, found)
    askable = (before >= rule.least_before) & (after > 0) if adoption else after >= 2
    return np.where(askable, found, SILENT).astype(np.int8)


def case_verdicts(results: Results, watch: Watch, question: int, rule: DecisionRule) -> Codes:
    """Verdicts on the index."""
    name = "adoption" if question == ADOPTION else "trend"
    gap = results["extra"][:, question, :, 0]
    return verdicts(results[name], gap, results["n"], watch, question, rule)


def dimension_verdicts(results: Results, watch: Watch, question: int, rule: DecisionRule) -> Codes:
    """Verdicts on the four dimensions; (companies, 4, looks, 4)."""
    count = results["dimensions"].shape[0]
    each = [
        verdicts(
            results["dimensions"][:, i, question],
            results["dimensions_extra"][:, i, question],
            results["n"][:count],
            watch,
            question,
            rule,
            Family.DIMENSION,
        )
        for i in range(4)
    ]
    return np.stack(each, axis=1)
