"""Certifies that no sums of a group can be combined into one about fewer than five people. Pure.

Each sum is linear in the people's answers: who answered everything enters with the plain weights,
who skipped an item enters through the answers given (`scoring`). A combination of sums in which all
but a few people cancel out would be a figure about those few. The count still knows who skipped
what and who rated which rule, so it looks for such combinations and gives up sums until there are
none; afterwards nobody could check it any more.

The search is exact. A set of people carries a combination of its own exactly if the sums, made
orthonormal, keep a vector of full length on the columns of that set. The set's largest eigenvalue
is at most the sum of its members', so sets of people with little leverage are never looked at.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pulse.tallies.scoring import Flags, Floats

Sizes: TypeAlias = NDArray[np.signedinteger]

FEWEST_PEOPLE = 5
_FULL_LENGTH = 1 - 1e-9
_RANK_TOLERANCE = 1e-9
_BATCH = 2_000


@dataclass(frozen=True, kw_only=True)
class GroupSum:
    """A sum that is to be kept.

    Attributes
    ----------
    weights
        How much each core item counts in a person's score.
    members
        Which of the group's ballots the sum runs over.
    worth
        What is worth least is given up first; an infinite worth never is.
    """

    name: str
    weights: Floats
    members: Flags
    worth: float


def given_up(answered: Flags, sums: Sequence[GroupSum]) -> frozenset[str]:
    """Return the names of the sums that must not be kept.

    Parameters
    ----------
    answered
        Ballots x items of the index: who answered what.
    sums
        All exact sums over answers of these ballots. Sums of one name stay or go together.
    """
    # People with the same gaps, in the same sums, enter every combination alike.
    marks = np.column_stack([answered, *(entry.members for entry in sums)])
    kinds, sizes = np.unique(marks, axis=0, return_counts=True)
    vectors = _vectors(kinds, sizes, [entry.weights for entry in sums])
    kept = list(range(len(sums)))
    while kept:
        involved = _small_combination(vectors[kept], sizes)
        lost = [sums[kept[place]] for place in involved if sums[kept[place]].worth < np.inf]
        if not lost:
            break
        least = min(lost, key=lambda entry: (entry.worth, entry.name))
        kept = [place for place in kept if sums[place].name != least.name]
    return frozenset(entry.name for entry in sums) - {sums[place].name for place in kept}


def _vectors(kinds: Flags, sizes: Sizes, weights: Sequence[Floats]) -> Floats:
    """Return sums x kinds of people x items: with what weight an answer enters a sum."""
    n_items = len(weights[0])
    answered, members = kinds[:, :n_items], kinds[:, n_items:]
    n_answered = answered.sum(axis=1)
    rows = []
    for place, weight in enumerate(weights):
        spread = (~answered @ weight) / np.maximum(n_answered, 1)  # what stands in for the gaps
        row = np.where(answered, weight + spread[:, np.newaxis], 0.0)
        rows.append(row * (members[:, place] * np.sqrt(sizes))[:, np.newaxis])
    return np.stack(rows)


def _small_combination(vectors: Floats, sizes: Sizes) -> list[int]:
    """Return the sums of a combination about fewer than five people; empty if there is none."""
    flat = vectors.reshape(len(vectors), -1)
    _, lengths, rows = np.linalg.svd(flat, full_matrices=False)
    rows = rows[lengths > lengths[0] * _RANK_TOLERANCE].reshape(-1, *vectors.shape[1:])
    grams = np.einsum("aki,bki->kab", rows, rows)
    leverage = np.linalg.eigvalsh(grams)[:, -1]
    for batch in _batches(_sets(leverage, sizes)):
        values, directions = np.linalg.eigh(np.stack([grams[list(s)].sum(axis=0) for s in batch]))
        worst = int(np.argmax(values[:, -1]))
        if values[worst, -1] > _FULL_LENGTH:
            combination = np.tensordot(directions[worst, :, -1], rows, axes=1).ravel()
            shares, *_ = np.linalg.lstsq(flat.T, combination, rcond=None)
            return [place for place, share in enumerate(shares) if abs(share) > _RANK_TOLERANCE]
    return []


def _sets(leverage: Floats, sizes: Sizes) -> Iterator[tuple[int, ...]]:
    """Yield the sets of kinds with fewer than five people whose leverage could reach 1."""
    order = [int(kind) for kind in np.argsort(-leverage) if sizes[kind] < FEWEST_PEOPLE]
    open_sets: list[tuple[tuple[int, ...], int, int, float]] = [((), 0, 0, 0.0)]
    while open_sets:
        chosen, start, people, total = open_sets.pop()
        if total >= _FULL_LENGTH:
            yield chosen
        for place in range(start, len(order)):
            kind = order[place]
            room = FEWEST_PEOPLE - 1 - people
            if total + room * leverage[kind] < _FULL_LENGTH:
                break  # those that follow have less
            if sizes[kind] <= room:
                size = people + int(sizes[kind])
                open_sets.append(((*chosen, kind), place + 1, size, total + leverage[kind]))


def _batches(sets: Iterator[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    while batch := list(islice(sets, _BATCH)):
        yield batch
