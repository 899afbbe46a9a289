"""The result of a guard, and how guards lower a verdict."""

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from analysis.result import Finding, Reason, Verdict


class GuardCode(StrEnum):
    """The threats that are looked at."""

    DROP_OUT = "drop_out"
    REGRESSION_TO_THE_MEAN = "regression_to_the_mean"
    PLACEBO = "placebo"
    SEASON = "season"
    MODE_MIX = "mode_mix"
    LANGUAGE_MIX = "language_mix"
    CARRY_OVER = "carry_over"
    MOVES_AS_ONE = "moves_as_one"


class State(StrEnum):
    """What a guard found."""

    CLEAR = "clear"
    CAUTION = "caution"
    RAISED = "raised"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What one guard found.

    Attributes
    ----------
    code : GuardCode
        The threat.
    state : State
        What was found.
    value : float or None
        The number that was looked at; None if it could not be computed.
    limit : float
        Where the guard is raised.
    lowers : frozenset of Verdict
        Verdicts that a raised guard turns into "too early".
    """

    code: GuardCode
    state: State
    value: float | None
    limit: float
    lowers: frozenset[Verdict]

    def __post_init__(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError("The value of a guard must be a finite number.")


def lowered(finding: Finding, guards: Iterable[Guard]) -> Finding:
    """Return the finding after all guards.

    Examples
    --------
    >>> calm = Guard(code=GuardCode.SEASON, state=State.CLEAR, value=14.0, limit=12.0,
    ...              lowers=frozenset())
    >>> lowered.__name__, calm.state.value
    ('lowered', 'clear')
    """
    raised = [guard for guard in guards if guard.state is State.RAISED]
    if any(finding.verdict in guard.lowers for guard in raised):
        return dataclasses.replace(finding, verdict=Verdict.TOO_EARLY, reason=Reason.GUARD)
    return finding
