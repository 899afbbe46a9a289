"""What users do today is done right: pymannkendall, SciPy, R and plain matrix formulas agree."""

import json
from pathlib import Path

import numpy as np
import pymannkendall
import pytest
from scipy import stats

from bench.calibrate import comparators

# The first run of a checkout compiles; later ones take what is kept.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

R = json.loads(
    (Path(__file__).parents[1] / "analysis" / "reference" / "r-reference.json").read_text("utf-8")
)
MONTHS = np.arange(1.0, 16.0)
SERIES = [
    pytest.param(np.random.default_rng(seed).normal(50.0, 3.0, 15).round(digits), id=f"seed{seed}")
    for seed, digits in ((1, 6), (2, 6), (3, 0), (4, 0))
]


@pytest.mark.parametrize("t", [-4.2, -0.3, 0.0, 1.7, 12.0])
@pytest.mark.parametrize("freedom", [1.0, 2.5, 13.0, 400.0])
def test_student_t(t: float, freedom: float) -> None:
    expected = 2.0 * stats.t.sf(abs(t), freedom)
    assert comparators.t_two_sided(t, freedom) == pytest.approx(expected, abs=1e-12)


def test_welch() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(50, 20, 40), rng.normal(45, 25, 9)
    expected = stats.ttest_ind(a, b, equal_var=False).pvalue
    found = comparators.welch(40.0, a.mean(), a.var(ddof=1), 9.0, b.mean(), b.var(ddof=1))
    assert found == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("y", SERIES)
def test_mann_kendall_and_hamed_rao(y: np.ndarray) -> None:
    for ours, theirs in (
        (comparators.mann_kendall, pymannkendall.original_test),
        (comparators.hamed_rao, pymannkendall.hamed_rao_modification_test),
    ):
        expected = theirs(y)
        p, slope = ours(MONTHS, y)
        assert p == pytest.approx(expected.p, abs=1e-10)
        assert slope == pytest.approx(expected.slope, abs=1e-10)


def test_ols_on_responses_needs_no_responses() -> None:
    rng = np.random.default_rng(6)
    waves = [rng.normal(50 - month, 20, 12 + month) for month in range(6)]
    x = np.concatenate([np.full(len(wave), month + 1.0) for month, wave in enumerate(waves)])
    expected = stats.linregress(x, np.concatenate(waves))
    n, mean, variance = (
        np.array([float(f(wave)) for wave in waves])
        for f in (len, np.mean, lambda wave: np.var(wave, ddof=1))
    )
    p, slope = comparators.ols_responses(np.arange(1.0, 7.0), n, mean, variance)
    assert slope == pytest.approx(expected.slope, abs=1e-10)
    assert p == pytest.approx(expected.pvalue, abs=1e-10)


def test_newey_west_is_the_sandwich() -> None:
    """With the weights written as one matrix."""
    y = np.random.default_rng(7).normal(50.0, 3.0, 15)
    design = np.column_stack([np.ones(15), MONTHS])
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ y
    residual = y - design @ beta
    lag = np.abs(MONTHS[:, None] - MONTHS[None, :])
    kernel = np.maximum(0.0, 1.0 - lag / 4.0)
    covariance = bread @ design.T @ (kernel * np.outer(residual, residual)) @ design @ bread
    expected = 2.0 * stats.norm.sf(np.abs(beta) / np.sqrt(np.diag(covariance)))
    found, p = comparators.newey_west(design, y, 3)
    assert found == pytest.approx(beta, abs=1e-10)
    assert p == pytest.approx(expected, abs=1e-10)


def test_reml_and_knapp_hartung_agree_with_metafor() -> None:
    """The reference in R: `rma(y, sei, method="REML", test="knha")`, made by make_reference.R."""
    known = R["meta"]
    y, v = np.array(known["y"]), np.array(known["se"]) ** 2
    beta, _, errors, tau2 = comparators.reml(np.ones((y.size, 1)), y, v)
    assert beta[0] == pytest.approx(known["b"], abs=1e-6)
    assert errors[0] == pytest.approx(known["seb"], abs=1e-6)
    assert tau2 == pytest.approx(known["tau2"], abs=1e-5)


def test_a_clear_fall_is_seen_by_all_and_a_rise_by_none() -> None:
    n, variance = np.full(18, 100.0), np.full(18, 400.0)
    wiggle = np.tile([0.4, -0.4, 0.1], 6)
    for sign, seen in ((-1.0, True), (1.0, False)):
        slope = 60.0 + sign * 2.0 * np.arange(18) + wiggle
        step = 60.0 + sign * 15.0 * (np.arange(18) >= 6) + wiggle
        says = np.zeros(6, dtype=np.bool_)
        comparators.trend_says(n, slope, variance, 15, says)
        assert says[1:].tolist() == [seen] * 5
        says = np.zeros(7, dtype=np.bool_)
        comparators.adoption_says(n, step, variance, 18, 6, says)
        assert says[[0, 1, 3, 4, 5, 6]].tolist() == [seen] * 6
