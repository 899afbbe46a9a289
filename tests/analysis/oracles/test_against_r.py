"""The joint model against R: metafor at fixed covariance, and the whole mixture by base R (T4)."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import intervention, trend
from analysis.joint.covariance import Grid, covariances
from analysis.joint.observations import Observations, observe
from analysis.joint.posterior import forward, whiten
from analysis.tally import WaveSeries

REFERENCE = Path(__file__).parents[1] / "reference"
CASES = range(8)


def case_of(vectors: list[dict[str, Any]], number: int) -> tuple[WaveSeries, int | None]:
    case = vectors[number]
    keys = ("n", "mean", "variance", "headcount")
    return WaveSeries.from_arrays(**{key: case[key] for key in keys}), case[
        "months_before_adoption"
    ]


def level_and_change(observations: Observations, split: int | None) -> Any:
    """Four columns: level and slope, or level and step, of both groups."""
    if split is None:
        return trend.design(observations)
    return intervention.design(observations, split)[:, :4]


def test_versions_are_written_down(r_reference: dict[str, Any]) -> None:
    assert r_reference["versions"]["R"].startswith("R version 4.2.2")
    assert {"metafor", "psych", "jsonlite"} <= set(r_reference["versions"])


@pytest.mark.parametrize("number", CASES)
def test_cells_agree_with_metafor(
    vectors: list[dict[str, Any]], r_reference: dict[str, Any], number: int
) -> None:
    """R metafor 3.8-1, rma.mv(y, V, mods = ~ 0 + X, method = "REML"), three cells of the grid."""
    series, split = case_of(vectors, number)
    observations = observe(series)
    design = level_and_change(observations, split)
    rows, columns = design.shape
    for cell in r_reference["joint"][number]["cells"]:
        grid = Grid(
            tau=(cell["tau"],),
            rho=(cell["rho"],),
            share=(cell["share"],),
            ratio=(cell["ratio"],),
            ratio_weights=(1.0,),
            icc=(cell["icc"],),
        )
        border = np.column_stack([design, observations.mean])
        solved, log_determinant = forward(covariances(observations, grid), border)
        products = solved[0] @ solved[0].T
        inverse = np.linalg.inv(products[:-1, :-1])
        beta = inverse @ products[:-1, -1]
        assert beta == pytest.approx(cell["beta"], abs=1e-8)
        assert np.sqrt(np.diag(inverse)) == pytest.approx(cell["se"], abs=1e-8)
        residual = products[-1, -1] - beta @ products[:-1, -1]
        likelihood = -0.5 * (
            (rows - columns) * math.log(2.0 * math.pi)
            - np.linalg.slogdet(design.T @ design)[1]  # metafor's convention
            + log_determinant[0]
            - np.linalg.slogdet(inverse)[1]
            + residual
        )
        assert likelihood == pytest.approx(cell["loglik_reml"], abs=1e-7)


@pytest.mark.parametrize("number", CASES)
def test_the_mixture_agrees_with_r(
    vectors: list[dict[str, Any]], r_reference: dict[str, Any], number: int
) -> None:
    """All 336 cells and the shapes, written a second time in R with solve() and uniroot()."""
    series, split = case_of(vectors, number)
    observations = observe(series)
    if split is None:
        whitened = whiten(observations, trend.design(observations))
        fit = whitened.fit(trend.shapes(), trend.contrasts(series.months)[:4])
    else:
        whitened = whiten(observations, intervention.design(observations, split))
        fit = whitened.fit(intervention.shapes(), intervention.contrasts(split, series.months)[:4])
    mixtures = fit.mixtures()
    expected = r_reference["joint"][number]["mixture"]
    ends = mixtures.quantiles(np.array([0.025, 0.975]))
    assert mixtures.mean() == pytest.approx(expected["mean"], abs=1e-7)
    assert mixtures.sd() == pytest.approx(expected["sd"], abs=1e-7)
    assert ends[:, 0] == pytest.approx(expected["low"], abs=1e-6)
    assert ends[:, 1] == pytest.approx(expected["high"], abs=1e-6)
    assert mixtures.probability_below(0.0) == pytest.approx(expected["fell"], abs=1e-8)
    assert mixtures.probability_below(-5.0) == pytest.approx(expected["far"], abs=1e-8)


def test_gls_at_a_written_down_covariance_agrees_with_metafor(r_reference: dict[str, Any]) -> None:
    """The same with covariance and design from files, so that only the algebra is compared."""
    v, x, y = (
        np.loadtxt(REFERENCE / f"cell-{name}.txt") for name in ("covariance", "design", "mean")
    )
    solved, _ = forward(v[None], np.column_stack([x, y]))
    products = solved[0] @ solved[0].T
    inverse = np.linalg.inv(products[:-1, :-1])
    r = r_reference["gls"]
    assert inverse @ products[:-1, -1] == pytest.approx(r["beta"], abs=1e-7)
    assert np.sqrt(np.diag(inverse)) == pytest.approx(r["se"], abs=1e-8)
