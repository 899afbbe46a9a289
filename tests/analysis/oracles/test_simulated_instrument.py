"""The numbers of the simulated people and of their company, told once more.

statistics.md section 1 has the variances, thresholds and difficulties; instrument.md 1.8 the
rotation. Every measured error rate rests on them, so that none may change unnoticed.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from analysis.scores import CORE_ITEMS
from analysis.simulate import (
    Scenario,
    SimulatedCompany,
    scenario,
    simulate_company,
    to_dimensions,
    to_series,
)
from analysis.simulation.course import true_course
from analysis.simulation.people import populate, straight_lined
from analysis.simulation.ratings import COUNT_ITEMS, ROTATING_ITEMS, rate
from tests.analysis.oracles.test_simulated_ratings import crowd

HARDER = {"COM1", "RSP2", "HON2"}
EASIER = {"APP1", "COM2", "COMMIT"}
CUTS = (-1.2, -0.4, 0.4, 1.2)


def test_every_item_is_as_hard_as_stated() -> None:
    """At a latent level of 0: 25 sum Phi(difficulty - cut). 6,000 people: two errors are 1 point."""
    world = Scenario(months=1, posts=(6000, 5), response=(1.0, 1.0))
    answers = simulate_company(world, np.random.default_rng(1)).answers[0][0]
    for column, item in enumerate(CORE_ITEMS):
        difficulty = 0.3 * (item.code in HARDER) - 0.3 * (item.code in EASIER)
        friction = 4 - answers[:, column] if item.good_event else answers[:, column]
        expected = 25.0 * sum(ndtr(difficulty - cut) for cut in CUTS)
        assert 25.0 * friction.mean() == pytest.approx(expected, abs=1.5)


def test_people_differ_by_the_stated_variances() -> None:
    """.35 person, .10 person by dimension, .15 mood of the month, .40 item: together 1."""
    people = populate(
        np.array([50.0, 50.0]),
        posts=20_000,
        response=0.5,
        response_drift=0.0,
        mood_slope=0.0,
        turnover=0.0,
        unhappy_drop_out=0.0,
        rng=np.random.default_rng(2),
    )
    now, later = people.latent[:, 0], people.latent[:, 1]
    place = {item.code: i for i, item in enumerate(CORE_ITEMS)}
    app1, app2, hon1 = (place[code] for code in ("APP1", "APP2", "HON1"))

    def covariance(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.cov(a, b)[0, 1])

    assert now.var(axis=0) == pytest.approx(np.ones(10), abs=0.04)
    assert covariance(now[:, app1], now[:, hon1]) == pytest.approx(0.50, abs=0.03)
    assert covariance(now[:, app1], now[:, app2]) == pytest.approx(0.60, abs=0.03)
    assert covariance(now[:, app1], later[:, hon1]) == pytest.approx(0.35, abs=0.03)
    assert covariance(now[:, app1], later[:, app1]) == pytest.approx(0.45, abs=0.03)
    assert people.lasting.var(axis=0) == pytest.approx([0.5, 0.5], abs=0.02)


def test_the_halo_of_a_rating() -> None:
    """A lasting friction of 1 lowers every rating by .7 of the latent scale, spread .8."""
    plain = [i for i, c in enumerate(ROTATING_ITEMS) if c not in COUNT_ITEMS and c != "EMRG"]
    for lasting in (-1.0, 0.0, 1.0):
        found = rate(crowd(lasting), 0, 0.3, np.random.default_rng(3))
        often = found.answers[np.isin(found.items, plain)] >= 3
        assert often.mean() == pytest.approx(ndtr((0.3 - 0.7 * lasting - 0.4) / 0.8), abs=0.03)
        respected = float((found.meta >= 3).mean())
        assert respected == pytest.approx(ndtr((0.2 - 0.7 * lasting - 0.4) / 0.8), abs=0.03)


def test_rules_are_followed_from_adoption_on() -> None:
    """Latent mean -.6 before and .2 after, with the halo of people who differ by .5."""
    world = Scenario(months=2, posts=(4000, 4000), months_before=1, response=(1.0, 1.0))
    ratings = simulate_company(world, np.random.default_rng(4), with_ratings=True).ratings
    assert ratings is not None
    plain = [i for i, c in enumerate(ROTATING_ITEMS) if c not in COUNT_ITEMS and c != "EMRG"]
    spread = math.sqrt(0.7**2 * 0.5 + 0.8**2)
    for group in ratings:
        for wave, level in zip(group, (-0.6, 0.2), strict=True):
            often = wave.answers[np.isin(wave.items, plain)] >= 3
            assert often.mean() == pytest.approx(ndtr((level - 0.4) / spread), abs=0.03)


def test_sixty_expected_answers_draw_their_own_pairs() -> None:
    """instrument.md 1.8: under 60 the whole group gets the same pair."""
    for size, alike in ((59, True), (60, False)):
        items = rate(crowd(0.0, size), 0, 0.0, np.random.default_rng(5)).items
        assert bool((items == items[0]).all()) is alike


def test_careless_people_tick_one_of_five_answers() -> None:
    raw = np.full((5000, 2, 10), 2)
    rng = np.random.default_rng(6)
    ticked = straight_lined(raw, (1.0, 1.0), rng)
    assert (ticked == ticked[:, :, :1]).all()
    counts = np.bincount(ticked[:, :, 0].ravel())
    assert counts.tolist() == pytest.approx([2000] * 5, abs=150)
    state = rng.bit_generator.state
    assert np.array_equal(straight_lined(raw, (0.0, 0.0), rng), raw)
    assert rng.bit_generator.state == state


def test_the_rules_come_after_the_two_worst_of_twelve_months() -> None:
    """Search the same shocks, twelve months longer, with a plain loop."""
    world = Scenario(
        months=10, months_before=4, tau=(3.0, 5.0), rho=0.6, adopt_after_worst=True, base=(50, 50)
    )
    whole = replace(world, months=22, adopt_after_worst=False)
    for seed in range(6):
        course = true_course(whole, np.random.default_rng(seed))
        worst, chosen = -math.inf, 0
        for last in range(4, 16):  # the last month before the rules, from 1
            pair = course[0, last - 1] + course[1, last - 1] + course[0, last - 2]
            pair += course[1, last - 2]
            if pair > worst:
                worst, chosen = pair, last
        found = true_course(world, np.random.default_rng(seed))
        assert found == pytest.approx(course[:, chosen - 4 : chosen + 6])


def test_no_company_leaves_the_scale() -> None:
    course = true_course(Scenario(months=3, base=(130.0, -30.0)), np.random.default_rng(1))
    assert course.tolist() == [[99.5] * 3, [0.5] * 3]


def test_one_month_after_adoption_has_a_true_change() -> None:
    """-8 at once, -1 in the first month, and .5 a month from the middle of months 1-3 to month 4."""
    world = Scenario(
        months=4, months_before=3, step=(-8.0, 0.0), slope_post=(-1.0, 0.0), slope=(0.0, 0.5)
    )
    company = simulate_company(world, np.random.default_rng(1))
    assert company.true_change() == pytest.approx((-9.0, 1.0))


def test_cells_are_shown_from_five_answers_on() -> None:
    """privacy.md: k = 5. A group that is never shown has no head count either."""
    sheets = (np.full((5, 10), 2), np.full((4, 10), 2))
    company = SimulatedCompany(
        scenario=Scenario(months=1, posts=(9, 9)),
        theta=np.full((2, 1), 50.0),
        answers=((sheets[0],), (sheets[1],)),
    )
    assert to_series(company).n == ((5,), (None,))
    assert to_series(company).headcount == (9.0, 0.0)
    for series in to_dimensions(company).values():
        assert series.n == ((5,), (None,))


def test_a_company_is_the_default_of_the_design() -> None:
    """scenarios.json: the first null changes nothing of the default."""
    assert Scenario() == scenario("N01_noshock")


def test_a_group_that_answers_fully_can_still_stop() -> None:
    """Response 1 is a logit of 27.6; eleven months at -5 bring it to -27.4."""
    world = Scenario(months=12, posts=(50, 50), response=(1.0, 1.0), response_drift=-5.0)
    waves = simulate_company(world, np.random.default_rng(1)).answers[0]
    assert (len(waves[0]), len(waves[-1])) == (50, 0)
