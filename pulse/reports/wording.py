"""The sentences that HR reads: a closed list. `findings` chooses the code, this file the words.

Each sentence with a word such as "lower" carries its number and range. The English text is the key
of the Spanish catalogue. Nothing else in the product may word a result.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pulse.i18n import translate
from pulse.ids import GROUP_CODES
from pulse.reports.numbers import percent, sentence, signed, whole
from pulse.reports.words import guard_words

HEADLINES = {
    "lower": "Friction is lower than before the rules started: %(now)s, likely %(low)s to"
    " %(high)s; it was %(before)s.",
    "higher": "Friction is higher than before the rules started: %(now)s, likely %(low)s to"
    " %(high)s; it was %(before)s.",
    "same": "No meaningful change since the rules started: friction is %(now)s, likely %(low)s to"
    " %(high)s; it was %(before)s.",
    "undecided": "No clear change since the rules started: %(change)s points, likely %(fell_by)s to"
    " %(rose_by)s. Friction is %(now)s; it was %(before)s.",
    "too_soon": "Too early to tell: %(months)s of %(least)s months since the rules started."
    " Friction this month is %(now)s, likely %(low)s to %(high)s.",
    "trend_lower": "Friction is falling: %(now)s, likely %(low)s to %(high)s; in the first months"
    " it was %(before)s.",
    "trend_higher": "Friction is rising: %(now)s, likely %(low)s to %(high)s; in the first months"
    " it was %(before)s.",
    "trend_same": "No meaningful change since the surveys began: friction is %(now)s, likely"
    " %(low)s to %(high)s; in the first months it was %(before)s.",
    "trend_undecided": "No clear change since the surveys began: %(change)s points, likely"
    " %(fell_by)s to %(rose_by)s. Friction is %(now)s; in the first months it was %(before)s.",
    "trend_too_soon": "Too early to tell: %(months)s of %(least)s months of surveys. Friction this"
    " month is %(now)s, likely %(low)s to %(high)s.",
    "baseline": "Before the rules: friction is %(now)s, likely %(low)s to %(high)s. Later months"
    " will be compared with this.",
    "first_wave": "Too early to tell: this is the first survey. Friction is %(now)s, likely"
    " %(low)s to %(high)s.",
    "one_hidden": "No company result this month: the answers of %(hidden)s are withheld."
    " %(shown)s says %(now)s, likely %(low)s to %(high)s.",
    "both_hidden": "No result this month: the answers of both groups are withheld.",
    "not_estimable": "No verdict this month: %(reason)s. Friction this month is %(now)s, likely"
    " %(low)s to %(high)s.",
}

TITLES = {
    "lower": "Friction has fallen since the rules started",
    "higher": "Friction has risen since the rules started",
    "same": "No meaningful change since the rules started",
    "undecided": "No clear change since the rules started",
    "too_soon": "Too early to tell since the rules started",
    "trend_lower": "Friction is falling",
    "trend_higher": "Friction is rising",
    "trend_same": "No meaningful change since the surveys began",
    "trend_undecided": "No clear change since the surveys began",
    "trend_too_soon": "Too early to tell from these surveys",
    "baseline": "Friction before the rules start",
    "first_wave": "Friction in the first survey",
    "one_hidden": "Friction so far; this month one group is withheld",
    "both_hidden": "Friction so far; this month both groups are withheld",
    "not_estimable": "Friction so far, without a verdict",
}

SIZES = {
    "lower": "Large enough to matter: more likely than not at least %(delta)s points.",
    "higher": "Large enough to matter: more likely than not at least %(delta)s points.",
    "trend_lower": "Large enough to matter: more likely than not at least %(delta)s points.",
    "trend_higher": "Large enough to matter: more likely than not at least %(delta)s points.",
    "same": "Too small to matter: a change matters from %(delta)s points on.",
    "trend_same": "Too small to matter: a change matters from %(delta)s points on.",
    "undecided": "A change matters from %(delta)s points on; the answers cannot tell yet.",
    "trend_undecided": "A change matters from %(delta)s points on; the answers cannot tell yet.",
}

CHANGES = {
    "adoption": "Change since the rules started: %(change)s points, likely %(low)s to %(high)s.",
    "trend": "Change from the first third of the months to the last: %(change)s points, likely"
    " %(low)s to %(high)s.",
}

GROUP_SENTENCES = {
    "lower": "Last three months: %(now)s, likely %(low)s to %(high)s; lower than before the rules,"
    " when it was %(before)s.",
    "higher": "Last three months: %(now)s, likely %(low)s to %(high)s; higher than before the"
    " rules, when it was %(before)s.",
    "same": "No meaningful change since the rules started.",
    "undecided": "No clear change since the rules started.",
    "too_soon": "Too early to tell for this group.",
    "trend_lower": "Falling: last months %(now)s, likely %(low)s to %(high)s; in the first months"
    " it was %(before)s.",
    "trend_higher": "Rising: last months %(now)s, likely %(low)s to %(high)s; in the first months"
    " it was %(before)s.",
    "trend_same": "No meaningful change since the surveys began.",
    "trend_undecided": "No clear change since the surveys began.",
    "trend_too_soon": "Too early to tell for this group.",
}

NEXT_STEPS = {
    "hidden": "Help more people to answer: tell both groups why it is worth two minutes, and check"
    " that everybody gets a link or a slip.",
    "lower": "Tell both groups that it is working, show them this page, and keep the rules going.",
    "higher": "Show both groups this page and ask them what got harder; choose one rule to practise"
    " this month.",
    "same": "Choose one rule that people do not follow yet, and practise it with both groups this"
    " month.",
    "undecided": "Keep the rules and the surveys going; each further month makes the answer"
    " clearer.",
    "too_soon": "Keep going: change nothing else at the same time, and run next month's survey.",
    "record_start": "Tell Pulse when your company starts the rules: then this page can compare"
    " before and after.",
    "more_baseline": "Run at least three surveys before the rules start: they are what later months"
    " are compared with.",
    "start_rules": "The months before are on record. Start the rules on the day you planned.",
    "write_down": "Talk the result over with both groups, and run next month's survey as planned.",
}

CAUTIONS = {
    "response": "%(group)s: the response fell from %(was)s to %(is)s. Those who stopped may see"
    " things differently, so the result may look better than it is.",
    "same": "%(group)s: %(share)s gave the same answer to every question. The result may be less"
    " careful than usual.",
    "few": "%(group)s: fewer than 10 answers. One person can move the number by a lot.",
    "no_baseline": "Fewer than three surveys came before the rules, so this page asks only whether"
    " friction is falling, not whether it fell since the rules started.",
}

GUARDED = "The fall is more than the earlier trend explains."
MAYBE_TREND = (
    "The fall may also be an earlier trend that went on: the answers cannot tell the two apart."
)

CANNOT = (
    "This page shows what people say, not why it changed: season or pay may matter as much as rules.",
    "It cannot show what any one person answered, and one month against the next is mostly chance.",
)

WITHHELD = {
    "too_few": "fewer than %(k)s answers",
    "not_released": "no answers released",
    "capped_low": "10 or less; more exactly would tell what everybody said",
    "capped_high": "90 or more; more exactly would tell what everybody said",
    "capped_middle": "all alike; the number would tell what everybody said",
    "other": "so that nobody's answers can be worked out",
}

NO_NUMBER = {
    "one_hidden": "Withheld: a company number would give away the group that is not shown.",
    "both_hidden": "Withheld: neither group can be shown this month.",
    "other": "No number this month.",
}

REASONS = {
    "too_many_months": "the series is longer than the method was tested for",
    "other": "the answers so far do not allow one",
}

TREND_LINE = (
    "Over all surveys so far, whether or not the rules matter: %(change)s points from the first"
    " third of the months to the last, likely %(low)s to %(high)s."
)

MARKS = {
    "lower": "fell",
    "trend_lower": "fell",
    "higher": "rose",
    "trend_higher": "rose",
}
"""The only situations that may carry an arrow or the colour of change."""

OPEN = {"too_few_waves": "too_soon", "guard": "guarded"}
"""Why a verdict is open; anything else is "undecided"."""

Findings = Mapping[str, Any]


def headline(findings: Findings, names: Mapping[str, str], language: str) -> str:
    """Return the first sentence of the page."""
    situation = findings["situation"]
    guard = guard_words.lowering(findings)
    text = HEADLINES.get(situation) or guard_words.HEADLINES.get(
        f"{situation}_{guard}", guard_words.HEADLINES.get(situation)
    )
    return translate(language, str(text), **_fields(findings, names, language))


def title(findings: Findings, language: str) -> str:
    """Return the chart's title: the message in at most ten words."""
    guard = guard_words.lowering_key(findings)
    if findings["situation"].endswith("guarded") and guard is not None:
        return translate(language, guard_words.TITLES[guard])
    return translate(language, TITLES[findings["situation"]])


def mark(findings: Findings) -> str | None:
    """Return "fell" or "rose" where the rule of the verdict is met, else None."""
    return MARKS.get(findings["situation"])


def no_number(findings: Findings, language: str) -> str:
    """Say why there is no company number this month."""
    return translate(language, NO_NUMBER.get(findings["situation"], NO_NUMBER["other"]))


def change_sentences(findings: Findings, language: str) -> list[str]:
    """Return the change with its range and whether it matters; nothing while it is too early."""
    situation, overall = findings["situation"], findings["overall"]
    say = partial(translate, language)
    guard = guard_words.lowering_key(findings)
    if situation.endswith("guarded") and guard is not None:
        return [say(guard_words.SIZES[guard])]
    if situation not in SIZES or "change" not in overall:
        return []
    sentences = [say(SIZES[situation], delta=whole(findings["delta"]))]
    if not situation.endswith("undecided"):
        change = say(CHANGES[overall["question"]], **_signed_range(overall["change"]))
        sentences.insert(0, change)
    if situation == "lower":
        sentences.append(say(GUARDED if findings.get("beats_earlier_trend") else MAYBE_TREND))
    if situation in MARKS:
        sentences += [say(text) for text in guard_words.holding_sentences(findings)]
    return sentences


def trend_sentence(findings: Findings, language: str) -> str | None:
    """Return the other question's answer, beside a verdict about the rules; never a mark."""
    trend = findings["trend"]
    is_beside = findings["question"] == "adoption" and is_judged(findings)
    if not is_beside or "change" not in trend:
        return None
    return translate(language, TREND_LINE, **_signed_range(trend["change"]))


def group_sentence(findings: Findings, code: str, language: str) -> str | None:
    """Return what is known about one group's own change."""
    if findings["hidden"][code] or findings["situation"] in {"first_wave", "baseline"}:
        return None
    situation = group_situation(findings["groups"][code])
    if situation is None:
        return None
    outcome = findings["groups"][code]
    if situation.endswith("guarded"):
        key = guard_words.key_of(outcome["guard"], outcome["question"])
        why = translate(language, guard_words.WHY[key])
        return translate(language, guard_words.GROUP, why=why)
    fields = _range(outcome["now"]) | {"before": whole(outcome["before"]["value"])}
    return translate(language, GROUP_SENTENCES[situation], **fields)


def group_situation(outcome: Mapping[str, Any]) -> str | None:
    """Return the code of a group's sentence; None where nothing can be said."""
    if "verdict" not in outcome:
        return None
    word = {
        "improved": "lower",
        "worse": "higher",
        "no_meaningful_change": "same",
        "too_early": OPEN.get(outcome["reason"], "undecided"),
    }[outcome["verdict"]]
    return word if outcome["question"] == "adoption" else f"trend_{word}"


def next_step(findings: Findings, language: str) -> str:
    """Return the one thing to do next."""
    code = next_step_code(findings)
    if code == guard_words.OTHER_MONTHS:
        fields = guard_words.next_step_fields(findings, language)
        return translate(language, guard_words.NEXT_STEPS[code], **fields)
    return translate(language, NEXT_STEPS.get(code) or guard_words.NEXT_STEPS[code])


def next_step_code(findings: Findings) -> str:
    """Choose the step: first what endangers the result, then what the verdict asks for."""
    situation = findings["situation"]
    if situation.endswith("hidden"):
        return "hidden" if "too_few" in findings["hidden"].values() else "write_down"
    if any(findings["quality"][code]["response"] == "weak" for code in GROUP_CODES):
        return "drop_out"
    if situation.endswith("guarded"):
        return str(guard_words.lowering_key(findings))
    return _step_of_verdict(findings)


def _step_of_verdict(findings: Findings) -> str:
    if not has_started(findings):
        if findings["waves_seen"] < 3:
            return "more_baseline"
        return "record_start" if findings["adopted_on"] is None else "start_rules"
    if findings["situation"] == "first_wave":
        return "too_soon"
    word = findings["situation"].removeprefix("trend_")
    return word if word in NEXT_STEPS else "write_down"


def has_started(findings: Findings) -> bool:
    """Whether the rules had started when this month's survey was answered."""
    split = findings["months_before"]
    return split is not None and split < findings["months_seen"]


def is_judged(findings: Findings) -> bool:
    """Whether the month has a verdict, or would have one but for a guard."""
    situation = findings["situation"]
    return situation in SIZES or situation.endswith("guarded")


def cautions(findings: Findings, names: Mapping[str, str], language: str) -> list[str]:
    """Return what weakens the result, one sentence each."""
    say = partial(translate, language)
    sentences: list[str] = []
    is_said = findings["situation"].endswith("guarded")
    for code in GROUP_CODES:
        quality = findings["quality"][code] | ({"response": None} if is_said else {})
        sentences += _group_cautions(quality, names[code], say)
    is_trend = findings["question"] == "trend" and is_judged(findings)
    if is_judged(findings):
        sentences += [say(text) for text in guard_words.warning_sentences(findings)]
        is_change = findings["situation"] in MARKS
        answers = guard_words.answer_sentences(findings, is_change=is_change)
        sentences += [say(text) for text in answers]
    if is_trend and has_started(findings):
        sentences.append(say(CAUTIONS["no_baseline"]))
    return sentences


def _group_cautions(quality: Mapping[str, Any], name: str, say: "partial[str]") -> list[str]:
    name = sentence(name)
    sentences = []
    if quality["response"] in {"look", "weak"} and quality["n"] is not None:
        was, present = percent(quality["baseline_rate"]), percent(quality["rate"])
        sentences.append(say(CAUTIONS["response"], **{"group": name, "was": was, "is": present}))
    if quality["same"] in {"look", "weak"}:
        sentences.append(say(CAUTIONS["same"], group=name, share=percent(quality["same_answer"])))
    if quality["is_small"]:
        sentences.append(say(CAUTIONS["few"], group=name))
    return sentences


def withheld(reason: str, minimum_cell_size: int, language: str) -> str:
    """Say why a cell is not shown."""
    return translate(language, WITHHELD.get(reason, WITHHELD["other"]), k=minimum_cell_size)


def _fields(findings: Findings, names: Mapping[str, str], language: str) -> dict[str, object]:
    situation, overall = findings["situation"], findings["overall"]
    fields: dict[str, object] = {}
    if findings["level"] is not None:
        fields |= _range(findings["level"])
    if "before" in overall:
        change = _signed_range(overall["change"])
        fields |= {"change": change["change"], "fell_by": change["low"], "rose_by": change["high"]}
        fields["before"] = whole(overall["before"]["value"])
        fields["months"] = overall["months_after"]
        fields["least"] = findings["least_months"]
    if situation == "one_hidden":
        fields |= _one_hidden(findings, names)
    if situation.endswith("guarded"):
        key = guard_words.key_of(overall["guard"], overall["question"])
        fields["why"] = translate(language, guard_words.WHY[key])
    if situation == "not_estimable":
        reason = REASONS.get(overall["not_estimable"], REASONS["other"])
        fields["reason"] = translate(language, reason)
    return fields


def _one_hidden(findings: Findings, names: Mapping[str, str]) -> dict[str, object]:
    hidden = next(code for code in GROUP_CODES if findings["hidden"][code])
    shown = next(code for code in GROUP_CODES if not findings["hidden"][code])
    cell = findings["waves"][-1]["cells"][shown]
    return _range(cell) | {"hidden": names[hidden], "shown": sentence(names[shown])}


def _range(estimate: Mapping[str, float]) -> dict[str, object]:
    return {
        "now": whole(estimate["value"]),
        "low": whole(estimate["low"]),
        "high": whole(estimate["high"]),
    }


def _signed_range(estimate: Mapping[str, float]) -> dict[str, object]:
    return {
        "change": signed(estimate["value"]),
        "low": signed(estimate["low"]),
        "high": signed(estimate["high"]),
    }
