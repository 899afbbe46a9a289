"""Faults that were planted and went unnoticed: each number here is worked out by hand."""

import numpy as np
import pytest

from analysis.change_points import MOST_MONTHS, ChangePoint, change_point
from analysis.forecast import Odds, _smaller_group
from analysis.intervals import mean_estimate
from analysis.joint.observations import observe
from analysis.meta import Answer, answer
from analysis.pooling.staggered import Course, _change
from analysis.power import WITHIN_SD
from analysis.quality.cross_products import CrossProducts
from analysis.quality.drift import item_drift
from analysis.result import Estimate, Interval
from analysis.simulate import Scenario
from analysis.simulation.course import true_course
from analysis.tally import Moments, WaveSeries


def test_any_answer_is_one_of_three() -> None:
    odds = Odds(months_ahead=1, improved=0.2, no_meaningful_change=0.1, worse=0.3)
    assert odds.any_answer == pytest.approx(0.6)


def test_the_smaller_group_is_the_one_with_fewer_answers_a_month() -> None:
    series = WaveSeries.from_arrays(
        n=[[40, 44], [8, 12]],
        mean=[[50.0] * 2] * 2,
        variance=[[400.0] * 2] * 2,
        headcount=[60, 20],
    )
    assert _smaller_group(observe(series)) == 10.0
    alone = WaveSeries.from_arrays(
        n=[[9, 9], [None, None]],
        mean=[[50.0] * 2, [None] * 2],
        variance=[[400.0] * 2, [None] * 2],
        headcount=[9, 0],
    )
    assert _smaller_group(observe(alone)) == 0.0


def test_a_fall_below_the_margin_is_no_clear_one() -> None:
    wide, narrow = Interval(low=-8.0, high=-1.0), Interval(low=-7.0, high=-2.0, level=0.9)
    assert answer(-4.9, wide, narrow) is Answer.PROBABLY_FELL
    assert answer(-5.0, wide, narrow) is Answer.CLEARLY_FELL
    assert answer(-2.4, wide, narrow) is not Answer.PROBABLY_FELL


def test_a_company_without_months_before_or_after_has_no_change() -> None:
    course = Course(index={7: 40.0, 8: 42.0}, adopted_after=6)
    assert _change(course, 6, 3) is None
    assert _change(Course(index={5: 50.0, 6: 54.0}, adopted_after=6), 6, 3) is None
    both = Course(index={5: 50.0, 6: 54.0, 7: 40.0, 8: 42.0}, adopted_after=6)
    assert _change(both, 6, 3) == 41.0 - 52.0


def test_the_range_of_a_drift_lies_around_it() -> None:
    rng = np.random.default_rng(3)
    waves = [CrossProducts.of(rng.normal(50.0, 20.0, (60, 4))) for _ in range(2)]
    found = item_drift(*waves)
    assert isinstance(found, tuple)
    for item in found:
        interval, value = item.drift.interval, item.drift.value
        assert interval.high - value == pytest.approx(value - interval.low)
        assert item.drift.standard_error is not None
        assert interval.high - value == pytest.approx(1.959964 * item.drift.standard_error)


def test_a_season_is_a_sine_of_twelve_months() -> None:
    """Largest in March, nothing in June, lowest in September."""
    quiet = Scenario(months=12, base=(50.0, 50.0), season=3.0)
    course = true_course(quiet, np.random.default_rng(1))[0]
    assert course[[2, 5, 8, 11]] == pytest.approx([53.0, 50.0, 47.0, 50.0])


def test_answers_all_alike_on_a_scale_that_does_not_start_at_0() -> None:
    """Four people, all said 2 of 1..5: a share of 1 - .05^(1/4) could have said otherwise."""
    found = mean_estimate(Moments.of([2.0] * 4), bounds=(1.0, 5.0))
    assert isinstance(found, Estimate)
    share = 1.0 - 0.05**0.25
    assert found.interval.low == pytest.approx(2.0 - share * 1.0)
    assert found.interval.high == pytest.approx(2.0 + share * 3.0)


def test_what_power_takes_for_granted() -> None:
    """statistics.md, section 2: within-group standard deviation 21."""
    assert WITHIN_SD == 21.0


def test_the_longest_series_for_a_date() -> None:
    def still(months: int) -> WaveSeries:
        return WaveSeries.from_arrays(
            n=[[30] * months] * 2,
            mean=[[50.0] * months] * 2,
            variance=[[400.0] * months] * 2,
            headcount=[40, 40],
        )

    assert isinstance(change_point(still(MOST_MONTHS)), ChangePoint)
    assert not isinstance(change_point(still(MOST_MONTHS + 1)), ChangePoint)
