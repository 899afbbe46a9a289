"""From answer sheets to the sums that are kept. Pure.

What is kept depends on n, so that no answer sheet can be put together again (docs/privacy):
always how many were counted, spoiled and valid; from 5 the index and its dimensions; from 10 items,
rotating items, data quality, languages and modes; from 30 cross products. All on the same base,
the ballots valid for the index, but for the cross products, which rest on complete ones.
Of these sums only what a release may show one day is stored (`release.without_hidden`).
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pulse.tallies.ballot_body import LANGUAGES, MODES, NO_CONTACT, SKIPPED
from pulse.tallies.certificate import GroupSum, given_up
from pulse.tallies.disclosure import CAPPED, is_at_end, merge_small, withheld
from pulse.tallies.scoring import (
    DIMENSIONS,
    OVERLAP,
    Codes,
    Flags,
    Floats,
    completed_sheets,
    friction_points,
    mean_over,
    reference_means,
    rotating_points,
    valid_ballots,
)
from pulse.tallies.sheets import PERCEPTION_GAP, SheetPile

SCHEMA = 1
FLOOR = 5
ITEM_FLOOR = 10
CROSS_FLOOR = 30
OPTIONS = 5
MIDDLE = 2
# A hundredth of a point in a sum moves a mean of five people by 0.002 points; more digits would only
# betray which sheets were incomplete: their scores are ninths or sevenths, all others are 2.5 apart.
DECIMALS = 2
HALVES = "halves"
CROSS = "cross"
# What is given up first where sums could be combined into one about fewer than five people.
_WORTH_CROSS, _WORTH_ITEM, _WORTH_LINK, _WORTH_HALVES, _WORTH_DIMENSION = -1.0, 0.0, 1.0, 3.0, 4.0


def tally_wave(piles: Mapping[str, SheetPile]) -> dict[str, dict[str, Any]]:
    """Return what is kept of each group: plain JSON, nothing about one person.

    The groups are counted together, since the reference means of the items come from both.
    """
    points = {code: friction_points(pile.core, pile.key) for code, pile in piles.items()}
    reference = reference_means(list(points.values()))
    return {code: _tally_group(pile, points[code], reference) for code, pile in piles.items()}


def _tally_group(pile: SheetPile, points: Floats, reference: Floats) -> dict[str, Any]:
    valid = valid_ballots(points, reference, pile.key)
    n = int(valid.sum())
    kept: dict[str, Any] = {
        "schema": SCHEMA,
        "counted": len(pile) + pile.n_spoiled,
        "spoiled": pile.n_spoiled,
        "valid": n,
    }
    if n < FLOOR:
        return kept
    group = _Group(pile, valid, points[valid], reference)
    kept["index"] = _cell(group.index)
    kept["dimensions"] = {
        dimension: _cell(mean_over(group.sheets, pile.key.of_dimension(dimension)))
        for dimension in group.dimensions()
        if dimension not in group.given_up
    }
    if n >= ITEM_FLOOR:
        kept |= _details(group)
    if CROSS not in group.given_up and group.in_cross.sum() >= CROSS_FLOOR:
        kept[CROSS] = _cross_products(group.core[group.in_cross], pile.key.items)
    return kept


class _Group:
    """The valid ballots of one group, and which sums over them are safe to keep."""

    def __init__(self, pile: SheetPile, valid: Flags, points: Floats, reference: Floats) -> None:
        self.pile, self.key, self.valid = pile, pile.key, valid
        self.core = pile.core[valid]
        self.in_index = ~np.isnan(reference)
        self.answered = ~np.isnan(points) & self.in_index
        self.sheets = completed_sheets(points, reference)
        self.index = mean_over(self.sheets, np.ones_like(self.in_index))
        self.in_cross = _cross_base(self.core)
        self.rotating = {item: codes[valid] for item, codes in pile.rotating().items()}
        sums = list(self._sums())
        self.given_up = given_up(self.answered[:, self.in_index], sums)

    def dimensions(self) -> list[str]:
        """Return the dimensions about which five people or more said something themselves."""
        own = {d: self.answered[:, self.key.of_dimension(d)].any(axis=1) for d in DIMENSIONS}
        return [dimension for dimension in DIMENSIONS if own[dimension].sum() >= FLOOR]

    def raters(self) -> dict[str, Flags]:
        """Return who rated each rotating item that has five raters or more."""
        rated = {item: codes > NO_CONTACT for item, codes in self.rotating.items()}
        return {item: who for item, who in rated.items() if who.sum() >= FLOOR}

    def linked(self) -> dict[str, Flags]:
        """Return who rated each rotating item that five others or more did not rate.

        Only then can its rating be laid beside the friction of others.
        """
        return {item: who for item, who in self.raters().items() if (~who).sum() >= FLOOR}

    def is_complete(self, place: int) -> bool:
        """Whether everybody answered this core item."""
        return bool(self.answered[:, place].all())

    def _sums(self) -> Iterator[GroupSum]:
        """Yield every exact sum over answers to core items that would be kept."""
        yield self._sum("index", np.ones_like(self.in_index), math.inf)
        for dimension in self.dimensions():
            yield self._sum(dimension, self.key.of_dimension(dimension), _WORTH_DIMENSION)
        if len(self.core) < ITEM_FLOOR:
            return
        good = np.array(self.key.is_good)
        yield self._sum(HALVES, good, _WORTH_HALVES)
        yield self._sum(HALVES, ~good, _WORTH_HALVES)
        for item, who in self.linked().items():
            weights = ~self.key.of_dimension(*OVERLAP.get(item, ()))
            worth = _WORTH_LINK + float(who.mean())  # the item with fewest raters goes first
            yield self._sum(item, weights, worth, who)
            yield self._sum(item, weights, worth, ~who)
        for place, item in enumerate(self.key.items):
            own = np.array(self.key.items) == item
            if self.is_complete(place):
                yield self._sum(item, own, _WORTH_ITEM)
            if self.in_cross.any():
                yield self._sum(CROSS, own, _WORTH_CROSS, self.in_cross)

    def _sum(
        self, name: str, weights: Flags, worth: float, members: Flags | None = None
    ) -> GroupSum:
        everybody = np.ones(len(self.core), dtype=np.bool_)
        return GroupSum(
            name=name,
            weights=weights[self.in_index].astype(np.float64),
            members=everybody if members is None else members,
            worth=worth,
        )


def _details(group: _Group) -> dict[str, Any]:
    pile, valid = group.pile, group.valid
    items = {
        item: _item_counts(
            group.core[:, place],
            is_exact=group.is_complete(place) and item not in group.given_up,
        )
        for place, item in enumerate(group.key.items)
    }
    items[PERCEPTION_GAP] = _item_counts(pile.perception_gap[valid], is_exact=True)
    return {
        "items": items,
        "rotating": _rotating(group),
        "quality": _quality(group),
        "languages": merge_small(_named_counts(pile.languages[valid], LANGUAGES), FLOOR),
        "modes": merge_small(_named_counts(pile.modes[valid], MODES), FLOOR),
    }


def _cell(values: Floats) -> dict[str, Any]:
    """Return the moments of a cell; only its n if all but one person or more score the same.

    From the sums that one person would learn what all the others said.
    """
    _, sizes = np.unique(values.round(DECIMALS), return_counts=True)
    if sizes.max() < len(values) - 1 or is_at_end(float(values.mean())):
        return moments(values)
    return withheld(CAPPED) | {"capped": "middle", "n": len(values)}


def moments(values: Floats) -> dict[str, Any]:
    """Return n, sum and sum of squares, rounded so that n * sum_squares >= sum ** 2 still holds."""
    n = len(values)
    total = round(float(values.sum()), DECIMALS)
    squares = round(float(np.square(values).sum()), DECIMALS)
    least = math.ceil(total * total / n * 10**DECIMALS) / 10**DECIMALS
    return {"n": n, "sum": total, "sum_squares": max(squares, least)}


def _item_counts(codes: Codes, *, is_exact: bool) -> dict[str, Any]:
    """Count the options; three bands only, unless `is_exact`.

    Five exact counts give the exact sum over those who answered. Beside the exact sum of the index
    the difference would be the score of those few who did not answer (`scoring`). No other figure
    contains the perception gap, so it may be exact.
    """
    answered = int((codes > NO_CONTACT).sum())
    cell: dict[str, Any] = {
        "answered": answered,
        "no_contact": int((codes == NO_CONTACT).sum()),
        "skipped": int((codes == SKIPPED).sum()),
    }
    if answered < ITEM_FLOOR:
        return cell
    counts = np.bincount(codes[codes > NO_CONTACT], minlength=OPTIONS).tolist()
    if is_exact:
        cell["counts"] = counts
    else:
        cell["bands"] = [sum(counts[:MIDDLE]), counts[MIDDLE], sum(counts[MIDDLE + 1 :])]
    return cell


def _rotating(group: _Group) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    linked = group.linked().keys() - group.given_up
    for item, rated in group.raters().items():
        points = rotating_points(item, group.rotating[item][rated])
        kept[item] = moments(points)
        if item not in linked:
            continue  # what people say of a rule is no sum over core items
        index = mean_over(group.sheets, ~group.key.of_dimension(*OVERLAP.get(item, ())))
        kept[item] |= {
            "n_others": int((~rated).sum()),
            "index_raters": round(float(index[rated].sum()), DECIMALS),
            "index_others": round(float(index[~rated].sum()), DECIMALS),
            "products": round(float(points @ index[rated]), DECIMALS),
        }
    return kept


def _quality(group: _Group) -> dict[str, Any]:
    core, n = group.core, len(group.core)
    highest = core.max(axis=1)
    is_same = np.where(core > NO_CONTACT, core == highest[:, np.newaxis], True).all(axis=1)
    kept: dict[str, Any] = {
        "same_answer": int(is_same.sum()),
        "same_answer_middle": int((is_same & (highest == MIDDLE)).sum()),
    }
    good = np.array(group.key.is_good)
    if HALVES not in group.given_up:
        for name, half in (("good_half", good), ("bad_half", ~good)):
            total = float(mean_over(group.sheets, half).sum())
            kept[name] = {"n": n, "sum": round(total, DECIMALS)}
    return kept


def _cross_base(core: Codes) -> Flags:
    """Return the ballots whose cross products are kept: all if complete, else the complete but five.

    On pairwise bases the sum of one item over all and over who answered another one too would
    differ by the answers of the one person who skipped it: by that person's whole sheet. With all
    complete ones, exact sums beside the completed sheets would still cancel out everybody else.
    Ballots come in the order of their random hashes, so that the five are any.
    """
    complete: Flags = np.asarray((core > NO_CONTACT).all(axis=1))
    if not complete.all():
        complete[np.flatnonzero(complete)[:FLOOR]] = False
    return complete if complete.sum() >= CROSS_FLOOR else np.zeros_like(complete)


def _cross_products(core: Codes, items: tuple[str, ...]) -> dict[str, Any]:
    """Return, for each pair of items, n, the sum of the first and the sum of products."""
    values = core.astype(np.int64)
    shape = (len(items), len(items))
    return {
        "items": list(items),
        "n": np.full(shape, len(core)).tolist(),
        "sums": np.broadcast_to(values.sum(axis=0)[:, np.newaxis], shape).tolist(),
        "products": (values.T @ values).tolist(),
    }


def _named_counts(codes: Codes, names: Sequence[str]) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(names)).tolist()
    return dict(zip(names, counts, strict=True))
