"""Matching persons to answers by an order or a time that both sides show, and what chance gives."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import poisson

LEVEL = 0.999  # an attack fails as long as it stays within this quantile of chance
ROUNDS = 4
Keys = Mapping[Hashable, float]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Where things stand on one axis: of persons or of answers.

    Attributes
    ----------
    axis
        Orders on the same axis ("clock", "xmin", "wal") can be compared by their gaps; others only
        by rank. Empty where only the rank means anything.
    is_outside
        Known only to somebody who watched the people.
    """

    keys: Keys
    axis: str = ""
    is_outside: bool = False


def chance_limit(expected: float) -> int:
    """Return the 99.9 % quantile of chance: a random matching has Poisson(1) hits in a group.

    Parameters
    ----------
    expected
        The hits that chance gives on average: the number of groups, if all of a group are matched.
    """
    return int(poisson.ppf(LEVEL, expected))


def match(
    persons: Order, answers: Order, rng: np.random.Generator
) -> list[dict[Hashable, Hashable]]:
    """Return the guesses that two orders allow, each as person -> answer.

    By rank forwards and backwards (some storage fills its pages from the end); on one axis also by
    the assignment that makes the gaps between a person's and an answer's place most likely. An
    order in which everything ties says nothing and gives no guess.
    """
    if _says_nothing(persons) or _says_nothing(answers):
        return []
    left, right = _ranked(persons.keys, rng), _ranked(answers.keys, rng)
    guesses = [_align(left, right), _align(left, right[::-1])]
    if persons.axis and persons.axis == answers.axis:
        guesses.append(_assign(persons.keys, answers.keys))
    return guesses


def _says_nothing(order: Order) -> bool:
    return len(set(order.keys.values())) < 2


def _ranked(keys: Keys, rng: np.random.Generator) -> list[Hashable]:
    names = list(keys)
    tie_breaker = rng.random(len(names))
    order = np.lexsort((tie_breaker, np.array([keys[name] for name in names], dtype=float)))
    return [names[place] for place in order]


def _align(left: list[Hashable], right: list[Hashable]) -> dict[Hashable, Hashable]:
    """Lay two ranked lists beside each other, stretched to the same length."""
    if len(left) > len(right):
        return {person: answer for answer, person in _align(right, left).items()}
    step = len(right) / len(left)
    return {person: right[int((place + 0.5) * step)] for place, person in enumerate(left)}


def _assign(persons: Keys, answers: Keys) -> dict[Hashable, Hashable]:
    """Hungarian assignment on -log p(gap); the log-normal law of gaps is learnt from the data."""
    names, things = list(persons), list(answers)
    left = np.array([persons[name] for name in names], dtype=float)
    right = np.array([answers[thing] for thing in things], dtype=float)
    gaps = right[None, :] - left[:, None]
    log_gaps = np.log(np.maximum(gaps, 1e-6))
    first = np.where(gaps >= 0, log_gaps, np.inf).min(axis=1)
    first = first[np.isfinite(first)]
    mean, spread = (float(np.median(first)), 1.0) if len(first) else (0.0, 1.0)
    rows, columns = np.arange(0), np.arange(0)
    for _round in range(ROUNDS):
        cost = log_gaps + (log_gaps - mean) ** 2 / (2 * spread**2)
        cost = np.where(gaps < 0, 1e4 + np.log1p(np.abs(gaps)), cost)
        rows, columns = linear_sum_assignment(cost)
        fitting = log_gaps[rows, columns][gaps[rows, columns] >= 0]
        if len(fitting) > 2:
            mean, spread = float(np.median(fitting)), max(0.2, float(np.std(fitting)))
    return {names[row]: things[column] for row, column in zip(rows, columns, strict=True)}
