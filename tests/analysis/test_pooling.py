from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize_scalar

from analysis.gap import Equivalence, equivalence, gap_estimate, standardised_gap
from analysis.meta import (
    Answer,
    Company,
    Pooled,
    SmallStudyCheck,
    answer,
    answer_of_one_company,
    answer_over_companies,
    leave_one_out,
    pool,
    regression,
    reml,
    small_study_check,
)
from analysis.multiplicity import benjamini_hochberg, holm
from analysis.result import Estimate, Interval, NotEstimable, Reason, Verdict
from analysis.tally import Moments


def companies(changes: Sequence[float], errors: Sequence[float]) -> list[Company]:
    return [Company(change=c, standard_error=s) for c, s in zip(changes, errors, strict=True)]


def pooled(outcome: Pooled | NotEstimable) -> Pooled:
    assert isinstance(outcome, Pooled)
    return outcome


def test_pooling_agrees_with_metafor(r_reference: dict[str, Any]) -> None:
    """R metafor 3.8-1, rma(method = "REML", test = "knha"), predict(), leave-one-out."""
    r = r_reference["meta"]
    studies = companies(r["y"], r["se"])
    found = pooled(pool(studies))
    assert found.mean.value == pytest.approx(r["b"], abs=1e-9)
    assert found.mean.standard_error == pytest.approx(r["seb"], abs=1e-9)
    assert found.tau_squared == pytest.approx(r["tau2"], abs=1e-8)
    assert found.mean.interval.low == pytest.approx(r["lb"], abs=1e-9)
    assert found.mean.interval.high == pytest.approx(r["ub"], abs=1e-9)
    assert found.interval_90.low == pytest.approx(r["lb90"], abs=1e-9)
    assert found.interval_90.high == pytest.approx(r["ub90"], abs=1e-9)
    assert found.prediction.low == pytest.approx(r["pilb"], abs=1e-8)
    assert found.prediction.high == pytest.approx(r["piub"], abs=1e-8)
    assert found.q == pytest.approx(r["q"], abs=1e-9)
    assert found.p_heterogeneity == pytest.approx(r["qp"], abs=1e-9)
    assert found.companies == 11
    assert found.answer is Answer.PROBABLY_FELL
    left_out = [pooled(p).mean.value for p in leave_one_out(studies)]
    assert left_out == pytest.approx(r["loo"], abs=1e-8)


def test_alike_companies_agree_with_metafor(r_reference: dict[str, Any]) -> None:
    """The same with tau^2 = 0."""
    r = r_reference["meta"]["homo"]
    found = pooled(pool(companies(r["y"], r["se"])))
    assert found.tau_squared == r["tau2"] == 0.0
    assert found.mean.value == pytest.approx(r["b"], abs=1e-9)
    assert found.mean.standard_error == pytest.approx(r["seb"], abs=1e-9)


def test_small_studies_agree_with_metafor(r_reference: dict[str, Any]) -> None:
    """R metafor rma(mods = ~ sei), REML, knha."""
    r = r_reference["meta"]
    studies = companies(r["y"], r["se"])
    found = small_study_check(studies)
    assert isinstance(found, SmallStudyCheck)
    assert found.slope == pytest.approx(r["egger_slope"], abs=1e-7)
    assert found.p_value == pytest.approx(r["egger_p"], abs=1e-7)
    few = small_study_check(studies[:9])
    assert few == NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    alike = small_study_check(companies(r["y"], [2.0] * 11))
    assert alike == NotEstimable(reason=Reason.NO_VARIATION)
    flat = small_study_check(companies([1.0] * 11, r["se"]))
    assert flat == NotEstimable(reason=Reason.NO_VARIATION)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-20, 20), st.floats(0.5, 10)).map(
            lambda pair: Company(change=pair[0], standard_error=pair[1])
        ),
        min_size=2,
        max_size=8,
    )
)
def test_reml_is_a_maximum(studies: list[Company]) -> None:
    """No point of a grid has a higher restricted likelihood (written out anew here)."""
    y = np.array([s.change for s in studies])
    v = np.array([s.standard_error for s in studies]) ** 2

    def likelihood(tau2: float) -> float:
        w = 1.0 / (v + tau2)
        m = (w @ y) / w.sum()
        return float(0.5 * (np.log(w).sum() - np.log(w.sum()) - w @ (y - m) ** 2))

    best = reml(y, v, np.ones((y.size, 1)))
    grid = np.concatenate([[0.0], best + np.array([-0.1, 0.1]), np.linspace(0.0, 200.0, 60)])
    assert likelihood(best) >= max(likelihood(t) for t in grid if t >= 0.0) - 1e-4
    found = pooled(pool(studies))
    assert found.prediction.low <= found.mean.interval.low <= found.mean.value


@pytest.mark.parametrize(
    ("y", "v"),
    [
        (
            [28.0, -0.043, -0.53, 0.17, -0.18, -3.6, 0.069, 0.075],
            [680.0, 0.0024, 31.0, 0.011, 0.43, 200.0, 0.022, 0.051],
        ),
        (
            [17.0, -0.42, -0.093, -0.29, -0.066, -0.52, 0.15, -0.48],
            [160.0, 0.4, 1.4, 4.1, 0.37, 0.086, 0.0081, 0.52],
        ),
        ([0.021, 7.2, 0.017, 0.96], [0.02, 180.0, 0.0079, 0.14]),
    ],
)
def test_reml_finds_the_highest_peak(y: list[float], v: list[float]) -> None:
    """Fisher's step would overshoot in the first two; the third has a lower peak at 0.

    SciPy's bounded search as oracle, from a fine grid.
    """
    changes, variances = np.array(y), np.array(v)

    def worse(tau2: float) -> float:
        w = 1.0 / (variances + tau2)
        m = (w @ changes) / w.sum()
        return -float(0.5 * (np.log(w).sum() - np.log(w.sum()) - w @ (changes - m) ** 2))

    grid = np.geomspace(1e-6, 1e3, 2000)
    near = int(np.argmin([worse(t) for t in grid]))
    best = minimize_scalar(
        worse, bounds=(grid[near - 1], grid[near + 1]), method="bounded", options={"xatol": 1e-12}
    )
    assert reml(changes, variances, np.ones((changes.size, 1))) == pytest.approx(best.x, rel=1e-4)


def test_five_points_matter_unless_told_otherwise() -> None:
    """statistics.md section 4: -5 is clear, -4.875 is only probable."""
    for change, expected in ((-5.0, Answer.CLEARLY_FELL), (-4.875, Answer.PROBABLY_FELL)):
        studies = companies([change + d for d in (-0.125, 0.0, 0.125)], [1.0] * 3)
        assert pooled(pool(studies)).answer is expected
        assert answer_over_companies(studies) is expected
        assert pooled(leave_one_out(studies)[1]).answer is expected
    wide = interval(-4.99, 4.99)
    assert answer(0.0, wide, wide) is Answer.PROBABLY_NOT
    assert answer(0.0, interval(-6.0, 6.0), interval(-5.0, 5.5)) is Answer.CANNOT_TELL


def test_one_company_is_not_pooled() -> None:
    assert pool(companies([1.0], [1.0])) == NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    assert (
        leave_one_out(companies([1.0, 2.0], [1.0, 1.0]))
        == (NotEstimable(reason=Reason.TOO_FEW_STUDIES),) * 2
    )


def interval(low: float, high: float) -> Interval:
    return Interval(low=low, high=high)


@pytest.mark.parametrize(
    ("mean", "wide", "narrow", "expected"),
    [
        (-5.0, (-9.0, -1.0), (-8.0, -2.0), Answer.CLEARLY_FELL),
        (-4.9, (-9.0, -1.0), (-8.0, -2.0), Answer.PROBABLY_FELL),
        (-6.0, (-12.1, 0.1), (-11.0, -0.1), Answer.PROBABLY_FELL),
        (3.0, (0.1, 6.0), (0.5, 5.5), Answer.ROSE),
        (1.0, (-3.0, 5.0), (-2.0, 4.0), Answer.PROBABLY_NOT),
        (1.0, (-3.0, 5.6), (-2.0, 5.1), Answer.CANNOT_TELL),
        (-1.0, (-6.6, 3.0), (-5.1, 2.0), Answer.CANNOT_TELL),
    ],
)
def test_the_rule_over_companies(
    mean: float, wide: tuple[float, float], narrow: tuple[float, float], expected: Answer
) -> None:
    """statistics.md section 4, "Over companies"; the first that matches."""
    assert answer(mean, interval(*wide), interval(*narrow)) is expected


def test_one_company_speaks_the_same_words() -> None:
    words = {verdict: answer_of_one_company(verdict) for verdict in Verdict}
    assert words == {
        Verdict.IMPROVED: Answer.CLEARLY_FELL,
        Verdict.NO_MEANINGFUL_CHANGE: Answer.PROBABLY_NOT,
        Verdict.WORSE: Answer.ROSE,
        Verdict.TOO_EARLY: Answer.CANNOT_TELL,
    }


def test_the_answer_over_companies() -> None:
    """None, one and several companies; the words are one and the same list."""
    too_few = NotEstimable(reason=Reason.TOO_FEW_STUDIES)
    assert answer_over_companies([]) == too_few
    assert answer_over_companies(companies([-8.0], [1.0])) == too_few
    for verdict in Verdict:
        alone = Company(change=3.0, standard_error=1.0, verdict=verdict)
        assert answer_over_companies([alone]) is answer_of_one_company(verdict)
        several = [alone, *companies([-9.0, -8.5, -8.0, -7.5], [2.0] * 4)]
        assert answer_over_companies(several) is pooled(pool(several)).answer
    four = companies([-9.0, -8.5, -8.0, -7.5], [2.0] * 4)
    assert answer_over_companies(four) is Answer.CLEARLY_FELL
    assert answer_over_companies(four, margin=9.0) is Answer.PROBABLY_FELL
    assert answer_over_companies(companies([8.0, 8.5, 9.0], [2.0] * 3)) is Answer.ROSE
    assert answer_over_companies(companies([0.5, -0.5, 0.0], [1.0] * 3)) is Answer.PROBABLY_NOT
    assert answer_over_companies(companies([-20.0, 20.0, 0.0], [1.0] * 3)) is Answer.CANNOT_TELL


def test_impossible_companies() -> None:
    for change, error, words in (
        (float("nan"), 1.0, "finite"),
        (1.0, 0.0, "above 0"),
        (1.0, -1.0, "above 0"),
        (1.0, 9e-7, "at least 1e-06"),
    ):
        with pytest.raises(ValueError, match=words):
            Company(change=change, standard_error=error)
    with pytest.raises(ValueError, match="above 0"):
        pool(companies([1.0, 2.0], [1.0, 1.0]), margin=0.0)


def test_meta_regression_agrees_with_metafor(r_reference: dict[str, Any]) -> None:
    """R metafor rma(yi, sei, mods = ~ sei, method = "REML", test = "knha"): tau^2 and slope."""
    r = r_reference["meta"]
    y, errors = np.array(r["y"]), np.array(r["se"])
    design = np.column_stack([np.ones(y.size), errors])
    tau_squared = reml(y, errors**2, design)
    assert tau_squared == pytest.approx(r["egger_tau2"], abs=1e-7)
    coefficients, _ = regression(y, errors**2, design, tau_squared)
    assert coefficients[1] == pytest.approx(r["egger_slope"], abs=1e-7)


def test_meta_regression_reduces_to_weighted_least_squares() -> None:
    x = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    y = x @ np.array([1.0, 2.0])
    coefficients, errors = regression(y, np.array([1.0, 2.0, 1.0, 3.0]), x, 0.5)
    assert coefficients == pytest.approx([1.0, 2.0])
    assert errors == pytest.approx([0.0, 0.0], abs=1e-7)


def test_multiplicity_agrees_with_r(r_reference: dict[str, Any]) -> None:
    """R 4.2.2 p.adjust(), methods holm and BH."""
    r = r_reference["multiplicity"]
    assert holm(r["p"]) == pytest.approx(r["holm"], abs=1e-12)
    assert benjamini_hochberg(r["p"]) == pytest.approx(r["bh"], abs=1e-12)
    assert holm([]) == benjamini_hochberg([]) == ()
    for adjust in (holm, benjamini_hochberg):
        with pytest.raises(ValueError, match="between 0 and 1"):
            adjust([1.1])


def test_gap_agrees_with_r(r_reference: dict[str, Any]) -> None:
    """R 4.2.2 t.test(); metafor escalc("SMD"); two one-sided t.tests."""
    r = r_reference["gap"]
    a, b = Moments.of(r["a"]), Moments.of(r["b"])
    found = gap_estimate(a, b)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(r["diff"], abs=1e-9)
    assert found.standard_error == pytest.approx(r["se"], abs=1e-9)
    assert found.interval.low == pytest.approx(r["low"], abs=1e-9)
    assert found.interval.high == pytest.approx(r["high"], abs=1e-9)
    effect = standardised_gap(a, b)
    assert isinstance(effect, Estimate)
    assert effect.value == pytest.approx(r["g"], abs=1e-9)
    assert effect.standard_error**2 == pytest.approx(r["v"], abs=1e-9)
    for level, z in ((0.95, 1.959963985), (0.90, 1.644853627)):
        found = standardised_gap(a, b, level=level)
        assert isinstance(found, Estimate)
        half = z * r["v"] ** 0.5
        assert found.interval.low == pytest.approx(r["g"] - half, abs=1e-7)
        assert found.interval.high == pytest.approx(r["g"] + half, abs=1e-7)
        assert found.interval.level == level
    test = equivalence(a, b, margin=20.0)
    assert isinstance(test, Equivalence)
    assert test.p_value == pytest.approx(r["tost"], abs=1e-9)


@pytest.mark.parametrize("margin", [0.5, 6.0])
def test_equivalence_does_not_care_which_group_is_first(margin: float) -> None:
    """SciPy's one-sided Welch tests against both ends of the margin."""
    a, b = [40.0, 44.0, 47.0, 52.0, 39.0], [43.0, 45.0, 41.0, 49.0, 47.0, 46.0]
    for first, second in ((a, b), (b, a)):
        found = equivalence(Moments.of(first), Moments.of(second), margin=margin)
        assert isinstance(found, Equivalence)
        shifted = [np.array(second) + end for end in (-margin, margin)]
        ends = [
            stats.ttest_ind(moved, first, equal_var=False, alternative=way).pvalue
            for moved, way in zip(shifted, ("less", "greater"), strict=True)
        ]
        assert found.p_value == pytest.approx(max(ends))
        assert found.margin == margin


def test_gaps_that_cannot_be_given() -> None:
    fine, thin = Moments.of([1.0, 2.0, 3.0]), Moments.of([1.0, 2.0])
    alike = Moments.of([2.0, 2.0, 2.0])
    for method in (gap_estimate, standardised_gap, equivalence):
        assert method(fine, thin) == NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
        assert method(thin, fine) == NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
        assert method(alike, alike) == NotEstimable(reason=Reason.NO_VARIATION)
    with pytest.raises(ValueError, match="above 0"):
        equivalence(fine, fine, margin=0.0)
    for method in (gap_estimate, standardised_gap):
        for level in (0.0, 1.0):
            with pytest.raises(ValueError, match="confidence level lies strictly between"):
                method(fine, fine, level=level)
