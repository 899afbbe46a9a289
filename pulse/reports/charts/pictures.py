"""All pictures of a report in one language. Heavy to import: only the release job does."""

import datetime as dt
import textwrap
from collections.abc import Mapping
from typing import Any

from babel.dates import format_date

from pulse.i18n import translate
from pulse.reports.charts.frames import NARROW, WIDE, Words
from pulse.reports.charts.render import render
from pulse.reports.charts.svg import as_file
from pulse.reports.charts.trend import trend_chart
from pulse.reports.numbers import sentence
from pulse.reports.pages import Setting, chart_texts

SUBTITLE_WIDTH = 105


def pictures_of(findings: Mapping[str, Any], setting: Setting) -> dict[str, str]:
    """Return the trend chart as SVG: "wide" and "narrow" for the page, "file" to keep."""
    texts = chart_texts(findings, setting)
    name = f"{texts['title']}. {texts['description']}"
    words = _words(findings, setting)
    wide = render(trend_chart(findings, words, WIDE), name=name)
    subtitle = textwrap.wrap(texts["subtitle"], SUBTITLE_WIDTH)
    return {
        "wide": wide,
        "narrow": render(trend_chart(findings, words, NARROW), name=name),
        "file": as_file(wide, title=texts["title"], subtitle=subtitle),
    }


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
