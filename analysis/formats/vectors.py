"""The reference file of the method: read it, compute its expected numbers anew."""

from collections.abc import Mapping
from typing import Any

from analysis import intervention, trend
from analysis.joint.observations import observe
from analysis.joint.posterior import whiten
from analysis.tally import WaveSeries, whole_number

_NAMES = ("sales", "operations", "overall", "gap")
_DECIMALS = 8
_MARGIN = 5.0


def recomputed(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with ``expected`` of every case computed by this library.

    Parameters
    ----------
    content : mapping
        ``{"note": .., "cases": [{"n", "mean", "variance", "headcount",
        "months_before_adoption", ..}]}``, rows sales and operations.

    Notes
    -----
    Posterior mean and standard deviation of the change, its 2.5 % and 97.5 % quantiles,
    P(change < 0) and P(change < -5); the gap is operations minus sales as it stands.
    """
    cases = content.get("cases")
    if type(cases) is not list:
        raise ValueError("A file of reference numbers needs a list of cases.")
    return {**content, "cases": [{**case, "expected": expected(case)} for case in cases]}


def expected(case: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Compute the expected numbers of one case."""
    keys = ("n", "mean", "variance", "headcount")
    missing = [key for key in keys if key not in case]
    if missing:
        raise ValueError(f"A case lacks {', '.join(missing)}.")
    series = WaveSeries.from_arrays(**{key: case[key] for key in keys})
    observations, split = observe(series), case.get("months_before_adoption")
    if split is not None:
        split = whole_number(split, "The number of months before adoption")
    if not observations.month.size:
        raise ValueError("A case has no usable month.")
    if split is None:
        whitened = whiten(observations, trend.design(observations))
        fit = whitened.fit(trend.shapes(), trend.contrasts(series.months)[:4])
    else:
        whitened = whiten(observations, intervention.design(observations, split))
        fit = whitened.fit(intervention.shapes(), intervention.contrasts(split, series.months)[:4])
    mixtures = fit.mixtures()
    fell, far = mixtures.probability_below(0.0), mixtures.probability_below(-_MARGIN)
    return {
        name: {
            "sd": round(estimate.standard_error, _DECIMALS),
            "lo": round(estimate.interval.low, _DECIMALS),
            "hi": round(estimate.interval.high, _DECIMALS),
            "p_fell": round(float(fell[i]), _DECIMALS),
            "mean_change": round(estimate.value, _DECIMALS),
            "p_fell_by_more_than_5": round(float(far[i]), _DECIMALS),
        }
        for i, (name, estimate) in enumerate(zip(_NAMES, mixtures.estimates(), strict=True))
    }
