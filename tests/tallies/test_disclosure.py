"""The rules of disclosure control, each with the case that it is there for."""

import pytest

from pulse.tallies.disclosure import (
    CAPPED,
    COMPLEMENTARY,
    TOO_FEW,
    Figure,
    capped_counts,
    capped_mean,
    change_reason,
    company_reason,
    complementary,
    item_floor,
    withheld,
)

SHOWN = {"n": 8, "sum": 300.0, "sum_squares": 15_000.0}


def figure(name: str, *weights: int, is_secret: bool = False, worth: float = 1.0) -> Figure:
    return Figure(name=name, weights=weights, is_secret=is_secret, worth=worth)


@pytest.mark.parametrize(("k", "floor"), [(5, 10), (10, 10), (12, 12)])
def test_items_need_ten_or_k(k: int, floor: int) -> None:
    assert item_floor(k) == floor


@pytest.mark.parametrize(
    ("mean", "expected"),
    [(100.0, "high"), (90.0, "high"), (89.9, None), (10.1, None), (10.0, "low"), (0.0, "low")],
)
def test_a_mean_near_the_end_is_capped(mean: float, expected: str | None) -> None:
    spread = 100.0
    assert capped_mean(10, 10 * mean, 10 * (mean**2 + spread)) == expected


def test_people_of_one_mind_are_capped_anywhere_on_the_scale() -> None:
    assert capped_mean(6, 6 * 50.0, 6 * 2500.0) == "middle"
    five_at_50_one_at_25 = (6, 275.0, 5 * 2500.0 + 625.0)
    assert capped_mean(*five_at_50_one_at_25) is None


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([10, 0, 0, 0, 0], "low"),
        ([9, 1, 0, 0, 0], "low"),
        ([8, 2, 0, 0, 0], None),
        ([0, 0, 0, 1, 9], "high"),
        ([0, 0, 12, 1, 0], "middle"),
        ([11, 0, 0], "low"),
        ([3, 3, 4], None),
    ],
)
def test_nine_tenths_in_one_category_are_capped(counts: list[int], expected: str | None) -> None:
    assert capped_counts(counts) == expected


def test_the_company_value_goes_with_either_group() -> None:
    assert company_reason(SHOWN, SHOWN) is None
    assert company_reason(withheld(TOO_FEW), SHOWN) == COMPLEMENTARY
    assert company_reason(SHOWN, withheld(CAPPED)) == COMPLEMENTARY


def test_a_change_needs_both_waves() -> None:
    assert change_reason(SHOWN, SHOWN) is None
    assert change_reason(withheld(TOO_FEW), SHOWN) == TOO_FEW
    assert change_reason(SHOWN, withheld(CAPPED)) == CAPPED


def test_the_last_unknown_of_a_total_takes_one_more_with_it() -> None:
    total, a, b, c = (
        figure("total", 1, 1, 1, worth=9),
        figure("a", 1, 0, 0, is_secret=True),
        figure("b", 0, 1, 0, worth=2),
        figure("c", 0, 0, 1, worth=3),
    )
    assert complementary([total, a, b, c]) == {"b"}


def test_two_unknowns_of_a_total_protect_each_other() -> None:
    total, a, b, c = (
        figure("total", 1, 1, 1, worth=9),
        figure("a", 1, 0, 0, is_secret=True),
        figure("b", 0, 1, 0, is_secret=True),
        figure("c", 0, 0, 1),
    )
    assert complementary([total, a, b, c]) == frozenset()


def test_every_way_to_a_secret_is_closed() -> None:
    """The same sum known twice over: from the parts of the first total and of the second."""
    figures = [
        figure("all", 1, 1, 1, 1, worth=9),
        figure("left", 1, 1, 0, 0, worth=5),
        figure("right", 0, 0, 1, 1, worth=4),
        figure("one", 1, 0, 0, 0, is_secret=True),
        figure("two", 0, 1, 0, 0, worth=1),
    ]
    assert complementary(figures) == {"two"}
    twice = [*figures, figure("two again", 0, 2, 0, 0, worth=0)]
    assert complementary(twice) == {"two", "two again"}


def test_what_is_no_sum_of_others_stays() -> None:
    figures = [figure("a", 1, 0, is_secret=True), figure("b", 0, 1)]
    assert complementary(figures) == frozenset()
