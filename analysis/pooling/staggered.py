"""Companies that adopt at different times, against those that have not adopted yet.

What separates "after" from "because of": in the same calendar months, did friction fall more
where the rules had come than where they had not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from analysis.result import Estimate, Interval, NotEstimable, Reason
from analysis.tally import finite_number

WINDOW = 3
"""Months before adoption that are compared with the months after."""
LEAST_COMPANIES = 4


@dataclass(frozen=True, kw_only=True)
class Course:
    """One company on the common calendar.

    Attributes
    ----------
    index : mapping from month to float
        Company index of each calendar month with a released value.
    adopted_after : int or None
        Last calendar month before the rules; None: not adopted (yet).
    """

    index: Mapping[int, float]
    adopted_after: int | None

    def __post_init__(self) -> None:
        for value in self.index.values():
            finite_number(value, "An index")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Adopters against not-yet-adopters.

    Attributes
    ----------
    effect : Estimate
        Extra change of adopters, index points; 95 % interval by the jackknife over companies.
    adopters : int
        Companies with a change and at least one company to compare with.
    comparisons : int
        Different companies that served as comparison.
    """

    effect: Estimate
    adopters: int
    comparisons: int


def compare_staggered(
    companies: Sequence[Course], *, horizon: int = 3
) -> Comparison | NotEstimable:
    """Stacked event-time comparison against not-yet-adopters.

    Parameters
    ----------
    companies : sequence of Course
        At least four that take part on either side.
    horizon : int
        Months after adoption that are compared with the three before.

    Notes
    -----
    For adopter i with last month before adoption a_i: change_i = mean(a_i + 1 .. a_i + h) -
    mean(a_i - 2 .. a_i); minus the mean of the same for all companies that have not adopted by
    a_i + h; averaged over adopters. Standard error: jackknife over companies (each left out on
    both sides), t with companies - 1 degrees of freedom. Companies that have adopted already are
    never used as comparison.
    When it misleads: companies choose when to adopt; whoever adopts after its worst months
    falls back to its mean while the others do not.

    References
    ----------
    Cengiz, Dube, Lindner & Zipperer (2019), Quarterly Journal of Economics 134, appendix D
    (stacked events); Baker, Larcker & Wang (2022), Journal of Financial Economics 144, 370-395.

    Examples
    --------
    >>> flat = Course(index={m: 50.0 for m in range(1, 13)}, adopted_after=None)
    >>> drop = Course(index={m: 50.0 if m <= 6 else 42.0 for m in range(1, 13)}, adopted_after=6)
    >>> compare_staggered([flat, flat, drop, drop]).effect.value
    -8.0
    """
    if horizon < 1:
        raise ValueError("The horizon must be at least one month.")
    everyone = list(companies)
    found = _effects(everyone, horizon)
    used = sorted(
        {i for i, (_, others) in found.items()}
        | {other for _, others in found.values() for other in others}
    )
    if not found or len(used) < LEAST_COMPANIES:
        return NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    value = math.fsum(effect for effect, _ in found.values()) / len(found)
    replicates = []
    for left_out in used:
        rest = _effects([c for i, c in enumerate(everyone) if i != left_out], horizon)
        if not rest:
            return NotEstimable(reason=Reason.TOO_FEW_STUDIES)
        replicates.append(math.fsum(effect for effect, _ in rest.values()) / len(rest))
    count = len(used)
    spread = np.array(replicates) - np.mean(replicates)
    error = math.sqrt((count - 1) / count * float(spread @ spread))
    half = float(stdtrit(count - 1, 0.975)) * error
    return Comparison(
        effect=Estimate(
            value=value,
            standard_error=error,
            interval=Interval(low=value - half, high=value + half),
        ),
        adopters=len(found),
        comparisons=len({other for _, others in found.values() for other in others}),
    )


def _effects(companies: Sequence[Course], horizon: int) -> dict[int, tuple[float, tuple[int, ...]]]:
    """Per adopter: its extra change, and whom it was compared with."""
    found = {}
    for i, company in enumerate(companies):
        date = company.adopted_after
        own = _change(company, date, horizon) if date is not None else None
        if date is None or own is None:
            continue
        others = {
            j: change
            for j, other in enumerate(companies)
            if (other.adopted_after is None or other.adopted_after >= date + horizon)
            and (change := _change(other, date, horizon)) is not None
        }
        if others:
            extra = own - math.fsum(others.values()) / len(others)
            found[i] = (extra, tuple(others))
    return found


def _change(company: Course, date: int, horizon: int) -> float | None:
    before = [company.index[m] for m in range(date - WINDOW + 1, date + 1) if m in company.index]
    after = [company.index[m] for m in range(date + 1, date + horizon + 1) if m in company.index]
    if not before or not after:
        return None
    return math.fsum(after) / len(after) - math.fsum(before) / len(before)
