from dataclasses import replace

import numpy as np
import pytest

from analysis.scores import CORE_ITEMS, Dimension
from analysis.simulate import (
    Scenario,
    scenario,
    scenario_names,
    simulate_company,
    to_dimensions,
    to_series,
)
from analysis.simulation.course import true_course
from analysis.simulation.ratings import COUNT_ITEMS, ROTATING_ITEMS

LARGE = Scenario(months=6, posts=(4000, 4000), months_before=3)


def test_all_scenarios_of_the_design_are_there() -> None:
    names = scenario_names()
    assert len([n for n in names if n.startswith("N")]) == 15
    assert len([n for n in names if n.startswith("S")]) == 9
    assert len([n for n in names if n.startswith("A")]) == 16
    assert len([n for n in names if n.startswith("Q")]) == 2
    for name in names:
        assert scenario(name).months == 24
    assert scenario("N15_unequal").posts == (12, 300)
    assert scenario("S7_tau_1_and_5").tau == (1.0, 5.0)
    assert scenario("S3_rtm").adopt_after_worst


def test_persons_differ_by_21_points() -> None:
    """instrument.md / statistics.md section 1: within-group SD of the index 21 +- 1."""
    series = to_series(simulate_company(LARGE, np.random.default_rng(1)))
    for row in series.variance:
        assert np.sqrt(np.mean([v for v in row if v is not None])) == pytest.approx(21.0, abs=1.0)


@pytest.mark.parametrize("base", [(15.0, 85.0), (40.0, 55.0), (50.0, 30.0)])
def test_truth_is_on_the_index_scale(base: tuple[float, float]) -> None:
    """5000 people: the standard error of a mean is below .3 points."""
    world = Scenario(months=4, posts=(5000, 5000), base=base, response=(1.0, 1.0))
    company = simulate_company(world, np.random.default_rng(2))
    series = to_series(company)
    for group in (0, 1):
        assert series.mean[group] == pytest.approx(company.theta[group], abs=1.2)


def test_good_and_bad_events_are_keyed() -> None:
    world = Scenario(months=1, posts=(3000, 3000), base=(15.0, 15.0))
    answers = simulate_company(world, np.random.default_rng(3)).answers[0][0]
    for column, item in enumerate(CORE_ITEMS):
        mean = answers[:, column].mean()
        assert bool(mean > 2.0) is item.good_event
    assert answers.min() >= 0
    assert answers.max() <= 4


def test_shocks_have_the_stated_size_and_memory() -> None:
    """Stationary sd tau, lag-1 correlation rho, correlation of the groups = share."""
    world = Scenario(months=6000, tau=(3.0, 3.0), rho=0.6, share=0.5)
    theta = true_course(world, np.random.default_rng(4)) - 50.0
    assert theta.std(axis=1) == pytest.approx([3.0, 3.0], abs=0.25)
    lagged = np.corrcoef(theta[0, 1:], theta[0, :-1])[0, 1]
    assert lagged == pytest.approx(0.6, abs=0.04)
    assert np.corrcoef(theta)[0, 1] == pytest.approx(0.5, abs=0.07)
    heavy = Scenario(months=6000, tau=(3.0, 3.0), rho=0.3, t_df=5)
    course = true_course(heavy, np.random.default_rng(5)) - 50.0
    assert course.std() == pytest.approx(3.0, abs=0.3)


def test_steps_slopes_and_seasons() -> None:
    world = Scenario(
        months=8,
        months_before=3,
        step=(-8.0, 0.0),
        slope_post=(0.0, -1.0),
        slope=(0.0, 0.5),
    )
    theta = true_course(world, np.random.default_rng(6))
    assert theta[0] == pytest.approx([50.0] * 3 + [42.0] * 5)
    assert theta[1] == pytest.approx([50.0, 50.5, 51.0, 50.5, 50.0, 49.5, 49.0, 48.5])
    company = simulate_company(world, np.random.default_rng(6))
    assert company.true_change() == pytest.approx((-8.0, -4.0 + 0.5 * 5.0))
    season = true_course(Scenario(months=12, season=3.0), np.random.default_rng(6))
    assert season[0, 2] == pytest.approx(53.0)
    assert season[0, 8] == pytest.approx(47.0)


def test_adoption_after_the_worst_months() -> None:
    """The two months before adoption lie above the others on average."""
    world = scenario("S3_rtm")
    courses = [true_course(world, np.random.default_rng(seed)) for seed in range(80)]
    excess = [c[:, 4:6].mean() - np.delete(c, [4, 5], axis=1).mean() for c in courses]
    assert np.mean(excess) > 1.5


def test_response_and_mood() -> None:
    world = Scenario(months=20, posts=(2000, 2000), response_drift=-0.1, response=(0.9, 0.9))
    company = simulate_company(world, np.random.default_rng(7))
    counts = [len(wave) for wave in company.answers[0]]
    assert counts[0] / 2000 == pytest.approx(0.9, abs=0.03)
    assert counts[-1] / 2000 == pytest.approx(1 / (1 + np.exp(1.9 - np.log(9))), abs=0.04)
    moody = Scenario(months=4, posts=(6000, 6000), mood_slope=0.8)
    means = to_series(simulate_company(moody, np.random.default_rng(8))).mean[0]
    assert min(m for m in means if m is not None) > 51.0


def test_straight_lining_grows() -> None:
    """The share of same answers goes from 5 to 25 %; honest people hardly ever do that."""
    world = Scenario(months=9, posts=(3000, 3000), straight_liners=(0.05, 0.25))
    company = simulate_company(world, np.random.default_rng(20))
    same = [float((wave == wave[:, :1]).all(axis=1).mean()) for wave in company.answers[0]]
    assert same[0] == pytest.approx(0.05, abs=0.015)
    assert same[4] == pytest.approx(0.15, abs=0.025)
    assert same[-1] == pytest.approx(0.25, abs=0.03)
    honest = simulate_company(Scenario(months=1, posts=(3000, 9)), np.random.default_rng(20))
    wave = honest.answers[0][0]
    assert (wave == wave[:, :1]).all(axis=1).mean() < 0.002


def test_straight_lining_pulls_a_balanced_index_to_50() -> None:
    """Half of the items are good events, so that the same answer everywhere counts 50."""
    base = Scenario(months=2, posts=(6000, 6000), base=(30.0, 70.0), response=(1.0, 1.0))
    world = replace(base, straight_liners=(0.0, 1.0))
    means = to_series(simulate_company(world, np.random.default_rng(21))).mean
    assert means[0] == pytest.approx((30.0, 50.0), abs=1.5)
    assert means[1] == pytest.approx((70.0, 50.0), abs=1.5)


def test_without_straight_lining_no_chance_is_used() -> None:
    """Seeded companies of before this parameter stay what they were."""
    one = simulate_company(Scenario(months=2, posts=(9, 9)), np.random.default_rng(22))
    same = Scenario(months=2, posts=(9, 9), straight_liners=(0.0, 0.0), unhappy_drop_out=0.0)
    assert to_series(one, k=1) == to_series(simulate_company(same, np.random.default_rng(22)), k=1)


def test_unhappy_people_drop_out() -> None:
    """Friction is flat; what is measured falls, from the second month on."""
    world = Scenario(months=12, posts=(6000, 6000), unhappy_drop_out=0.1)
    means = to_series(simulate_company(world, np.random.default_rng(23))).mean[0]
    first, last = means[0], means[-1]
    assert first is not None
    assert last is not None
    assert first == pytest.approx(50.0, abs=1.0)
    assert first - last > 3.0


def test_people_stay() -> None:
    """Without turnover wave means of a small group hang together; with full turnover not."""

    def lag_one(turnover: float) -> float:
        world = Scenario(months=120, posts=(8, 8), turnover=turnover, response=(1.0, 1.0))
        means = to_series(simulate_company(world, np.random.default_rng(9)), k=3).mean
        first = np.array([m for m in means[0] if m is not None])
        return float(np.var(first))

    assert lag_one(0.0) < 0.6 * lag_one(1.0)


def test_small_cells_are_withheld() -> None:
    world = Scenario(months=12, posts=(6, 30), response=(0.6, 0.6))
    company = simulate_company(world, np.random.default_rng(10))
    series = to_series(company, k=5)
    for n, wave in zip(series.n[0], company.answers[0], strict=True):
        assert n == (len(wave) if len(wave) >= 5 else None)
    assert None in series.n[0]
    assert None not in to_series(company, k=1).n[1]


def test_dimensions_are_two_items_each() -> None:
    company = simulate_company(LARGE, np.random.default_rng(11))
    dimensions = to_dimensions(company)
    assert list(dimensions) == list(Dimension)[:4]
    answers = company.answers[0][0]
    appreciation = 25.0 * ((4 - answers[:, 0]) + answers[:, 6]) / 2.0
    assert dimensions[Dimension.APPRECIATION].mean[0][0] == pytest.approx(appreciation.mean())


def test_same_seed_same_company() -> None:
    one, other = (
        simulate_company(scenario("A03_step8_ar.3"), np.random.default_rng(12)) for _ in range(2)
    )
    assert to_series(one) == to_series(other)


def test_full_questionnaires() -> None:
    world = Scenario(months=12, posts=(20, 200), months_before=6)
    company = simulate_company(world, np.random.default_rng(13), with_ratings=True)
    assert company.ratings is not None
    for group in (0, 1):
        for answers, ratings in zip(company.answers[group], company.ratings[group], strict=True):
            assert ratings.items.shape == ratings.answers.shape == (len(answers), 2)
            assert ratings.meta.shape == (len(answers),)
            assert (ratings.items[:, 0] != ratings.items[:, 1]).all()
            counted = np.isin(ratings.items, [ROTATING_ITEMS.index(c) for c in COUNT_ITEMS])
            assert ratings.answers[counted].max(initial=0) <= 3
            assert ratings.answers.max() <= 4
            assert ratings.answers.min() >= 0
    small = [wave.items for wave in company.ratings[0]]
    assert all((items == items[0]).all() for items in small)
    assert {int(item) for items in small for item in items[0]} == set(range(11))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"months": 0}, "at least 1"),
        ({"posts": (0, 5)}, "at least 1"),
        ({"response": (0.0, 0.5)}, "probability"),
        ({"rho": 1.0}, "rho"),
        ({"share": 1.1}, "share"),
        ({"tau": (-1.0, 1.0)}, "tau"),
        ({"turnover": 2.0}, "Turnover"),
        ({"t_df": 2}, "variance"),
        ({"straight_liners": (0.0, 1.5)}, "straight-lining"),
        ({"unhappy_drop_out": float("inf")}, "finite"),
        ({"adopt_after_worst": True, "months_before": 1}, "two months"),
        ({"base": (float("nan"), 50.0)}, "finite"),
    ],
)
def test_impossible_worlds_are_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Scenario(**changed)


def test_unknown_scenarios_are_refused() -> None:
    with pytest.raises(ValueError, match="no scenario"):
        scenario("X99")
    company = simulate_company(Scenario(months=2, months_before=2), np.random.default_rng(1))
    with pytest.raises(ValueError, match="no month after"):
        company.true_change()
