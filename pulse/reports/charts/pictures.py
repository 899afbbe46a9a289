"""All pictures of a report in one language. Heavy to import: only the release job does."""

import datetime as dt
import textwrap
from collections.abc import Mapping
from functools import partial
from typing import Any

from babel.dates import format_date

from pulse.i18n import translate
from pulse.reports.charts import sheet
from pulse.reports.charts.bars import items_chart, outlook_chart
from pulse.reports.charts.dots import gap_chart, rules_chart
from pulse.reports.charts.frames import NARROW, WIDE, Words
from pulse.reports.charts.render import render
from pulse.reports.charts.series import event_marks
from pulse.reports.charts.strips import facts_chart
from pulse.reports.charts.svg import as_file
from pulse.reports.charts.trend import start_of, trend_chart
from pulse.reports.figures.facts import SERIES
from pulse.reports.numbers import sentence
from pulse.reports.pages import Setting, chart_texts

SUBTITLE_WIDTH = 105


def pictures_of(
    findings: Mapping[str, Any], setting: Setting, page: Mapping[str, Any]
) -> dict[str, str]:
    """Return all pictures as SVG by name.

    The trend chart is "wide" and "narrow" for the page, "plain" without events for the poster,
    "file" to keep; each figure of the page is "<figure>-wide" and "<figure>-narrow".
    """
    texts = chart_texts(findings, setting)
    name = f"{texts['title']}. {texts['description']}"
    words = _words(findings, setting)
    marks = event_marks(page["events"])
    wide = render(trend_chart(findings, words, WIDE, marks), name=name)
    subtitle = textwrap.wrap(texts["subtitle"], SUBTITLE_WIDTH)
    return {
        "wide": wide,
        "narrow": render(trend_chart(findings, words, NARROW, marks), name=name),
        "plain": render(trend_chart(findings, words, WIDE), name=name) if marks else wide,
        "file": as_file(wide, title=texts["title"], subtitle=subtitle),
    } | _figures(findings, setting, page["figures"], words)


def _figures(
    findings: Mapping[str, Any], setting: Setting, figures: Mapping[str, Any], words: Words
) -> dict[str, str]:
    pictures: dict[str, str] = {}
    for name, figure in figures.items():
        text = f"{figure['title']}. {figure['description']}"
        for size, width in (("wide", sheet.WIDE), ("narrow", sheet.NARROW)):
            specification = _specification(name, figure, findings, setting, words, width)
            pictures[f"{name}-{size}"] = render(specification, name=text)
    return pictures


def _specification(
    name: str,
    figure: Mapping[str, Any],
    findings: Mapping[str, Any],
    setting: Setting,
    words: Words,
    width: int,
) -> dict[str, Any]:
    found = findings["figures"]
    say = partial(translate, setting.language)
    match name:
        case "gap":
            words_of_ends = (say("believed"), say("said"))
            return gap_chart(figure, found["gap"], width, words_of_ends, words.groups)
        case "rules":
            return rules_chart(figure, found["rules"], width)
        case "outlook":
            return outlook_chart(figure, width)
        case "facts":
            names = {series: say(text) for series, text in SERIES.items()}
            return facts_chart(found["facts"], names, words.months, start_of(findings), width)
        case _:
            return items_chart(figure, width)


def _words(findings: Mapping[str, Any], setting: Setting) -> Words:
    language = setting.language
    months = [dt.date.fromisoformat(wave["month"]) for wave in findings["waves"]]
    return Words(
        groups={code: sentence(name) for code, name in setting.groups.items()},
        axis=translate(language, "Friction index (lower is better)"),
        rules=translate(language, "Rules started"),
        missing=translate(language, "no survey"),
        withheld=translate(language, "withheld"),
        months=tuple((format_date(day, "LLL", locale=language), str(day.year)) for day in months),
    )
