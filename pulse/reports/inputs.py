"""What a report is made of: released cells by month, as plain values. Pure.

The calendar runs from the first released wave to the wave of the report, one place per month. A
month without a survey and a cell that was withheld are gaps; nothing is ever filled in.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.survey import Survey
from analysis.tally import Moments, WaveCell, WaveSeries
from pulse.ids import GROUP_CODES, GroupCode
from pulse.reports.answers import Answer, Given, counted

DIMENSIONS = (
    "appreciation",
    "respect",
    "communication",
    "honesty",
    "commitments",
    "friction",
)
HALVES = ("good_half", "bad_half")
DETAILS = ("items", "rotating", "languages", "modes")
NO_RELEASE = "not_released"
REFERENCE_DAYS = 28
USUAL_LAST_DAY = 20
"""Day of the month on which a skipped survey is taken to have ended."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One group in one wave, as released.

    `index` and the values of `dimensions` are the sums over people, or the code of the reason why
    they are withheld. `quality` has the shares of the data-quality strip that were released;
    `details` the released cells of items, rotating items, languages and modes, as they are.
    """

    n_invited: int
    n_counted: int
    index: Moments | str
    dimensions: Mapping[str, Moments | str] = field(default_factory=dict)
    quality: Mapping[str, float] = field(default_factory=dict)
    details: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def moments(self) -> Moments | None:
        """The index's sums; None where withheld."""
        return self.index if isinstance(self.index, Moments) else None

    @property
    def response_rate(self) -> float | None:
        """Ballots per person invited; None where nobody was invited."""
        return self.n_counted / self.n_invited if self.n_invited else None


@dataclass(frozen=True, kw_only=True)
class WavePoint:
    """One released wave: its month, its last day in company time, its two cells."""

    month: dt.date
    last_day: dt.date
    cells: Mapping[GroupCode, Cell]


@dataclass(frozen=True, kw_only=True)
class ReportInputs:
    """Everything that a report says comes from here.

    Attributes
    ----------
    waves
        Released waves by month; the last one is the report's.
    adopted_on
        First day of the rules; None where it is not on record.
    minimum_cell_size
        Fewest answers of a cell that was shown.
    events
        Day and kind of what happened in the company, by day.
    facts
        Numbers from the books by month.
    season_answers, bad_spell_answers
        What HR answered about seasons, and about a bad spell before the rules.
    """

    waves: tuple[WavePoint, ...]
    adopted_on: dt.date | None
    minimum_cell_size: int
    events: tuple[tuple[dt.date, str], ...] = ()
    facts: Mapping[dt.date, Mapping[str, int]] = field(default_factory=dict)
    season_answers: Given = ()
    bad_spell_answers: Given = ()

    @property
    def seasonal(self) -> Answer:
        """Whether the work follows the seasons, as far as the answer counts."""
        return counted(self.season_answers, self.waves[0].last_day)

    @property
    def after_bad_spell(self) -> Answer:
        """Whether a bad spell led to the rules, as far as the answer counts."""
        if self.adopted_on is None:
            return counted(self.bad_spell_answers, None)
        after = (w.last_day for w in self.waves if not is_before(w.last_day, self.adopted_on))
        return counted(self.bad_spell_answers, next(after, None))

    @property
    def latest(self) -> WavePoint:
        """The wave that the report is about."""
        return self.waves[-1]

    @property
    def calendar(self) -> tuple[dt.date, ...]:
        """Every month from the first wave to the last, surveyed or not."""
        first, last = self.waves[0].month, self.latest.month
        length = _months_between(first, last) + 1
        return tuple(_month_after(first, step) for step in range(length))

    @property
    def months_before(self) -> int | None:
        """Places of the calendar before the rules started; None where no date is on record."""
        if self.adopted_on is None:
            return None
        known = {wave.month: wave.last_day for wave in self.waves}
        return sum(
            is_before(known.get(month, month.replace(day=USUAL_LAST_DAY)), self.adopted_on)
            for month in self.calendar
        )

    def by_month(self) -> tuple[WavePoint | None, ...]:
        """Return one entry per month of the calendar; None where there was no survey."""
        known = {wave.month: wave for wave in self.waves}
        return tuple(known.get(month) for month in self.calendar)

    def survey(self) -> Survey:
        """Return the series that `analysis` judges."""
        split = self.months_before
        return Survey(
            index=self._series(None),
            dimensions={code: self._series(code) for code in DIMENSIONS},
            months_before=None if split is None or split >= len(self.calendar) else split,
        )

    def _series(self, dimension: str | None) -> WaveSeries:
        rows = [
            [_wave_cell(point, code, dimension) for point in self.by_month()]
            for code in GROUP_CODES
        ]
        return WaveSeries.from_cells(rows[0], rows[1])


def is_before(last_day: dt.date, adopted_on: dt.date) -> bool:
    """Tell whether a survey that ended on `last_day` counts as before the rules.

    It does if more than half of the four weeks that end on its last day lie before the adoption.
    """
    return adopted_on > last_day - dt.timedelta(days=REFERENCE_DAYS // 2)


def cell_of(group: Mapping[str, Any] | None, n_invited: int) -> Cell:
    """Read one group of a release's content.

    Parameters
    ----------
    group
        The entry of the release; None where the release has none.
    n_invited
        People invited; raised to the number of ballots, should it ever be smaller.
    """
    if group is None:
        return Cell(n_invited=n_invited, n_counted=0, index=NO_RELEASE)
    n_counted = int(group["n_counted"])
    dimensions = group.get("dimensions") or {}
    return Cell(
        n_invited=max(n_invited, n_counted),
        n_counted=n_counted,
        index=_moments(group.get("index")),
        dimensions={code: _moments(dimensions.get(code)) for code in DIMENSIONS},
        quality=_quality(group),
        details={name: group[name] for name in DETAILS if isinstance(group.get(name), Mapping)},
    )


def _moments(entry: Mapping[str, Any] | None) -> Moments | str:
    if entry is None:
        return NO_RELEASE
    if "withheld" in entry:
        reason = str(entry["withheld"])
        return f"{reason}_{entry['capped']}" if "capped" in entry else reason
    return Moments(
        n=int(entry["n"]),
        total=float(entry["sum"]),
        total_squares=float(entry["sum_squares"]),
    )


def _quality(group: Mapping[str, Any]) -> dict[str, float]:
    entry = group.get("quality") or {}
    n = int((group.get("index") or {}).get("n", 0))
    if n == 0 or "same_answer" not in entry:
        return {}
    # "Sometimes" throughout may be honest; the same extreme for good and bad events is not.
    careless = int(entry["same_answer"]) - int(entry["same_answer_middle"])
    shares = {"same_answer": careless / n}
    if "good_half" in entry and "bad_half" in entry:
        good, bad = (float(entry[half]["sum"]) / entry[half]["n"] for half in HALVES)
        shares["good_minus_bad"] = good - bad
    asked = [item for item in group.get("items", {}).values() if "no_contact" in item]
    total = sum(item["answered"] + item["no_contact"] + item["skipped"] for item in asked)
    if total:
        shares["no_contact"] = sum(item["no_contact"] for item in asked) / total
    return shares


def _wave_cell(point: WavePoint | None, code: GroupCode, dimension: str | None) -> WaveCell | None:
    cell = None if point is None else point.cells.get(code)
    if cell is None:
        return None
    found = cell.index if dimension is None else cell.dimensions.get(dimension)
    moments = found if isinstance(found, Moments) else None
    return WaveCell(n_invited=cell.n_invited, moments=moments)


def _months_between(first: dt.date, last: dt.date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _month_after(month: dt.date, steps: int) -> dt.date:
    place = month.month - 1 + steps
    return dt.date(month.year + place // 12, place % 12 + 1, 1)


def sequence_of(waves: Sequence[WavePoint]) -> tuple[WavePoint, ...]:
    """Return `waves` in the order of their months."""
    return tuple(sorted(waves, key=lambda wave: wave.month))
