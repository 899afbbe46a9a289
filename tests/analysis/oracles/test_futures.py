"""The forecast's futures, against the slow second writing of the model."""

import itertools

import numpy as np
import pytest

from analysis import forecast as forecasting
from analysis import intervention, trend
from analysis.forecast import Forecast, forecast
from analysis.joint import predictive
from analysis.joint.observations import observe
from analysis.joint.predictive import Futures
from analysis.result import Question, Series, Verdict
from analysis.tally import WaveSeries
from analysis.verdict import DEFAULT_RULE, Family, decide
from tests.analysis.oracles.slow_model import (
    Shape,
    Wanted,
    adoption_shapes,
    covariances,
    fitted,
    irregular,
    mean_row,
    one,
    pooled,
    rows_of,
)

SEEN, AHEAD = 8, 4
DELTA = 5.0


def recent_answers(series: WaveSeries) -> list[float]:
    """Mean number of answers of the last three months."""
    last = series.months
    rows = [[n for n in series.n[g][last - 3 :] if n is not None and n >= 3] for g in (0, 1)]
    return [sum(row) / len(row) for row in rows]


def futures_of(series: WaveSeries, split: int | None, draws: int) -> Futures:
    seen = observe(series)
    extended = seen.extended(series.months, AHEAD, np.array(recent_answers(series)))
    design = trend.design(extended) if split is None else intervention.design(extended, split)
    return Futures(
        seen,
        extended,
        design,
        trend.shapes() if split is None else intervention.shapes(),
        draws=draws,
        rng=np.random.default_rng(5),
    )


def contrast_of(split: int | None, month: int) -> np.ndarray:
    rows = trend.contrasts(month) if split is None else intervention.contrasts(split, month)
    return np.asarray(rows[2])


def question(split: int | None, last: int) -> tuple[list[Shape], Wanted]:
    """The company's change as asked after month `last`, read off month by month."""
    if split is None:
        third = max(1, round(last / 3))
        line = Shape(weight=1.0, columns=(one, lambda t: t - 1.0), priors=((100, 0), (0.8, 0.5)))
        early, late = list(range(1, third + 1)), list(range(last - third + 1, last + 1))
        return [line], lambda shape: both(shape, late, ()) - both(shape, early, ())
    shapes, (_, _, pre) = adoption_shapes(split)
    recent = list(range(max(split, last - 3) + 1, last + 1))
    return shapes, lambda shape: both(shape, recent, (one, pre))


def both(shape: Shape, months: list[int], drop: tuple) -> np.ndarray:
    return sum(mean_row(shape, months, g, drop) for g in (0, 1))[None, :] / 2.0


def joined(series: WaveSeries, futures: Futures, draw: int) -> WaveSeries:
    """The months seen and one future, as they will stand there one day."""
    later = futures.means[:, draw].reshape(AHEAD, 2).T.tolist()
    n = recent_answers(series)
    return WaveSeries(
        n=tuple((*series.n[g], *(n[g],) * AHEAD) for g in (0, 1)),
        mean=tuple((*series.mean[g], *later[g]) for g in (0, 1)),
        variance=tuple((*series.variance[g], *(pooled(series, g),) * AHEAD) for g in (0, 1)),
        headcount=series.headcount,
        bounds=None,
    )


@pytest.mark.parametrize("split", [6, None])
def test_a_future_is_judged_as_the_data_will_be(
    split: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictive, "_KEPT", 1.0)
    series = irregular(SEEN)
    futures = futures_of(series, split, 2)
    for draw, month in itertools.product((0, 1), (SEEN + 1, SEEN + AHEAD)):
        shapes, wanted = question(split, month)
        slow = fitted(joined(series, futures, draw).window(1, month), shapes, wanted)
        found = futures.chances(month, contrast_of(split, month), DELTA)
        expected = slow.below(0, 0.0), slow.below(0, -DELTA), 1.0 - slow.below(0, DELTA)
        assert [float(part[draw]) for part in found] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("split", [6, None])
def test_futures_are_drawn_as_the_model_expects_them(split: int | None) -> None:
    """Mean and spread of every month to come, cell by cell with plain inverses."""
    series = irregular(SEEN)
    draws = 4000
    futures = futures_of(series, split, draws)
    shapes, wanted = question(split, SEEN)
    answers = recent_answers(series)
    old = rows_of(series)
    new = [(SEEN + m, g, answers[g], 0.0) for m in range(1, AHEAD + 1) for g in (0, 1)]
    y, cut = np.array([row[3] for row in old]), len(old)
    weights, means, variances = fitted(series, shapes, wanted).weights, [], []
    for _, v in covariances(series, old + new):
        inverse = np.linalg.inv(v[:cut, :cut])
        gain = v[cut:, :cut] @ inverse
        for shape in shapes:
            x = np.array([shape.row(row[0], row[1]) for row in old + new])
            information = x[:cut].T @ inverse @ x[:cut] + np.linalg.inv(shape.covariance())
            beta = np.linalg.solve(information, x[:cut].T @ inverse @ y)
            left = x[cut:] - gain @ x[:cut]
            means.append(gain @ y + left @ beta)
            spread = v[cut:, cut:] - gain @ v[:cut, cut:]
            variances.append(np.diag(spread + left @ np.linalg.inv(information) @ left.T))
    mean = weights @ np.array(means)
    variance = weights @ (np.array(variances) + (np.array(means) - mean) ** 2)
    error = np.sqrt(variance / draws)
    assert np.abs(futures.means.mean(axis=1) - mean).max() < 4.0 * error.max()
    assert futures.means.std(axis=1) == pytest.approx(np.sqrt(variance), rel=0.08)


@pytest.mark.parametrize("split", [6, None])
def test_on_average_a_future_believes_what_is_believed_today(split: int | None) -> None:
    """Beliefs are a martingale: nobody can expect to be convinced of more than he believes."""
    series = irregular(SEEN)
    shapes, wanted = question(split, SEEN)
    today = fitted(series, shapes, wanted).below(0, 0.0)
    fell, _, _ = futures_of(series, split, 4000).chances(
        SEEN + AHEAD, contrast_of(split, SEEN), DELTA
    )
    assert 0.05 < today < 0.995
    assert float(fell.mean()) == pytest.approx(today, abs=4.0 * float(fell.std()) / 4000**0.5)
    assert fell.std() > 0.02


def test_odds_are_the_shares_of_futures_that_the_rule_answers() -> None:
    series, split = irregular(SEEN), 6
    told = forecast(series, months_before=split)
    assert isinstance(told, Forecast)
    seen = observe(series)
    extended = seen.extended(SEEN, 12, np.array(recent_answers(series)))
    futures = Futures(
        seen,
        extended,
        intervention.design(extended, split),
        intervention.shapes(),
        draws=forecasting.DRAWS,
        rng=np.random.default_rng(forecasting._SEED),
    )
    needed = DEFAULT_RULE.threshold(Question.ADOPTION, Series.OVERALL, Family.HEADLINE)
    for odds in told.odds:
        month = SEEN + odds.months_ahead
        chances = futures.chances(month, contrast_of(split, month), DELTA)
        verdicts = [
            decide(
                Question.ADOPTION,
                p_fell=float(fell),
                p_fell_meaningfully=float(far),
                p_rose_meaningfully=float(up),
                threshold=needed,
                months=2 + odds.months_ahead,
            )[0]
            for fell, far, up in zip(*chances, strict=True)
        ]
        shares = [verdicts.count(v) / len(verdicts) for v in (Verdict.IMPROVED, Verdict.WORSE)]
        assert [odds.improved, odds.worse] == shares
        small = verdicts.count(Verdict.NO_MEANINGFUL_CHANGE) / len(verdicts)
        assert odds.no_meaningful_change == small
        assert odds.any_answer == pytest.approx(sum(shares) + small)
    assert 0.0 < told.odds[5].any_answer < 1.0
