"""The sentences about what weakens a verdict: one list per guard of `analysis`. Pure.

A guard either lowers the verdict, then the headline says why, or it warns beside it. Where an
answer of HR decided what a guard did, one sentence says that too.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pulse.i18n import format_month

OTHER_MONTHS = "other_months"
"""The season's key after the start of the rules, where it is about which months are compared."""
SHORT_BASELINE = "short_baseline"
"""The bad spell's key where too few months are left without it: no further month can help."""

WHY = {
    "drop_out": "too many people stopped answering",
    "mode_mix": "people answer in other ways (paper, phone, kiosk) than in the first surveys",
    "language_mix": "the mix of languages is another than in the first surveys",
    "placebo": "friction was already moving before the rules started",
    "season": "less than a year of surveys, and a season can look like a change",
    OTHER_MONTHS: "other months of the year are compared, and the work follows the seasons",
    "regression_to_the_mean": "a bad spell led to the rules, and without its months the change is"
    " not clear",
    "carry_over": "good and bad months carry over for long",
    "moves_as_one": "both groups move up and down as one",
}

TITLES = {
    "drop_out": "Cannot tell: too many people stopped answering",
    "mode_mix": "Cannot tell: people answer in other ways now",
    "language_mix": "Cannot tell: the mix of languages has changed",
    "placebo": "Cannot tell: friction moved before the rules started",
    "season": "Too early to tell: less than a year of surveys",
    SHORT_BASELINE: "Cannot tell: the rules came after a bad spell",
    OTHER_MONTHS: "Cannot tell: other months of the year than before",
    "regression_to_the_mean": "Cannot tell: the rules came after a bad spell",
    "carry_over": "Cannot tell: months carry over for long",
    "moves_as_one": "Cannot tell: both groups move as one",
}

HEADLINES = {
    "trend_guarded_season": "Too early to tell: less than a year of surveys, and a season can look"
    " like a change. Friction is %(now)s, likely %(low)s to %(high)s; in the first months it was"
    " %(before)s.",
    "guarded_drop_out": "Cannot tell: too many people stopped answering. Friction of those who"
    " answer is %(now)s, likely %(low)s to %(high)s; it was %(before)s.",
    "trend_guarded_drop_out": "Cannot tell: too many people stopped answering. Friction of those who"
    " answer is %(now)s, likely %(low)s to %(high)s; in the first months it was %(before)s.",
    "guarded": "Cannot tell: %(why)s. Friction is %(now)s, likely %(low)s to %(high)s; it was"
    " %(before)s.",
    "trend_guarded": "Cannot tell: %(why)s. Friction is %(now)s, likely %(low)s to %(high)s; in the"
    " first months it was %(before)s.",
}

GROUP = "Cannot tell: %(why)s."

SIZES = {
    "drop_out": "The response fell by more than 20 points since the first surveys. Those who stopped"
    " are often the unhappy ones, so a better number may only mean fewer voices.",
    "mode_mix": "People answer differently on paper and on a screen. Where the shares shift by more"
    " than 20 points, a change of the number may only mean a change of the way.",
    "language_mix": "The two languages are never quite the same questions. Where their shares shift"
    " by more than 20 points, a change of the number may only mean other people answering.",
    "placebo": "Had the rules started in the middle of the months before, the same method would have"
    " found a change too. Something else may be moving the number.",
    "season": "Busy and quiet months come back every year. After twelve months of surveys the method"
    " may say whether friction falls or rises.",
    SHORT_BASELINE: "After unusually bad months things get better by themselves. Without the last two"
    " months before the rules, fewer than three surveys are left to compare with.",
    OTHER_MONTHS: "Busy and quiet months come back every year. A fall or a rise is called one only"
    " where the latest months of the year were surveyed before the rules, too.",
    "regression_to_the_mean": "After unusually bad months things get better by themselves. Without"
    " the last two months before the rules the change is not clear.",
    "carry_over": "Where a bad month is felt for many months, chance alone makes long rises and falls.",
    "moves_as_one": "Where both groups move as one, two groups say hardly more than one.",
}

NEXT_STEPS = {
    "drop_out": "Ask the people who stopped answering what would make it worth their time, before"
    " you read more into the numbers.",
    "mode_mix": "Keep the ways of answering as they are now for the coming surveys.",
    "language_mix": "Check that everybody still gets the survey in both languages.",
    "placebo": "Look in the log of events for what moved friction before the rules started, and keep"
    " the surveys going.",
    "season": "Keep the rules and the surveys going until a whole year is on record.",
    SHORT_BASELINE: "This comparison stays open, however many surveys follow. Keep the surveys going:"
    " the trend over all of them still tells.",
    OTHER_MONTHS: "Keep the rules and the surveys going: in the report of %(month)s the latest months"
    " can be compared with the same months of the year before the rules.",
    "regression_to_the_mean": "Keep the rules and the surveys going; each further month makes the"
    " answer clearer.",
    "carry_over": "Keep the rules and the surveys going; where months carry over, more of them are needed.",
    "moves_as_one": "Look in the log of events for what moves both groups at once, and keep the surveys going.",
}

WARNINGS = {
    "drop_out": "The response is lower than in the first surveys. Those who stopped may see things"
    " differently, so the result may look better than it is.",
    "mode_mix": "People answer in other ways (paper, phone, kiosk) than in the first surveys; that"
    " alone can move the number by a few points.",
    "language_mix": "The mix of languages is another than in the first surveys; that alone can move"
    " the number by a few points.",
    "placebo": "Friction was already moving before the rules started, so the rules may not be the"
    " reason for a change.",
    "season": "Less than a year of surveys: a busy season can look like a change.",
    "regression_to_the_mean": "If a bad spell led to the start of the rules, things may have got"
    " better by themselves: the months before are too few, or too uneven, to rule that out.",
    "carry_over": "Good and bad months seem to carry over for long here: then a verdict is wrong more often than in 5 of 100 companies.",
    "moves_as_one": "Both groups move up and down as one here: then a verdict is wrong more often than in 5 of 100 companies.",
}
SEASON_AFTER_ADOPTION = (
    "The latest months are other months of the year than those before the rules: a busy season can"
    " look like a change."
)

HOLDS = {
    "season": "The work follows the seasons; the surveys span a whole year.",
    OTHER_MONTHS: "The work follows the seasons; the latest months of the year were surveyed before"
    " the rules, too.",
    "regression_to_the_mean": "A bad spell led to the rules; the fall also holds without the last"
    " two months before them.",
}
"""What stands beside a verdict that passed a guard which an answer had made strict."""

SPARED = {
    "season": "HR answered that the work does not follow the seasons, so the report does not wait"
    " for a whole year of surveys.",
    OTHER_MONTHS: "HR answered that the work does not follow the seasons, so other months of the"
    " year are compared.",
    "regression_to_the_mean": "HR answered that no bad spell led to the rules, so the months just"
    " before them count like all others.",
}
"""What stands beside a verdict that a guard left alone because of an answer."""

TOO_LATE = {
    "season": "The newest answer about seasons came after the first results, so it does not count.",
    "regression_to_the_mean": "The newest answer about a bad spell came after the first results, so"
    " it does not count.",
}
ASKED = {"season": "seasonal", "regression_to_the_mean": "after_bad_spell"}
"""Which answer a guard depends on."""

Findings = Mapping[str, Any]


def lowering(findings: Findings) -> str | None:
    """Return the code of the guard that took the verdict back, None where none did."""
    code: str | None = findings["overall"]["guard"]
    return code


def key_of(code: str, question: str) -> str:
    """Return the key of a guard's words: about seasons the two questions say different things."""
    return OTHER_MONTHS if code == "season" and question == "adoption" else code


def lowering_key(findings: Findings) -> str | None:
    """Return the key of the words of the guard that took the verdict back."""
    code = lowering(findings)
    if code is None:
        return None
    guard = next(guard for guard in findings["guards"] if guard["code"] == code)
    if code == "regression_to_the_mean" and guard["value"] is None:
        return SHORT_BASELINE
    return key_of(code, findings["question"])


def next_step_fields(findings: Findings, language: str) -> dict[str, object]:
    """Return the month in which the latest months are months of the baseline again."""
    alike_in = findings["answers"]["alike_in"]
    if alike_in is None:
        return {}
    month = dt.date.fromisoformat(findings["month"])
    place = month.month - 1 + alike_in
    coming = dt.date(month.year + place // 12, place % 12 + 1, 1)
    return {"month": format_month(coming, language)}


def holding_sentences(findings: Findings) -> list[str]:
    """Return what a strict answer asked of a stated change, and that it was met."""
    return _of_answers(findings, HOLDS, answer=True)


def _of_answers(findings: Findings, words: Mapping[str, str], *, answer: bool) -> list[str]:
    """Return the words of the guards that `answer` decided and that left the verdict alone."""
    states = {guard["code"]: guard["state"] for guard in findings["guards"]}
    return [
        words[key_of(code, findings["question"])]
        for code, name in ASKED.items()
        if findings["answers"][name] is answer and states.get(code) in {"clear", "not_checked"}
    ]


def _too_late(findings: Findings) -> list[str]:
    """Return that an answer did not count, where its guard has something to say."""
    speaking = {g["code"] for g in findings["guards"] if g["state"] in {"caution", "raised"}}
    aside = findings["answers"]["set_aside"]
    return [TOO_LATE[code] for code, name in ASKED.items() if name in aside and code in speaking]


def answer_sentences(findings: Findings, *, is_change: bool) -> list[str]:
    """Return the English sentences about answers that weaken what is said.

    `is_change` tells whether the report says "lower" or "higher": only then can an answer have let
    something pass.
    """
    spared = _of_answers(findings, SPARED, answer=False) if is_change else []
    if not findings["answers"]["is_spared"]:
        spared = [text for text in spared if text == SPARED["regression_to_the_mean"]]
    return spared + _too_late(findings)


def warning_sentences(findings: Findings) -> list[str]:
    """Return the English sentences of the guards that warn without lowering."""
    quiet = {lowering(findings)}
    if quiet != {None}:
        quiet.add("regression_to_the_mean")
    if any(quality["response"] in {"look", "weak"} for quality in findings["quality"].values()):
        quiet.add("drop_out")  # said for the group itself
    raised = [
        guard["code"] for guard in findings["guards"] if guard["state"] in {"caution", "raised"}
    ]
    after = WARNINGS | ({"season": SEASON_AFTER_ADOPTION} if _is_adoption(findings) else {})
    return [after[code] for code in raised if code not in quiet]


def _is_adoption(findings: Findings) -> bool:
    return bool(findings["question"] == "adoption")
