"""From what is kept no answer table, and nobody's answer sheet, can be put together again.

For a group of n a second table is shown that leaves every kept number as it is and shares no sheet
with the real one: so the table is not the only one, and no sheet is certain.
"""

import numpy as np
import pytest

from bench.audit.reconstruction import CERTAIN, outcome_of
from pulse.tallies.count import CROSS_FLOOR, ITEM_FLOOR
from tests.tallies.reconstruction import (
    Puzzle,
    Table,
    exact_of,
    kept_of,
    other_table,
    random_table,
    rows_of,
    tables_from_products,
)

SIZES = range(5, 13)


def prove_open(table: Table, other: Table | None, known: int = 0) -> None:
    assert other is not None
    assert kept_of(other) == kept_of(table)
    assert set(rows_of(other[known:])).isdisjoint(rows_of(table[known:]))


def solved(table: Table, seed: int, *, known: int = 0, seconds: float = 60.0) -> Table | None:
    """Return another table by the solver; None if it is certain that there is none."""
    puzzle = Puzzle(kept_of(table))
    for person in range(known):
        puzzle.know(person, tuple(table[person].tolist()))
    for sheet in rows_of(table[known:]):
        puzzle.forbid(sheet, known)
    return puzzle.solve(seed, seconds)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_another_table_without_one_common_sheet_fits(n: int, seed: int) -> None:
    table = random_table(seed, n)
    prove_open(table, other_table(table, seed))


@pytest.mark.parametrize("n", SIZES)
def test_neither_if_the_attacker_knows_his_own_sheet(n: int) -> None:
    table = random_table(n, n)
    prove_open(table, other_table(table, 1, known=1), known=1)


@pytest.mark.parametrize(("n", "seed"), [(5, 0), (6, 1)])
def test_the_solver_finds_another_table_from_the_kept_sums_alone(n: int, seed: int) -> None:
    table = random_table(seed, n)
    prove_open(table, solved(table, seed))


def test_the_solver_takes_what_it_is_told_seriously() -> None:
    """It must be able to fail: from the exact sums, everybody at the very worst is one table only."""
    table = np.full((5, 10), 4)
    puzzle = Puzzle(exact_of(table))
    found = puzzle.solve(0)
    assert found is not None
    assert rows_of(found) == rows_of(table)
    puzzle.forbid((4,) * 10)
    assert puzzle.solve(0) is None


def test_what_is_stored_of_a_unanimous_group_leaves_other_tables() -> None:
    table = np.full((5, 10), 4)
    puzzle = Puzzle(kept_of(table))
    puzzle.demand_another_answer(0, 4)
    found = puzzle.solve(0)
    assert found is not None
    assert kept_of(found) == kept_of(table)


def test_a_planted_certain_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.audit.reconstruction.kept_of", exact_of)
    monkeypatch.setattr("tests.tallies.reconstruction.kept_of", exact_of)
    assert outcome_of(np.full((5, 10), 4), 0, 0) == CERTAIN


def test_a_planted_leak_is_found_cross_products_at_eight() -> None:
    """Were counts and cross products kept at n = 8, the whole table would follow."""
    table = random_table(3, 8)
    counts = [np.bincount(table[:, item], minlength=5).tolist() for item in range(10)]
    found = tables_from_products(counts, table.T @ table)
    assert found == [rows_of(table)]
    assert CROSS_FLOOR == 30
    assert ITEM_FLOOR == 10


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("known", [0, 1])
@pytest.mark.parametrize("seed", range(3, 6))
def test_many_more_groups(n: int, seed: int, known: int) -> None:
    table = random_table(seed, n)
    prove_open(table, other_table(table, seed, known=known, tries=40), known=known)


@pytest.mark.slow
@pytest.mark.parametrize("n", [7])
def test_the_solver_on_larger_groups(n: int) -> None:
    table = random_table(0, n)
    prove_open(table, solved(table, 0))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_the_planted_leak_again_and_again(seed: int) -> None:
    table = random_table(seed, 7)
    counts = [np.bincount(table[:, item], minlength=5).tolist() for item in range(10)]
    assert tables_from_products(counts, table.T @ table) == [rows_of(table)]
