"""The model against the reference numbers of the design (another implementation), to 1e-6."""

from typing import Any

import pytest

from analysis import intervention, trend
from analysis.joint.mixture import Mixtures
from analysis.joint.observations import observe
from analysis.joint.posterior import whiten
from analysis.tally import WaveSeries

NAMES = ("sales", "operations", "overall", "gap")


def series_of(case: dict[str, Any]) -> WaveSeries:
    keys = ("n", "mean", "variance", "headcount")
    return WaveSeries.from_arrays(**{key: case[key] for key in keys})


def posterior(case: dict[str, Any]) -> Mixtures:
    series, split = series_of(case), case["months_before_adoption"]
    observations = observe(series)
    if split is None:
        fitted = whiten(observations, trend.design(observations)).fit(
            trend.shapes(), trend.contrasts(series.months)
        )
    else:
        fitted = whiten(observations, intervention.design(observations, split)).fit(
            intervention.shapes(), intervention.contrasts(split, series.months)
        )
    return fitted.mixtures()


@pytest.mark.parametrize("number", range(8))
def test_agrees_with_the_design(vectors: list[dict[str, Any]], number: int) -> None:
    case = vectors[number]
    mixtures = posterior(case)
    estimates = mixtures.estimates()
    below, far_below = mixtures.probability_below(0.0), mixtures.probability_below(-5.0)
    for i, name in enumerate(NAMES):
        expected = case["expected"][name]
        assert estimates[i].value == pytest.approx(expected["mean_change"], abs=1e-6)
        assert estimates[i].standard_error == pytest.approx(expected["sd"], abs=1e-6)
        assert estimates[i].interval.low == pytest.approx(expected["lo"], abs=1e-6)
        assert estimates[i].interval.high == pytest.approx(expected["hi"], abs=1e-6)
        assert below[i] == pytest.approx(expected["p_fell"], abs=1e-6)
        assert far_below[i] == pytest.approx(expected["p_fell_by_more_than_5"], abs=1e-6)


def test_all_cases_are_read(vectors: list[dict[str, Any]]) -> None:
    assert len(vectors) == 8
    assert {case["months_before_adoption"] for case in vectors} == {None, 3, 6, 12}


@pytest.mark.parametrize("number", range(8))
def test_changes_are_differences_of_levels(vectors: list[dict[str, Any]], number: int) -> None:
    """Overall and gap are linear in the groups; level now minus before is the trend change."""
    mean = posterior(vectors[number]).mean()
    for kind in range(3):
        first, second, overall, gap = mean[4 * kind : 4 * kind + 4]
        assert overall == pytest.approx((first + second) / 2.0, abs=1e-9)
        assert gap == pytest.approx(second - first, abs=1e-9)
    if vectors[number]["months_before_adoption"] is None:
        assert mean[8:] - mean[4:8] == pytest.approx(mean[:4], abs=1e-9)
