"""A slow second writing of the joint model, one cell after the other.

Levels and changes are read off fitted values month by month here, not off closed formulas.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtr

from analysis.result import Estimate, Finding, Series
from analysis.tally import WaveSeries

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
