"""A month without answers leaves two dates alike: the earliest is named, and both are told."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.change_points import ChangePoint, _from, change_point
from analysis.tally import WaveSeries

STEP = [55.0] * 8 + [41.0] * 8


def found(means: list[float], missing: list[int], n: int = 200) -> ChangePoint:
    months = len(means)
    series = WaveSeries.from_arrays(
        n=[[n] * months] * 2,
        mean=[means, means],
        variance=[[400.0] * months] * 2,
        headcount=[n * 1.3] * 2,
    ).without(missing)
    point = change_point(series)
    assert isinstance(point, ChangePoint)
    return point


def test_every_month_is_told_apart_where_none_is_missing() -> None:
    point = found(STEP, [])
    assert (point.month, point.alike, point.likely_months) == (8, (8,), (8,))


@pytest.mark.parametrize(
    ("missing", "alike"),
    [([8], (7, 8)), ([9], (8, 9)), ([8, 9], (7, 8, 9)), ([12], (8,))],
)
def test_a_missing_month_at_the_change_leaves_a_range(
    missing: list[int], alike: tuple[int, ...]
) -> None:
    """The earliest date is the named one; the set of likely months holds all or none of them."""
    point = found(STEP, missing)
    assert (point.month, point.alike, point.likely_months) == (alike[0], alike, alike)
    shares = dict(point.months)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert np.ptp([shares[month] for month in alike]) < 1e-9


def test_a_month_of_one_group_still_tells_dates_apart() -> None:
    cells = WaveSeries.from_arrays(
        n=[[200] * 7 + [None] + [200] * 8, [200] * 16],
        mean=[[*STEP[:7], None, *STEP[8:]], STEP],
        variance=[[400.0] * 7 + [None] + [400.0] * 8, [400.0] * 16],
        headcount=[260.0] * 2,
    )
    point = change_point(cells)
    assert isinstance(point, ChangePoint)
    assert (point.month, point.alike) == (8, (8,))


def test_a_difference_of_rounding_is_none() -> None:
    shares = np.array([0.4, 0.4 * (1 - 1e-12), 0.2])
    assert _from((3, 4, 5), shares, 0.4) == (3, 4)
    assert _from((3, 4, 5), np.array([0.4, 0.4 * (1 - 1e-6), 0.2]), 0.4) == (3,)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(35.0, 65.0), min_size=12, max_size=18),
    st.sets(st.integers(2, 11), max_size=3),
)
def test_dates_without_answers_between_them_are_treated_alike(
    means: list[float], missing: set[int]
) -> None:
    """For any series: a candidate and its neighbour across a gap have one fate."""
    point = found(means, sorted(missing), n=40)
    assert point.month == min(point.alike)
    assert set(point.alike) <= set(point.likely_months)
    tried = {month for month, _ in point.months}
    for gap in missing:
        if {gap - 1, gap} <= tried:
            assert (gap - 1 in point.alike) == (gap in point.alike)
            assert (gap - 1 in point.likely_months) == (gap in point.likely_months)
    held = sum(share for month, share in point.months if month in point.likely_months)
    assert held >= 0.9 - 1e-9
