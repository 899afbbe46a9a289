"""Adjusted p values for families of tests: Holm and Benjamini-Hochberg."""

from collections.abc import Sequence

from analysis.tally import finite_number


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust so that the chance of any false rejection is kept (family-wise error).

    Parameters
    ----------
    p_values : sequence of float
        One per test.

    Returns
    -------
    tuple of float
        Adjusted, in the order given: max over smaller ones of (m - rank + 1) p, at most 1.

    Notes
    -----
    Valid under any dependence. When it misleads: it protects the family that is given to it and
    no other; tests left out of the family are not protected.

    References
    ----------
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    order, checked = _ordered(p_values)
    adjusted, running, count = [0.0] * len(checked), 0.0, len(checked)
    for rank, position in enumerate(order):
        running = max(running, min(1.0, (count - rank) * checked[position]))
        adjusted[position] = running
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust so that the expected share of false ones among the rejected is kept.

    Parameters
    ----------
    p_values : sequence of float
        One per test.

    Returns
    -------
    tuple of float
        Adjusted, in the order given: min over larger ones of m p / rank, at most 1.

    Notes
    -----
    Valid for independent or positively dependent tests. When it misleads: one entry of the
    list may still be false; it is for looking, not for verdicts.

    References
    ----------
    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    (0.03, 0.04, 0.04)
    """
    order, checked = _ordered(p_values)
    adjusted, running, count = [0.0] * len(checked), 1.0, len(checked)
    for rank in range(count, 0, -1):
        position = order[rank - 1]
        running = min(running, checked[position] * count / rank)
        adjusted[position] = running
    return tuple(adjusted)


def _ordered(p_values: Sequence[float]) -> tuple[list[int], list[float]]:
    checked = [finite_number(p, "A p value") for p in p_values]
    if any(not 0.0 <= p <= 1.0 for p in checked):
        raise ValueError("A p value lies between 0 and 1.")
    return sorted(range(len(checked)), key=lambda i: checked[i]), checked
