"""The words of the data-quality strip: each check with its value, its state and its consequence."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pulse.i18n import translate
from pulse.reports.numbers import percent, signed

STATES = {"fine": "Fine", "look": "Look", "weak": "Weak"}
MODES = {"link": "link", "slip": "slip", "kiosk": "kiosk", "form": "page without script"}
LANGUAGES = {"en": "English", "es": "Spanish"}
CONSEQUENCES = {
    "response": {
        "look": "The result may look better than it is.",
        "weak": "A better number may only mean fewer voices; a fall of more than 20 points takes the"
        " verdict back.",
    },
    "same": {
        "look": "Some answers may be less careful; the verdict stays.",
        "weak": "Many answers may be careless; read the numbers as a rough guide.",
    },
    "contact": {
        "look": "Many have no contact with the other group; the rest decide the number.",
        "weak": "Most questions rest on few people; read them as a rough guide.",
    },
    "balance": {
        "look": "Good and bad questions moved apart; answers may be less careful this month.",
        "weak": "Good and bad questions moved far apart; do not build on this month alone.",
    },
}
LABELS = {
    "response": "Response",
    "same": "Same answer to every question",
    "contact": "“No contact, or not sure”",
    "balance": "Good questions against bad ones",
}
MIX = {"modes": "Ways of answering", "languages": "Languages"}
MIX_NOTE = {
    "caution": "The mix differs from the first surveys: read with care.",
    "raised": "The mix differs by more than 20 points from the first surveys: that takes a verdict back.",
}

Page = dict[str, Any]


def checks_of(quality: Mapping[str, Any], language: str) -> list[Page]:
    """Return the checks of one group that can be made.

    Parameters
    ----------
    quality
        As `pulse.reports.quality.quality_of` found it.
    """
    say = partial(translate, language)
    values = {
        "response": _response(quality, say),
        "same": percent(quality["same_answer"]),
        "contact": percent(quality["no_contact"]),
        "balance": ""
        if quality["halves"] is None
        else say("%(points)s points since the first surveys", points=signed(quality["halves"])),
    }
    checks = [
        _check(say, name, quality[name], values[name])
        for name in LABELS
        if quality[name] is not None or name == "response"
    ]
    for name, code, words in (
        ("modes", "mode_mix", MODES),
        ("languages", "language_mix", LANGUAGES),
    ):
        if quality[name]:
            checks.append(_mix(say, MIX[name], quality[name], words, quality["mix"].get(code, "")))
    return checks


def _check(say: "partial[str]", name: str, state: str | None, value: str) -> Page:
    consequence = CONSEQUENCES[name].get(state or "", "")
    return {
        "label": say(LABELS[name]),
        "value": value,
        "state": state or "none",
        "word": say(STATES[state]) if state else say("First survey"),
        "consequence": say(consequence) if consequence else "",
    }


def _mix(
    say: "partial[str]", label: str, counts: Mapping[str, int], words: Mapping[str, str], guard: str
) -> Page:
    total = sum(counts.values())
    parts = [
        f"{percent(count / total)} {say(words.get(code, code))}"
        for code, count in counts.items()
        if count
    ]
    state = {"caution": "look", "raised": "weak"}.get(guard, "fine")
    note = MIX_NOTE.get(guard, "")
    return {
        "label": say(label),
        "value": ", ".join(parts),
        "state": state,
        "word": say(STATES[state]),
        "consequence": say(note) if note else "",
    }


def _response(quality: Mapping[str, Any], say: "partial[str]") -> str:
    value = percent(quality["rate"])
    if quality["baseline_rate"] is None:
        return value
    start = percent(quality["baseline_rate"])
    return say("%(rate)s (first surveys %(start)s)", rate=value, start=start)
