"""The people of one group: who sits in which post, how they feel, whether they answer.

The latent friction of person i on item j in month t is the sum of a person effect, an effect
of person and dimension, the mood of the month and item noise, with variances .35, .10, .15 and
.40: together 1. With ten items that gives an index with a standard deviation between persons
of 21 points.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtr

from analysis.scores import CORE_ITEMS, Dimension

Array = npt.NDArray[np.float64]

PERSON, PERSON_BY_DIMENSION, MOOD, NOISE = 0.35, 0.10, 0.15, 0.40
THRESHOLDS = np.array([-1.2, -0.4, 0.4, 1.2])
DIFFICULTY = np.array([-0.3, 0.0, 0.3, 0.0, -0.3, 0.3, 0.0, -0.3, 0.3, 0.0])
"""Added to the latent friction of each core item: mean 0, of bad events +.18, of good ones -.18."""

_DIMENSIONS = list(Dimension)
DIMENSION_OF_ITEM = np.array([_DIMENSIONS.index(item.dimension) for item in CORE_ITEMS])

_LATENT = np.linspace(-5.0, 5.0, 20001)
_EXPECTED = 25.0 * np.mean(
    [ndtr(_LATENT[:, None] + d - THRESHOLDS).sum(axis=1) for d in DIFFICULTY], axis=0
)


def latent_level(theta: Array) -> Array:
    """Latent mean at which the expected index is `theta`, by the ordinal probit expectation.

    Notes
    -----
    E(index) = 25 mean_j sum_c Phi(mu + d_j - threshold_c), since the latent variances sum
    to 1.
    """
    level: Array = np.interp(theta, _EXPECTED, _LATENT)
    return level


@dataclass(frozen=True, kw_only=True)
class People:
    """One group over the months.

    Attributes
    ----------
    latent : array (posts, months, items)
        Friction that each person would report, before categories.
    lasting : array (posts, months)
        Person effect plus mood: what colours every answer of a person.
    answering : bool array (posts, months)
        Who answers.
    """

    latent: Array
    lasting: Array
    answering: npt.NDArray[np.bool_]


def populate(
    theta: Array,
    *,
    posts: int,
    response: float,
    response_drift: float,
    mood_slope: float,
    turnover: float,
    unhappy_drop_out: float,
    rng: np.random.Generator,
) -> People:
    """Fill `posts` posts over the months of `theta` and let people feel and answer."""
    months, items = theta.size, len(CORE_ITEMS)
    refilled = rng.random((posts, months)) < turnover
    refilled[:, 0] = True
    since = np.maximum.accumulate(np.where(refilled, np.arange(months), 0), axis=1)
    who = np.arange(posts)[:, None]
    person = np.sqrt(PERSON) * rng.standard_normal((posts, months))[who, since]
    leaning = np.sqrt(PERSON_BY_DIMENSION) * rng.standard_normal((posts, months, len(_DIMENSIONS)))
    mood = rng.standard_normal((posts, months))
    lasting = person + np.sqrt(MOOD) * mood
    latent = np.sqrt(NOISE) * rng.standard_normal((posts, months, items))
    latent += leaning[who, since][:, :, DIMENSION_OF_ITEM]
    latent += (latent_level(theta) + lasting)[:, :, None] + DIFFICULTY
    willing = logit(min(response, 1.0 - 1e-12)) + response_drift * np.arange(months)
    willing = willing - unhappy_drop_out * np.arange(months) * lasting / np.sqrt(PERSON + MOOD)
    answering = rng.random((posts, months)) < expit(willing + mood_slope * mood)
    return People(latent=latent, lasting=lasting, answering=answering)


def straight_lined(
    raw: npt.NDArray[np.int64], shares: tuple[float, float], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Let a share of the people tick one and the same answer on every item.

    Parameters
    ----------
    raw : int array (posts, months, items)
        Answers 0 (never) .. 4 (always) as they would be without straight-lining.
    shares : pair of float
        Share in the first and in the last month, growing evenly between. Who begins goes on;
        the answer that is ticked is drawn anew every month, each of the five alike.
    rng : Generator
        Source of chance; not touched where nobody straight-lines.
    """
    if max(shares) <= 0.0:
        return raw
    posts, months, _ = raw.shape
    share = np.linspace(shares[0], shares[1], months)
    careless = rng.random((posts, 1)) < share
    ticked = rng.integers(THRESHOLDS.size + 1, size=(posts, months))
    return np.where(careless[:, :, None], ticked[:, :, None], raw)


def categories(latent: Array) -> npt.NDArray[np.int64]:
    """Cut latent friction into 0..4, 4 the most friction."""
    cut: npt.NDArray[np.int64] = np.searchsorted(THRESHOLDS, latent).astype(np.int64)
    return cut
