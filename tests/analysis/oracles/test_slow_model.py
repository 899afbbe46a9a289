"""What builds on the joint model, against its slow second writing."""

import math

import numpy as np
import pytest

from analysis.change_points import ChangePoint, change_point
from analysis.guards.attribution import Attribution, attribution
from analysis.guards.dependence import dependence_guards
from analysis.guards.season import Season, estimate_season
from analysis.judgement import judge
from analysis.result import Question
from tests.analysis.oracles.slow_model import (
    Column,
    Shape,
    adoption_shapes,
    compare,
    fitted,
    four,
    irregular,
    mean_row,
    one,
)


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


@pytest.mark.parametrize("split", [6, None])
def test_dependence(split: int | None) -> None:
    """Weight of rho = .8 and of share = .6; the cells run over tau, rho, share, ratio, icc."""
    series = irregular(13)
    shapes = [line()] if split is None else adoption_shapes(split)[0]
    slow = fitted(series, shapes, lambda s: np.zeros((1, 2 * len(s.columns))))
    cells = slow.weights.reshape(7, 4, 2, 3, 2, len(shapes))
    question = Question.TREND if split is None else Question.ADOPTION
    memory, together = dependence_guards(series, question, months_before=split)
    assert memory.value == pytest.approx(cells[:, 3].sum(), abs=1e-8)
    assert together.value == pytest.approx(cells[:, :, 1].sum(), abs=1e-8)
