"""All guards of one headline question at once, in a fixed order.

The same list serves the report and whoever does the verdict again from the published numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.guards.dependence import dependence_guards
from analysis.guards.guard import Guard, GuardCode
from analysis.guards.mix import mix_guard
from analysis.guards.nonresponse import Participation, drop_out_guard
from analysis.guards.placebo import placebo_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.guards.season import season_guard
from analysis.judgement import Outcome
from analysis.result import Finding, NotEstimable, Question, Verdict
from analysis.tally import WaveSeries

WINDOW = 3
"""Waves of the baseline and of the present that are compared."""


@dataclass(frozen=True, kw_only=True)
class Fieldwork:
    """How one group of one wave was asked.

    Attributes
    ----------
    answered, invited : int
        Ballots and people.
    is_shown : bool
        The group's index is known in this wave; only such waves are compared.
    modes, languages : mapping from code to count
        Ballots by way of answering and by language; empty where not known.
    """

    answered: int
    invited: int
    is_shown: bool = True
    modes: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


FieldworkRows = tuple[Sequence[Fieldwork], Sequence[Fieldwork]]
"""First and second group, one entry per wave."""


def battery(
    series: WaveSeries, outcome: Outcome, fieldwork: FieldworkRows, *, months_before: int | None
) -> tuple[Guard, ...]:
    """Return what every guard found for the company's headline.

    Parameters
    ----------
    series : WaveSeries
        The index.
    outcome : Outcome
        The headline before any guard.
    fieldwork : FieldworkRows
        How the waves were asked.
    months_before : int or None
        Months before adoption; None for the trend question.

    Notes
    -----
    Regression to the mean lowers a verdict only where a bad period led to the adoption. Nobody
    can tell that from the answers, so it stands here as a warning without lowering.
    """
    guards = [drop_out(fieldwork), *mixes(fieldwork)]
    if isinstance(outcome, NotEstimable):
        return tuple(guards)
    is_adoption = outcome.question is Question.ADOPTION
    split = months_before if is_adoption else None
    guards += dependence_guards(series, outcome.question, months_before=split)
    guards.append(season_guard(outcome.question, months=series.months, months_before=split))
    if is_adoption and months_before is not None:
        guards.append(placebo_guard(series, months_before=months_before))
        if _improved(outcome):
            guards.append(
                _only_warns(regression_to_mean_guard(series, months_before=months_before))
            )
    return tuple(guards)


def drop_out(fieldwork: FieldworkRows) -> Guard:
    """Compare the response of each group's last three shown waves with its first three."""
    pairs = [_windows(rows) for rows in fieldwork]
    before = [_participation(old) for old, _ in pairs]
    now = [_participation(new) for _, new in pairs]
    return drop_out_guard((before[0], before[1]), (now[0], now[1]))


def mixes(fieldwork: FieldworkRows) -> tuple[Guard, Guard]:
    """Compare the ways of answering and the languages of the same waves."""
    pairs = [_windows(rows) for rows in fieldwork]
    return (
        mix_guard(
            GuardCode.MODE_MIX,
            [_sum([wave.modes for wave in old]) for old, _ in pairs],
            [_sum([wave.modes for wave in new]) for _, new in pairs],
        ),
        mix_guard(
            GuardCode.LANGUAGE_MIX,
            [_sum([wave.languages for wave in old]) for old, _ in pairs],
            [_sum([wave.languages for wave in new]) for _, new in pairs],
        ),
    )


def _windows(rows: Sequence[Fieldwork]) -> tuple[list[Fieldwork], list[Fieldwork]]:
    shown = [wave for wave in rows if wave.is_shown]
    return shown[:WINDOW], shown[-WINDOW:]


def _participation(waves: Sequence[Fieldwork]) -> Participation:
    return Participation(
        answered=sum(wave.answered for wave in waves), invited=sum(wave.invited for wave in waves)
    )


def _sum(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Add up; nothing at all where one wave is not known, since shares would not compare."""
    if not all(counts):
        return {}
    return {
        code: sum(count.get(code, 0) for count in counts)
        for code in sorted({code for count in counts for code in count})
    }


def _improved(outcome: Finding) -> bool:
    return outcome.verdict is Verdict.IMPROVED


def _only_warns(guard: Guard) -> Guard:
    return Guard(
        code=guard.code, state=guard.state, value=guard.value, limit=guard.limit, lowers=frozenset()
    )
