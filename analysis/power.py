"""What a plan can find, told before the start: the whole rule on simulated companies.

Companies are drawn as wave means from the model with stated shocks, which is what the answers of
people amount to. Head counts and number of answers being fixed by the plan, one factorisation
serves all companies and all monthly looks.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis import intervention
from analysis.joint.covariance import DEFAULT_GRID, Grid, covariances
from analysis.joint.observations import Observations
from analysis.joint.posterior import Model, forward
from analysis.result import NotEstimable, Question, Reason, Series
from analysis.tally import MINIMUM_ANSWERS, finite_number, whole_number
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family

Array = npt.NDArray[np.float64]

WITHIN_SD = 21.0
"""Standard deviation of the index between the people of a group, points."""
STAYING = 0.5
"""Share of that variance that stays with a person."""

_ORDER = (Series.FIRST, Series.SECOND, Series.OVERALL, Series.GAP)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A survey that has not begun.

    Attributes
    ----------
    invited : pair of int
        People in each group.
    response : pair of float
        Expected response rate.
    months_before, months_after : int
        Waves before and after adoption.
    step : pair of float
        True change at adoption, index points.
    tau, rho, share : float
        Shocks: standard deviation, memory from month to month, correlation of the groups. 3,
        .3 and .5 are what real repeated surveys suggest.
    """

    invited: tuple[int, int]
    response: tuple[float, float] = (0.75, 0.75)
    months_before: int = 6
    months_after: int = 12
    step: tuple[float, float] = (-8.0, -8.0)
    tau: float = 3.0
    rho: float = 0.3
    share: float = 0.5

    def __post_init__(self) -> None:
        for invited in self.invited:
            whole_number(invited, "The number of people invited", least=1)
        whole_number(self.months_before, "The number of months before adoption")
        whole_number(self.months_after, "The number of months after adoption", least=1)
        for step in self.step:
            finite_number(step, "A step")
        if not all(0.0 < rate <= 1.0 for rate in self.response):
            raise ValueError("A response rate lies above 0 and at most at 1.")
        if not (self.tau > 0.0 and 0.0 <= self.rho < 1.0 and 0.0 <= self.share <= 1.0):
            raise ValueError("tau is above 0, rho lies in [0, 1) and share in [0, 1].")

    def answers(self) -> tuple[float, float]:
        """Return the expected number of answers per wave and group."""
        first, second = (
            invited * rate for invited, rate in zip(self.invited, self.response, strict=True)
        )
        return first, second


@dataclass(frozen=True, kw_only=True)
class Look:
    """Chances at one monthly look.

    Attributes
    ----------
    months_after : int
        Months since adoption.
    improved, no_meaningful_change, worse : float
        Share of companies with this verdict at this look.
    improved_by_now : float
        Share with "improved" at this look or an earlier one.
    """

    months_after: int
    improved: float
    no_meaningful_change: float
    worse: float
    improved_by_now: float


@dataclass(frozen=True, kw_only=True)
class Power:
    """What the plan can find.

    Attributes
    ----------
    series : Series
        Whose verdict.
    looks : tuple of Look
        One per month since adoption.
    companies : int
        Simulated; a share p has a standard error of sqrt(p (1 - p) / companies).
    """

    series: Series
    looks: tuple[Look, ...] = field(default_factory=tuple)
    companies: int = 0


def power(
    plan: Plan,
    rng: np.random.Generator,
    *,
    which: Series = Series.OVERALL,
    companies: int = 400,
    rule: DecisionRule = DEFAULT_RULE,
) -> Power | NotEstimable:
    """Apply the adoption question to simulated companies, month by month.

    Parameters
    ----------
    plan : Plan
        What is planned and assumed.
    rng : Generator
        Source of chance.
    which : Series
        First, second or overall.
    companies : int
        How many to draw.
    rule : DecisionRule
        The thresholds.

    Returns
    -------
    Power or NotEstimable
        ``too_few_answers`` if a group expects fewer than three answers per wave,
        ``no_baseline`` or ``too_many_months`` if the rule would say so.

    Notes
    -----
    y = X beta + error with the covariance of ``analysis.joint.covariance`` at the plan's tau,
    rho and share, equal volatility of the groups, within-group SD 21 and icc .5. The rule does
    not know these and integrates over its grid as always.
    When it misleads: real shocks may be larger; look at tau 5 as well.

    References
    ----------
    Gelman & Hill (2007), Data Analysis Using Regression and Multilevel/Hierarchical Models,
    chapter 20 (power by simulation).

    Examples
    --------
    >>> found = power(Plan(invited=(133, 133)), np.random.default_rng(1), companies=50)
    >>> found.looks[-1].improved_by_now > 0.7
    True
    """
    if which is Series.GAP:
        raise ValueError("Power is given for groups and overall; the gap may have no sign.")
    whole_number(companies, "The number of companies", least=1)
    months = plan.months_before + plan.months_after
    if min(plan.answers()) < MINIMUM_ANSWERS:
        return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    if plan.months_before < rule.least_before:
        return NotEstimable(reason=Reason.NO_BASELINE)
    if months > rule.most_months:
        return NotEstimable(reason=Reason.TOO_MANY_MONTHS)
    engine = _Engine(plan, rng, companies)
    threshold = rule.threshold(
        Question.ADOPTION, which, Family.HEADLINE, answers=min(plan.answers())
    )
    ever = np.zeros(companies, dtype=np.bool_)
    looks = []
    for after in range(1, plan.months_after + 1):
        contrast = intervention.contrasts(plan.months_before, plan.months_before + after)
        below = engine.probabilities(
            plan.months_before + after,
            contrast[_ORDER.index(which)],
            (0.0, -rule.delta, rule.delta),
        )
        improved, calm, worse = _verdicts(below, after, threshold, rule)
        ever |= improved
        looks.append(
            Look(
                months_after=after,
                improved=float(improved.mean()),
                no_meaningful_change=float(calm.mean()),
                worse=float(worse.mean()),
                improved_by_now=float(ever.mean()),
            )
        )
    return Power(series=which, looks=tuple(looks), companies=companies)


Flags = npt.NDArray[np.bool_]


def _verdicts(
    below: Array, months: int, threshold: float, rule: DecisionRule
) -> tuple[Flags, Flags, Flags]:
    """Apply the rule to rows P(< 0), P(< -delta), P(< delta); columns are companies."""
    fell, far, not_far = below
    allowed = months >= rule.least_after
    improved = (fell >= threshold) & (far >= rule.majority) & allowed
    worse = (1.0 - fell >= threshold) & (1.0 - not_far >= rule.majority) & allowed
    settled = (not_far - far >= rule.certainty_of_no_change) & (months >= rule.no_change_after)
    return improved, settled & ~improved & ~worse, worse


class _Engine:
    """All companies of a plan, whitened once."""

    def __init__(self, plan: Plan, rng: np.random.Generator, companies: int) -> None:
        months = plan.months_before + plan.months_after
        self.rows = _rows(plan, months)
        design = intervention.design(self.rows, plan.months_before)
        truth = Grid(
            tau=(plan.tau,), rho=(plan.rho,), share=(plan.share,), ratio=(1.0,),
            ratio_weights=(1.0,), icc=(STAYING,),
        )  # fmt: skip
        root = np.linalg.cholesky(covariances(self.rows, truth)[0])
        beta = np.array([50.0, 50.0, *plan.step, 0.0, 0.0, 0.0, 0.0])
        noise = rng.standard_normal((self.rows.month.size, companies))
        answers = (design @ beta)[:, None] + root @ noise
        size = self.rows.month.size
        inverse, _ = forward(covariances(self.rows), np.eye(size))
        factor_inverse = np.swapaxes(inverse, 1, 2)
        self.design = factor_inverse @ design
        self.answers = factor_inverse @ answers
        self.log_scale = np.log(np.diagonal(factor_inverse, axis1=1, axis2=2))

    def probabilities(self, last_month: int, contrast: Array, bounds: tuple[float, ...]) -> Array:
        """P(contrast < bound) at the look after `last_month`; (bounds, companies)."""
        seen = int((self.rows.month <= last_month).sum())
        x, y = self.design[:, :seen], self.answers[:, :seen]
        products = np.swapaxes(x, 1, 2) @ x
        right = np.swapaxes(x, 1, 2) @ y
        base = DEFAULT_GRID.log_prior[:, None] - 0.5 * (y**2).sum(axis=1)
        base += self.log_scale[:, :seen].sum(axis=1)[:, None]
        fits = [_fit(products, right, model, contrast) for model in intervention.shapes()]
        logs = np.stack(
            [
                base + np.log(model.weight) - 0.5 * penalty
                for model, (penalty, _, _) in zip(intervention.shapes(), fits, strict=True)
            ]
        )
        weights = np.exp(logs - logs.max(axis=(0, 1)))
        weights /= weights.sum(axis=(0, 1))
        means = np.stack([mean for _, mean, _ in fits])
        sds = np.sqrt(np.stack([variance for _, _, variance in fits]))[:, :, None]
        return np.stack([(weights * ndtr((b - means) / sds)).sum(axis=(0, 1)) for b in bounds])


def _rows(plan: Plan, months: int) -> Observations:
    month = np.repeat(np.arange(1, months + 1), 2)
    group = np.tile(np.array([0, 1]), months)
    return Observations(
        month=month,
        group=group,
        n=np.array(plan.answers())[group],
        mean=np.zeros(month.size),
        pooled_variance=np.full(2, WITHIN_SD**2),
        headcount=np.array(plan.invited, dtype=np.float64),
    )


def _fit(
    products: Array, right: Array, model: Model, contrast: Array
) -> tuple[Array, Array, Array]:
    """Penalty (cells, companies), mean (cells, companies), variance (cells,) of the contrast."""
    columns = list(model.columns)
    information = products[:, columns][:, :, columns] + model.precision
    inverse, log_determinant = forward(information, np.eye(len(columns)))
    root = np.swapaxes(inverse, 1, 2)
    c, data = root @ contrast[columns], root @ right[:, columns]
    penalty = log_determinant[:, None] - np.linalg.slogdet(model.precision)[1]
    penalty = penalty - (data**2).sum(axis=1)
    return penalty, (c[:, None] @ data)[:, 0], (c**2).sum(axis=1)
