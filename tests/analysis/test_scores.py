import pytest

from analysis.result import NotEstimable, Reason
from analysis.scores import (
    CORE_ITEMS,
    REPORTED_DIMENSIONS,
    friction_points,
    item_moments,
    mean_of_items,
    share_top_box,
)
from analysis.tally import Moments


def test_the_key_is_balanced() -> None:
    """instrument.md 1.0: five good and five bad events, one of each in every dimension."""
    assert [item.code for item in CORE_ITEMS if not item.good_event] == [
        "COM1",
        "RSP2",
        "APP2",
        "HON2",
        "FRIC",
    ]
    for dimension in REPORTED_DIMENSIONS:
        keys = [item.good_event for item in CORE_ITEMS if item.dimension is dimension]
        assert sorted(keys) == [False, True]


@pytest.mark.parametrize(("answer", "expected"), [(4, 50.0), (0, 50.0), (2, 50.0)])
def test_straight_lines_score_in_the_middle(answer: int, expected: float) -> None:
    """instrument.md 1.6 test vectors: all Always, all Never, all Sometimes are 50."""
    points = [friction_points(answer, good_event=item.good_event) for item in CORE_ITEMS]
    assert sum(points) / 10 == expected


def test_best_and_worst() -> None:
    """instrument.md 1.6 test vectors: good always and bad never is 0, the reverse 100."""
    best = [friction_points(4 * i.good_event, good_event=i.good_event) for i in CORE_ITEMS]
    worst = [friction_points(4 * (not i.good_event), good_event=i.good_event) for i in CORE_ITEMS]
    assert (sum(best), sum(worst)) == (0, 1000)


def test_item_moments_by_hand() -> None:
    """1 never, 2 sometimes of a good event: 100, 50, 50."""
    assert item_moments([1, 0, 2, 0, 0], good_event=True) == Moments.of([100.0, 50.0, 50.0])


def test_top_box() -> None:
    assert share_top_box([0, 1, 0, 2, 1], good_event=True) == 0.75
    assert share_top_box([0, 1, 0, 2, 1], good_event=False) == 0.25
    assert share_top_box([0] * 5, good_event=True) == NotEstimable(reason=Reason.NO_ANSWERS)


def test_means_of_items() -> None:
    assert mean_of_items([]) == NotEstimable(reason=Reason.TOO_FEW_ITEMS)
    empty = Moments(n=0, total=0.0, total_squares=0.0)
    assert mean_of_items([Moments.of([1.0]), empty]) == NotEstimable(reason=Reason.NO_ANSWERS)


def test_wrong_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 4"):
        friction_points(5, good_event=True)
    with pytest.raises(ValueError, match="at least 0"):
        friction_points(-1, good_event=True)
    with pytest.raises(ValueError, match="five categories"):
        item_moments([1, 2], good_event=True)
