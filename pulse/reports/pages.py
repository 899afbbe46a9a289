"""Turns findings into what the page prints, in one language: plain strings, ready to store."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from pulse.facts.kinds import EVENT_KINDS
from pulse.i18n import format_date, format_month, translate
from pulse.ids import GROUP_CODES
from pulse.reports import wording
from pulse.reports.figures.all_figures import figures_of
from pulse.reports.figures.figure import Names
from pulse.reports.numbers import percent, sentence, whole
from pulse.reports.words.quality_words import checks_of

DIMENSION_NAMES = {
    "appreciation": "Appreciation",
    "respect": "Respect",
    "communication": "Communication",
    "honesty": "Honesty",
    "commitments": "Keeping promises",
    "friction": "Tension",
}
SINGLE_QUESTIONS = frozenset({"commitments", "friction"})
CHANGE_WORDS = {"lower": "lower than before", "higher": "higher than before"}
BASES = {
    "month": "Mean of the two groups this month.",
    "recent": "Mean of the two groups over the last three months.",
    "third": "Mean of the two groups over the last third of the months.",
}
SHADE_STEPS = 5

Findings = Mapping[str, Any]
Page = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Whose report this is, in the words of one language."""

    language: str
    company: str
    groups: Mapping[str, str]
    is_simulated: bool


def page_of(findings: Findings, setting: Setting) -> Page:
    """Return everything the page prints in one language, in the order of the page."""
    language = setting.language
    return {
        "company": setting.company,
        "is_simulated": setting.is_simulated,
        "month": _month(findings["month"], language),
        "headline": wording.headline(findings, setting.groups, language),
        "mark": wording.mark(findings),
        "number": _number(findings, setting),
        "no_number": wording.no_number(findings, language),
        "changes": wording.change_sentences(findings, language),
        "trend": wording.trend_sentence(findings, language),
        "cautions": wording.cautions(findings, setting.groups, language),
        "next_step": wording.next_step(findings, language),
        "groups": [_group(findings, code, setting) for code in GROUP_CODES],
        "quality": [_quality(findings, code, setting) for code in GROUP_CODES],
        "chart": chart_texts(findings, setting),
        "rows": [_row(wave, findings, setting) for wave in findings["waves"]],
        "dimensions": _dimensions(findings, setting),
        "adopted": _adopted(findings, language),
        "figures": figures_of(findings["figures"], Names(language=language, groups=setting.groups)),
        "events": _events(findings, language),
        "cannot": [translate(language, sentence) for sentence in wording.CANNOT],
    }


def chart_texts(findings: Findings, setting: Setting) -> Page:
    """Return title, subtitle and text alternative of the trend chart."""
    language = setting.language
    say = partial(translate, language)
    first, last = (_month(findings["waves"][place]["month"], language) for place in (0, -1))
    period = first if first == last else say("%(first)s to %(last)s", first=first, last=last)
    return {
        "title": wording.title(findings, language),
        "subtitle": say(
            "Friction index from 0 to 100, lower is better: what each group says about the other,"
            " %(period)s.",
            period=period,
        ),
        "description": _description(findings, setting, period),
    }


def _description(findings: Findings, setting: Setting, period: str) -> str:
    say = partial(translate, setting.language)
    sentences = [
        say(
            "Line chart of the friction index by month, %(period)s, one line for each group.",
            period=period,
        )
    ]
    for code in GROUP_CODES:
        shown = [
            (wave["month"], wave["cells"][code])
            for wave in findings["waves"]
            if wave["cells"] and "value" in wave["cells"][code]
        ]
        name = sentence(setting.groups[code])
        if not shown:
            sentences.append(say("%(group)s: nothing shown.", group=name))
            continue
        (start, begin), (stop, end) = shown[0], shown[-1]
        sentences.append(
            say(
                "%(group)s: %(first)s in %(start)s, %(last)s in %(end)s, shown for %(count)s of"
                " %(all)s months.",
                group=name,
                first=whole(begin["value"]),
                start=_month(start, setting.language),
                last=whole(end["value"]),
                end=_month(stop, setting.language),
                count=len(shown),
                all=findings["months_seen"],
            )
        )
    adopted = _adopted(findings, setting.language)
    return " ".join([*sentences, *([adopted] if adopted else [])])


def _adopted(findings: Findings, language: str) -> str | None:
    if findings["adopted_on"] is None:
        return None
    day = format_date(dt.date.fromisoformat(findings["adopted_on"]), language)
    if wording.has_started(findings):
        return translate(language, "The rules started on %(day)s.", day=day)
    return translate(language, "The rules start on %(day)s.", day=day)


def _events(findings: Findings, language: str) -> list[Page]:
    """Return the events of the trend's months, numbered as the chart numbers them."""
    months = {wave["month"][:7]: place for place, wave in enumerate(findings["waves"])}
    inside = [event for event in findings["events"] if event["day"][:7] in months]
    return [
        {
            "number": number,
            "day": format_date(dt.date.fromisoformat(event["day"]), language, "medium"),
            "what": translate(language, EVENT_KINDS[event["kind"]]),
            "place": months[event["day"][:7]],
        }
        for number, event in enumerate(inside, start=1)
    ]


def _number(findings: Findings, setting: Setting) -> Page | None:
    if findings["level"] is None:
        return None
    say = partial(translate, setting.language)
    return _range(findings["level"], setting.language) | {
        "caption": say(BASES[findings["basis"]]),
        "before": whole(findings["overall"]["before"]["value"])
        if findings["basis"] != "month"
        else None,
    }


def _group(findings: Findings, code: str, setting: Setting) -> Page:
    cell = findings["waves"][-1]["cells"][code]
    other = next(other for other in GROUP_CODES if other != code)
    say = partial(translate, setting.language)
    return {
        "code": code,
        "name": sentence(setting.groups[code]),
        "about": say("about %(group)s", group=setting.groups[other]),
        "sentence": wording.group_sentence(findings, code, setting.language),
        "n": cell.get("n"),
        "response": say(
            "%(counted)s of %(invited)s answered (%(rate)s)",
            counted=cell["n_counted"],
            invited=cell["n_invited"],
            rate=percent(cell["rate"]),
        )
        if cell["n_invited"]
        else "",
    } | _shown(cell, findings, setting.language)


def _quality(findings: Findings, code: str, setting: Setting) -> Page:
    checks = checks_of(findings["quality"][code], setting.language)
    return {"name": sentence(setting.groups[code]), "checks": checks}


def _row(wave: Mapping[str, Any], findings: Findings, setting: Setting) -> Page:
    month = _month(wave["month"], setting.language)
    if wave["cells"] is None:
        return {"month": month, "cells": None}
    cells = []
    for code in GROUP_CODES:
        cell = wave["cells"][code]
        shown = _shown(cell, findings, setting.language)
        shown["n"] = cell.get("n")
        shown["n_invited"] = cell["n_invited"]
        shown["rate"] = percent(cell["rate"])
        cells.append(shown)
    return {"month": month, "cells": cells}


def _dimensions(findings: Findings, setting: Setting) -> list[Page]:
    say = partial(translate, setting.language)
    rows = []
    for code, name in DIMENSION_NAMES.items():
        is_single = code in SINGLE_QUESTIONS
        cells = []
        for group in GROUP_CODES:
            cell = findings["dimensions"][code][group]
            shown = _shown(cell, findings, setting.language)
            shown["n"] = cell.get("n")
            word = CHANGE_WORDS.get(cell["change"] or "")
            shown["change"] = say(word) if word and shown["value"] is not None else None
            cells.append(shown)
        rows.append(
            {
                "name": say(name),
                "guide": say("one question") if is_single else say("two questions"),
                "cells": cells,
            }
        )
    return rows


def _shown(cell: Mapping[str, Any], findings: Findings, language: str) -> Page:
    if "value" in cell:
        return _range(cell, language) | {"reason": None, "shade": shade(cell["value"])}
    reason = wording.withheld(cell["withheld"], findings["minimum_cell_size"], language)
    nothing = dict.fromkeys(("value", "low", "high", "range", "shade"))
    return nothing | {"reason": reason}


def _range(estimate: Mapping[str, float], language: str) -> Page:
    low, high = whole(estimate["low"]), whole(estimate["high"])
    return {
        "value": whole(estimate["value"]),
        "low": low,
        "high": high,
        "range": translate(language, "%(low)s to %(high)s", low=low, high=high),
    }


def shade(value: float) -> int:
    """Return the step of the one-hue scale, 0 (least friction) to 4."""
    return min(SHADE_STEPS - 1, int(value * SHADE_STEPS // 100))


def _month(iso: str, language: str) -> str:
    return format_month(dt.date.fromisoformat(iso), language)
