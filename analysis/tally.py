"""Input types: what the statistics are fed, checked on construction.

Only sums over people come in. A month that is missing or withheld is ``None`` and keeps its
place in the calendar: month 1 is the first wave, month 7 is half a year later, whether or not
the months between were surveyed.
"""

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self, SupportsFloat, SupportsIndex, TypeVar

from analysis.result import NotEstimable, Reason

MINIMUM_ANSWERS = 3
"""Fewest answers a wave cell needs before its mean enters a model."""

LARGEST = 1e15
"""Nothing that is counted or scored here is larger; its squares can still be added up."""

_SLACK = 1e-4
"""Room for values that were rounded when they were stored."""


def whole_number(value: SupportsIndex, name: str, *, least: int = 0) -> int:
    """Return `value` as int, or raise ``ValueError`` if it is none or below `least`."""
    if isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number, not a truth value.")  # noqa: TRY004
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, not {value!r}.") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, not {number}.")
    if number > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:g}.")
    return number


def finite_number(value: SupportsFloat, name: str) -> float:
    """Return `value` as float, or raise ``ValueError`` if it is no finite number."""
    if isinstance(value, bool | str | bytes):
        raise ValueError(f"{name} must be a number, not {value!r}.")  # noqa: TRY004
    try:
        number = float(value)
    except TypeError:
        raise ValueError(f"{name} must be a number, not {value!r}.") from None
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} must be a finite number, not {number}.")
    if abs(number) > LARGEST:
        raise ValueError(f"{name} must be at most {LARGEST:g}.")
    return number


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Number, sum and sum of squares of a score over respondents.

    Attributes
    ----------
    n : int
        Respondents.
    total : float
        Sum of their scores.
    total_squares : float
        Sum of their squared scores.

    Raises
    ------
    ValueError
        If no set of `n` real scores can have these sums.

    Notes
    -----
    mean = total / n; variance = (total_squares - total^2 / n) / (n - 1).

    Examples
    --------
    >>> scores = Moments(n=3, total=120.0, total_squares=5000.0)
    >>> scores.mean, scores.variance
    (40.0, 100.0)
    """

    n: int
    total: float
    total_squares: float

    def __post_init__(self) -> None:
        n = whole_number(self.n, "The number of answers")
        total = finite_number(self.total, "The sum of the scores")
        squares = finite_number(self.total_squares, "The sum of the squared scores")
        if squares < 0.0:
            raise ValueError("The sum of the squared scores cannot be negative.")
        if n == 0 and (total != 0.0 or squares != 0.0):
            raise ValueError("Sums over no answers must be 0.")
        if n and squares * n < total * total - 1e-9 * max(1.0, total * total):
            raise ValueError("The sum of squares is too small for this sum and number of answers.")

    @classmethod
    def of(cls, scores: Sequence[float]) -> Self:
        """Sum up a plain list of scores."""
        numbers = [finite_number(score, "A score") for score in scores]
        return cls(
            n=len(numbers),
            total=math.fsum(numbers),
            total_squares=math.fsum(number * number for number in numbers),
        )

    @property
    def mean(self) -> float | NotEstimable:
        """Mean score."""
        if self.n == 0:
            return NotEstimable(reason=Reason.NO_ANSWERS)
        return self.total / self.n

    @property
    def variance(self) -> float | NotEstimable:
        """Variance over respondents, divisor n - 1."""
        if self.n == 0:
            return NotEstimable(reason=Reason.NO_ANSWERS)
        if self.n == 1:
            return NotEstimable(reason=Reason.TOO_FEW_ANSWERS)
        spread = self.total_squares - self.total * self.total / self.n
        noise = 1e-12 * self.total_squares
        return spread / (self.n - 1) if spread > noise else 0.0


@dataclass(frozen=True, kw_only=True)
class WaveCell:
    """One group in one wave.

    Attributes
    ----------
    n_invited : int
        People asked.
    moments : Moments or None
        Sums of the index over the valid answers; None if withheld.

    Examples
    --------
    >>> WaveCell(n_invited=14, moments=Moments.of([40.0, 50.0, 60.0])).response_rate
    0.21428571428571427
    """

    n_invited: int
    moments: Moments | None

    def __post_init__(self) -> None:
        invited = whole_number(self.n_invited, "The number of people invited")
        if self.moments is not None and self.moments.n > invited:
            raise ValueError("There are more answers than people invited.")

    @property
    def response_rate(self) -> float | NotEstimable:
        """Valid answers per person invited."""
        if self.moments is None or self.n_invited == 0:
            return NotEstimable(reason=Reason.NO_ANSWERS)
        return self.moments.n / self.n_invited


Row = tuple[float | None, ...]
_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class WaveSeries:
    """Mean and variance of one score in two groups over the months.

    Attributes
    ----------
    n : tuple of two tuples of (int or None), length `months`
        Respondents; None where the cell is missing or withheld.
    mean, variance : same shape, float or None
        Mean and variance (divisor n - 1) over the respondents; variance may be None
        where n = 1.
    headcount : tuple of two floats
        People invited, mean over the months.
    bounds : tuple of two floats, or None
        Ends of the scale. The index has (0, 100); facts may have none.

    Raises
    ------
    ValueError
        If shapes differ, counts are negative, or a mean or variance is impossible.

    Examples
    --------
    >>> series = WaveSeries.from_arrays(
    ...     n=[[30, None, 28], [30, 31, 33]],
    ...     mean=[[50.0, None, 48.0], [55.0, 54.0, 55.0]],
    ...     variance=[[400.0, None, 410.0], [380.0, 390.0, 400.0]],
    ...     headcount=[40, 42],
    ... )
    >>> series.months, series.observed_months(0)
    (3, (1, 3))
    """

    n: tuple[tuple[int | None, ...], tuple[int | None, ...]]
    mean: tuple[Row, Row]
    variance: tuple[Row, Row]
    headcount: tuple[float, float]
    bounds: tuple[float, float] | None = (0.0, 100.0)

    def __post_init__(self) -> None:
        lengths = {len(row) for table in (self.n, self.mean, self.variance) for row in table}
        if len(lengths) != 1:
            raise ValueError("n, mean and variance must cover the same months in both groups.")
        for group in (0, 1):
            for month in range(self.months):
                self._check_cell(group, month)
            self._check_headcount(group)

    def _check_cell(self, group: int, month: int) -> None:
        n, mean, variance = (table[group][month] for table in (self.n, self.mean, self.variance))
        where = f"group {group + 1}, month {month + 1}"
        if n is None or n == 0:
            if mean is not None or variance is not None:
                raise ValueError(f"A mean without answers in {where}.")
            return
        if mean is None or (variance is None and n > 1):
            raise ValueError(f"Answers without a mean or variance in {where}.")
        if variance is not None and variance < 0.0:
            raise ValueError(f"A negative variance in {where}.")
        if self.bounds is not None:
            self._check_bounds(int(n), mean, variance or 0.0, where)

    def _check_bounds(self, n: int, mean: float, variance: float, where: str) -> None:
        low, high = self.bounds or (-math.inf, math.inf)
        if not low - _SLACK <= mean <= high + _SLACK:
            raise ValueError(f"A mean outside the scale in {where}.")
        largest = (mean - low) * (high - mean) * n / max(1, n - 1)
        if variance > largest + _SLACK * (high - low):
            raise ValueError(f"A variance that this mean cannot have in {where}.")

    def _check_headcount(self, group: int) -> None:
        counts = [n for n in self.n[group] if n]
        if self.headcount[group] < 0:
            raise ValueError("A head count cannot be negative.")
        if counts and sum(counts) / len(counts) > self.headcount[group] + 1e-9:
            raise ValueError(f"More answers than people invited in group {group + 1}.")

    @classmethod
    def from_arrays(
        cls,
        *,
        n: Sequence[Sequence[SupportsIndex | None]],
        mean: Sequence[Sequence[SupportsFloat | None]],
        variance: Sequence[Sequence[SupportsFloat | None]],
        headcount: Sequence[SupportsFloat],
        bounds: tuple[float, float] | None = (0.0, 100.0),
    ) -> Self:
        """Build from two rows each (lists or NumPy arrays); None marks a missing cell.

        Parameters
        ----------
        n, mean, variance : two rows of equal length
            See the class.
        headcount : two numbers
            People invited, mean over the months.
        bounds : tuple of two floats, or None
            Ends of the scale.
        """
        for table in (n, mean, variance, headcount):
            if not _is_row(table) or len(table) != 2:
                raise ValueError("A series has exactly two groups.")
        if not all(_is_row(row) for table in (n, mean, variance) for row in table):
            raise ValueError("n, mean and variance need a list of months for each group.")
        return cls(
            n=(_counts(n[0]), _counts(n[1])),
            mean=(_floats(mean[0], "A mean"), _floats(mean[1], "A mean")),
            variance=(_floats(variance[0], "A variance"), _floats(variance[1], "A variance")),
            headcount=(
                finite_number(headcount[0], "A head count"),
                finite_number(headcount[1], "A head count"),
            ),
            bounds=bounds,
        )

    @classmethod
    def from_cells(
        cls,
        first: Sequence[WaveCell | None],
        second: Sequence[WaveCell | None],
        *,
        bounds: tuple[float, float] | None = (0.0, 100.0),
    ) -> Self:
        """Build from wave cells by month; None is a month without a wave.

        The head count of a group is the mean number invited over the waves in which it is shown.
        """
        rows = [_cell_rows(first), _cell_rows(second)]
        return cls(
            n=(rows[0][0], rows[1][0]),
            mean=(rows[0][1], rows[1][1]),
            variance=(rows[0][2], rows[1][2]),
            headcount=(rows[0][3], rows[1][3]),
            bounds=bounds,
        )

    @property
    def months(self) -> int:
        """Length of the calendar, gaps included."""
        return len(self.n[0])

    def observed_months(self, group: int) -> tuple[int, ...]:
        """Months (from 1) in which `group` has at least ``MINIMUM_ANSWERS`` answers."""
        return tuple(
            month
            for month, n in enumerate(self.n[group], start=1)
            if n is not None and n >= MINIMUM_ANSWERS
        )

    def smaller_group(self) -> float:
        """Return the smaller of the two groups' mean answers over the months with answers.

        Examples
        --------
        >>> WaveSeries.from_arrays(n=[[8, 10], [40, None]], mean=[[50.0, 50.0], [50.0, None]],
        ...                        variance=[[400.0, 400.0], [400.0, None]],
        ...                        headcount=[12, 50]).smaller_group()
        9.0
        """
        means = []
        for group in (0, 1):
            counts = [self.n[group][month - 1] or 0 for month in self.observed_months(group)]
            means.append(sum(counts) / len(counts) if counts else 0.0)
        return min(means)

    def window(self, first_month: int, last_month: int) -> Self:
        """Return the months `first_month` .. `last_month` (from 1, both included)."""
        if not 1 <= first_month <= last_month + 1 or last_month > self.months:
            raise ValueError("The window lies outside the calendar.")
        cut = slice(first_month - 1, last_month)
        return type(self)(
            n=(self.n[0][cut], self.n[1][cut]),
            mean=(self.mean[0][cut], self.mean[1][cut]),
            variance=(self.variance[0][cut], self.variance[1][cut]),
            headcount=self.headcount,
            bounds=self.bounds,
        )

    def without(self, months: Sequence[int]) -> Self:
        """Return the same calendar with the cells of `months` (from 1) left empty."""
        gone = frozenset(months)
        return type(self)(
            n=(_emptied(self.n[0], gone), _emptied(self.n[1], gone)),
            mean=(_emptied(self.mean[0], gone), _emptied(self.mean[1], gone)),
            variance=(_emptied(self.variance[0], gone), _emptied(self.variance[1], gone)),
            headcount=self.headcount,
            bounds=self.bounds,
        )


def _is_row(thing: object) -> bool:
    """Whether `thing` is a list, a tuple or an array."""
    return hasattr(thing, "__len__") and not isinstance(thing, str | bytes | Mapping)


def _emptied(row: tuple[_Value, ...], gone: frozenset[int]) -> tuple[_Value | None, ...]:
    return tuple(None if i in gone else value for i, value in enumerate(row, start=1))


def _counts(row: Sequence[SupportsIndex | None]) -> tuple[int | None, ...]:
    name = "A number of answers"
    return tuple(None if value is None else whole_number(value, name) for value in row)


def _floats(row: Sequence[SupportsFloat | None], name: str) -> Row:
    return tuple(None if value is None else finite_number(value, name) for value in row)


def _cell_rows(
    cells: Sequence[WaveCell | None],
) -> tuple[tuple[int | None, ...], Row, Row, float]:
    ns: list[int | None] = []
    means: list[float | None] = []
    variances: list[float | None] = []
    for cell in cells:
        moments = cell.moments if cell is not None else None
        mean = moments.mean if moments is not None else None
        variance = moments.variance if moments is not None else None
        ns.append(moments.n if moments is not None and moments.n else None)
        means.append(mean if isinstance(mean, float) else None)
        variances.append(variance if isinstance(variance, float) else None)
    invited = [cell.n_invited for cell in cells if cell is not None and cell.moments]
    headcount = sum(invited) / len(invited) if invited else 0.0
    return tuple(ns), tuple(means), tuple(variances), headcount
