"""Pooling over companies: random effects, what the next company may expect, and what hangs on one.

Each company brings a change and its standard error. The question over all of them has five
answers, fixed in advance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, stdtr, stdtrit

from analysis.result import Estimate, Interval, NotEstimable, Reason, Verdict
from analysis.tally import finite_number

Array = npt.NDArray[np.float64]

_LEAST = 2
_LEAST_ERROR = 1e-6
_LEAST_FOR_SMALL_STUDY_CHECK = 10
_STEPS = 500
_TOLERANCE = 1e-13
_ROUNDING = 1e-10
"""Differences of log likelihoods below this are rounding."""


class Answer(StrEnum):
    """Did friction fall? In the order in which the conditions are tried."""

    CLEARLY_FELL = "clearly_fell"
    PROBABLY_FELL = "probably_fell"
    ROSE = "rose"
    PROBABLY_NOT = "probably_not"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, kw_only=True)
class Company:
    """Result of one company.

    Attributes
    ----------
    change, standard_error : float
        Change of the company's index and its standard error, index points.
    verdict : Verdict or None
        What the company's own report says; needed only where it is the only company.
    """

    change: float
    standard_error: float
    verdict: Verdict | None = None

    def __post_init__(self) -> None:
        finite_number(self.change, "A change")
        if not finite_number(self.standard_error, "A standard error") > 0.0:
            raise ValueError("A standard error must be above 0.")
        if self.standard_error < _LEAST_ERROR:
            raise ValueError(f"A standard error must be at least {_LEAST_ERROR:g} index points.")


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """Random-effects result.

    Attributes
    ----------
    mean : Estimate
        Pooled change with the 95 % Knapp-Hartung interval.
    interval_90 : Interval
        The same at 90 %.
    prediction : Interval
        Where the true change of one more company lies with 95 % probability.
    tau_squared : float
        REML variance of true changes between companies.
    q, p_heterogeneity : float
        Cochran's Q and its p value.
    companies : int
        How many were pooled.
    answer : Answer
        By the rule fixed in advance.
    """

    mean: Estimate
    interval_90: Interval
    prediction: Interval
    tau_squared: float
    q: float
    p_heterogeneity: float
    companies: int
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class SmallStudyCheck:
    """Whether imprecise companies report other changes: Egger's regression.

    Attributes
    ----------
    slope : float
        Change per unit of standard error.
    p_value : float
        Two-sided, t with companies - 2 degrees of freedom.
    """

    slope: float
    p_value: float


def pool(companies: Sequence[Company], *, margin: float = 5.0) -> Pooled | NotEstimable:
    """Pool companies by random effects.

    Parameters
    ----------
    companies : sequence of Company
        At least two.
    margin : float
        Smallest change of interest, index points.

    Returns
    -------
    Pooled or NotEstimable

    Notes
    -----
    tau^2 by restricted maximum likelihood; w_i = 1 / (SE_i^2 + tau^2), m = sum w_i y_i / sum w_i;
    Knapp-Hartung: SE^2 = [sum w_i (y_i - m)^2 / (k - 1)] / sum w_i with t_{k-1}; prediction
    interval m +- t_{k-1} sqrt(tau^2 + SE^2).
    Rule, first that matches: clearly fell if m <= -margin and the 95 % interval is below 0;
    probably fell if m <= -margin / 2 and the 90 % interval is below 0; rose if the 95 % interval is above 0; probably
    not if the 90 % interval lies inside +-margin; else cannot tell.

    When it misleads: companies that take part are no sample of all companies; two or three
    companies give an interval that may be by chance far too short or too long.

    References
    ----------
    Knapp & Hartung (2003), Statistics in Medicine 22, 2693-2710; Viechtbauer (2010), Journal of
    Statistical Software 36(3) (metafor ``rma(method="REML", test="knha")``, ``predict``).

    Examples
    --------
    >>> result = pool([Company(change=c, standard_error=2.0) for c in (-8.0, -6.0, -7.0, -9.0)])
    >>> result.mean.value, result.tau_squared, result.answer.value
    (-7.5, 0.0, 'clearly_fell')
    """
    if not finite_number(margin, "The smallest change of interest") > 0.0:
        raise ValueError("The smallest change of interest must be above 0.")
    if len(companies) < _LEAST:
        return NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    y = np.array([company.change for company in companies])
    v = np.array([company.standard_error for company in companies]) ** 2
    tau_squared = reml(y, v, np.ones((y.size, 1)))
    weights = 1.0 / (v + tau_squared)
    mean = float(weights @ y / weights.sum())
    freedom = y.size - 1
    error = math.sqrt(float(weights @ (y - mean) ** 2) / freedom / float(weights.sum()))
    fixed = 1.0 / v
    q = float(fixed @ (y - float(fixed @ y / fixed.sum())) ** 2)
    wide = _interval(mean, error, freedom, 0.95)
    narrow = _interval(mean, error, freedom, 0.90)
    return Pooled(
        mean=Estimate(value=mean, standard_error=error, interval=wide),
        interval_90=narrow,
        prediction=_interval(mean, math.sqrt(tau_squared + error**2), freedom, 0.95),
        tau_squared=tau_squared,
        q=q,
        p_heterogeneity=float(chdtrc(freedom, q)),
        companies=y.size,
        answer=answer(mean, wide, narrow, margin=margin),
    )


def answer(mean: float, wide: Interval, narrow: Interval, *, margin: float = 5.0) -> Answer:
    """Apply the rule of :func:`pool` to a pooled mean, its 95 % and its 90 % interval."""
    if mean <= -margin and wide.high < 0.0:
        return Answer.CLEARLY_FELL
    if mean <= -margin / 2.0 and narrow.high < 0.0:
        return Answer.PROBABLY_FELL
    if wide.low > 0.0:
        return Answer.ROSE
    if -margin < narrow.low and narrow.high < margin:
        return Answer.PROBABLY_NOT
    return Answer.CANNOT_TELL


def answer_over_companies(
    companies: Sequence[Company], *, margin: float = 5.0
) -> Answer | NotEstimable:
    """Answer the question over all companies, whether friction fell.

    Parameters
    ----------
    companies : sequence of Company
        All that have a result, one entry each.
    margin : float
        Smallest change of interest, index points.

    Returns
    -------
    Answer or NotEstimable
        From two companies on by the rule of :func:`pool`; a single company says its own verdict
        in the same words; ``too_few_studies`` without any, or if the only one has no verdict.

    Notes
    -----
    When it misleads: with two or three companies the intervals are so long that "cannot tell" is
    the usual answer; that is the truth about so few companies, not a weakness of the rule.

    Examples
    --------
    >>> one = Company(change=-8.0, standard_error=2.0, verdict=Verdict.IMPROVED)
    >>> answer_over_companies([one]).value
    'clearly_fell'
    >>> answer_over_companies([one, Company(change=-2.0, standard_error=2.5)]).value
    'cannot_tell'
    """
    if len(companies) == 1 and companies[0].verdict is not None:
        return answer_of_one_company(companies[0].verdict)
    pooled = pool(companies, margin=margin)
    return pooled.answer if isinstance(pooled, Pooled) else pooled


def answer_of_one_company(verdict: Verdict) -> Answer:
    """Say the verdict of a single company in the words of the question over companies."""
    return {
        Verdict.IMPROVED: Answer.CLEARLY_FELL,
        Verdict.NO_MEANINGFUL_CHANGE: Answer.PROBABLY_NOT,
        Verdict.WORSE: Answer.ROSE,
        Verdict.TOO_EARLY: Answer.CANNOT_TELL,
    }[verdict]


def leave_one_out(
    companies: Sequence[Company], *, margin: float = 5.0
) -> tuple[Pooled | NotEstimable, ...]:
    """Pool again without each company in turn.

    If the answer changes with one company, it hangs on that company, and a report says so.

    Examples
    --------
    >>> three = [Company(change=c, standard_error=2.0) for c in (-8.0, -6.0, 9.0)]
    >>> [round(found.mean.value, 6) for found in leave_one_out(three)]
    [1.5, 0.5, -7.0]
    """
    everyone = list(companies)
    return tuple(
        pool(everyone[:i] + everyone[i + 1 :], margin=margin) for i in range(len(everyone))
    )


def small_study_check(companies: Sequence[Company]) -> SmallStudyCheck | NotEstimable:
    """Regress the change on its standard error (Egger's test, random effects).

    Notes
    -----
    Mixed-effects regression with REML tau^2 and Knapp-Hartung; under ten companies it has no
    power worth showing and is not given. When it misleads: small companies may truly differ.

    References
    ----------
    Sterne & Egger (2005), in Publication Bias in Meta-Analysis, chapter 6; metafor
    ``regtest(model="rma")``.

    Examples
    --------
    >>> steep = [Company(change=-2.0 * se, standard_error=se + 0.1 * (se % 2)) for se in range(1, 11)]
    >>> small_study_check(steep).p_value < 0.001
    True
    """
    if len(companies) < _LEAST_FOR_SMALL_STUDY_CHECK:
        return NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    y = np.array([company.change for company in companies])
    errors = np.array([company.standard_error for company in companies])
    if np.ptp(errors) <= 1e-9 * float(errors.max()):
        return NotEstimable(reason=Reason.NO_VARIATION)
    design = np.column_stack([np.ones(y.size), errors])
    tau_squared = reml(y, errors**2, design)
    slope, error = regression(y, errors**2, design, tau_squared)
    freedom = y.size - 2
    if float(error[1]) <= 1e-9 * float(np.abs(y).max() + 1.0):
        return NotEstimable(reason=Reason.NO_VARIATION)
    t = float(slope[1] / error[1])
    return SmallStudyCheck(slope=float(slope[1]), p_value=2.0 * float(stdtr(freedom, -abs(t))))


def reml(y: Array, v: Array, design: Array) -> float:
    """Restricted maximum likelihood estimate of the variance between studies.

    Parameters
    ----------
    y, v : arrays (studies,)
        Estimates and their sampling variances.
    design : array (studies, columns)
        Moderators, with the constant.

    Returns
    -------
    float
        tau^2, at least 0.

    Notes
    -----
    Fisher scoring, with W = diag(1 / (v + tau^2)) and P = W - W X (X'WX)^-1 X'W:
    tau^2 <- tau^2 + (y'PPy - tr P) / tr PP, halved while it would not raise the likelihood.
    It starts at the best point of a coarse grid, because the likelihood may have two peaks.

    References
    ----------
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293.

    Examples
    --------
    >>> round(reml(np.array([0.0, 0.0, 8.0, 8.0]), np.full(4, 1.0), np.ones((4, 1))), 6)
    20.333333
    """
    scale = float(v.mean()) + float(np.var(y))
    starts = scale * np.concatenate([[0.0], np.geomspace(1e-4, 10.0, 40)])
    likelihood, tau_squared = max(
        (_restricted_likelihood(y, v, design, float(start)), float(start)) for start in starts
    )
    for _ in range(_STEPS):
        p = _projection(v, design, tau_squared)
        py = p @ y
        step = (float(py @ py) - float(np.trace(p))) / float((p * p).sum())
        proposal = max(0.0, tau_squared + step)
        candidate = _restricted_likelihood(y, v, design, proposal)
        while (
            candidate < likelihood - _ROUNDING and abs(proposal - tau_squared) > _TOLERANCE * scale
        ):
            proposal = 0.5 * (proposal + tau_squared)
            candidate = _restricted_likelihood(y, v, design, proposal)
        moved = abs(proposal - tau_squared)
        tau_squared, likelihood = proposal, candidate
        if moved <= _TOLERANCE * scale:
            break
    return tau_squared


def regression(y: Array, v: Array, design: Array, tau_squared: float) -> tuple[Array, Array]:
    """Coefficients and Knapp-Hartung standard errors of a mixed-effects meta-regression."""
    weights = 1.0 / (v + tau_squared)
    inverse = np.linalg.inv(design.T @ (weights[:, None] * design))
    coefficients = inverse @ (design.T @ (weights * y))
    residual = y - design @ coefficients
    scale = float(weights @ residual**2) / (y.size - design.shape[1])
    return coefficients, np.sqrt(np.maximum(scale * np.diag(inverse), 0.0))


def _projection(v: Array, design: Array, tau_squared: float) -> Array:
    weights = 1.0 / (v + tau_squared)
    weighted = weights[:, None] * design
    inverse = np.linalg.inv(design.T @ weighted)
    projection: Array = np.diag(weights) - weighted @ inverse @ weighted.T
    return projection


def _restricted_likelihood(y: Array, v: Array, design: Array, tau_squared: float) -> float:
    weights = 1.0 / (v + tau_squared)
    information = design.T @ (weights[:, None] * design)
    residual = y - design @ np.linalg.solve(information, design.T @ (weights * y))
    log_information = float(np.linalg.slogdet(information)[1])
    return 0.5 * (float(np.log(weights).sum()) - log_information - float(weights @ residual**2))


def _interval(mean: float, error: float, freedom: int, level: float) -> Interval:
    half = float(stdtrit(freedom, 0.5 + level / 2.0)) * error
    return Interval(low=mean - half, high=mean + half, level=level)
