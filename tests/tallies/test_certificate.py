"""The certificate gives up exactly what could be combined into a figure about a few people."""

import itertools
import random

import numpy as np
import pytest

from pulse.tallies.certificate import GroupSum, given_up
from pulse.tallies.scoring import Flags

ITEMS = 4


def make_sum(
    name: str, weights: tuple[int, ...], members: Flags | list[int], worth: float = 1.0
) -> GroupSum:
    return GroupSum(
        name=name,
        weights=np.array(weights, dtype=np.float64),
        members=np.array(members, dtype=np.bool_),
        worth=worth,
    )


def everybody(n: int) -> Flags:
    return np.ones(n, dtype=np.bool_)


def test_five_who_answered_everything_are_safe() -> None:
    n = 5
    sums = [
        make_sum("all", (1, 1, 1, 1), everybody(n), np.inf),
        make_sum("a", (1, 0, 0, 0), everybody(n)),
    ]
    assert given_up(np.ones((n, ITEMS), dtype=np.bool_), sums) == frozenset()


@pytest.mark.parametrize(("inside", "expected"), [(4, {"part"}), (5, set()), (6, {"part"})])
def test_a_part_and_its_rest_need_five_people_each(inside: int, expected: set[str]) -> None:
    n = 10
    members = [1] * inside + [0] * (n - inside)
    sums = [
        make_sum("all", (1, 1, 1, 1), everybody(n), np.inf),
        make_sum("part", (1, 1, 1, 1), members),
    ]
    assert given_up(np.ones((n, ITEMS), dtype=np.bool_), sums) == expected


def test_two_parts_that_differ_by_one_person() -> None:
    n = 12
    sums = [
        make_sum("all", (1, 1, 1, 1), everybody(n), np.inf),
        make_sum("five", (1, 1, 1, 1), [1] * 5 + [0] * 7, worth=1.0),
        make_sum("six", (1, 1, 1, 1), [1] * 6 + [0] * 6, worth=2.0),
    ]
    assert given_up(np.ones((n, ITEMS), dtype=np.bool_), sums) == {"five"}


def test_an_item_that_eight_of_ten_skipped_shows_the_two_who_did_not() -> None:
    """For those who skipped it, the item's value is their mean: subtracted, they cancel out."""
    n = 10
    answered = np.ones((n, ITEMS), dtype=np.bool_)
    answered[2:, 3] = False
    sums = [
        make_sum("all", (1, 1, 1, 1), everybody(n), np.inf),
        make_sum("last", (0, 0, 0, 1), everybody(n)),
    ]
    assert given_up(answered, sums) == {"last"}
    answered[2:5, 3] = True
    assert given_up(answered, sums) == frozenset()


def test_what_is_worth_least_goes_first_and_the_index_never() -> None:
    n = 9
    sums = [
        make_sum("index", (1, 1, 1, 1), [1] * 9, np.inf),
        make_sum("a", (1, 1, 1, 1), [1] * 8 + [0], worth=3.0),
        make_sum("b", (1, 1, 1, 1), [1] * 7 + [0] * 2, worth=2.0),
    ]
    assert given_up(np.ones((n, ITEMS), dtype=np.bool_), sums) == {"a", "b"}


@pytest.mark.parametrize("seed", range(60))
def test_it_agrees_with_trying_every_set_of_people(seed: int) -> None:
    """A plain search over all sets of one to four people, by rank, finds the same verdict."""
    chance = random.Random(seed)
    n = chance.randrange(5, 11)
    answered = np.array([[chance.random() > 0.15 for _ in range(ITEMS)] for _ in range(n)])
    answered[~answered.any(axis=1), 0] = True
    sums = [make_sum("index", (1, 1, 1, 1), everybody(n), np.inf)]
    for name in "abc":
        weights = tuple(chance.randrange(2) for _ in range(ITEMS))
        members = everybody(n) if chance.random() < 0.5 else [chance.randrange(2) for _ in range(n)]
        if any(weights) and any(members):
            sums.append(make_sum(name, weights, members))
    assert bool(given_up(answered, sums)) is _leaks(answered, sums)


def _leaks(answered: Flags, sums: list[GroupSum]) -> bool:
    rows = []
    for entry in sums:
        row = np.zeros(answered.shape)
        for person, own in enumerate(answered):
            if entry.members[person]:
                row[person] = np.where(
                    own, entry.weights + entry.weights[~own].sum() / own.sum(), 0
                )
        rows.append(row)
    stack = np.stack(rows)
    rank = np.linalg.matrix_rank(stack.reshape(len(rows), -1))
    for size in range(1, 5):
        for few in itertools.combinations(range(len(answered)), size):
            rest = np.delete(stack, few, axis=1).reshape(len(rows), -1)
            if np.linalg.matrix_rank(rest) < rank:
                return True
    return False
