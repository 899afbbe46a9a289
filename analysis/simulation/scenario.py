"""The parameters of a simulated company, and the named sets of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from analysis.tally import finite_number, whole_number

Pair = tuple[float, float]

_NAMES = {
    "T": "months",
    "N": "posts",
    "resp": "response",
    "resp_drift": "response_drift",
    "gamma": "mood_slope",
    "t0": "months_before",
    "rtm": "adopt_after_worst",
}
_PAIRS = frozenset({"response", "base", "tau", "step", "slope_post", "slope", "straight_liners"})
_NOT_OURS = frozenset({"person_sd_fixed"})


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Truth of a company. Pairs are (first group, second group).

    Attributes
    ----------
    months : int
        Length of the series.
    posts : pair of int
        People in each group, all invited every month.
    response : pair of float
        Probability to answer in month 1.
    response_drift : float
        Change of its logit per month.
    mood_slope : float
        Change of that logit per standard deviation of a person's mood of the month.
    base : pair of float
        True index at the start, points.
    tau : pair of float
        Standard deviation of the shocks, points.
    rho : float
        Correlation of the shocks of successive months.
    share : float
        Correlation of the shocks of the two groups.
    t_df : int
        Degrees of freedom of heavy-tailed shocks; 0 means normal.
    turnover : float
        Share of posts refilled per month.
    months_before : int
        t0, months before the rules are adopted.
    step : pair of float
        Change at adoption, points.
    slope_post, slope : pair of float
        Change per month since adoption; change per month all along.
    season : float
        Amplitude of a yearly sine, points.
    adopt_after_worst : bool
        Adoption after the two worst of twelve candidate months.
    straight_liners : pair of float
        Share of people who tick the same answer on all ten items, in the first and in the last
        month, growing evenly between. Here the pair is (first month, last month).
    unhappy_drop_out : float
        Change per month of the logit of answering, per standard deviation of a person's lasting
        friction and mood of the month, counted downwards: .05 means that after a year somebody
        one standard deviation above the others is .6 logits less likely to answer.

    Examples
    --------
    >>> Scenario(months=15, posts=(14, 46), months_before=3, step=(-8.0, -8.0)).tau
    (0.0, 0.0)
    """

    months: int = 24
    posts: tuple[int, int] = (133, 133)
    response: Pair = (0.75, 0.75)
    response_drift: float = 0.0
    mood_slope: float = 0.0
    base: Pair = (50.0, 50.0)
    tau: Pair = (0.0, 0.0)
    rho: float = 0.0
    share: float = 0.5
    t_df: int = 0
    turnover: float = 0.02
    months_before: int = 6
    step: Pair = (0.0, 0.0)
    slope_post: Pair = (0.0, 0.0)
    slope: Pair = (0.0, 0.0)
    season: float = 0.0
    adopt_after_worst: bool = False
    straight_liners: Pair = (0.0, 0.0)
    unhappy_drop_out: float = 0.0

    def __post_init__(self) -> None:
        whole_number(self.months, "The number of months", least=1)
        whole_number(self.months_before, "The number of months before adoption")
        whole_number(self.t_df, "The degrees of freedom")
        for posts in self.posts:
            whole_number(posts, "The number of people", least=1)
        for name in sorted(_PAIRS):
            for value in getattr(self, name):
                finite_number(value, name)
        finite_number(self.unhappy_drop_out, "unhappy_drop_out")
        self._check_ranges()

    def _check_ranges(self) -> None:
        if not all(0.0 < probability <= 1.0 for probability in self.response):
            raise ValueError("The probability to answer lies above 0 and at most at 1.")
        if not (0.0 <= self.rho < 1.0 and 0.0 <= self.share <= 1.0):
            raise ValueError("rho lies in [0, 1) and share in [0, 1].")
        if not all(0.0 <= share <= 1.0 for share in self.straight_liners):
            raise ValueError("The share of straight-lining people lies in [0, 1].")
        if not 0.0 <= self.turnover <= 1.0 or min(self.tau) < 0.0:
            raise ValueError("Turnover is a share and tau is not negative.")
        if self.t_df in (1, 2):
            raise ValueError("Shocks need a variance: at least 3 degrees of freedom, or 0.")
        if self.adopt_after_worst and self.months_before < 2:
            raise ValueError("Adoption after the two worst months needs two months before.")


def scenario_names() -> tuple[str, ...]:
    """Names of the scenarios that ship with the library, nulls first."""
    return tuple(_stored()["scenarios"])


def scenario(name: str) -> Scenario:
    """Return a named scenario of ``docs/method/calibration.md``.

    N.. nulls, S.. stress nulls, A.. alternatives, Q.. nulls whose answers lose quality.

    Examples
    --------
    >>> scenario("A03_step8_ar.3").step
    (-8.0, -8.0)
    """
    stored = _stored()
    if name not in stored["scenarios"]:
        raise ValueError(f"There is no scenario called {name!r}.")
    return _scenario({**stored["default"], **stored["scenarios"][name]})


def _scenario(values: Mapping[str, Any]) -> Scenario:
    known = {field.name for field in fields(Scenario)}
    arguments: dict[str, Any] = {}
    for key, value in values.items():
        name = _NAMES.get(key, key)
        if name in _NOT_OURS:
            continue
        if name not in known:
            raise ValueError(f"A scenario has no parameter {key!r}.")
        pair = value if isinstance(value, list) else [value, value]
        arguments[name] = tuple(pair) if name in _PAIRS or name == "posts" else value
    return Scenario(**arguments)


@cache
def _stored() -> dict[str, Any]:
    text = resources.files("analysis").joinpath("data", "scenarios.json").read_text("utf-8")
    stored: dict[str, Any] = json.loads(text)
    return stored
