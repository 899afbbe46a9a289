"""The true level of friction, month by month: what a simulated company really is like."""

import numpy as np
import numpy.typing as npt

from analysis.simulation.scenario import Scenario

Array = npt.NDArray[np.float64]

_CANDIDATES = 12
"""Months among which a company that adopts after a bad spell picks its adoption date."""


def true_course(scenario: Scenario, rng: np.random.Generator) -> Array:
    """Draw theta, the true index of both groups; (2, months), index points.

    Notes
    -----
    theta_gt = base + slope (t - 1) + [t > t0] (step + slope_post (t - t0))
    + season sin(2 pi t / 12) + shock, with shocks sqrt(share) common
    + sqrt(1 - share) own, both AR(1) with stationary standard deviation tau. If
    ``adopt_after_worst``, the window starts so that months t0 - 1 and t0 are the worst pair
    of twelve candidates.
    """
    months = scenario.months
    spare = _CANDIDATES if scenario.adopt_after_worst else 0
    noise = _shocks(scenario, months + spare, rng)
    if spare:
        ends = np.arange(scenario.months_before, scenario.months_before + spare)
        pairs = (noise[:, ends - 1] + noise[:, ends - 2]).sum(axis=0)
        start = int(np.argmax(pairs))
        noise = noise[:, start : start + months]
    month = np.arange(1, months + 1, dtype=np.float64)
    after = month > scenario.months_before
    base, slope, step, ramp = (
        np.array(pair)[:, None]
        for pair in (scenario.base, scenario.slope, scenario.step, scenario.slope_post)
    )
    season = scenario.season * np.sin(2.0 * np.pi * month / 12.0)
    trend = base + slope * (month - 1.0)
    effect = np.where(after, step + ramp * (month - scenario.months_before), 0.0)
    course: Array = np.clip(trend + effect + season + noise, 0.5, 99.5)
    return course


def _shocks(scenario: Scenario, months: int, rng: np.random.Generator) -> Array:
    common, first, second = (_autoregression(scenario, months, rng) for _ in range(3))
    share = scenario.share
    own = np.sqrt(1.0 - share) * np.stack([first, second])
    shocks: Array = np.array(scenario.tau)[:, None] * (np.sqrt(share) * common + own)
    return shocks


def _autoregression(scenario: Scenario, months: int, rng: np.random.Generator) -> Array:
    """Draw a stationary AR(1) with variance 1 (for t innovations: from a burn-in)."""
    burn_in = 60 if scenario.t_df else 0
    if scenario.t_df:
        scale = np.sqrt(1.0 - 2.0 / scenario.t_df)
        innovations = rng.standard_t(scenario.t_df, size=months + burn_in) * scale
    else:
        innovations = rng.standard_normal(months)
    series = np.empty(months + burn_in)
    series[0] = innovations[0]
    fresh = np.sqrt(1.0 - scenario.rho**2)
    for t in range(1, series.size):
        series[t] = scenario.rho * series[t - 1] + fresh * innovations[t]
    return series[burn_in:]
