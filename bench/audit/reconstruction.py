"""Can the answers of a small group be put together again from what is stored? Searched for each n.

People are not named in what is stored, so a table of answers is known up to the order of people. It
is *open* if another table leaves every stored number as it is; strongly so if no answer sheet is in
both. An answer is *certain* if in every table that fits all people gave it. Everybody answered every
question: the attacker's best case. With `known` the attacker is one of the group himself. If all others
gave one answer, "nearly everybody" may tell him so; no cap prevents that, and it is counted apart.
"""

import itertools
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from pulse.tallies.count import CROSS_FLOOR
from tests.factories.tallies import KEY
from tests.tallies.reconstruction import (
    Puzzle,
    Table,
    kept_of,
    other_table,
    random_table,
    tables_from_products,
)

SIZES = range(5, 13)
LEVELS = (2.0, 2.0, 1.0, 0.2, 3.8)  # of friction steps 0..4: two usual groups, three near an end
OPEN, PARTLY, UNIQUE, CERTAIN, MEMBER, UNDECIDED = (
    "another table without a common sheet",
    "another table",
    "only one table",
    "an answer is certain",
    "perhaps certain to a member: all others agree",
    "undecided",
)
FAILURES = (UNIQUE, CERTAIN, UNDECIDED)
SOLVER_SECONDS = 120.0
SOLVER_TRIES = 12


@dataclass
class Searched:
    """What came out, by size of the group."""

    by_size: dict[int, Counter[str]] = field(default_factory=dict)
    n_products_unique: int = 0
    n_products: int = 0

    @property
    def failures(self) -> list[str]:
        """What must not be, in words."""
        found = [
            f"reconstruction, n = {n}: {outcome} in {count} groups"
            for n, outcomes in self.by_size.items()
            for outcome, count in outcomes.items()
            if outcome in FAILURES
        ]
        if self.n_products_unique < self.n_products:
            found.append("reconstruction: the planted cross products did not give every table away")
        return found


def search(n_seeds: int, n_planted: int) -> Searched:
    """Try `n_seeds` groups of each size, level and knowledge, and the planted leak."""
    found = Searched()
    for n in SIZES:
        found.by_size[n] = Counter(
            outcome_of(random_table(1_000 * n + seed, n, level), seed, known)
            for seed in range(n_seeds)
            for level in LEVELS
            for known in (0, 1)
        )
    for seed in range(n_planted):
        table = random_table(seed, 8)
        counts = [np.bincount(table[:, item], minlength=5).tolist() for item in range(10)]
        found.n_products += 1
        found.n_products_unique += len(tables_from_products(counts, table.T @ table)) == 1
    if max(SIZES) >= CROSS_FLOOR:
        raise RuntimeError("cross products are kept for groups of this size")
    return found


def outcome_of(table: Table, seed: int, known: int) -> str:
    """Return what can be known about one group."""
    try:
        suspects = [i for i in range(table.shape[1]) if _may_be_certain(table, i, known)]
        if suspects and known:
            return MEMBER
        if any(_is_certain(table, item, seed) for item in suspects):
            return CERTAIN
        if other_table(table, seed, known=known, tries=4) is not None:
            return OPEN
        if other_table(table, seed, known=known, may_share=True) is not None:
            return PARTLY
        return PARTLY if _solved(table, seed, known) else UNIQUE
    except TimeoutError:
        return UNDECIDED


def _may_be_certain(table: Table, item: int, known: int) -> bool:
    """Whether all others gave one answer, and no swap of two answers shows that they need not have."""
    return len(set(table[known:, item].tolist())) == 1 and not _is_open_by_a_swap(
        table, item, known
    )


def _is_certain(table: Table, item: int, seed: int) -> bool:
    """Whether all people gave one answer, and in every table that fits they do."""
    for attempt in range(SOLVER_TRIES):
        puzzle = _puzzle(table, 0)
        puzzle.demand_another_answer(item, int(table[0, item]))
        if attempt % 2 == 0:
            puzzle.stay_alike(table)
        found = puzzle.solve(seed + attempt, SOLVER_SECONDS)
        if found is None and attempt % 2 == 1:
            return True
        if found is not None and kept_of(found) == kept_of(table):
            return False
    raise TimeoutError("no table that was found is stored in just the same way")


def _is_open_by_a_swap(table: Table, item: int, known: int) -> bool:
    """Whether a small change of one person's sheet is stored in just the same way.

    The two answers of a dimension the other way round; or the answer a step away, with another
    answer a step back or none.
    """
    block = np.flatnonzero(KEY.of_dimension(KEY.dimensions[item]))
    for person in range(known, len(table)):
        turned = table.copy()
        turned[person, block] = turned[person, block][::-1]
        if turned[person, item] != table[person, item] and kept_of(turned) == kept_of(table):
            return True
    step = 1 if table[known, item] < 4 else -1
    for person, other in itertools.product(range(known, len(table)), range(table.shape[1])):
        moved = table.copy()
        moved[person, other] -= step
        moved[person, item] = table[person, item] + step
        if moved.min() >= 0 and moved.max() <= 4 and kept_of(moved) == kept_of(table):
            return True
    return False


def _solved(table: Table, seed: int, known: int) -> bool:
    """Whether a table fits in which one of the sheets is missing."""
    for sheet in sorted({tuple(row) for row in table[known:].tolist()}):
        puzzle = _puzzle(table, known)
        puzzle.forbid(sheet, known)
        found = puzzle.solve(seed, SOLVER_SECONDS)
        if found is not None and kept_of(found) == kept_of(table):
            return True
    return False


def _puzzle(table: Table, known: int) -> Puzzle:
    puzzle = Puzzle(kept_of(table))
    for person in range(known):
        puzzle.know(person, tuple(table[person].tolist()))
    return puzzle
