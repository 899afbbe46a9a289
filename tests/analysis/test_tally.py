import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.result import NotEstimable, Reason
from analysis.tally import Moments, WaveCell, WaveSeries

SCORES = st.lists(st.floats(0.0, 100.0), min_size=2, max_size=60)


@given(SCORES)
def test_moments_give_numpys_mean_and_variance(scores: list[float]) -> None:
    """NumPy is the oracle: mean, and var with ddof 1."""
    moments = Moments.of(scores)
    assert moments.mean == pytest.approx(np.mean(scores), abs=1e-9)
    assert moments.variance == pytest.approx(np.var(scores, ddof=1), abs=1e-6)


def test_moments_of_nobody_and_of_one() -> None:
    nobody = Moments(n=0, total=0.0, total_squares=0.0)
    assert nobody.mean == nobody.variance == NotEstimable(reason=Reason.NO_ANSWERS)
    one = Moments.of([40.0])
    assert one.mean == 40.0
    assert one.variance == NotEstimable(reason=Reason.TOO_FEW_ANSWERS)


def test_constant_answers_have_exactly_no_variance() -> None:
    assert Moments.of([33.3] * 7).variance == 0.0


@pytest.mark.parametrize(
    ("n", "total", "squares", "words"),
    [
        (-1, 0.0, 0.0, "at least 0"),
        (2.5, 0.0, 0.0, "whole number"),
        (True, 0.0, 0.0, "truth value"),
        (2, float("nan"), 0.0, "finite"),
        (2, "7", 0.0, "must be a number"),
        (2, None, 0.0, "must be a number"),
        (2, 10.0, -1.0, "negative"),
        (2, 10.0, 49.0, "too small"),
        (0, 10.0, 100.0, "no answers"),
        (0, 10.0, 0.0, "no answers"),
        (0, 0.0, 100.0, "no answers"),
    ],
)
def test_impossible_moments_are_refused(n: int, total: float, squares: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Moments(n=n, total=total, total_squares=squares)


def test_a_cell_with_more_answers_than_people_is_refused() -> None:
    with pytest.raises(ValueError, match="more answers than people"):
        WaveCell(n_invited=2, moments=Moments.of([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="at least 0"):
        WaveCell(n_invited=-2, moments=None)


def test_response_rate() -> None:
    assert WaveCell(n_invited=4, moments=Moments.of([1.0, 2.0, 3.0])).response_rate == 0.75
    for cell in (
        WaveCell(n_invited=4, moments=None),
        WaveCell(n_invited=0, moments=Moments(n=0, total=0.0, total_squares=0.0)),
    ):
        assert cell.response_rate == NotEstimable(reason=Reason.NO_ANSWERS)


def test_cells_become_a_series() -> None:
    cells = [
        WaveCell(n_invited=10, moments=Moments.of([40.0, 50.0, 60.0])),
        None,
        WaveCell(n_invited=14, moments=None),
        WaveCell(n_invited=12, moments=Moments.of([70.0])),
    ]
    series = WaveSeries.from_cells(cells, [None] * 4)
    assert series.n == ((3, None, None, 1), (None,) * 4)
    assert series.mean[0] == (50.0, None, None, 70.0)
    assert series.variance[0] == (100.0, None, None, None)
    assert series.headcount == (11.0, 0.0)
    assert series.observed_months(0) == (1,)
    assert series.observed_months(1) == ()


def test_windows_and_gaps_keep_the_calendar() -> None:
    series = WaveSeries.from_arrays(
        n=np.array([[10, 11, 12], [13, 14, 15]]),
        mean=np.array([[50.0, 51.0, 52.0], [53.0, 54.0, 55.0]]),
        variance=np.full((2, 3), 400.0),
        headcount=np.array([20, 20]),
    )
    assert series.window(2, 3).n == ((11, 12), (14, 15))
    assert series.window(1, 0).months == 0
    gone = series.without([2])
    assert gone.months == 3
    assert gone.mean == ((50.0, None, 52.0), (53.0, None, 55.0))
    for first, last in ((0, 2), (2, 4), (3, 1)):
        with pytest.raises(ValueError, match="outside the calendar"):
            series.window(first, last)


GOOD = {
    "n": [[10, 10], [10, 10]],
    "mean": [[50.0, 50.0], [50.0, 50.0]],
    "variance": [[400.0, 400.0], [400.0, 400.0]],
    "headcount": [12, 12],
}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n": [[10, 10], [10]]}, "same months"),
        ({"n": [[10, 10]]}, "two groups"),
        ({"n": [[-1, 10], [10, 10]]}, "at least 0"),
        ({"n": [[0, 10], [10, 10]]}, "without answers in group 1, month 1"),
        ({"n": [[None, 10], [10, 10]]}, "without answers in group 1, month 1"),
        (
            {"n": [[0, 10], [10, 10]], "variance": [[None, 400.0], [400.0, 400.0]]},
            "A mean without answers in group 1, month 1",
        ),
        (
            {"n": [[10, None], [10, 10]], "mean": [[50.0, None], [50.0, 50.0]]},
            "A mean without answers in group 1, month 2",
        ),
        (
            {"n": [[2, 10], [10, 10]], "variance": [[None, 400.0], [400.0, 400.0]]},
            "Answers without a mean or variance in group 1, month 1",
        ),
        ({"mean": [[50.0, 100.5], [50.0, 50.0]]}, "outside the scale in group 1, month 2"),
        ({"mean": [[50.0, 50.0], [-0.5, 50.0]]}, "outside the scale in group 2, month 1"),
        ({"mean": [[None, 50.0], [50.0, 50.0]]}, "Answers without"),
        ({"variance": [[None, 400.0], [400.0, 400.0]]}, "Answers without"),
        ({"variance": [[-1.0, 400.0], [400.0, 400.0]]}, "negative variance"),
        ({"variance": [[400.0, 400.0], [400.0, 2900.0]]}, "cannot have in group 2, month 2"),
        ({"mean": [[50.0, 101.0], [50.0, 50.0]]}, "outside the scale in group 1, month 2"),
        ({"mean": [[float("nan"), 50.0], [50.0, 50.0]]}, "finite"),
        ({"headcount": [9, 12]}, "people invited in group 1"),
        ({"headcount": [12, -1]}, "negative"),
        ({"headcount": [12]}, "two groups"),
    ],
)
def test_impossible_series_are_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        WaveSeries.from_arrays(**{**GOOD, **changed})


def test_an_index_ends_at_0_and_100_however_it_is_built() -> None:
    one, empty = ((5,), (100.5,), (0.0,)), ((None,),) * 3
    cells = [WaveCell(n_invited=9, moments=Moments.of([100.5] * 5))]
    with pytest.raises(ValueError, match="outside the scale"):
        WaveSeries.from_cells(cells, [None])
    n, mean, variance = zip(one, empty, strict=True)
    with pytest.raises(ValueError, match="outside the scale"):
        WaveSeries(n=n, mean=mean, variance=variance, headcount=(9.0, 0.0))
    assert WaveSeries.from_cells([None], [None]).bounds == (0.0, 100.0)


def test_many_equal_answers_may_be_summed_with_rounding() -> None:
    """33.3 a thousand times: n times the sum of squares falls short of the square by 2e-7."""
    moments = Moments.of([33.3] * 1000)
    assert moments.total_squares * 1000 < moments.total**2 - 1e-7
    assert moments.variance == 0.0


def test_a_scale_without_ends() -> None:
    facts = {**GOOD, "mean": [[5000.0, 50.0], [50.0, -3.0]], "bounds": None}
    assert WaveSeries.from_arrays(**facts).mean[0][0] == 5000.0


def test_a_head_count_counts_the_waves_that_are_shown() -> None:
    """A group of 6, 11 and 6 of which only the eleven were enough to be shown."""
    hidden = WaveCell(n_invited=6, moments=None)
    shown = WaveCell(n_invited=11, moments=Moments.of([40.0, 50.0, 60.0] * 3))
    series = WaveSeries.from_cells([hidden, shown, hidden], [None, shown, hidden])
    assert series.headcount == (11.0, 11.0)
    assert WaveSeries.from_cells([hidden], [None]).headcount == (0.0, 0.0)
