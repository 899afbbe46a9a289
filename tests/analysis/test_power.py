from dataclasses import replace

import numpy as np
import pytest

from analysis import intervention
from analysis.joint.covariance import covariances
from analysis.joint.posterior import whiten
from analysis.power import Plan, Power, _Engine, power
from analysis.result import NotEstimable, Reason, Series
from analysis.verdict import DecisionRule


def told(plan: Plan, **options: object) -> Power:
    found = power(plan, np.random.default_rng(1), **options)
    assert isinstance(found, Power)
    return found


def test_the_fast_engine_is_the_model() -> None:
    """One factorisation for all looks and companies gives what the model gives one by one."""
    plan = Plan(invited=(20, 60), months_before=4, months_after=5)
    engine = _Engine(plan, np.random.default_rng(3), 2)
    size = engine.rows.month.size
    rng = np.random.default_rng(3)
    again = _Engine(plan, rng, 2)
    assert np.array_equal(engine.answers, again.answers)
    root = np.linalg.cholesky(covariances(engine.rows)[7])
    y = root @ engine.answers[7]
    seen = engine.rows.month <= 7
    for company in (0, 1):
        rows = replace(
            engine.rows,
            month=engine.rows.month[seen],
            group=engine.rows.group[seen],
            n=engine.rows.n[seen],
            mean=y[seen, company],
        )
        fit = whiten(rows, intervention.design(rows, 4)).fit(
            intervention.shapes(), intervention.contrasts(4, 7)
        )
        slow = fit.mixtures().probability_below(0.0)
        for index in range(4):
            fast = engine.probabilities(7, intervention.contrasts(4, 7)[index], (0.0,))
            assert fast[0, company] == pytest.approx(slow[index], abs=1e-8)
    assert size == 18


@pytest.mark.parametrize(
    ("plan", "last", "ever"),
    [
        (Plan(invited=(133, 133)), 0.847, 0.919),  # A03
        (Plan(invited=(40, 40)), 0.803, 0.880),  # A05
        (Plan(invited=(9, 9), response=(0.78, 0.78)), 0.435, 0.525),  # A06
        (Plan(invited=(133, 133), rho=0.6, step=(0.0, 0.0)), 0.007, 0.019),  # N04
    ],
)
def test_agrees_with_the_item_level_tables(plan: Plan, last: float, ever: float) -> None:
    """statistics.md section 10, overall at c = .98: at 12 months, and at any of 12 looks.

    200 companies: two standard errors are 7 points at most. For groups of 7 the wave means of the
    model are a little noisier than those of people who mostly stay, so it promises less.
    """
    looks = told(plan, companies=200).looks
    assert looks[-1].improved == pytest.approx(last, abs=0.1)
    assert looks[-1].improved_by_now == pytest.approx(ever, abs=0.1)
    assert looks[1].improved == looks[1].improved_by_now == 0.0


def test_a_harmful_change_is_called_worse() -> None:
    plan = Plan(invited=(133, 133), step=(12.0, 12.0), months_after=6)
    looks = told(plan, companies=60).looks
    assert looks[-1].worse > 0.8
    assert looks[-1].improved == 0.0


def test_calm_companies_are_told_so_late_enough() -> None:
    plan = Plan(invited=(400, 400), step=(0.0, 0.0), tau=0.5, months_after=8)
    looks = told(plan, companies=40).looks
    assert looks[4].no_meaningful_change == 0.0
    assert looks[-1].no_meaningful_change > 0.7


def test_one_group_has_less_power_than_both() -> None:
    plan = Plan(invited=(40, 40), months_after=6)
    one = told(plan, companies=100, which=Series.FIRST).looks[-1].improved_by_now
    both = told(plan, companies=100).looks[-1].improved_by_now
    assert one < both


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (Plan(invited=(3, 30)), Reason.TOO_FEW_ANSWERS),
        (Plan(invited=(30, 30), months_before=2), Reason.NO_BASELINE),
        (Plan(invited=(30, 30), months_after=55), Reason.TOO_MANY_MONTHS),
    ],
)
def test_plans_without_a_power(plan: Plan, reason: Reason) -> None:
    assert power(plan, np.random.default_rng(1)) == NotEstimable(reason=reason)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"invited": (0, 5)}, "at least 1"),
        ({"response": (0.0, 0.5)}, "response rate"),
        ({"response": (0.5, 1.1)}, "response rate"),
        ({"tau": 0.0}, "tau"),
        ({"rho": 1.0}, "rho"),
        ({"months_after": 0}, "at least 1"),
        ({"step": (float("inf"), 0.0)}, "finite"),
    ],
)
def test_impossible_plans(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Plan(**{"invited": (20, 20), **changed})


def test_the_gap_has_no_power() -> None:
    with pytest.raises(ValueError, match="gap"):
        power(Plan(invited=(20, 20)), np.random.default_rng(1), which=Series.GAP)


def test_a_plan_assumes_what_the_tables_assume() -> None:
    """statistics.md, recommendation: a step of -8, shocks of 3 with rho .3, share .5, 75 % answer.

    Six months before, twelve after.
    """
    assert Plan(invited=(133, 133)) == Plan(
        invited=(133, 133),
        response=(0.75, 0.75),
        months_before=6,
        months_after=12,
        step=(-8.0, -8.0),
        tau=3.0,
        rho=0.3,
        share=0.5,
    )


def test_every_month_is_looked_at_up_to_the_longest_series() -> None:
    rule = DecisionRule(most_months=7)
    plan = Plan(invited=(40, 40), months_before=3, months_after=4)
    looks = told(plan, companies=2, rule=rule).looks
    assert [look.months_after for look in looks] == [1, 2, 3, 4]
    too_long = power(replace(plan, months_after=5), np.random.default_rng(1), rule=rule)
    assert too_long == NotEstimable(reason=Reason.TOO_MANY_MONTHS)
