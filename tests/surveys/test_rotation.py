"""Who is asked which of the eleven rotating items."""

import datetime as dt
import itertools
from collections import Counter

from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.rotation import common_pair, mode_for, rotating_items

MONTHS = [dt.date(2026 + n // 12, n % 12 + 1, 1) for n in range(11)]


def test_eleven_items_each_known() -> None:
    instrument = load_instrument(CURRENT_VERSION)
    for makes_requests in (True, False):
        items = rotating_items(makes_requests)
        assert len(set(items)) == 11
        assert all(instrument.item(item) for item in items)


def test_only_the_group_that_makes_requests_rates_itself() -> None:
    assert set(rotating_items(makes_requests=True)) - set(rotating_items(makes_requests=False)) == {
        "RU02S",
        "RU06S",
    }


def test_a_pair_is_two_different_items() -> None:
    for month in MONTHS:
        one, two = common_pair(month, makes_requests=False)
        assert one != two


def test_no_item_comes_two_months_running() -> None:
    for before, after in itertools.pairwise(MONTHS):
        assert not {*common_pair(before, makes_requests=True)} & {
            *common_pair(after, makes_requests=True)
        }


def test_each_item_comes_twice_in_eleven_months() -> None:
    for makes_requests in (True, False):
        shown = Counter(item for month in MONTHS for item in common_pair(month, makes_requests))
        assert shown == dict.fromkeys(rotating_items(makes_requests), 2)


def test_both_groups_are_asked_about_the_same_rules_in_a_month() -> None:
    for month in MONTHS:
        asking, asked = (
            common_pair(month, makes_requests=True),
            common_pair(month, makes_requests=False),
        )
        assert [item.removesuffix("S") for item in asking] == list(asked)


def test_small_groups_share_their_pair() -> None:
    assert mode_for(59.9) == "common"
    assert mode_for(60) == "drawn"
