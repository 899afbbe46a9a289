"""Simulated rotation and ratings: what they are drawn for, and in which direction they go."""

import numpy as np
import pytest
from scipy.special import ndtr

from analysis.simulation.people import DIFFICULTY, THRESHOLDS, People, latent_level
from analysis.simulation.ratings import COUNT_ITEMS, ROTATING_ITEMS, _pairs, rate

EMERGENCY = ROTATING_ITEMS.index("EMRG")


@pytest.mark.parametrize("theta", [8.0, 30.0, 50.0, 75.0, 95.0])
def test_the_latent_level_gives_the_index(theta: float) -> None:
    """Expected points from the category probabilities, item by item."""
    level = float(latent_level(np.array(theta)))
    points = []
    for difficulty in DIFFICULTY:
        above = [1.0 - ndtr(cut - level - difficulty) for cut in THRESHOLDS]
        points.append(25.0 * sum(above))
    assert np.mean(points) == pytest.approx(theta, abs=0.01)
    assert sorted(set(DIFFICULTY)) == [-0.3, 0.0, 0.3]


def test_synchronised_pairs_go_round() -> None:
    """Everybody has the same pair; eleven items come back after eleven half rounds."""
    rng = np.random.default_rng(1)
    seen = [_pairs(7, month, rng, synchronised=True) for month in range(11)]
    for month, pairs in enumerate(seen):
        assert pairs.shape == (7, 2)
        expected = [(2 * month) % 11, (2 * month + 1) % 11]
        assert (pairs == expected).all()
    assert sorted(np.concatenate(seen)[:, 0].tolist()) == sorted(list(range(11)) * 7)


def test_drawn_pairs_are_two_different_items() -> None:
    pairs = _pairs(11_000, 3, np.random.default_rng(2), synchronised=False)
    assert pairs.min() == 0
    assert pairs.max() == 10
    assert (pairs[:, 0] != pairs[:, 1]).all()
    counts = np.bincount(pairs.ravel(), minlength=11)
    assert counts.min() > 1_800
    assert counts.max() < 2_200


def crowd(lasting: float, size: int = 4_000) -> People:
    return People(
        latent=np.zeros((size, 1, 10)),
        lasting=np.full((size, 1), lasting),
        answering=np.ones((size, 1), dtype=np.bool_),
    )


def means(people: People, adherence: float) -> tuple[dict[int, float], float]:
    found = rate(people, 0, adherence, np.random.default_rng(3))
    by_item = {
        item: float(found.answers[found.items == item].mean())
        for item in range(len(ROTATING_ITEMS))
    }
    return by_item, float(found.meta.mean())


def test_ratings_go_in_the_right_direction() -> None:
    """More adherence: higher ratings, fewer emergencies. A bad mood colours all of them."""
    low, _ = means(crowd(0.0), -0.5)
    high, meta_calm = means(crowd(0.0), 0.5)
    sour, meta_sour = means(crowd(1.0), 0.5)
    for item in range(len(ROTATING_ITEMS)):
        sign = -1.0 if item == EMERGENCY else 1.0
        assert sign * (high[item] - low[item]) > 0.3
        assert sign * (high[item] - sour[item]) > 0.2
    assert meta_calm - meta_sour > 0.3
    spread = rate(crowd(0.0), 0, 0.0, np.random.default_rng(4))
    plain = spread.answers[~np.isin(spread.items, [4, 6, 7, EMERGENCY])]
    share_of_middle = float((plain == 2).mean())
    assert share_of_middle == pytest.approx(ndtr(0.5) - ndtr(-0.5), abs=0.03)  # 0.4 / 0.8
    counted = spread.answers[np.isin(spread.items, [ROTATING_ITEMS.index(c) for c in COUNT_ITEMS])]
    assert counted.max() == 3
    assert float((spread.meta >= 2).mean()) == pytest.approx(ndtr((0.2 + 0.4) / 0.8), abs=0.03)
