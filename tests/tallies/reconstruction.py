"""An attacker with a solver asks which answer tables fit the kept sums of a group.

He knows that nobody skipped anything (his best case), the kept document, and how it is made. People
are not labelled, so a table is known only up to the order of its rows.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from pulse.tallies.count import ITEM_FLOOR
from pulse.tallies.disclosure import CAP_SHARE
from pulse.tallies.release import without_hidden
from pulse.tallies.scoring import DIMENSIONS
from tests.factories.tallies import KEY, make_kept, make_sheet

Table = NDArray[np.int64]  # people x items, friction steps 0..4
STEPS = np.arange(5)
INFEASIBLE = 2  # a status of scipy.optimize.milp
ENDS = {"low": (0.0, 10.0), "high": (90.0, 100.0)}
SLACK = 0.006  # sums are kept to two decimals


def exact_of(table: Table) -> dict[str, Any]:
    """Return what the count makes of a group with these answers, the rest being equal."""
    sheets = [
        make_sheet([4 - f if good else f for f, good in zip(row, KEY.is_good, strict=True)])
        for row in table.tolist()
    ]
    kept: dict[str, Any] = make_kept(sheets, [])["first"]
    return kept


def kept_of(table: Table) -> dict[str, Any]:
    """Return what is stored of it."""
    return without_hidden(exact_of(table), KEY)


def random_table(seed: int, n: int, level: float = 2.0) -> Table:
    """Return friction steps of people who answered everything: the attacker's best case."""
    chance = np.random.default_rng(seed)
    mood = chance.normal(0, 0.8, (n, 1))
    noise = chance.normal(0, 0.8, (n, 10))
    return np.clip(np.round(level + mood + noise), 0, 4).astype(np.int64)


def rows_of(table: Table) -> list[tuple[int, ...]]:
    """Return the table up to the order of people."""
    return sorted(map(tuple, table.tolist()))


class Puzzle:
    """The kept sums as an integer programme over one-hot blocks: answers per dimension, index."""

    def __init__(self, kept: Mapping[str, Any]) -> None:
        self.kept, self.n = kept, int(kept["valid"])
        self.blocks = [np.flatnonzero(KEY.of_dimension(d)) for d in DIMENSIONS]
        self.options = [
            np.array(list(itertools.product(STEPS, repeat=len(block)))) for block in self.blocks
        ]
        self.index_values = np.arange(41)  # the person's sum of ten steps
        self.width = sum(len(options) for options in self.options) + len(self.index_values)
        self.rows: list[NDArray[np.float64]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self._one_of_each_block()
        self._index_is_the_sum()
        self._sums()
        self._counts()

    def _places(self) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
        start = 0
        for number, options in enumerate(self.options):
            yield number, start, options
            start += len(options)

    def _add(self, row: NDArray[np.float64], low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _of_person(self, person: int, part: NDArray[np.float64], start: int) -> Any:
        row = np.zeros(self.n * self.width)
        place = person * self.width + start
        row[place : place + len(part)] = part
        return row

    def _of_all(self, part: NDArray[np.float64], start: int) -> Any:
        return sum(self._of_person(person, part, start) for person in range(self.n))

    @property
    def _index_start(self) -> int:
        return self.width - len(self.index_values)

    def _one_of_each_block(self) -> None:
        sizes = [(start, len(options)) for _, start, options in self._places()]
        for person in range(self.n):
            for start, size in [*sizes, (self._index_start, len(self.index_values))]:
                self._add(self._of_person(person, np.ones(size), start), 1, 1)

    def _index_is_the_sum(self) -> None:
        for person in range(self.n):
            row = self._of_person(person, -1.0 * self.index_values, self._index_start)
            for _, start, options in self._places():
                row += self._of_person(person, options.sum(axis=1).astype(float), start)
            self._add(row, 0, 0)

    def _sums(self) -> None:
        index = 2.5 * self.index_values
        self._moments(self.kept["index"], index, self._index_start)
        for number, start, options in self._places():
            cell = self.kept["dimensions"][DIMENSIONS[number]]
            self._moments(cell, 25.0 * options.mean(axis=1), start)

    def _moments(self, cell: Mapping[str, Any], scores: NDArray[np.float64], start: int) -> None:
        if "withheld" in cell:
            least, most = ENDS.get(cell.get("capped", ""), (0.0, 100.0))
            self._add(self._of_all(scores, start), least * self.n, most * self.n)
            return
        for power, name in ((1, "sum"), (2, "sum_squares")):
            row = self._of_all(scores**power, start)
            self._add(row, cell[name] - SLACK, cell[name] + SLACK)

    def _counts(self) -> None:
        for _number, start, options in self._places():
            for column, item in enumerate(self.blocks[_number]):
                cell = self.kept.get("items", {}).get(KEY.items[item], {})
                counts = cell.get("counts", [])
                steps = counts[::-1] if KEY.is_good[item] else counts
                bounds = {step: (count, count) for step, count in enumerate(steps)}
                if cell.get("capped") in ("low", "high"):
                    is_worst = (cell["capped"] == "high") is not KEY.is_good[item]
                    bounds = {STEPS[-1] if is_worst else STEPS[0]: (CAP_SHARE * self.n, self.n)}
                for step, (least, most) in bounds.items():
                    row = self._of_all((options[:, column] == step).astype(float), start)
                    self._add(row, least, most)

    def forbid(self, sheet: tuple[int, ...], known: int = 0) -> None:
        """Demand that nobody but the first `known` people has exactly this answer sheet."""
        for person in range(known, self.n):
            row = np.zeros(self.n * self.width)
            for number, start, options in self._places():
                own = np.array([sheet[item] for item in self.blocks[number]])
                row += self._of_person(person, (options == own).all(axis=1).astype(float), start)
            self._add(row, 0, len(self.blocks) - 1)

    def demand_another_answer(self, item: int, step: int, known: int = 0) -> None:
        """Demand that not everybody (but for the first `known` people) chose this answer."""
        for number, start, options in self._places():
            if item in self.blocks[number]:
                column = self.blocks[number].tolist().index(item)
                chosen = (options[:, column] == step).astype(float)
                row = sum(self._of_person(p, chosen, start) for p in range(known, self.n))
                self._add(np.asarray(row), 0, self.n - known - 1)

    def stay_alike(self, table: Table) -> None:
        """Demand that all but one score as most do in `table`, where that is why a cell is hidden."""
        for number, start, options in self._places():
            cell = self.kept["dimensions"].get(DIMENSIONS[number], {})
            if cell.get("capped") == "middle":
                usual = np.median(table[:, self.blocks[number]].sum(axis=1))
                alike = (options.sum(axis=1) == usual).astype(float)
                self._add(self._of_all(alike, start), self.n - 1, self.n)

    def know(self, person: int, sheet: tuple[int, ...]) -> None:
        """Fix one person's sheet: the attacker's own."""
        for number, start, options in self._places():
            own = np.array([sheet[item] for item in self.blocks[number]])
            here = (options == own).all(axis=1).astype(float)
            self._add(self._of_person(person, here, start), 1, 1)

    def solve(self, seed: int, seconds: float = 30.0) -> Table | None:
        """Return a table that fits, None if there is none; TimeoutError if undecided."""
        chance = np.random.default_rng(seed)
        found = milp(
            chance.integers(0, 3, self.n * self.width).astype(float),
            integrality=np.ones(self.n * self.width),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(sp.csr_array(np.stack(self.rows)), self.low, self.high),
            options={"time_limit": seconds, "mip_rel_gap": 1.0},
        )
        if found.x is None and found.status != INFEASIBLE:
            raise TimeoutError(found.message)
        if found.x is None:
            return None
        chosen = found.x.reshape(self.n, self.width).round().astype(int)
        table = np.zeros((self.n, len(KEY.items)), dtype=np.int64)
        for number, start, options in self._places():
            picked = chosen[:, start : start + len(options)].argmax(axis=1)
            table[:, self.blocks[number]] = options[picked]
        return table


def other_table(
    table: Table,
    seed: int,
    *,
    known: int = 0,
    tries: int = 8,
    moves: int = 6_000,
    may_share: bool = False,
) -> Table | None:
    """Return a table with the same kept sums and none of the same sheets; None if none was found.

    Dealing the answers of a dimension out to other people changes no sum but the squares of the
    index; so blocks are dealt around, by simulated annealing, until the squares agree again.

    Parameters
    ----------
    known
        So many people (the first ones) keep their sheets: the attacker knows these.
    may_share
        Whether some sheets may be the same, as long as not all are.
    """
    chance = np.random.default_rng(seed)
    for _ in range(tries):
        found = _anneal(table, known, moves, chance, may_share=may_share)
        if found is not None and kept_of(found) == kept_of(table):
            return found
    return None


def _anneal(
    table: Table, known: int, moves: int, chance: np.random.Generator, *, may_share: bool
) -> Table | None:
    blocks = [np.flatnonzero(KEY.of_dimension(d)) for d in DIMENSIONS]
    people = np.arange(known, len(table))
    sheets = {tuple(row) for row in table[known:].tolist()}
    squares = int((table.sum(axis=1) ** 2).sum())
    current = table.copy()

    def distance() -> int:
        shared = sum(tuple(row) in sheets for row in current[known:].tolist())
        if may_share:
            shared = rows_of(current) == rows_of(table)
        return 12 * shared + abs(int((current.sum(axis=1) ** 2).sum()) - squares)

    now = distance()
    for move in range(moves):
        heat = 60.0 * (1 - move / moves) ** 2 + 0.3
        block = blocks[chance.integers(len(blocks))]
        before = current.copy()
        if len(table) < ITEM_FLOOR and chance.random() < 0.2:
            own = np.ix_(chance.choice(people, 1), block)
            current[own] = current[own][:, ::-1]  # no item is kept by itself
        else:
            pair = np.ix_(chance.choice(people, 2, replace=False), block)
            current[pair] = current[pair][::-1]
        found = distance()
        if found <= now or chance.random() < np.exp((now - found) / heat):
            now = found
        else:
            current = before
        if now == 0:
            return current
    return None


def tables_from_products(counts: list[list[int]], products: NDArray[np.int64]) -> list[list[Any]]:
    """Return every table with these counts per item and cross products, up to the order of rows."""
    columns = [np.repeat(STEPS, own) for own in counts]
    found: set[tuple[tuple[int, ...], ...]] = set()
    open_tables = [columns[0][:, np.newaxis]]
    for item in range(1, len(counts)):
        candidates = _arrangements(columns[item])
        grown: dict[tuple[tuple[int, ...], ...], Table] = {}
        for table in open_tables:
            fits = (candidates @ table == products[item, :item]).all(axis=1)
            for column in candidates[fits]:
                wider = np.column_stack([table, column])
                grown[tuple(rows_of(wider))] = wider
        open_tables = list(grown.values())
    found.update(tuple(rows_of(table)) for table in open_tables)
    return [list(rows) for rows in sorted(found)]


def _arrangements(column: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(np.array(list(itertools.permutations(column.tolist()))), axis=0)
