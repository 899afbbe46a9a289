import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.intervals import company_estimate, mean_estimate
from analysis.result import Estimate, Interval, NotEstimable, Reason
from analysis.simulate import Scenario, simulate_company, to_series
from analysis.tally import Moments


def estimated(outcome: Estimate | NotEstimable) -> Estimate:
    assert isinstance(outcome, Estimate)
    return outcome


@given(st.lists(st.integers(0, 40).map(lambda a: 2.5 * a), min_size=3, max_size=40))
def test_the_interval_is_the_one_sample_t_interval(scores: list[float]) -> None:
    """Oracle: scipy.stats.ttest_1samp(...).confidence_interval(.95), cut to the scale."""
    estimate = estimated(mean_estimate(Moments.of(scores)))
    assert estimate.interval.contains(estimate.value)
    if np.ptp(scores) == 0:
        return
    oracle = stats.ttest_1samp(scores, 50.0).confidence_interval(0.95)
    assert estimate.interval.low == pytest.approx(max(0.0, oracle.low), abs=1e-6)
    assert estimate.interval.high == pytest.approx(min(100.0, oracle.high), abs=1e-6)


def test_finite_population_correction() -> None:
    """By hand: 36 of 48 answered, so the error shrinks by sqrt(1 - 36/48) = 1/2."""
    wave = Moments.of([30.0, 50.0, 70.0] * 12)
    plain = estimated(mean_estimate(wave))
    here = estimated(mean_estimate(wave, n_invited=48))
    assert here.standard_error == pytest.approx(plain.standard_error / 2.0, rel=1e-12)
    assert here.interval.width == pytest.approx(plain.interval.width / 2.0, rel=1e-12)
    everybody = estimated(mean_estimate(wave, n_invited=36))
    assert everybody.interval.width == 0.0


def test_no_spread_is_no_certainty() -> None:
    """By hand: n = 10, 1 - .05^(1/10) = .258866; mean 40 moves to 40 (1 - p) or 40 + 60 p."""
    alike = Moments.of([40.0] * 10)
    interval = estimated(mean_estimate(alike)).interval
    assert interval.low == pytest.approx(40.0 - 40.0 * 0.258866, abs=1e-4)
    assert interval.high == pytest.approx(40.0 + 60.0 * 0.258866, abs=1e-4)
    nearly_all = estimated(mean_estimate(alike, n_invited=11)).interval
    assert nearly_all.high == pytest.approx(40.0 + 60.0 / 11.0, abs=1e-9)
    assert estimated(mean_estimate(alike, n_invited=10)).interval.width == 0.0


def test_too_few() -> None:
    too_few = NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    for scores in ([], [50.0], [50.0, 60.0]):
        assert mean_estimate(Moments.of(scores)) == too_few
    enough = Moments.of([50.0, 60.0, 70.0])
    assert company_estimate(enough, Moments.of([50.0])) == too_few
    assert company_estimate(Moments.of([50.0]), enough) == too_few


def test_impossible_questions_are_refused() -> None:
    wave = Moments.of([50.0, 60.0, 70.0])
    with pytest.raises(ValueError, match="more answers than people"):
        mean_estimate(wave, n_invited=2)
    for level in (0.0, 1.0, 1.5):
        with pytest.raises(ValueError, match="confidence level lies strictly between"):
            mean_estimate(wave, level=level)
        with pytest.raises(ValueError, match="level of an interval lies strictly between"):
            Interval(low=0.0, high=1.0, level=level)
    with pytest.raises(ValueError, match="outside the scale"):
        mean_estimate(wave, bounds=(0.0, 10.0))
    for mean in (-0.5, 100.5):
        with pytest.raises(ValueError, match="outside the scale"):
            mean_estimate(Moments.of([mean - 0.1, mean, mean + 0.1]))
    for mean in (0.0, 100.0):
        assert estimated(mean_estimate(Moments.of([mean] * 5))).value == mean


@pytest.mark.parametrize("error", [-1.0, math.inf, math.nan])
def test_a_standard_error_is_finite_and_not_negative(error: float) -> None:
    with pytest.raises(ValueError, match="standard error"):
        Estimate(value=1.0, standard_error=error, interval=Interval(low=0.0, high=2.0))


def test_company_is_the_plain_mean_with_welch() -> None:
    """Oracle: half of scipy's Welch interval for a - (-b)."""
    rng = np.random.default_rng(3)
    a, b = rng.normal(45, 15, 12).clip(0, 100), rng.normal(55, 20, 40).clip(0, 100)
    company = estimated(company_estimate(Moments.of(list(a)), Moments.of(list(b))))
    assert company.value == pytest.approx((a.mean() + b.mean()) / 2.0)
    error = 0.5 * math.hypot(a.std(ddof=1) / math.sqrt(12), b.std(ddof=1) / math.sqrt(40))
    assert company.standard_error == pytest.approx(error)
    oracle = stats.ttest_ind(a, -b, equal_var=False).confidence_interval(0.95)
    assert company.interval.low == pytest.approx(oracle.low / 2.0)
    assert company.interval.high == pytest.approx(oracle.high / 2.0)


def test_company_with_a_group_without_spread() -> None:
    alike, other = Moments.of([40.0] * 10), Moments.of([40.0, 50.0, 60.0, 70.0])
    company = estimated(company_estimate(alike, other))
    alone = estimated(mean_estimate(other))
    assert company.interval.width > alone.interval.width / 2.0
    below = math.hypot(40.0 * 0.2588656, 55.0 - alone.interval.low) / 2.0
    above = math.hypot(60.0 * 0.2588656, alone.interval.high - 55.0) / 2.0
    assert company.interval.low == pytest.approx(47.5 - below, abs=1e-5)
    assert company.interval.high == pytest.approx(47.5 + above, abs=1e-5)
    corrected = estimated(company_estimate(alike, other, n_invited=(10, 4)))
    assert corrected.interval.width == 0.0


@pytest.mark.slow
def test_coverage_on_simulated_answers() -> None:
    """95 % +- 1.5 for n = 12 of the simulator's own answers (floor and middle)."""
    hits = []
    for seed in range(40):
        world = Scenario(months=24, posts=(16, 16), base=(30.0, 50.0), turnover=1.0)
        series = to_series(simulate_company(world, np.random.default_rng(seed)), k=3)
        for group, truth in ((0, 30.0), (1, 50.0)):
            for n, mean, variance in zip(
                series.n[group], series.mean[group], series.variance[group], strict=True
            ):
                if n is None or mean is None or variance is None:
                    continue
                squares = variance * (n - 1) + mean * mean * n
                wave = Moments(n=n, total=mean * n, total_squares=squares)
                hits.append(estimated(mean_estimate(wave)).interval.contains(truth))
    assert np.mean(hits) == pytest.approx(0.95, abs=0.015)
