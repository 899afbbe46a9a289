"""All guards of one headline question at once, in a fixed order.

The same list serves the report and whoever does the verdict again from the published numbers.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from analysis.guards.dependence import dependence_guards
from analysis.guards.guard import Guard, GuardCode, State
from analysis.guards.mix import mix_guard
from analysis.guards.nonresponse import Participation, drop_out_guard
from analysis.guards.placebo import placebo_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.guards.season import season_guard
from analysis.judgement import Outcome
from analysis.result import Finding, NotEstimable, Question, Series, Verdict
from analysis.tally import WaveSeries
from analysis.verdict import DEFAULT_RULE, Family

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
    series: WaveSeries,
    outcome: Outcome,
    fieldwork: FieldworkRows,
    *,
    months_before: int | None,
    seasonal: bool | None = None,
    after_bad_spell: bool | None = None,
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
    seasonal : bool or None
        Does the work follow the seasons? None where nobody knows: see `season_guard`.
    after_bad_spell : bool or None
        Were the rules adopted because of a bad spell? None where nobody was asked.

    Notes
    -----
    Regression to the mean lowers a verdict where a bad spell led to the adoption, and is not
    looked at where none did. Nobody can tell from the answers to the survey which it was; as long
    as it was not asked, the guard stands here as a warning without lowering.
    """
    guards = [drop_out(fieldwork), *mixes(fieldwork)]
    if isinstance(outcome, NotEstimable):
        return tuple(guards)
    is_adoption = outcome.question is Question.ADOPTION
    split = months_before if is_adoption else None
    guards += dependence_guards(series, outcome.question, months_before=split)
    guards.append(
        season_guard(
            outcome.question,
            months=series.months,
            months_before=split,
            plausible=seasonal is not False,
            expected=seasonal is True,
        )
    )
    if is_adoption and months_before is not None:
        guards.append(placebo_guard(series, months_before=months_before))
        if _improved(outcome):
            guards.append(
                _bad_spell(series, months_before=months_before, after_bad_spell=after_bad_spell)
            )
    return tuple(guards)


def guards_of_part(
    guards: Sequence[Guard],
    series: WaveSeries,
    outcome: Outcome,
    *,
    which: Series,
    family: Family = Family.HEADLINE,
    months_before: int | None,
    after_bad_spell: bool | None,
) -> tuple[Guard, ...]:
    """Return the guards of one group or area: those of the company, and its own bad spell.

    Parameters
    ----------
    guards : sequence of Guard
        What `battery` returned for the company.
    series : WaveSeries
        The index, or the area.
    outcome : Outcome
        Of the group in it, before any guard.
    which, family : Series, Family
        The group, and the thresholds that `outcome` was judged by.
    months_before, after_bad_spell
        As in `battery`.

    Notes
    -----
    The company's verdict can be open while a group's is "improved": its baseline is looked at by
    itself, only where a bad spell led to the adoption.
    """
    if not after_bad_spell or isinstance(outcome, NotEstimable) or months_before is None:
        return tuple(guards)
    shared = [guard for guard in guards if guard.code is not GuardCode.REGRESSION_TO_THE_MEAN]
    if outcome.question is Question.ADOPTION and _improved(outcome):
        shared.append(
            regression_to_mean_guard(
                series, months_before=months_before, which=which, family=family
            )
        )
    return tuple(shared)


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


def _bad_spell(series: WaveSeries, *, months_before: int, after_bad_spell: bool | None) -> Guard:
    """Lower where a bad spell led to the rules, warn where nobody was asked, else do not look."""
    if after_bad_spell is False:
        return Guard(
            code=GuardCode.REGRESSION_TO_THE_MEAN,
            state=State.NOT_CHECKED,
            value=None,
            limit=DEFAULT_RULE.adoption_overall,
            lowers=frozenset(),
        )
    found = regression_to_mean_guard(series, months_before=months_before)
    return found if after_bad_spell else dataclasses.replace(found, lowers=frozenset())
