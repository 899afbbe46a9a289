import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from analysis.quality.agreement import intraclass_correlation, within_group_agreement
from analysis.quality.careless import (
    HalvesAlarm,
    SameAnswerAlarm,
    Sheets,
    halves_alarm,
    same_answer_alarm,
)
from analysis.quality.cross_products import CrossProducts
from analysis.quality.drift import ItemDrift, item_drift
from analysis.quality.reliability import Omega, alpha, omega, spearman_brown
from analysis.result import NotEstimable, Reason
from analysis.simulate import Scenario, simulate_company
from analysis.tally import Moments

TOO_FEW = NotEstimable(reason=Reason.TOO_FEW_ANSWERS)


@pytest.fixture(scope="module")
def items(r_reference: dict[str, Any]) -> CrossProducts:
    return CrossProducts.of(r_reference["reliability"]["data"])


def test_alpha_agrees_with_psych(items: CrossProducts, r_reference: dict[str, Any]) -> None:
    """R psych 2.2.9 alpha(), raw_alpha."""
    assert alpha(items) == pytest.approx(r_reference["reliability"]["alpha"], abs=1e-12)


def test_omega_agrees_with_psych(items: CrossProducts, r_reference: dict[str, Any]) -> None:
    """R psych 2.2.9 fa(fm = "pa") iterated to the end, of correlations and (covar = TRUE) points.

    The principal axes have the solution of minimum residuals; psych's own fm = "minres" stops its
    optimiser at about 1e-5 and is compared as closely as that.
    """
    r = r_reference["reliability"]
    table = np.array(r["data"])
    found = omega(CrossProducts.of((table - table.mean(axis=0)) / table.std(axis=0, ddof=1)))
    assert isinstance(found, Omega)
    assert found.loadings == pytest.approx(r["loadings_pa"], abs=1e-6)
    assert found.omega == pytest.approx(r["omega_pa"], abs=1e-6)
    assert found.loadings == pytest.approx(r["loadings_std"], abs=1e-4)
    assert found.omega == pytest.approx(r["omega_std"], abs=1e-5)
    raw = omega(items)
    assert isinstance(raw, Omega)
    assert raw.loadings == pytest.approx(r["loadings_pa_cov"], abs=1e-6)
    assert raw.omega == pytest.approx(r["omega_pa_cov"], abs=1e-6)


def test_omega_of_raw_points_minimises_the_residuals(
    items: CrossProducts, r_reference: dict[str, Any]
) -> None:
    """R 4.2.2 optim(BFGS) on the sum of squared off-diagonal residuals."""
    found = omega(items)
    assert isinstance(found, Omega)
    assert found.loadings == pytest.approx(r_reference["reliability"]["loadings"], abs=1e-4)
    assert found.omega == pytest.approx(r_reference["reliability"]["omega"], abs=1e-7)


def test_spearman_brown_agrees_with_r(items: CrossProducts, r_reference: dict[str, Any]) -> None:
    expected = r_reference["reliability"]["spearman_brown"]
    assert spearman_brown(items, 0, 6) == pytest.approx(expected, abs=1e-12)


def test_pairwise_covariance_of_complete_data_is_numpys(items: CrossProducts) -> None:
    rng = np.random.default_rng(5)
    table = rng.integers(0, 5, (60, 4)) * 25.0
    covariance = CrossProducts.of(table).covariance()
    assert covariance == pytest.approx(np.cov(table.T))
    holes = [[None if rng.random() < 0.1 else v for v in row] for row in table]
    with_holes = CrossProducts.of(holes)
    both = [(r[0], r[1]) for r in holes if r[0] is not None and r[1] is not None]
    found = with_holes.covariance()
    assert isinstance(found, np.ndarray)
    assert found[0, 1] == pytest.approx(np.cov(np.array(both, dtype=float).T)[0, 1])


def test_waves_add_up() -> None:
    rng = np.random.default_rng(6)
    one, two = rng.integers(0, 5, (2, 20, 3)) * 25.0
    added = CrossProducts.of(one).plus(CrossProducts.of(two))
    assert added == CrossProducts.of(np.concatenate([one, two]))
    with pytest.raises(ValueError, match="different items"):
        added.plus(CrossProducts.of(one[:, :2]))


def test_thin_or_dull_items_are_not_estimable() -> None:
    few = CrossProducts.of([[0.0, 25.0, 50.0]] * 29)
    dull = CrossProducts.of([[0.0, 25.0, 50.0]] * 30)
    for table, reason in ((few, Reason.TOO_FEW_ANSWERS), (dull, Reason.NO_VARIATION)):
        for found in (alpha(table), omega(table), spearman_brown(table, 0, 1)):
            assert found == NotEstimable(reason=reason)
    two = CrossProducts.of([[0.0, 25.0], [50.0, 25.0], [25.0, 75.0]] * 20)
    assert omega(two) == NotEstimable(reason=Reason.TOO_FEW_ITEMS)
    one = CrossProducts.of([[0.0], [50.0]] * 20)
    assert alpha(one) == NotEstimable(reason=Reason.TOO_FEW_ITEMS)
    with pytest.raises(ValueError, match="at least one item"):
        CrossProducts(n=(), totals=(), products=())


def test_opposed_items_have_no_reliability() -> None:
    table = CrossProducts.of([[0.0, 100.0, 50.0], [100.0, 0.0, 50.0], [50.0, 50.0, 100.0]] * 20)
    assert spearman_brown(table, 0, 1) == 0.0
    assert omega(table) == NotEstimable(reason=Reason.NOT_CONVERGED)
    with pytest.raises(ValueError, match="two different items"):
        spearman_brown(table, 1, 1)


@pytest.mark.parametrize(
    ("n", "totals", "products", "words"),
    [
        ([[30.0, 1.0], [2.0, 30.0]], None, None, "symmetric"),
        ([[30.0, 31.0], [31.0, 30.0]], None, None, "more answers"),
        ([[30.5, 30.0], [30.0, 30.0]], None, None, "whole numbers"),
        ([[30.0, -1.0], [-1.0, 30.0]], None, None, "whole numbers"),
        ([[30.0]], None, None, "one size"),
        (None, [[float("nan"), 0.0], [0.0, 0.0]], None, "finite"),
        (None, [[300.0, 0.0], [0.0, 0.0]], [[2999.0, 0.0], [0.0, 0.0]], "too small"),
    ],
)
def test_impossible_cross_products(
    n: list[list[float]] | None,
    totals: list[list[float]] | None,
    products: list[list[float]] | None,
    words: str,
) -> None:
    zero = [[0.0, 0.0], [0.0, 0.0]]
    with pytest.raises(ValueError, match=words):
        CrossProducts.from_arrays(
            n=n or [[30.0, 30.0], [30.0, 30.0]], totals=totals or zero, products=products or zero
        )


def test_the_simulated_instrument_is_reliable() -> None:
    """instrument.md 1.9 expects omega near .86 for its loadings; here they are a bit higher."""
    answers = simulate_company(
        Scenario(months=1, posts=(3000, 10)), np.random.default_rng(1)
    ).answers[0][0]
    good = np.array([1, 1, 0, 1, 1, 0, 0, 1, 0, 0], dtype=bool)
    points = 25.0 * np.where(good, 4 - answers, answers)
    found = omega(CrossProducts.of(points))
    assert isinstance(found, Omega)
    assert 0.80 < found.omega < 0.92


def test_icc_agrees_with_psych(r_reference: dict[str, Any]) -> None:
    """R psych 2.2.9 ICC(): ICC1 and ICC1k of a balanced table."""
    reference = r_reference["icc"]
    found = intraclass_correlation([Moments.of(row) for row in reference["data"]])
    assert not isinstance(found, NotEstimable)
    assert found.icc1 == pytest.approx(reference["icc1"], abs=1e-10)
    assert found.icc2 == pytest.approx(reference["icc1k"], abs=1e-10)


def test_icc_of_thin_or_equal_waves() -> None:
    few = [Moments.of([1.0, 2.0])] * 5
    assert intraclass_correlation(few) == NotEstimable(reason=Reason.TOO_FEW_WAVES)
    alike = [Moments.of([1.0, 2.0])] * 6
    assert intraclass_correlation(alike) == NotEstimable(reason=Reason.NO_VARIATION)


def test_waves_that_differ_less_than_chance_have_no_reliability() -> None:
    """Between 1.5 / 5 = .6 for pairs 1 point apart, within 200: negative values count as 0."""
    found = intraclass_correlation([Moments.of([40.0, 60.0]), Moments.of([41.0, 61.0])] * 3)
    assert not isinstance(found, NotEstimable)
    assert (found.icc1, found.icc2) == (0.0, 0.0)


def test_a_pair_of_items_that_nobody_or_few_answered() -> None:
    """Such a table can be kept and added to; nothing is computed from 29 answers."""
    apart = [[10.0, None], [None, 20.0]] * 30
    nobody = CrossProducts.of(apart)
    assert nobody.n == ((30.0, 0.0), (0.0, 30.0))
    assert nobody.covariance() == TOO_FEW
    both = [[10.0, 20.0], [30.0, 10.0]] * 15
    assert CrossProducts.of(apart + both[:29]).covariance() == TOO_FEW
    assert isinstance(CrossProducts.of(apart + both).covariance(), np.ndarray)
    assert CrossProducts.of([[40.0, None]]).means().tolist() == [40.0, 0.0]


def test_agreement_by_hand() -> None:
    """Variance 312.5 against 1250 (James, Demaree & Wolf 1984): .75; random answers: 0."""
    assert within_group_agreement(Moments.of([37.5, 62.5, 25.0, 75.0])) == pytest.approx(
        1.0 - 520.8333333 / 1250.0
    )
    assert within_group_agreement(Moments.of([0.0, 100.0])) == 0.0
    assert within_group_agreement(Moments.of([0.0])) == TOO_FEW


def test_drift_finds_the_item_that_moved_and_only_that() -> None:
    rng = np.random.default_rng(7)
    people = 25.0 * rng.integers(0, 5, (2, 300, 10)).clip(1, 3)
    people[1, :, 4] += 25.0 * (rng.random(300) < 0.6)
    found = item_drift(CrossProducts.of(people[0]), CrossProducts.of(people[1]))
    assert isinstance(found, tuple)
    assert [d.item for d in found if d.flagged] == [4]
    assert sum(d.drift.value for d in found) == pytest.approx(0.0, abs=1e-9)
    by_hand = np.delete(people, [], axis=2) - people.mean(axis=2, keepdims=True)
    assert found[4].drift.value == pytest.approx(np.diff(by_hand[:, :, 4].mean(axis=1))[0])
    error = np.sqrt((by_hand[:, :, 4].var(axis=1, ddof=1) / 300).sum())
    assert found[4].drift.standard_error == pytest.approx(error)


def test_drift_that_is_small_is_not_flagged() -> None:
    rng = np.random.default_rng(8)
    people = rng.normal(50.0, 10.0, (2, 4000, 3))
    people[1, :, 0] += 6.0
    found = item_drift(CrossProducts.of(people[0]), CrossProducts.of(people[1]))
    assert isinstance(found, tuple)
    assert found[0].p_value < 1e-6
    assert not any(d.flagged for d in found)


def drift_of_first(old: list[float], new: list[float]) -> ItemDrift:
    """Drift of the first of three items; the two others are 0 for everybody, always."""
    tables = [CrossProducts.of([[value, 0.0, 0.0] for value in item]) for item in (old, new)]
    found = item_drift(*tables)
    assert isinstance(found, tuple)
    return found[0]


def test_drift_is_flagged_above_eight_points() -> None:
    """instrument.md 1.9. The first of three items moves by 12 or 12.75, so beyond the index by 2/3.

    Where all answer alike there is no error, and any change is surely one.
    """
    still = [0.0] * 40
    for moved, drift, flagged in ((12.0, 8.0, False), (12.75, 8.5, True), (-12.75, -8.5, True)):
        found = drift_of_first(still, [moved] * 40)
        assert (found.drift.value, found.drift.standard_error) == (drift, 0.0)
        assert (found.p_value, found.flagged) == (0.0, flagged)
    assert drift_of_first(still, still).p_value == 1.0


@pytest.mark.parametrize(("moved", "swing"), [(12.75, 50.0), (0.75, 4.0)])
def test_drift_that_may_be_chance_is_not_flagged(moved: float, swing: float) -> None:
    """All three z are the same, so that Holm takes three times the p value of one."""
    swinging = [swing, -swing] * 15
    found = drift_of_first(swinging, [value + moved for value in swinging])
    error = math.sqrt(2.0 * (2.0 / 3.0 * swing) ** 2 * 30.0 / 29.0 / 30.0)
    z = 2.0 / 3.0 * moved / error
    assert found.drift.standard_error == pytest.approx(error)
    assert found.p_value == pytest.approx(min(1.0, 3.0 * 2.0 * stats.norm.sf(z)))
    assert not found.flagged


def test_drift_of_thin_or_constant_items() -> None:
    thin, plain = CrossProducts.of([[1.0, 2.0]] * 5), CrossProducts.of([[1.0, 2.0]] * 40)
    assert item_drift(thin, plain) == TOO_FEW
    assert item_drift(plain, thin) == TOO_FEW
    still = item_drift(plain, plain)
    assert isinstance(still, tuple)
    assert [d.p_value for d in still] == [1.0, 1.0]
    with pytest.raises(ValueError, match="same items"):
        item_drift(plain, CrossProducts.of([[1.0]] * 40))


def sheets(n: int, good: float, bad: float, same: int) -> Sheets:
    return Sheets(n=n, good_total=good * n, bad_total=bad * n, same_answer=same)


def test_halves() -> None:
    """instrument.md 1.9: within +-6 of the baseline."""
    for change, raised in ((6.0, False), (-6.0, False), (6.5, True), (-6.5, True)):
        found = halves_alarm(sheets(100, 50, 50, 0), sheets(100, 50 + change, 50, 0))
        assert found == HalvesAlarm(change=pytest.approx(change), raised=raised)
    assert halves_alarm(sheets(9, 50, 50, 0), sheets(100, 50, 50, 0)) == TOO_FEW


def test_same_answers() -> None:
    def raised(before: Sheets, now: Sheets) -> bool:
        found = same_answer_alarm(before, now)
        assert isinstance(found, SameAnswerAlarm)
        return found.raised

    assert raised(sheets(100, 50, 50, 4), sheets(100, 50, 50, 21))  # instrument.md 1.2
    assert not raised(sheets(100, 50, 50, 4), sheets(100, 50, 50, 9))
    assert not raised(sheets(100, 50, 50, 20), sheets(100, 50, 50, 21))
    assert not raised(sheets(10, 50, 50, 0), sheets(10, 50, 50, 2))
    assert same_answer_alarm(sheets(100, 50, 50, 0), sheets(9, 50, 50, 0)) == TOO_FEW


@pytest.mark.parametrize(
    ("n", "good", "same", "words"),
    [(10, 50.0, 11, "more same-answer"), (10, 101.0, 0, "per sheet"), (-1, 0.0, 0, "at least 0")],
)
def test_impossible_sheets(n: int, good: float, same: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sheets(n, good, 50.0, same)
