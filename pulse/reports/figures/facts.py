"""The numbers from the books on the months of the trend, and whether they agree with the answers."""

import datetime as dt
from collections.abc import Mapping, Sequence

from analysis.judgement import Outcome, judge
from analysis.links.facts import agreement, share_series
from analysis.result import NotEstimable, Series
from pulse.i18n import format_month
from pulse.reports.figures.figure import Found, Frozen, Names, figure
from pulse.reports.inputs import ReportInputs
from pulse.reports.numbers import whole

SERIES = {
    "late": "Orders delivered late, per cent",
    "rush": "Rush orders, per cent",
    "complaints": "Complaints per 100 orders",
    "meetings": "Joint meetings",
}
JUDGED = ("late", "rush")
TITLES = {
    "agree": "The books agree with the answers",
    "disagree": "The books do not agree with the answers",
    "cannot_tell": "The books so far; too early to compare",
}
SENTENCES = {
    "agree": "%(name)s: the books show the same as the answers.",
    "disagree": "%(name)s: the books show something else than the answers. Look for the reason"
    " before you tell anybody that it works.",
    "cannot_tell": "%(name)s: too early to compare with the answers.",
}


def found_facts(inputs: ReportInputs, perceived: Outcome) -> Frozen | None:
    """Return the series by month of the calendar; None where nothing was entered for any of them."""
    months = [inputs.facts.get(month, {}) for month in inputs.calendar]
    series: dict[str, list[float | int | None]] = {
        "late": [_share(month, "late") for month in months],
        "rush": [_share(month, "rush_orders") for month in months],
        "complaints": [_share(month, "complaints") for month in months],
        "meetings": [month.get("meetings") for month in months],
    }
    kept = {name: values for name, values in series.items() if any(v is not None for v in values)}
    if not kept:
        return None
    split = inputs.survey().months_before
    return {
        "months": [month.isoformat() for month in inputs.calendar],
        "series": kept,
        "agreement": {
            name: _agreement(months, name, split, perceived) for name in JUDGED if name in kept
        },
    }


def _share(month: Mapping[str, int], name: str) -> float | None:
    orders, count = month.get("orders"), _count(month, name)
    return None if not orders or count is None else 100.0 * count / orders


def _count(month: Mapping[str, int], name: str) -> int | None:
    if name == "late":
        known = "orders" in month and "on_time" in month
        return month["orders"] - month["on_time"] if known else None
    return month.get("rush_orders" if name == "rush" else name)


def _agreement(
    months: Sequence[Mapping[str, int]], name: str, split: int | None, perceived: Outcome
) -> str:
    counts = [_count(month, name) for month in months]
    totals = [month.get("orders") for month in months]
    if isinstance(perceived, NotEstimable):
        return "cannot_tell"
    judgement = judge(share_series(counts, totals), months_before=split)
    return agreement(perceived, judgement.outcome(Series.FIRST)).value


def facts_figure(found: Found | None, names: Names) -> Frozen | None:
    """Word the books; None where nothing was entered."""
    if found is None:
        return None
    say = names.say
    known = set(found["agreement"].values())
    word = next((one for one in ("disagree", "agree") if one in known), "cannot_tell")
    columns = list(found["series"])
    rows = [
        [
            _month(month, names.language),
            *(_number(found["series"][name][place]) for name in columns),
        ]
        for place, month in enumerate(found["months"])
    ]
    sentences = [
        say(SENTENCES[state], name=say(SERIES[name])) for name, state in found["agreement"].items()
    ]
    return figure(
        title=say(TITLES[word]),
        subtitle=say("Numbers from the books, on the same months as the trend."),
        description=" ".join(
            [
                *(
                    say(
                        "%(name)s: %(first)s at first, %(last)s at last.",
                        name=say(SERIES[name]),
                        first=whole(values[0]),
                        last=whole(values[-1]),
                    )
                    for name in columns
                    if (values := [v for v in found["series"][name] if v is not None])
                ),
                *sentences,
            ]
        ),
        head=[say("Month"), *(say(SERIES[name]) for name in columns)],
        rows=rows,
        notes=sentences,
    )


def _number(value: float | None) -> str | int:
    return "" if value is None else whole(value)


def _month(iso: str, language: str) -> str:
    return format_month(dt.date.fromisoformat(iso), language)
