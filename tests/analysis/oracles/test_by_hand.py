"""Formulas worked out once more in the test, on irregular numbers."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from analysis.gap import gap_estimate
from analysis.intervals import company_estimate, mean_estimate
from analysis.links.facts import share_series
from analysis.links.rules import (
    Link,
    LinkPoint,
    RulesFollowed,
    links,
    rules_followed,
)
from analysis.meta import Answer, Company, Pooled, answer, pool
from analysis.pooling.staggered import Comparison, Course, compare_staggered
from analysis.quality.careless import HalvesAlarm, SameAnswerAlarm, Sheets, halves_alarm
from analysis.quality.careless import same_answer_alarm as same_alarm
from analysis.quality.cross_products import CrossProducts
from analysis.quality.drift import item_drift
from analysis.quality.reliability import (
    alpha,
    spearman_brown,
)
from analysis.result import Estimate, Interval, NotEstimable, Reason
from analysis.tally import Moments, WaveSeries

Flat = Callable[..., WaveSeries]


# --- links -----------------------------------------------------------------------------------


def test_the_interval_and_p_value_of_a_link() -> None:
    """Fisher's z and t at Bartlett's effective number, with halo taken off."""
    rng = np.random.default_rng(12)
    noise = rng.standard_normal((2, 16))
    for t in range(1, 16):
        noise[:, t] += 0.9 * noise[:, t - 1]
    month = np.arange(1, 17)
    shared = rng.uniform(-0.2, 0.1, 16)
    points = [
        LinkPoint(month=int(m), dose=50 + x, friction=40 + y, shared_covariance=s)
        for m, x, y, s in zip(month, *noise, shared, strict=True)
    ]
    found = links({"r": points})["r"]
    assert isinstance(found, Link)
    x, y = (v - np.polyval(np.polyfit(month, v, 1), month) for v in noise)
    r = (x @ y - 14 * shared.mean()) / math.sqrt((x @ x) * (y @ y))
    memory = (x[1:] @ x[:-1]) / (x @ x) * (y[1:] @ y[:-1]) / (y @ y)
    effective = min(16.0, 16 * (1 - memory) / (1 + memory))
    assert effective < 16
    assert found.correlation == pytest.approx(r)
    assert found.effective_waves == pytest.approx(effective)
    free = effective - 3
    t_value = abs(r) * math.sqrt(free / (1 - r * r))
    assert found.p_value == pytest.approx(2 * stats.t.sf(t_value, free))
    half = stats.norm.ppf(0.975) / math.sqrt(effective - 4)
    assert found.interval.low == pytest.approx(math.tanh(math.atanh(r) - half))
    assert found.interval.high == pytest.approx(math.tanh(math.atanh(r) + half))
    lagged = links({"r": points}, lag=1)["r"]
    assert isinstance(lagged, Link)
    a, b = (
        v - np.polyval(np.polyfit(month[:-1], v, 1), month[:-1])
        for v in (noise[0][:-1], noise[1][1:])
    )
    assert lagged.correlation == pytest.approx(a @ b / math.sqrt((a @ a) * (b @ b)))


def test_a_link_of_few_effective_months() -> None:
    """Two slow waves: sixteen months are worth less than four, so one degree of freedom is left.

    Student's t with one degree of freedom is Cauchy's: p = 1 - 2 arcsin|r| / pi.
    """
    month = np.arange(1, 17)
    slow, slower = np.sin(4 * np.pi * month / 17), np.sin(3 * np.pi * month / 17)
    points = [
        LinkPoint(month=int(m), dose=float(50 + 10 * b), friction=float(50 - 10 * b + 6 * a))
        for m, a, b in zip(month, slow, slower, strict=True)
    ]
    found = links({"r": points})["r"]
    assert isinstance(found, Link)
    assert found.effective_waves < 4.0
    r = found.correlation
    assert found.p_value == pytest.approx(1.0 - 2.0 * math.asin(abs(r)) / math.pi)
    assert found.interval.low == pytest.approx(math.tanh(math.atanh(r) - 1.959963985))
    assert found.interval.high == pytest.approx(math.tanh(math.atanh(r) + 1.959963985))


def test_six_months_are_enough_for_a_link() -> None:
    friction = [50.0, 47.0, 53.0, 49.0, 54.0, 46.0]
    points = [LinkPoint(month=m, dose=2.0 * m, friction=f) for m, f in enumerate(friction, 1)]
    points[2] = LinkPoint(month=3, dose=8.0, friction=53.0)
    assert isinstance(links({"r": points})["r"], Link)
    assert links({"r": points[:5]})["r"] == NotEstimable(reason=Reason.TOO_FEW_WAVES)


def estimate(value: float, error: float) -> Estimate:
    interval = Interval(low=value - error, high=value + error)
    return Estimate(value=value, standard_error=error, interval=interval)


def test_rules_followed_by_hand() -> None:
    values, errors = [10, 20, 30, 40, 50, 60, 70, 80], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    found = rules_followed(
        {f"R{i}": estimate(v, e) for i, (v, e) in enumerate(zip(values, errors, strict=True))}
    )
    assert isinstance(found, RulesFollowed)
    error = math.sqrt(sum(e * e for e in errors)) / 8
    assert found.level.value == 45.0
    assert found.level.standard_error == pytest.approx(error)
    assert found.level.interval.low == pytest.approx(45.0 - 1.959963985 * error)
    assert found.level.interval.high == pytest.approx(45.0 + 1.959963985 * error)
    ends = rules_followed({f"R{i}": estimate(99.5, 5.0) for i in range(7)})
    assert isinstance(ends, RulesFollowed)
    assert ends.level.interval.high == 100.0
    ends = rules_followed({f"R{i}": estimate(0.5, 5.0) for i in range(7)})
    assert isinstance(ends, RulesFollowed)
    assert ends.level.interval.low == 0.0


def test_shares_of_small_months() -> None:
    found = share_series([1, 2, None, 5], [2, 1 + 4, 3, 0])
    assert found.n[0] == (2, 5, None, None)
    assert found.mean[0] == (50.0, 40.0, None, None)
    assert found.variance[0][0] == pytest.approx(5000.0)
    assert found.variance[0][1] == pytest.approx(1e4 * 0.4 * 0.6 * 5 / 4)


# --- pooling ----------------------------------------------------------------------------------


def test_staggered_windows_by_hand() -> None:
    """Every month has its own value, so that a shifted window would show."""

    def wild(seed: int, date: int | None) -> Course:
        values = np.random.default_rng(seed).normal(50, 5, 12)
        return Course(index={m: float(v) for m, v in enumerate(values, 1)}, adopted_after=date)

    companies = [wild(1, 5), wild(2, 7), wild(3, None), wild(4, None), wild(5, 9)]

    def effect(everyone: list[Course], h: int) -> float:
        extras = []
        for one in everyone:
            if one.adopted_after is None:
                continue
            a = one.adopted_after

            def change(c: Course, a: int = a) -> float:
                before = [c.index[m] for m in (a - 2, a - 1, a)]
                after = [c.index[m] for m in range(a + 1, a + h + 1) if m in c.index]
                return float(np.mean(after) - np.mean(before))

            rest = [
                change(c)
                for c in everyone
                if c is not one and (c.adopted_after is None or c.adopted_after >= a + h)
            ]
            extras.append(change(one) - float(np.mean(rest)))
        return float(np.mean(extras))

    for h in (2, 3):
        found = compare_staggered(companies, horizon=h)
        assert isinstance(found, Comparison)
        assert found.effect.value == pytest.approx(effect(companies, h))
        spread = np.array([effect([c for c in companies if c is not o], h) for o in companies])
        error = math.sqrt(4 / 5 * ((spread - spread.mean()) ** 2).sum())
        assert found.effect.standard_error == pytest.approx(error)
        half = stats.t.ppf(0.975, 4) * error
        assert found.effect.interval.low == pytest.approx(found.effect.value - half)
        assert found.effect.interval.high == pytest.approx(found.effect.value + half)
    assert found.adopters == 3


def test_edges_of_the_rule_over_companies() -> None:
    def of(low: float, high: float) -> Interval:
        return Interval(low=low, high=high)

    assert answer(-5.0, of(-9, 0.0), of(-8, 0.0)) is Answer.CANNOT_TELL
    assert answer(0.0, of(-6, 6), of(-5.0, 4.0)) is Answer.CANNOT_TELL
    assert answer(0.0, of(-6, 6), of(-4.0, 5.0)) is Answer.CANNOT_TELL
    assert answer(2.0, of(0.0, 6), of(1.0, 5.5)) is Answer.CANNOT_TELL
    small = pool([Company(change=0.1, standard_error=0.1)] * 3, margin=0.5)
    assert isinstance(small, Pooled)
    assert small.answer is Answer.ROSE
    assert small.interval_90.level == 0.9
    assert small.prediction.level == small.mean.interval.level == 0.95


# --- quality of answers -------------------------------------------------------------------------


def test_careless_answers_by_hand() -> None:
    old = Sheets(n=40, good_total=1800.0, bad_total=1500.0, same_answer=3)
    new = Sheets(n=50, good_total=2100.0, bad_total=2600.0, same_answer=9)
    halves, same = halves_alarm(old, new), same_alarm(old, new)
    assert isinstance(halves, HalvesAlarm)
    assert halves.change == pytest.approx(-500 / 50 - 300 / 40)
    assert isinstance(same, SameAnswerAlarm)
    assert (same.share_before, same.share_now) == pytest.approx((3 / 40, 9 / 50))
    a, b = 3.5 / 41, 9.5 / 51
    z = (b - a) / math.sqrt(a * (1 - a) / 41 + b * (1 - b) / 51)
    assert same.p_value == pytest.approx(stats.norm.sf(z))
    assert not same.raised
    six = Sheets(n=40, good_total=1540.0, bad_total=1000.0, same_answer=0)
    level = Sheets(n=40, good_total=1300.0, bad_total=1000.0, same_answer=0)
    at_the_limit = halves_alarm(level, six)
    assert isinstance(at_the_limit, HalvesAlarm)
    assert (at_the_limit.change, at_the_limit.raised) == (6.0, False)


def test_drift_by_hand() -> None:
    rng = np.random.default_rng(3)
    old, new = rng.normal(50, 20, (2, 60, 3))
    new = new[:50]
    found = item_drift(CrossProducts.of(old), CrossProducts.of(new))
    assert isinstance(found, tuple)
    for i, item in enumerate(found):
        parts = [t[:, i] - t.mean(axis=1) for t in (old, new)]
        change = parts[1].mean() - parts[0].mean()
        error = math.sqrt(sum(p.var(ddof=1) / p.size for p in parts))
        assert item.drift.value == pytest.approx(change)
        assert item.drift.standard_error == pytest.approx(error)
        assert item.drift.interval.low == pytest.approx(change - 1.959963985 * error)
    raw = [2 * stats.norm.sf(abs(d.drift.value) / d.drift.standard_error) for d in found]
    order = np.argsort(raw)
    worst, holm = 0.0, [0.0] * 3
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, (3 - rank) * raw[i]))
        holm[i] = worst
    assert [d.p_value for d in found] == pytest.approx(holm)


def test_a_pair_of_items_is_named_right() -> None:
    rng = np.random.default_rng(4)
    table = rng.normal(50, 20, (40, 3))
    table[:, 1] += table[:, 0]
    items = CrossProducts.of(table)
    r = np.corrcoef(table.T)
    assert spearman_brown(items, 1, 0) == pytest.approx(2 * r[0, 1] / (1 + r[0, 1]))
    for pair in ((0, 0), (0, 3), (3, 0), (-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="two different items"):
            spearman_brown(items, *pair)
    table[:, 2] = -table[:, 0]
    assert spearman_brown(CrossProducts.of(table), 0, 2) == 0.0
    dull = CrossProducts.of([[50.0, 10.0], [50.0, 20.0], [50.0, 40.0]] * 10)
    assert alpha(dull) == NotEstimable(reason=Reason.NO_VARIATION)


# --- intervals --------------------------------------------------------------------------------------


def test_the_company_interval_by_hand() -> None:
    a, b = Moments.of([30.0, 42.0, 55.0, 61.0]), Moments.of([20.0, 35.0, 80.0, 44.0, 51.0, 39.0])
    found = company_estimate(a, b)
    assert isinstance(found, Estimate)
    va, vb = np.var([30, 42, 55, 61], ddof=1) / 4, np.var([20, 35, 80, 44, 51, 39], ddof=1) / 6
    freedom = (va + vb) ** 2 / (va**2 / 3 + vb**2 / 5)
    half = stats.t.ppf(0.975, freedom) * math.sqrt(va + vb) / 2
    assert found.standard_error == pytest.approx(math.sqrt(va + vb) / 2)
    assert found.interval.low == pytest.approx(found.value - half)
    assert found.interval.high == pytest.approx(found.value + half)
    whole = company_estimate(a, b, n_invited=(8, 12))
    assert isinstance(whole, Estimate)
    assert whole.standard_error == pytest.approx(math.sqrt(va / 2 + vb / 2) / 2)


def test_means_of_too_few() -> None:
    few = NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
    assert mean_estimate(Moments.of([1.0, 2.0])) == few
    assert isinstance(mean_estimate(Moments.of([1.0, 2.0, 3.0])), Estimate)
    assert gap_estimate(Moments.of([1.0, 2.0, 3.0]), Moments.of([])) == few
