from collections.abc import Callable
from typing import Any

import pytest

from analysis.forecast import Forecast, forecast
from analysis.result import NotEstimable, Question, Reason, Series
from analysis.tally import WaveSeries
from analysis.verdict import DecisionRule

Flat = Callable[..., WaveSeries]


def expected(outcome: Forecast | NotEstimable) -> Forecast:
    assert isinstance(outcome, Forecast)
    return outcome


def case_series(case: dict[str, Any]) -> WaveSeries:
    return WaveSeries.from_arrays(
        **{key: case[key] for key in ("n", "mean", "variance", "headcount")}
    )


def test_a_clear_drop_is_expected_to_be_known_soon(flat: Flat) -> None:
    series = flat(months=8, n=100, step=(-14.0, -14.0), after=6)
    found = expected(forecast(series, months_before=6))
    assert found.question is Question.ADOPTION
    assert found.even_chance == 1
    assert found.odds[0].improved > 0.8
    assert found.odds[0].no_meaningful_change == 0.0


def test_small_groups_are_told_that_it_will_not_be_known(flat: Flat) -> None:
    series = flat(months=9, n=5, step=(-3.0, -3.0), after=6)
    found = expected(forecast(series, months_before=6, which=Series.FIRST))
    assert found.even_chance == NotEstimable(reason=Reason.NOT_WITHIN_HORIZON)
    assert len(found.odds) == 12


def test_nothing_may_be_said_before_the_rule_allows_it(flat: Flat) -> None:
    series = flat(months=7, n=200, step=(-20.0, -20.0), after=6)
    odds = expected(forecast(series, months_before=6)).odds
    assert odds[0].any_answer == 0.0
    assert odds[1].improved > 0.9
    calm = expected(forecast(flat(months=8, n=200), months_before=6)).odds
    assert [o.no_meaningful_change > 0.0 for o in calm[:5]] == [False, False, False, True, True]
    means = [60.0, 58.0, 56.0, 54.0]
    falling = WaveSeries.from_arrays(
        n=[[900] * 4] * 2, mean=[means] * 2, variance=[[400.0] * 4] * 2, headcount=[990, 990]
    )
    trend = expected(forecast(falling)).odds
    assert [o.improved > 0.0 for o in trend[:3]] == [False, True, True]


def test_odds_are_probabilities(vectors: list[dict[str, Any]]) -> None:
    for case in vectors:
        found = expected(forecast(case_series(case), months_before=case["months_before_adoption"]))
        for odds in found.odds:
            for p in (odds.improved, odds.no_meaningful_change, odds.worse, odds.any_answer):
                assert 0.0 <= p <= 1.0


@pytest.mark.parametrize(
    ("months", "split", "reason"),
    [
        (0, 3, Reason.GROUP_MISSING),
        (6, 2, Reason.NO_BASELINE),
        (6, 6, Reason.NOT_ADOPTED_YET),
        (60, 6, Reason.TOO_MANY_MONTHS),
        (1, None, Reason.TOO_FEW_WAVES),
    ],
)
def test_no_forecast(flat: Flat, months: int, split: int | None, reason: Reason) -> None:
    assert forecast(flat(months=months), months_before=split) == NotEstimable(reason=reason)


def test_the_horizon_ends_with_the_longest_series(flat: Flat) -> None:
    rule = DecisionRule(most_months=15)
    assert len(expected(forecast(flat(months=10), months_before=6, rule=rule)).odds) == 5


def test_the_gap_is_not_forecast(flat: Flat) -> None:
    with pytest.raises(ValueError, match="gap"):
        forecast(flat(), months_before=3, which=Series.GAP)
    with pytest.raises(ValueError, match="at least 0"):
        forecast(flat(), months_before=-3)


def swapped(series: WaveSeries) -> WaveSeries:
    return WaveSeries(
        n=series.n[::-1],
        mean=series.mean[::-1],
        variance=series.variance[::-1],
        headcount=series.headcount[::-1],
    )


def test_the_second_group_is_forecast_like_the_first(vectors: list[dict[str, Any]]) -> None:
    """With the groups swapped the odds are the same but for the chance of 200 draws each."""
    case = vectors[1]
    series, split = case_series(case), case["months_before_adoption"]
    second = expected(forecast(series, months_before=split, which=Series.SECOND))
    first = expected(forecast(swapped(series), months_before=split, which=Series.FIRST))
    other = expected(forecast(series, months_before=split, which=Series.FIRST))
    assert second.series is Series.SECOND
    for one, mirror in zip(second.odds, first.odds, strict=True):
        assert one.improved == pytest.approx(mirror.improved, abs=0.12)
        assert one.worse == pytest.approx(mirror.worse, abs=0.12)
    assert second.odds[-1].improved != pytest.approx(other.odds[-1].improved, abs=0.2)


def test_a_trend_is_forecast_from_two_months_of_the_poorer_group(flat: Flat) -> None:
    expected(forecast(flat(months=2)))
    full = flat(months=5)
    one_month = (None,) * 4
    thin = WaveSeries(
        n=(full.n[0], one_month + full.n[1][4:]),
        mean=(full.mean[0], one_month + full.mean[1][4:]),
        variance=(full.variance[0], one_month + full.variance[1][4:]),
        headcount=full.headcount,
    )
    assert forecast(thin) == NotEstimable(reason=Reason.TOO_FEW_WAVES)
    assert forecast(thin, which=Series.SECOND) == NotEstimable(reason=Reason.TOO_FEW_WAVES)
    expected(forecast(thin, which=Series.FIRST))
    assert forecast(swapped(thin)) == NotEstimable(reason=Reason.TOO_FEW_WAVES)
    expected(forecast(swapped(thin), which=Series.SECOND))


def test_a_group_without_a_baseline_has_no_forecast(flat: Flat) -> None:
    """Two months before the rules are too few, even where the other group has six."""
    full = flat(months=10)
    late = (None,) * 4
    thin = WaveSeries(
        n=(full.n[0], late + full.n[1][4:]),
        mean=(full.mean[0], late + full.mean[1][4:]),
        variance=(full.variance[0], late + full.variance[1][4:]),
        headcount=full.headcount,
    )
    none = NotEstimable(reason=Reason.NO_BASELINE)
    for series, poor, rich in (
        (thin, Series.SECOND, Series.FIRST),
        (swapped(thin), Series.FIRST, Series.SECOND),
    ):
        assert forecast(series, months_before=6) == none
        assert forecast(series, months_before=6, which=poor) == none
        expected(forecast(series, months_before=6, which=rich))
