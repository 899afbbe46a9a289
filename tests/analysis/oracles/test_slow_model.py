"""A slow second writing of the joint model, one cell after the other, against all that builds on it.

Levels and changes are read off fitted values month by month here, not off closed formulas.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from analysis.change_points import ChangePoint, change_point
from analysis.forecast import Forecast, forecast
from analysis.guards.attribution import Attribution, attribution
from analysis.guards.season import Season, estimate_season
from analysis.judgement import judge
from analysis.result import Estimate, Finding, Question, Series
from analysis.tally import WaveSeries
from analysis.verdict import DEFAULT_RULE, Family

ORDER = (Series.FIRST, Series.SECOND, Series.OVERALL, Series.GAP)
TAU = (0.3, 1.2, 2.2, 3.3, 4.8, 7.0, 11.0)
Column = Callable[[int], float]
"""Value of a regressor in a month; every regressor comes once for each group."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Weight, regressors, and the prior of each: standard deviation, correlation of groups."""

    weight: float
    columns: tuple[Column, ...]
    priors: tuple[tuple[float, float], ...]

    def row(self, month: int, group: int) -> np.ndarray:
        parts = [[c(month) * (group == g) for g in (0, 1)] for c in self.columns]
        return np.array(parts, dtype=float).ravel()

    def covariance(self) -> np.ndarray:
        blocks = [sd**2 * np.array([[1.0, r], [r, 1.0]]) for sd, r in self.priors]
        size = 2 * len(blocks)
        found = np.zeros((size, size))
        for i, block in enumerate(blocks):
            found[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block
        return found


Wanted = Callable[[Shape], np.ndarray]
"""Rows of contrasts for a shape."""


@dataclass(frozen=True, kw_only=True)
class Slow:
    """A mixture: weights (components), means and sds (quantities, components), shape of each."""

    weights: np.ndarray
    means: np.ndarray
    sds: np.ndarray
    shape: np.ndarray

    def below(self, q: int, bound: float) -> float:
        return float(ndtr((bound - self.means[q]) / self.sds[q]) @ self.weights)

    def agrees(self, q: int, estimate: Estimate, turn: int = 1) -> None:
        mean = float(self.means[q] @ self.weights)
        spread = (self.means[q] - mean) ** 2 + self.sds[q] ** 2
        ends = [
            brentq(lambda x, p=p: self.below(q, x) - p, -300.0, 300.0, xtol=1e-9)
            for p in (0.025, 0.975)
        ]
        assert turn * estimate.value == pytest.approx(mean, abs=1e-6)
        assert estimate.standard_error == pytest.approx(math.sqrt(spread @ self.weights), abs=1e-6)
        low, high = sorted((turn * estimate.interval.low, turn * estimate.interval.high))
        assert (low, high) == pytest.approx(ends, abs=1e-5)


Row = tuple[int, int, float, float]
"""Month, group, answers, mean."""


def rows_of(series: WaveSeries) -> list[Row]:
    return [
        (t + 1, g, float(series.n[g][t]), float(series.mean[g][t]))
        for t in range(series.months)
        for g in (0, 1)
        if (series.n[g][t] or 0) >= 3
    ]


def pooled(series: WaveSeries, group: int) -> float:
    cells = [
        (n - 1, float(v))
        for n, v in zip(series.n[group], series.variance[group], strict=True)
        if n is not None and n >= 3
    ]
    return sum(f * v for f, v in cells) / sum(f for f, _ in cells)


def covariances(series: WaveSeries, rows: list[Row]) -> list[tuple[float, np.ndarray]]:
    """Log prior and covariance of every cell; the order does not matter."""
    s2 = [pooled(series, g) for g in (0, 1)]
    month = np.array([r[0] for r in rows])
    group = np.array([r[1] for r in rows])
    n = np.array([r[2] for r in rows])
    lag = np.abs(month[:, None] - month[None, :])
    same = group[:, None] == group[None, :]
    borders = [0.0, *[(a + b) / 2 for a, b in itertools.pairwise(TAU)], 1.25 * TAU[-1]]
    found = []
    for (i, tau), rho, share, (ratio, prior), icc in itertools.product(
        enumerate(TAU),
        (0.0, 0.3, 0.6, 0.8),
        (0.0, 0.6),
        ((1 / 3, 0.25), (1.0, 0.5), (3.0, 0.25)),
        (0.0, 0.5),
    ):
        taus = np.array([tau / math.sqrt(ratio), tau * math.sqrt(ratio)])[group]
        between = np.array([s2[g] / series.headcount[g] for g in (0, 1)])[group]
        within = np.array(s2)[group] / n
        fading = np.where(lag == 0, 1.0, rho**lag)
        v = np.outer(taus, taus) * np.where(same, 1.0, share) * fading
        v += np.where(same, icc * between[:, None] * 0.98**lag, 0.0)
        v += np.diag(np.maximum(within - icc * between, 0.001 * within) + 1e-8)
        weight = prior * math.exp(-(tau**2) / 50.0) * (borders[i + 1] - borders[i])
        found.append((math.log(weight), v))
    return found


def fitted(series: WaveSeries, shapes: list[Shape], wanted: Wanted) -> Slow:
    rows = rows_of(series)
    y = np.array([r[3] for r in rows])
    logs, means, sds, which = [], [], [], []
    for prior, v in covariances(series, rows):
        inverse = np.linalg.inv(v)
        for number, shape in enumerate(shapes):
            x = np.array([shape.row(r[0], r[1]) for r in rows])
            precision = np.linalg.inv(shape.covariance())
            information = x.T @ inverse @ x + precision
            beta = np.linalg.solve(information, x.T @ inverse @ y)
            fit = y @ inverse @ y - beta @ information @ beta
            size = sum(np.linalg.slogdet(m)[1] for m in (v, information))
            logs.append(
                prior
                + math.log(shape.weight)
                - 0.5 * (fit + size - np.linalg.slogdet(precision)[1])
            )
            c = wanted(shape)
            means.append(c @ beta)
            sds.append(np.sqrt(np.diag(c @ np.linalg.inv(information) @ c.T)))
            which.append(number)
    weights = np.exp(np.array(logs) - max(logs))
    return Slow(
        weights=weights / weights.sum(),
        means=np.array(means).T,
        sds=np.array(sds).T,
        shape=np.array(which),
    )


def four(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.array([first, second, (first + second) / 2.0, second - first])


def mean_row(shape: Shape, months: list[int], group: int, drop: tuple[Column, ...]) -> np.ndarray:
    """Mean fitted value over `months`, without the regressors in `drop`."""
    keep = np.repeat([c not in drop for c in shape.columns], 2)
    return np.mean([shape.row(t, group) for t in months], axis=0) * keep


def irregular(months: int = 13, gaps: tuple[int, ...] = (3, 9)) -> WaveSeries:
    """A course with ups and downs, gaps, thin cells and unequal groups; simulated."""
    rng = np.random.default_rng(months)
    mean = np.array([[46.0], [55.0]]) + np.cumsum(rng.normal(0.0, 2.5, (2, months)), axis=1)
    mean[:, 6:] -= np.array([[7.0], [3.0]])
    n = rng.integers(5, 60, (2, months)).tolist()
    series = WaveSeries.from_arrays(
        n=n,
        mean=mean.tolist(),
        variance=rng.uniform(300.0, 500.0, (2, months)).tolist(),
        headcount=[64.0, 90.0],
    )
    return series.without(gaps)


def one(_: int) -> float:
    return 1.0


def adoption_shapes(split: int) -> tuple[list[Shape], tuple[Column, ...]]:
    def step(t: int) -> float:
        return float(t > split)

    def ramp(t: int) -> float:
        return float(max(0, t - split))

    def pre(t: int) -> float:
        return t - (1 + split) / 2.0

    level, sudden, slow, old = (100.0, 0.0), (8.0, 0.5), (1.0, 0.5), (0.4, 0.5)
    return [
        Shape(weight=0.4, columns=(one, step), priors=(level, sudden)),
        Shape(weight=0.2, columns=(one, ramp), priors=(level, slow)),
        Shape(weight=0.2, columns=(one, step, ramp), priors=(level, sudden, slow)),
        Shape(weight=0.2, columns=(one, step, pre), priors=(level, sudden, old)),
    ], (step, ramp, pre)


def compare(slow: Slow, outcomes: dict[Series, object]) -> None:
    for i, which in enumerate(ORDER):
        found = outcomes[which]
        assert isinstance(found, Finding)
        turn = found.orientation or 1
        for kind, estimate in enumerate((found.change, found.level_before, found.level_now)):
            slow.agrees(4 * kind + i, estimate, turn)
        fell, far, rose = (
            (slow.below(i, 0.0), slow.below(i, -5.0), 1.0 - slow.below(i, 5.0))
            if turn > 0
            else (1.0 - slow.below(i, 0.0), 1.0 - slow.below(i, 5.0), slow.below(i, -5.0))
        )
        assert found.p_fell == pytest.approx(fell, abs=1e-8)
        assert found.p_rose == pytest.approx(1.0 - fell, abs=1e-8)
        assert found.p_fell_meaningfully == pytest.approx(far, abs=1e-8)
        assert found.p_rose_meaningfully == pytest.approx(rose, abs=1e-8)
        assert found.p_small == pytest.approx(1.0 - far - rose, abs=1e-8)


@pytest.mark.parametrize("months", [8, 13])
def test_adoption(months: int) -> None:
    """Change: last three months (or fewer) against what would have been without the rules."""
    series, split = irregular(months), 6
    shapes, (step, ramp, pre) = adoption_shapes(split)
    recent = list(range(max(split, months - 3) + 1, months + 1))
    before = list(range(1, split + 1))

    def wanted(shape: Shape) -> np.ndarray:
        rows = [
            four(*(mean_row(shape, recent, g, (one, pre)) for g in (0, 1))),
            four(*(mean_row(shape, before, g, (step, ramp)) for g in (0, 1))),
            four(*(mean_row(shape, recent, g, ()) for g in (0, 1))),
        ]
        return np.concatenate(rows)

    compare(fitted(series, shapes, wanted), dict(judge(series, months_before=split).adoption))


def line() -> Shape:
    return Shape(weight=1.0, columns=(one, lambda t: t - 1.0), priors=((100.0, 0.0), (0.8, 0.5)))


@pytest.mark.parametrize(("months", "third"), [(4, 1), (8, 3), (13, 4)])
def test_trend(months: int, third: int) -> None:
    """Last third against first third."""
    series = irregular(months)
    early, late = list(range(1, third + 1)), list(range(months - third + 1, months + 1))

    def wanted(shape: Shape) -> np.ndarray:
        start, end = (
            four(*(mean_row(shape, part, g, ()) for g in (0, 1))) for part in (early, late)
        )
        return np.concatenate([end - start, start, end])

    compare(fitted(series, [line()], wanted), dict(judge(series).trend))


def test_attribution() -> None:
    series, split = irregular(), 6
    shapes, _ = adoption_shapes(split)
    alone = Shape(
        weight=1.0, columns=shapes[3].columns, priors=((100.0, 0.0), (8.0, 0.5), (1.0, 0.5))
    )
    slow = fitted(series, [alone], lambda _: np.array([[0.0, 0.0, 0.5, 0.5, 0.0, 0.0]]))
    found = attribution(series, months_before=split)
    assert isinstance(found, Attribution)
    slow.agrees(0, found.step)
    assert found.p_fell == pytest.approx(slow.below(0, 0.0), abs=1e-8)
    assert found.more_than_earlier_trend == (found.p_fell >= 0.95)


def test_change_points() -> None:
    series = irregular(gaps=(3,))
    dates = range(3, 11)
    moved = [
        Shape(
            weight=0.5 / len(dates),
            columns=(one, lambda t, c=c: float(t > c)),
            priors=((100.0, 0.0), (8.0, 0.5)),
        )
        for c in dates
    ]
    slow = fitted(series, moved, lambda _: np.array([[0.0, 0.0, 0.5, 0.5]]))
    still = Shape(weight=0.5, columns=(one,), priors=((100.0, 0.0),))
    both = fitted(series, [still, *moved], lambda s: np.zeros((1, 2 * len(s.columns))))
    found = change_point(series)
    assert isinstance(found, ChangePoint)
    assert found.probability == pytest.approx(both.weights[both.shape > 0].sum(), abs=1e-8)
    shares = [float(slow.weights[slow.shape == i].sum()) for i in range(len(dates))]
    assert [month for month, _ in found.months] == list(dates)
    assert [share for _, share in found.months] == pytest.approx(shares, abs=1e-8)
    assert found.month == dates[int(np.argmax(shares))]
    ranked = sorted(dates, key=lambda c: -shares[c - 3])
    content = np.cumsum(sorted(shares, reverse=True))
    assert found.likely_months == tuple(sorted(ranked[: int((content < 0.9).sum()) + 1]))
    slow.agrees(0, found.step)


def test_season() -> None:
    series = irregular(25)
    waves: tuple[Column, ...] = (
        lambda t: math.sin(2.0 * math.pi * t / 12.0),
        lambda t: math.cos(2.0 * math.pi * t / 12.0),
    )
    waved = Shape(
        weight=0.5,
        columns=(*line().columns, *waves),
        priors=(*line().priors, (2.0, 0.8), (2.0, 0.8)),
    )
    straight = Shape(weight=0.5, columns=line().columns, priors=line().priors)
    parts = np.zeros((2, 8))
    parts[0, 4:6] = parts[1, 6:8] = 0.5
    slow = fitted(series, [waved], lambda _: parts)
    both = fitted(series, [straight, waved], lambda s: np.zeros((1, 2 * len(s.columns))))
    found = estimate_season(series)
    assert isinstance(found, Season)
    assert found.probability == pytest.approx(both.weights[both.shape == 1].sum(), abs=1e-8)
    slow.agrees(0, found.sine)
    slow.agrees(1, found.cosine)


def extended(series: WaveSeries, ahead: int) -> list[Row]:
    """Rows of the months to come, with the mean number of answers of the last three."""
    last = series.months
    recent = {g: [n for n in series.n[g][last - 3 :] if n is not None and n >= 3] for g in (0, 1)}
    return [
        (last + m, g, sum(recent[g]) / len(recent[g]), 0.0)
        for m in range(1, ahead + 1)
        for g in (0, 1)
    ]


@pytest.mark.parametrize("split", [6, None])
@pytest.mark.parametrize("ahead", [1, 5])
def test_forecast(split: int | None, ahead: int) -> None:
    """statistics.md section 4, "How many more months?", written out once more."""
    series, which = irregular(8), Series.OVERALL
    last = series.months + ahead
    if split is None:
        shapes, third, question = [line()], max(1, round(last / 3)), Question.TREND
        early, late = list(range(1, third + 1)), list(range(last - third + 1, last + 1))

        def wanted(shape: Shape) -> np.ndarray:
            ends = [
                sum(mean_row(shape, part, g, ()) for g in (0, 1)) / 2.0 for part in (early, late)
            ]
            return (ends[1] - ends[0])[None, :]
    else:
        shapes, (_, _, pre) = adoption_shapes(split)
        question = Question.ADOPTION
        recent = list(range(max(split, last - 3) + 1, last + 1))

        def wanted(shape: Shape) -> np.ndarray:
            return (sum(mean_row(shape, recent, g, (one, pre)) for g in (0, 1)) / 2.0)[None, :]

    now = fitted(series, shapes, wanted)
    rows = rows_of(series) + extended(series, ahead)
    then = []
    for _, v in covariances(series, rows):
        inverse = np.linalg.inv(v)
        for shape in shapes:
            x = np.array([shape.row(r[0], r[1]) for r in rows])
            a = x.T @ inverse @ x + np.linalg.inv(shape.covariance())
            c = wanted(shape)
            then.append((c @ np.linalg.inv(a) @ c.T).item())
    after = np.sqrt(np.array(then))
    spread = np.sqrt(now.sds[0] ** 2 - after**2)
    known = 1.1 * np.maximum(after, float(now.weights @ after))
    z = ndtri(DEFAULT_RULE.threshold(question, which, Family.HEADLINE))
    decisive = np.maximum(z * known, 5.0)
    improved = float(now.weights @ ndtr((-decisive - now.means[0]) / spread))
    worse = float(now.weights @ ndtr((now.means[0] - decisive) / spread))
    reach = []
    for sd in known:

        def inside(e: float, sd: float = sd) -> float:
            return float(ndtr((5.0 - e) / sd) - ndtr((-5.0 - e) / sd)) - 0.95

        reach.append(brentq(inside, 0.0, 5.0) if inside(0.0) >= 0.0 else 0.0)
    r = np.array(reach)
    chance = ndtr((r - now.means[0]) / spread) - ndtr((-r - now.means[0]) / spread)
    small = float(now.weights @ np.where(r > 0.0, chance, 0.0))
    seen = ahead + (7 if split is None else 2)  # one of the eight months is a gap
    told = forecast(series, months_before=split)
    assert isinstance(told, Forecast)
    odds = told.odds[ahead - 1]
    allowed, settled = (6, 9) if split is None else (3, 6)
    assert odds.months_ahead == ahead
    assert odds.improved == pytest.approx(improved if seen >= allowed else 0.0, abs=1e-7)
    assert odds.worse == pytest.approx(worse if seen >= allowed else 0.0, abs=1e-7)
    assert odds.no_meaningful_change == pytest.approx(small if seen >= settled else 0.0, abs=1e-6)
    total = odds.improved + odds.no_meaningful_change + odds.worse
    assert odds.any_answer == pytest.approx(total, abs=1e-12)
