"""The content of a release: kept tallies with every rule of disclosure control applied. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from pulse.tallies.disclosure import (
    CAPPED,
    COMPLEMENTARY,
    DIFFERENCE,
    FLOOR,
    TOO_FEW,
    Figure,
    capped_counts,
    capped_mean,
    complementary,
    is_at_end,
    item_floor,
    merge_small,
    withheld,
)
from pulse.tallies.scoring import DIMENSIONS, OVERLAP, CoreKey
from pulse.tallies.sheets import PERCEPTION_GAP

SCHEMA = 1
NEVER_SHOWN = frozenset({CAPPED, COMPLEMENTARY})
LINK = ("n_others", "index_raters", "index_others", "products")
"""Fields of a rotating item that lay its rating beside friction."""
Cell = dict[str, Any]
# What is given up first when one figure would give away another: exact items before the links with
# rules, these before the halves, these before dimensions, and the index last.
_WORTH = {"items": 0.0, "rotating": 1.0, "quality": 2.0, "dimensions": 3.0, "index": 4.0}


def release_content(
    kept: Mapping[str, Mapping[str, Any]],
    key: CoreKey,
    k: int,
    earlier: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Return what may be seen of a wave.

    Parameters
    ----------
    kept
        Tallies by group code.
    key
        The core items of the wave's instrument.
    k
        Fewest ballots of a cell; 5 or more.
    earlier
        Contents released before for this wave. A correction shows nothing that they withheld: both
        can be laid side by side.
    """
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "minimum_cell_size": k,
        "groups": {code: _group(tally, key, k) for code, tally in kept.items()},
    }
    for before in earlier:
        content = _keep_withheld(content, before)
    return content


def without_hidden(tally: Mapping[str, Any], key: CoreKey) -> dict[str, Any]:
    """Return a tally of which nothing is left that no release may ever show.

    What is capped at the lowest floor, or would give away what is, is capped at any other; so the
    exact figures serve nobody but a thief.
    """
    kept = dict(tally)
    if tally["valid"] < FLOOR:
        return kept
    cells = _group(tally, key, FLOOR)
    for part in ("dimensions", "items", "rotating"):
        if part in kept:
            kept[part] = {
                name: _unless(cells[part][name], cell) for name, cell in kept[part].items()
            }
    for part in ("index", "quality"):
        if part in kept:
            kept[part] = _unless(cells[part], kept[part])
    if "cross" in kept:
        kept["cross"] = _cross_without(kept["cross"], cells, key)
        if not kept["cross"]["items"]:
            del kept["cross"]
    return kept


def _unless(shown: Cell, exact: Mapping[str, Any]) -> Cell:
    return dict(shown if shown.get("withheld") in NEVER_SHOWN else exact)


def _cross_without(cross: Mapping[str, Any], cells: Cell, key: CoreKey) -> Cell:
    """Return the cross products of the items that no hidden sum is made of."""
    hidden = {name for name, cell in cells["items"].items() if cell.get("withheld") in NEVER_SHOWN}
    for name, cell in cells["dimensions"].items():
        if cell.get("withheld") in NEVER_SHOWN:
            hidden |= {
                item for item, of in zip(key.items, key.dimensions, strict=True) if of == name
            }
    if any(cells[part].get("withheld") in NEVER_SHOWN for part in ("index", "quality")):
        hidden |= set(key.items)
    left = [place for place, item in enumerate(cross["items"]) if item not in hidden]
    tables = {
        name: [[cross[name][row][column] for column in left] for row in left]
        for name in ("n", "sums", "products")
    }
    return {"items": [cross["items"][place] for place in left]} | tables


def _group(tally: Mapping[str, Any], key: CoreKey, k: int) -> Cell:
    n = tally["valid"]
    cells = {"n_counted": tally["counted"]} | (
        _nothing(key) if n < k else _means(tally) | _counts(tally, key, k)
    )
    return cells if n < k else _complement(cells, key)


def _nothing(key: CoreKey) -> Cell:
    return {
        "index": withheld(TOO_FEW),
        "dimensions": {dimension: withheld(TOO_FEW) for dimension in DIMENSIONS},
    } | _no_details(key)


def _no_details(key: CoreKey) -> Cell:
    return {
        "items": {item: withheld(TOO_FEW) for item in (*key.items, PERCEPTION_GAP)},
        "rotating": {},
        "quality": withheld(TOO_FEW),
        "languages": withheld(TOO_FEW),
        "modes": withheld(TOO_FEW),
    }


def _means(tally: Mapping[str, Any]) -> Cell:
    dimensions = tally["dimensions"]
    return {
        "index": _mean(tally["index"]),
        "dimensions": {
            dimension: _mean(dimensions[dimension])
            if dimension in dimensions
            else withheld(DIFFERENCE)  # the count could not keep it safely
            for dimension in DIMENSIONS
        },
    }


def _mean(cell: Mapping[str, Any]) -> Cell:
    if "withheld" in cell:
        return dict(cell)
    end = capped_mean(cell["n"], cell["sum"], cell["sum_squares"])
    if end is None:
        return dict(cell)
    return withheld(CAPPED) | {"capped": end, "n": cell["n"]}


def _counts(tally: Mapping[str, Any], key: CoreKey, k: int) -> Cell:
    floor = item_floor(k)
    if tally["valid"] < floor:
        return _no_details(key)
    return {
        "items": {item: _item(cell, floor) for item, cell in tally["items"].items()},
        "rotating": {item: _rotating(cell, k) for item, cell in tally["rotating"].items()},
        "quality": _quality(tally["quality"]),
        "languages": merge_small(tally["languages"], k),
        "modes": merge_small(tally["modes"], k),
    }


def _item(cell: Mapping[str, Any], floor: int) -> Cell:
    asked = _asked(cell)
    if cell["answered"] >= floor and cell.get("withheld") in NEVER_SHOWN:
        return dict(cell)
    counts = cell.get("counts") or cell.get("bands")
    if cell["answered"] < floor or counts is None:
        return withheld(TOO_FEW) | asked
    end = capped_counts(counts)
    if end is not None:
        return withheld(CAPPED) | {"capped": end} | asked
    if "bands" in cell:
        return withheld(DIFFERENCE) | asked | {"bands": cell["bands"]}
    return dict(cell)


def _asked(cell: Mapping[str, Any]) -> Cell:
    return {name: cell[name] for name in ("answered", "no_contact", "skipped") if name in cell}


def _quality(cell: Mapping[str, Any]) -> Cell:
    if "withheld" in cell:
        return dict(cell)
    halves = [cell[half] for half in ("good_half", "bad_half") if half in cell]
    means = [half["sum"] / half["n"] for half in halves]
    return withheld(CAPPED) if any(is_at_end(mean) for mean in means) else dict(cell)


def _rotating(cell: Mapping[str, Any], k: int) -> Cell:
    if "withheld" in cell:
        return dict(cell)
    if cell["n"] < k:
        return withheld(TOO_FEW)
    if cell.get("n_others", 0) < k:
        return _mean({name: value for name, value in cell.items() if name not in LINK})
    indices = (cell["index_raters"] / cell["n"], cell["index_others"] / cell["n_others"])
    return withheld(CAPPED) if any(is_at_end(mean) for mean in indices) else _mean(cell)


def _complement(cells: Cell, key: CoreKey) -> Cell:
    """Withhold what a capped figure could be computed from."""
    given_up = complementary(_figures(cells, key, frozenset()))
    if scarce := _scarce_items(cells, key):
        given_up |= complementary(_figures(cells, key, scarce))
    changed: Cell = dict(cells)
    if "index" in given_up:
        changed["index"] = withheld(COMPLEMENTARY)
    if given_up & {"quality/good", "quality/bad"}:
        changed["quality"] = withheld(COMPLEMENTARY)
    for part in ("dimensions", "items", "rotating"):
        changed[part] = {
            name: withheld(COMPLEMENTARY) | _asked(cell) if f"{part}/{name}" in given_up else cell
            for name, cell in cells[part].items()
        }
    return changed


def _scarce_items(cells: Cell, key: CoreKey) -> set[str]:
    """Return the items that may have left the index, since hardly anybody answered them.

    The tallies do not say whether they did, so the rules have to hold in both cases.
    """
    items = {item for item, cell in cells["items"].items() if cell.get("answered", FLOOR) < FLOOR}
    dropped = {d for d, cell in cells["dimensions"].items() if cell.get("withheld") == DIFFERENCE}
    return items | {i for i, d in zip(key.items, key.dimensions, strict=True) if d in dropped}


def _figures(cells: Cell, key: CoreKey, ignored: AbstractSet[str]) -> list[Figure]:
    """Write every exact sum of a group in terms of the items' completed answers."""
    figures = [
        _figure(
            name,
            cell,
            [used and item not in ignored for item, used in zip(key.items, of, strict=True)],
        )
        for name, cell, of in _exact_sums(cells, key)
        if cell.get("withheld", CAPPED) == CAPPED
    ]
    return [figure for figure in figures if any(figure.weights)]


def _exact_sums(cells: Cell, key: CoreKey) -> Iterator[tuple[str, Cell, Sequence[bool]]]:
    yield "index", cells["index"], [True for _ in key.items]
    for dimension, cell in cells["dimensions"].items():
        yield f"dimensions/{dimension}", cell, key.of_dimension(dimension).tolist()
    for item, cell in cells["items"].items():
        if item in key.items and ("counts" in cell or cell.get("withheld") == CAPPED):
            yield f"items/{item}", cell, [other == item for other in key.items]
    for item, cell in cells["rotating"].items():
        if "index_raters" in cell:
            left_out = key.of_dimension(*OVERLAP.get(item, ()))
            yield f"rotating/{item}", cell, (~left_out).tolist()
    if cells["quality"].get("withheld") != TOO_FEW:
        yield "quality/good", cells["quality"], key.is_good
        yield "quality/bad", cells["quality"], [not good for good in key.is_good]


def _figure(name: str, cell: Cell, weights: Sequence[bool]) -> Figure:
    return Figure(
        name=name,
        weights=tuple(int(weight) for weight in weights),
        is_secret=cell.get("withheld") == CAPPED,
        worth=_WORTH[name.partition("/")[0]] + _spread(cell),
    )


def _spread(cell: Mapping[str, Any]) -> float:
    """Return 0..0.5: of two of a kind the one whose mean lies nearer to an end is given up."""
    if "sum" not in cell or not cell.get("n"):
        return 0.0
    mean = float(cell["sum"]) / int(cell["n"])
    return max(0.0, 0.5 - abs(mean - 50.0) / 100.0)


def _keep_withheld(content: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for name, value in content.items():
        old = before.get(name)
        if name in LINK and old is None:
            continue
        if not isinstance(value, dict) or not isinstance(old, dict):
            merged[name] = value
        elif "withheld" in old:
            merged[name] = dict(old)
        else:
            merged[name] = _keep_withheld(value, old)
    return merged
