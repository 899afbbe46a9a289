"""Answers to the rotating items and to the perception question, for full questionnaires.

Eleven rotating items: the ten rules and the emergencies. Every person gets two of them; groups
with fewer than 60 expected answers all get the same pair, which changes by month.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.simulation.people import People, categories

Array = npt.NDArray[np.float64]
Answers = npt.NDArray[np.int64]

ROTATING_ITEMS = (
    "RU01",
    "RU02",
    "RU03",
    "RU04",
    "RU05",
    "RU06",
    "RU07",
    "RU08",
    "RU09",
    "RU10",
    "EMRG",
)
COUNT_ITEMS = frozenset({"RU05", "RU07", "RU08"})
"""Answered 0..3 (none, once, two or three times, four or more); the others 0..4."""

SYNCHRONISED_BELOW = 60
"""Expected answers under which the whole group gets the same pair."""

_HALO = 0.7


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """What the respondents of one wave and group answered beside the core.

    Attributes
    ----------
    items : int array (n_respondents, 2)
        Positions in ``ROTATING_ITEMS``.
    answers : int array (n_respondents, 2)
        0..4, for the count items 0..3.
    meta : int array (n_respondents,)
        0..4: how the other group would rate the respect it gets.
    """

    items: Answers
    answers: Answers
    meta: Answers


def rate(
    people: People,
    month: int,
    adherence: float,
    rng: np.random.Generator,
) -> Ratings:
    """Draw ratings of those who answer in `month` (from 0).

    Parameters
    ----------
    people : People
        The group.
    month : int
        From 0.
    adherence : float
        Mean of the latent adherence to the rules that this group sees in the other.
    rng : Generator
        Source of chance.
    """
    there = people.answering[:, month]
    n = int(there.sum())
    expected = float(people.answering.mean()) * there.size
    items = _pairs(n, month, rng, synchronised=expected < SYNCHRONISED_BELOW)
    colour = _HALO * people.lasting[there, month]
    latent = adherence - colour[:, None] + rng.standard_normal((n, 2)) * 0.8
    emergency = items == ROTATING_ITEMS.index("EMRG")
    latent = np.where(emergency, -latent, latent)
    counted = np.isin(items, [ROTATING_ITEMS.index(code) for code in COUNT_ITEMS])
    answers = np.where(counted, np.minimum(categories(latent), 3), categories(latent))
    meta = categories(0.2 - colour + rng.standard_normal(n) * 0.8)
    return Ratings(items=items, answers=answers, meta=meta)


def _pairs(n: int, month: int, rng: np.random.Generator, *, synchronised: bool) -> Answers:
    count = len(ROTATING_ITEMS)
    if synchronised:
        pair = np.array([2 * month % count, (2 * month + 1) % count])
        return np.broadcast_to(pair, (n, 2)).copy()
    first = rng.integers(count, size=n)
    second = (first + rng.integers(1, count, size=n)) % count
    return np.column_stack([first, second]).astype(np.int64)
