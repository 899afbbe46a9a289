"""Synthetic companies with a known truth, down to single answers.

For tests, the demo, power and calibration. Everything random comes from the generator that is
passed in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.scores import CORE_ITEMS, Dimension
from analysis.simulation.course import true_course
from analysis.simulation.people import People, categories, populate, straight_lined
from analysis.simulation.ratings import Ratings, rate
from analysis.simulation.scenario import Scenario, scenario, scenario_names
from analysis.tally import Moments, WaveCell, WaveSeries, whole_number

__all__ = [
    "Scenario",
    "SimulatedCompany",
    "scenario",
    "scenario_names",
    "simulate_company",
    "to_dimensions",
    "to_series",
]

Answers = npt.NDArray[np.int64]

_GOOD_EVENT = np.array([item.good_event for item in CORE_ITEMS])


@dataclass(frozen=True, kw_only=True)
class SimulatedCompany:
    """A company and its truth.

    Attributes
    ----------
    scenario : Scenario
        Its parameters.
    theta : array (2, months)
        True index of both groups, points.
    answers : tuple of two tuples of int arrays (n_respondents, 10)
        Raw answers 0 (never) .. 4 (always) of each wave, in the order of ``CORE_ITEMS``.
    ratings : tuple of two tuples of Ratings, or None
        Answers to the rotating items, if asked for.
    """

    scenario: Scenario
    theta: npt.NDArray[np.float64]
    answers: tuple[tuple[Answers, ...], tuple[Answers, ...]]
    ratings: tuple[tuple[Ratings, ...], tuple[Ratings, ...]] | None = None

    def true_change(self) -> tuple[float, float]:
        """Return the true effect of the last three months in each group, without shocks.

        step + slope_post (M - (k - 1) / 2) + slope M', where M' is the distance of the last
        k months to the middle of the months before: what the level really did.
        """
        course = self.scenario
        after = course.months - course.months_before
        if after < 1:
            raise ValueError("This company has no month after adoption.")
        recent = (min(3, after) - 1) / 2.0
        distance = course.months - recent - (course.months_before + 1) / 2.0
        first, second = (
            step + ramp * (after - recent) + slope * distance
            for step, ramp, slope in zip(course.step, course.slope_post, course.slope, strict=True)
        )
        return first, second


def simulate_company(
    scenario: Scenario,
    rng: np.random.Generator,
    *,
    with_ratings: bool = False,
    adherence: tuple[float, float] = (-0.6, 0.2),
) -> SimulatedCompany:
    """Draw one company.

    Parameters
    ----------
    scenario : Scenario
        The truth to draw from.
    rng : Generator
        Source of chance.
    with_ratings : bool
        Also draw the rotating items and the perception question.
    adherence : tuple of two floats
        Latent mean of following the rules before and after adoption.

    Examples
    --------
    >>> company = simulate_company(Scenario(months=2, posts=(9, 9)), np.random.default_rng(1))
    >>> company.theta.shape, company.answers[0][0].shape[1]
    ((2, 2), 10)
    """
    theta = true_course(scenario, rng)
    people = [_people(scenario, theta, group, rng) for group in (0, 1)]
    first, second = (_answers(scenario, group, rng) for group in people)
    ratings = None
    if with_ratings:
        levels = np.where(
            np.arange(scenario.months) < scenario.months_before, adherence[0], adherence[1]
        )
        one, other = (
            tuple(rate(group, month, float(level), rng) for month, level in enumerate(levels))
            for group in people
        )
        ratings = (one, other)
    return SimulatedCompany(
        scenario=scenario, theta=theta, answers=(first, second), ratings=ratings
    )


def to_series(company: SimulatedCompany, k: int = 5) -> WaveSeries:
    """Count the index: cells with fewer than `k` answers are withheld.

    Everybody answers all ten items here, so the item-adjusted score is the plain mean.
    """
    return _series(company, range(len(CORE_ITEMS)), k)


def to_dimensions(company: SimulatedCompany, k: int = 5) -> dict[Dimension, WaveSeries]:
    """Count the four reported dimensions of two items each."""
    return {
        dimension: _series(
            company, [i for i, item in enumerate(CORE_ITEMS) if item.dimension is dimension], k
        )
        for dimension in list(Dimension)[:4]
    }


def _people(
    scenario: Scenario,
    theta: npt.NDArray[np.float64],
    group: int,
    rng: np.random.Generator,
) -> People:
    return populate(
        theta[group],
        posts=scenario.posts[group],
        response=scenario.response[group],
        response_drift=scenario.response_drift,
        mood_slope=scenario.mood_slope,
        turnover=scenario.turnover,
        unhappy_drop_out=scenario.unhappy_drop_out,
        rng=rng,
    )


def _answers(scenario: Scenario, people: People, rng: np.random.Generator) -> tuple[Answers, ...]:
    friction = categories(people.latent)
    raw = np.where(_GOOD_EVENT, 4 - friction, friction)
    raw = straight_lined(raw, scenario.straight_liners, rng)
    months = raw.shape[1]
    return tuple(raw[people.answering[:, month], month] for month in range(months))


def _series(company: SimulatedCompany, items: Iterable[int], k: int) -> WaveSeries:
    k = whole_number(k, "The smallest number of answers shown", least=1)
    chosen = list(items)
    first, second = (
        [_cell(answers[:, chosen], _GOOD_EVENT[chosen], posts, k) for answers in waves]
        for waves, posts in zip(company.answers, company.scenario.posts, strict=True)
    )
    return WaveSeries.from_cells(first, second)


def _cell(answers: Answers, good: npt.NDArray[np.bool_], posts: int, k: int) -> WaveCell:
    if len(answers) < k:
        return WaveCell(n_invited=posts, moments=None)
    scores = 25.0 * np.where(good, 4 - answers, answers).mean(axis=1)
    return WaveCell(
        n_invited=posts,
        moments=Moments(
            n=len(scores),
            total=float(scores.sum()),
            total_squares=float(scores @ scores),
        ),
    )
