from collections.abc import Callable

import numpy as np
import pytest

from analysis.judgement import judge
from analysis.links.facts import Agreement, agreement, share_series
from analysis.links.rules import (
    Link,
    LinkPoint,
    RulesFollowed,
    dose,
    links,
    rules_followed,
    within_wave_covariance,
)
from analysis.pooling.staggered import Comparison, Course, compare_staggered
from analysis.quality.cross_products import CrossProducts
from analysis.result import Estimate, Finding, NotEstimable, Reason, Series, Verdict
from analysis.tally import Moments, WaveSeries

Flat = Callable[..., WaveSeries]


def test_dose_pools_the_ratings_of_three_waves() -> None:
    """The same as one long list of ratings."""
    waves = [[0.0, 25.0, 50.0], [75.0], [100.0, 50.0]]
    found = dose([Moments.of(wave) for wave in waves])
    together = dose([Moments.of([rating for wave in waves for rating in wave])])
    assert isinstance(found, Estimate)
    assert isinstance(together, Estimate)
    assert found.value == together.value == 50.0
    assert found.interval.low == pytest.approx(together.interval.low)
    for empty in (dose([]), dose([Moments.of([1.0, 2.0])])):
        assert empty == NotEstimable(reason=Reason.TOO_FEW_ANSWERS)


def test_seven_rules_are_needed() -> None:
    """instrument.md 1.6: needs at least 7 rules."""
    known = dose([Moments.of([40.0, 60.0, 50.0])])
    unknown = NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    six = {f"RU{i}": known if i < 6 else unknown for i in range(10)}
    assert rules_followed(six) == NotEstimable(reason=Reason.TOO_FEW_RULES)
    found = rules_followed({f"RU{i}": known if i < 7 else unknown for i in range(10)})
    assert isinstance(found, RulesFollowed)
    assert (found.rules, found.level.value) == (7, 50.0)
    assert isinstance(known, Estimate)
    assert found.level.standard_error == pytest.approx(known.standard_error / np.sqrt(7))


def points(dose_: np.ndarray, friction: np.ndarray) -> list[LinkPoint]:
    return [
        LinkPoint(month=month, dose=float(d), friction=float(f))
        for month, (d, f) in enumerate(zip(dose_, friction, strict=True), start=1)
    ]


def one(found: Link | NotEstimable) -> Link:
    assert isinstance(found, Link)
    return found


def test_a_link_is_the_correlation_of_residuals() -> None:
    """NumPy as oracle: polyfit residuals, corrcoef."""
    rng = np.random.default_rng(1)
    month = np.arange(1, 15)
    x = 50 + 2.0 * month + rng.normal(0, 5, 14)
    y = 60 - 1.0 * month + rng.normal(0, 5, 14)
    found = one(links({"RU01": points(x, y)})["RU01"])
    straight = [v - np.polyval(np.polyfit(month, v, 1), month) for v in (x, y)]
    assert found.correlation == pytest.approx(np.corrcoef(straight)[0, 1])
    assert found.interval.contains(found.correlation)
    assert found.waves == 14
    assert found.effective_waves <= 14


def test_common_trends_are_no_link() -> None:
    rng = np.random.default_rng(2)
    month = np.arange(24)
    x, y = 30 + 2.0 * month, 70 - 1.5 * month
    found = one(links({"RU01": points(x + rng.normal(0, 4, 24), y + rng.normal(0, 4, 24))})["RU01"])
    assert found.p_value > 0.05


def test_false_links_are_as_rare_as_stated() -> None:
    """Unrelated series, some of them with memory: at most 7 % at the 5 % level."""
    rng = np.random.default_rng(3)
    hits = []
    for _ in range(500):
        noise = rng.standard_normal((2, 14))
        for t in range(1, 14):
            noise[:, t] += 0.5 * noise[:, t - 1]
        hits.append(one(links({"r": points(*noise)})["r"]).p_value < 0.05)
    assert np.mean(hits) < 0.08


def test_true_links_are_adjusted_for_ten_rules() -> None:
    rng = np.random.default_rng(4)
    real = rng.normal(0, 5, 14)
    rules = {"RU03": points(50 + real, 50 - real + rng.normal(0, 1, 14))}
    rules |= {f"N{i}": points(*rng.normal(50, 5, (2, 14))) for i in range(9)}
    found = {rule: one(link) for rule, link in links(rules).items()}
    assert found["RU03"].p_adjusted == pytest.approx(10 * found["RU03"].p_value)
    assert found["RU03"].p_adjusted < 0.01
    assert sum(link.p_adjusted < 0.05 for link in found.values()) == 1


def test_a_lag_pairs_ratings_with_later_friction() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(50, 5, 20)
    y = np.concatenate([[50.0], 100 - x[:-1]])
    found = one(links({"r": points(x, y)}, lag=1)["r"])
    assert found.waves == 19
    assert found.correlation < -0.99
    assert abs(one(links({"r": points(x, y)})["r"]).correlation) < 0.6


def test_halo_of_the_same_people_is_taken_off() -> None:
    """Synchronised rotation: ratings and index share people and halo, no true link.

    Without the correction the mean correlation is near -.5, with it near 0.
    """
    rng = np.random.default_rng(6)
    naive, corrected = [], []
    for _ in range(60):
        plain, better = [], []
        for month in range(1, 13):
            halo = rng.normal(0, 20, 12)
            rating = 50 - halo + rng.normal(0, 20, 12)
            index = 50 + halo + rng.normal(0, 15, 12)
            shared = within_wave_covariance(
                Moments.of(list(rating)), float(index.sum()), float(rating @ index)
            )
            assert isinstance(shared, float)
            assert shared == pytest.approx(np.cov(rating, index)[0, 1] / 12)
            means = {"month": month, "dose": rating.mean(), "friction": index.mean()}
            plain.append(LinkPoint(**means))
            better.append(LinkPoint(**means, shared_covariance=shared))
        naive.append(one(links({"r": plain})["r"]).correlation)
        corrected.append(one(links({"r": better})["r"]).correlation)
    assert np.mean(naive) < -0.4
    assert abs(np.mean(corrected)) < 0.12


def test_thin_or_dull_links() -> None:
    short = points(np.arange(5.0), np.arange(5.0))
    dull = points(np.full(8, 50.0), np.arange(8.0) ** 2)
    found = links({"short": short, "dull": dull})
    assert found["short"] == NotEstimable(reason=Reason.TOO_FEW_WAVES)
    assert found["dull"] == NotEstimable(reason=Reason.NO_VARIATION)
    assert links({}) == {}
    thin = within_wave_covariance(Moments.of([1.0]), 1.0, 1.0)
    assert thin == NotEstimable(reason=Reason.TOO_FEW_ANSWERS)


def test_impossible_links() -> None:
    with pytest.raises(ValueError, match="two points"):
        links({"r": points(np.ones(1), np.ones(1)) * 2})
    with pytest.raises(ValueError, match="finite"):
        LinkPoint(month=1, dose=float("nan"), friction=1.0)
    with pytest.raises(ValueError, match="at least 1"):
        LinkPoint(month=0, dose=1.0, friction=1.0)
    with pytest.raises(ValueError, match="at least 0"):
        links({}, lag=-1)


def test_facts_run_under_the_same_rule() -> None:
    late = share_series([300] * 6 + [120] * 8, [1000] * 14)
    assert late.variance[0][0] == pytest.approx(1e4 * 0.3 * 0.7 * 1000 / 999)
    found = judge(late, months_before=6).adoption[Series.FIRST]
    assert isinstance(found, Finding)
    assert found.verdict is Verdict.IMPROVED
    assert found.level_before.value == pytest.approx(30.0, abs=1.5)


def test_agreement(flat: Flat) -> None:
    def outcome(step: float, months: int = 14) -> Finding | NotEstimable:
        series = flat(months=months, n=100, step=(step, step), after=6)
        return judge(series, months_before=6).adoption[Series.OVERALL]

    better, same, early = outcome(-12.0), outcome(0.0), outcome(-12.0, months=8)
    assert agreement(better, better) is Agreement.AGREE
    assert agreement(better, same) is Agreement.DISAGREE
    assert agreement(better, early) is Agreement.CANNOT_TELL
    missing = NotEstimable(reason=Reason.GROUP_MISSING)
    assert agreement(missing, better) is Agreement.CANNOT_TELL


def test_impossible_facts() -> None:
    for events, out_of, words in (
        ([1], [1, 2], "same months"),
        ([3], [2], "more events"),
        ([-1], [2], "at least 0"),
    ):
        with pytest.raises(ValueError, match=words):
            share_series(events, out_of)
    assert share_series([0, 1], [0, 1]).n[0] == (None, 1)


def course(level: float, effect: float, date: int | None, noise: np.ndarray) -> Course:
    return Course(
        index={
            m: level + float(noise[m - 1]) + (effect if date is not None and m > date else 0.0)
            for m in range(1, 25)
        },
        adopted_after=date,
    )


def test_staggered_adoption_takes_the_common_course_out() -> None:
    """All fall by 1 a month; adopters by 8 more. Before and after alone would say -11."""
    rng = np.random.default_rng(7)
    common = -1.0 * np.arange(24)
    companies = [
        course(60.0, -8.0, date, common + rng.normal(0, 1, 24))
        for date in (5, 7, 9, 11, 13, 15, None, None)
    ]
    found = compare_staggered(companies)
    assert isinstance(found, Comparison)
    assert found.effect.value == pytest.approx(-8.0, abs=1.0)
    assert found.effect.interval.contains(-8.0)
    assert found.effect.interval.high < 0.0
    # The companies of months 5 and 7 have adopted before anybody's comparison ends.
    assert (found.adopters, found.comparisons) == (6, 6)


def test_companies_that_have_adopted_are_no_comparison() -> None:
    still = np.zeros(24)
    early = course(50.0, -8.0, 4, still)
    late = course(50.0, -8.0, 16, still)
    never = course(50.0, 0.0, None, still)
    found = compare_staggered([early, late, never, never])
    assert isinstance(found, Comparison)
    assert found.effect.value == -8.0
    assert found.comparisons == 3  # late serves early, early never serves late


def test_jackknife_has_about_the_right_size() -> None:
    """60 draws without effect: the 95 % interval misses 0 in at most 15 %."""
    rng = np.random.default_rng(8)
    missed = []
    for _ in range(60):
        dates = [5, 6, 8, 10, 12, None, None, None]
        companies = [course(50.0, 0.0, date, rng.normal(0, 3, 24)) for date in dates]
        found = compare_staggered(companies)
        assert isinstance(found, Comparison)
        missed.append(not found.effect.interval.contains(0.0))
    assert np.mean(missed) <= 0.15


def test_too_few_companies() -> None:
    still = np.zeros(24)
    few = NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    assert compare_staggered([]) == few
    assert compare_staggered([course(50.0, 0.0, 5, still)] * 4) == few
    lone = [course(50.0, 0.0, 5, still), *[course(50.0, 0.0, None, still)] * 3]
    assert compare_staggered(lone) == few
    three = [course(50.0, -8.0, date, still) for date in (5, 10, None)]
    assert compare_staggered(three) == few
    assert isinstance(compare_staggered([*three, three[2]]), Comparison)
    with pytest.raises(ValueError, match="at least one month"):
        compare_staggered([], horizon=0)


def test_raw_answers_become_friction_points() -> None:
    """Against turning the answers themselves, with holes."""
    rng = np.random.default_rng(9)
    raw = [
        [None if rng.random() < 0.2 else float(rng.integers(0, 5)) for _ in range(3)]
        for _ in range(40)
    ]
    good = [True, False, True]
    turned = [
        [
            None if a is None else (100 - 25 * a if g else 25 * a)
            for a, g in zip(row, good, strict=True)
        ]
        for row in raw
    ]
    assert CrossProducts.of(raw).in_friction_points(good) == CrossProducts.of(turned)
    with pytest.raises(ValueError, match="direction"):
        CrossProducts.of(raw).in_friction_points([True])
