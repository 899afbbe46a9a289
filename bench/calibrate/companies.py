"""One simulated company at every look: model, placebo, guards and comparators, as plain arrays."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.simulate import Scenario, SimulatedCompany, simulate_company, to_dimensions, to_series
from analysis.simulation.course import true_course
from analysis.tally import WaveSeries
from bench.calibrate.comparators import (
    ADOPTION_METHODS,
    TREND_METHODS,
    adoption_says,
    trend_says,
)
from bench.calibrate.engine import ADOPTION, ATTRIBUTION, OUTPUTS, TREND, Means, posteriors

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

LOOKS = 12
FIRST_TREND_LOOK = 4
SPOKEN = 10
"""Looks of each question at which the rule may speak: from 3 months after, from 6 months."""

OPERATIONS = 1


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Which months are looked at: twelve monthly looks for each question.

    Two looks of each are silent by the rule (fewer than three months after adoption, fewer than
    six months in all), so that only ten are computed.
    """

    split: int

    @property
    def adoption(self) -> Whole:
        """Last months of the ten looks since adoption at which the rule may speak."""
        return np.arange(self.split + 3, self.split + LOOKS + 1, dtype=np.int64)

    @property
    def trend(self) -> Whole:
        """Last months of the ten looks of the trend question at which the rule may speak."""
        return np.arange(FIRST_TREND_LOOK + 2, FIRST_TREND_LOOK + LOOKS, dtype=np.int64)

    @property
    def months(self) -> int:
        """Length that both need."""
        return max(self.split + LOOKS, FIRST_TREND_LOOK + LOOKS - 1)


def means_of(series: WaveSeries) -> Means:
    """Lay out a series; cells that the model may not use have n = 0."""
    shape = (2, series.months)
    n, mean, variance = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for group in (0, 1):
        for month in series.observed_months(group):
            at = group, month - 1
            n[at] = float(series.n[group][month - 1] or 0.0)
            mean[at] = float(series.mean[group][month - 1] or 0.0)
            variance[at] = float(series.variance[group][month - 1] or 0.0)
    headcount = np.maximum(np.array(series.headcount, dtype=np.float64), 1.0)
    return Means(n=n, mean=mean, variance=variance, headcount=headcount)


def without(data: Means, first: int, last: int) -> Means:
    """Leave out the months `first` .. `last`, counted from 1."""
    n = data.n.copy()
    n[:, first - 1 : last] = 0.0
    return replace(data, n=n)


def looked_at(
    data: Means, watch: Watch, truths: tuple[Array, Array]
) -> tuple[tuple[Array, Array], tuple[Array, Array], tuple[Array, Array]]:
    """Ask all questions at every look, cut to the months with answers as `judge` does.

    Returns
    -------
    three pairs
        Adoption, trend, attribution: series (looks, 4, outputs) and extra (looks, 3); zeros where
        nothing was answered.
    """
    seen = np.flatnonzero((data.n > 0.0).any(axis=0)) + 1
    lead = int(seen[0]) - 1 if seen.size else 0
    ends = []
    for months in (watch.adoption, watch.trend):
        last = [int(seen[seen <= month].max(initial=lead + 2)) for month in months]
        ends.append(np.array(last, dtype=np.int64) - lead)
    split = max(watch.split - lead, 0)
    ends[0] = np.maximum(ends[0], split + 1)
    cut = replace(
        data, n=data.n[:, lead:], mean=data.mean[:, lead:], variance=data.variance[:, lead:]
    )
    found = posteriors(cut, (ends[0], ends[1]), split, truths)
    return (
        (found[ADOPTION].series, found[ADOPTION].extra),
        (found[TREND].series, found[TREND].extra),
        (found[ATTRIBUTION].series, found[ATTRIBUTION].extra),
    )


def truths_of(course: Scenario, watch: Watch) -> tuple[Array, Array]:
    """Return the true change of both groups at every look, shocks and seasons left out.

    Adoption: the last three months against the middle of the months before. Trend: the last
    third of the months against the first third.
    """
    calm = replace(course, tau=(0.0, 0.0), season=0.0, adopt_after_worst=False)
    level = true_course(calm, np.random.default_rng(0))
    since = [replace(calm, months=int(end)) for end in watch.adoption]
    adoption = np.array(
        [
            SimulatedCompany(scenario=one, theta=level, answers=((), ())).true_change()
            for one in since
        ]
    )
    trend = []
    for end in watch.trend:
        third = max(1, round(int(end) / 3))
        trend.append(level[:, end - third : end].mean(axis=1) - level[:, :third].mean(axis=1))
    return adoption, np.array(trend)


def empty_results(
    companies: int, months: int, dimensions: int = 0, thinned: int = 0
) -> dict[str, Array]:
    """Make room for the results of `companies` companies."""
    width = len(OUTPUTS)
    room = {
        "n": (companies, 2, months),
        "adoption": (companies, SPOKEN, 4, width),
        "trend": (companies, SPOKEN, 4, width),
        "extra": (companies, 2, SPOKEN, 3),
        "attribution": (companies, SPOKEN),
        "without_worst": (thinned, SPOKEN, 4, width),
        "trend_methods": (companies, LOOKS, len(TREND_METHODS)),
        "adoption_methods": (companies, LOOKS, len(ADOPTION_METHODS)),
        "dimensions": (dimensions, 4, 2, SPOKEN, 4, width),
        "dimensions_extra": (dimensions, 4, 2, SPOKEN),
    }
    return {name: np.zeros(shape, dtype=np.float32) for name, shape in room.items()}


def run(
    course: Scenario, watch: Watch, rng: np.random.Generator, into: dict[str, Array], at: int
) -> None:
    """Simulate company `at` and write what everybody says about it `into` the arrays.

    The series without the two months before adoption and the dimensions are worked out as far as
    there is room for them.
    """
    truths = truths_of(course, watch)
    company = simulate_company(course, rng)
    data = means_of(to_series(company))
    into["n"][at] = data.n
    adoption, slope, alone = looked_at(data, watch, truths)
    into["adoption"][at], into["trend"][at] = adoption[0], slope[0]
    into["extra"][at, 0], into["extra"][at, 1] = adoption[1], slope[1]
    into["attribution"][at] = alone[0][:, 2, 0]
    if at < into["without_worst"].shape[0]:
        thinned = without(data, watch.split - 1, watch.split)
        into["without_worst"][at] = looked_at(thinned, watch, truths)[0][0]
    _methods(data, watch, into, at)
    if at < into["dimensions"].shape[0]:
        for i, series in enumerate(to_dimensions(company).values()):
            one = looked_at(means_of(series), watch, truths)
            for question in (ADOPTION, TREND):
                into["dimensions"][at, i, question] = one[question][0]
                into["dimensions_extra"][at, i, question] = one[question][1][:, 0]


def _methods(data: Means, watch: Watch, into: dict[str, Array], at: int) -> None:
    """Let everybody else look at the operations group."""
    n, mean, variance = (
        np.ascontiguousarray(table[OPERATIONS]) for table in (data.n, data.mean, data.variance)
    )
    says = np.zeros(max(len(TREND_METHODS), len(ADOPTION_METHODS)), dtype=np.bool_)
    for look in range(LOOKS):
        trend_says(n, mean, variance, FIRST_TREND_LOOK + look, says)
        into["trend_methods"][at, look] = says[: len(TREND_METHODS)]
        adoption_says(n, mean, variance, watch.split + 1 + look, watch.split, says)
        into["adoption_methods"][at, look] = says[: len(ADOPTION_METHODS)]
