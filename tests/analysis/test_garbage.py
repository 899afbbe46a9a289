"""Whatever goes in: a clear refusal or a finite answer; no NaN, no warning (T8)."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.change_points import change_point
from analysis.forecast import forecast
from analysis.formats.tables import Reading, read
from analysis.formats.vectors import recomputed
from analysis.gap import equivalence, gap_estimate
from analysis.guards.attribution import attribution
from analysis.guards.guard import GuardCode
from analysis.guards.mix import mix_guard
from analysis.guards.nonresponse import (
    Participation,
    difference_that_explains,
    worst_and_best_case,
)
from analysis.guards.placebo import placebo_guard
from analysis.guards.regression_to_mean import regression_to_mean_guard
from analysis.guards.season import estimate_season, season_guard
from analysis.intervals import company_estimate, mean_estimate
from analysis.judgement import judge
from analysis.links.facts import share_series
from analysis.links.rules import LinkPoint, dose, links
from analysis.meta import Company, pool, small_study_check
from analysis.multiplicity import holm
from analysis.pooling.staggered import Course, compare_staggered
from analysis.power import Plan
from analysis.quality.careless import Sheets, halves_alarm
from analysis.quality.cross_products import CrossProducts
from analysis.quality.reliability import alpha, omega
from analysis.result import Finding, NotEstimable, Question, Reason, Series
from analysis.survey import analyse
from analysis.tally import Moments, WaveCell, WaveSeries


def assert_finite(thing: Any) -> None:
    """Walk a result and find no number that is not finite."""
    if isinstance(thing, Enum | str | bool) or thing is None:
        return
    if isinstance(thing, int | float):
        assert math.isfinite(thing)
    elif isinstance(thing, Mapping):
        for value in thing.values():
            assert_finite(value)
    elif isinstance(thing, tuple | list | frozenset):
        for value in thing:
            assert_finite(value)
    else:
        assert is_dataclass(thing), type(thing)
        for field in fields(thing):
            assert_finite(getattr(thing, field.name))


@st.composite
def any_series(draw: st.DrawFn) -> tuple[WaveSeries, int | None]:
    """Draw possible series: gaps, single answers, constant answers, ends of the scale."""
    months = draw(st.integers(0, 14))
    rows: dict[str, list[list[Any]]] = {"n": [], "mean": [], "variance": []}
    for _ in range(2):
        ns, means, variances = [], [], []
        for _ in range(months):
            n = draw(st.sampled_from([None, 0, 1, 2, 3, 5, 40, 10**6]))
            if not n:
                ns.append(n)
                means.append(None)
                variances.append(None)
                continue
            mean = draw(st.sampled_from([0.0, 1e-9, 25.0, 50.0, 99.9, 100.0]))
            most = mean * (100.0 - mean) * n / max(1, n - 1)
            ns.append(n)
            means.append(mean)
            variances.append(draw(st.sampled_from([0.0, 0.5, 1.0])) * most if n > 1 else None)
        rows["n"].append(ns)
        rows["mean"].append(means)
        rows["variance"].append(variances)
    headcount = draw(st.sampled_from([10**6, 2 * 10**6]))
    split = draw(st.none() | st.integers(0, 16))
    return WaveSeries.from_arrays(**rows, headcount=[headcount, headcount]), split


@settings(max_examples=40, deadline=None)
@given(any_series())
def test_every_possible_series_gets_a_finite_answer(case: tuple[WaveSeries, int | None]) -> None:
    series, split = case
    judgement = judge(series, months_before=split)
    assert_finite(judgement)
    for outcome in (*judgement.adoption.values(), *judgement.trend.values()):
        if isinstance(outcome, Finding):
            assert 0.0 <= outcome.p_fell <= 1.0
            assert 0.0 <= outcome.p_small <= 1.0


@pytest.mark.parametrize("level", [0.0, 100.0, 50.0])
def test_constant_answers(level: float) -> None:
    series = WaveSeries.from_arrays(
        n=[[5] * 12] * 2, mean=[[level] * 12] * 2, variance=[[0.0] * 12] * 2, headcount=[5, 5]
    )
    assert_finite(judge(series, months_before=6))


def test_a_jump_over_the_whole_scale() -> None:
    mean = [0.0] * 6 + [100.0] * 6
    series = WaveSeries.from_arrays(
        n=[[10**9] * 12] * 2, mean=[mean, mean], variance=[[0.0] * 12] * 2, headcount=[10**9] * 2
    )
    assert_finite(judge(series, months_before=6))


# --- numbers that are none, and everything that reads numbers ------------------------------------

NUMBERS = st.one_of(
    st.sampled_from([0, 1, 2, 3, 5, 20, -1, 10**6, 0.0, 0.5, 25.0, 50.0, 100.0, -3.0, 1e9]),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e308, 5e-324]),
)
JUNK = NUMBERS | st.sampled_from([None, True, "x", "", "7"])
FEW = st.lists(NUMBERS, max_size=6)


def refused_or_finite(action: Callable[[], Any]) -> None:
    """Run it: a ``ValueError`` with a sentence, or a result without a number that is none."""
    try:
        result = action()
    except ValueError as refusal:
        words = str(refusal).split()
    else:
        assert_finite(result)
        words = ["a", "finite", "result"]
    assert len(words) >= 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(JUNK, max_size=4), min_size=8, max_size=8), st.integers(0, 3))
def test_tables_of_junk(rows: list[list[Any]], months: int) -> None:
    """Whatever stands in the tables, whatever their lengths."""
    cut = [row[: max(months, 1)] for row in rows]

    def run() -> Any:
        series = WaveSeries.from_arrays(
            n=cut[0:2], mean=cut[2:4], variance=cut[4:6], headcount=(cut[6] + cut[7])[:2]
        )
        return judge(series, months_before=1), forecast(series), change_point(series)

    refused_or_finite(run)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_small_inputs_of_junk(data: st.DataObject) -> None:
    """Every input type and every function of plain numbers."""
    a, b, c, d, e = (data.draw(NUMBERS) for _ in range(5))
    some, more = data.draw(FEW), data.draw(FEW)
    actions: list[Callable[[], Any]] = [
        lambda: mean_estimate(Moments.of(some), n_invited=a),
        lambda: mean_estimate(Moments(n=a, total=b, total_squares=c), level=d),
        lambda: company_estimate(Moments.of(some), Moments.of(more)),
        lambda: WaveCell(n_invited=a, moments=Moments.of(some)).response_rate,
        lambda: gap_estimate(Moments.of(some), Moments.of(more)),
        lambda: equivalence(Moments.of(some), Moments.of(more), margin=a),
        lambda: worst_and_best_case(Moments.of(some), a),
        lambda: difference_that_explains(
            a, Participation(answered=b, invited=c), Participation(answered=d, invited=e)
        ),
        lambda: mix_guard(GuardCode.MODE_MIX, [{"web": a}], [{"web": b, "paper": c}]),
        lambda: season_guard(Question.ADOPTION, months=a, months_before=b),
        lambda: pool([Company(change=x, standard_error=a) for x in some], margin=b),
        lambda: small_study_check([Company(change=x, standard_error=a) for x in some]),
        lambda: compare_staggered([Course(index={1: x, 2: x}, adopted_after=1) for x in some]),
        lambda: share_series(some, more),
        lambda: dose([Moments.of(some), Moments.of(more)]),
        lambda: links({"r": [LinkPoint(month=a, dose=b, friction=c)]}, lag=d),
        lambda: halves_alarm(
            Sheets(n=a, good_total=b, bad_total=c, same_answer=d),
            Sheets(n=e, good_total=b, bad_total=c, same_answer=d),
        ),
        lambda: alpha(CrossProducts.of([some, more])),
        lambda: omega(CrossProducts.of([some, more, some])),
        lambda: Plan(invited=(a, b), response=(c, d), tau=e),
        lambda: holm(some),
    ]
    for action in actions:
        refused_or_finite(action)


CELLS = st.sampled_from(
    [
        "1",
        "2",
        "2025-03",
        "a",
        "b",
        "x",
        "50",
        "400",
        "-1",
        "nan",
        "inf",
        "",
        "1e400",
        '"',
        "9" * 30,
    ]
)


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from(
        ["wave,group,n,mean,variance", "wave,group,item,answer,respondent", "{", ""]
    ),
    lines=st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=6),
    numbered=st.booleans(),
)
def test_files_of_junk(head: str, lines: list[list[str]], *, numbered: bool) -> None:
    text = "\n".join([head, *(",".join(line) for line in lines)])
    refused_or_finite(lambda: analyse(read(text, Reading(numbered=numbered)).survey))


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        JUNK, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner)
    ),
    st.sampled_from(["n", "mean", "variance", "headcount", "dimensions", "months_before_adoption"]),
)
def test_documents_of_junk(junk: Any, where: str) -> None:
    """A JSON file that is right but for one entry."""
    good = {
        "n": [[9] * 4] * 2,
        "mean": [[50.0] * 4] * 2,
        "variance": [[400.0] * 4] * 2,
        "headcount": [12, 12],
    }
    text = json.dumps({**good, where: junk})
    refused_or_finite(lambda: analyse(read(text).survey))
    refused_or_finite(
        lambda: [
            case["expected"] for case in recomputed({"cases": [{**good, where: junk}]})["cases"]
        ]
    )


def every_guard(series: WaveSeries, split: int) -> list[Any]:
    guards: list[Any] = [
        placebo_guard(series, months_before=split),
        regression_to_mean_guard(series, months_before=split),
        attribution(series, months_before=split),
        change_point(series),
        estimate_season(series),
        forecast(series, months_before=split),
        forecast(series, which=Series.FIRST),
    ]
    return guards


@settings(max_examples=6, deadline=None)
@given(any_series())
def test_guards_and_forecasts_of_every_possible_series(
    case: tuple[WaveSeries, int | None],
) -> None:
    series, split = case
    assert_finite(every_guard(series, split or 0))


@pytest.mark.parametrize("months", [0, 1, 61])
def test_too_short_and_too_long(months: int) -> None:
    """One wave, none, and more than the rule was calibrated for: a reason, never a number."""
    series = WaveSeries.from_arrays(
        n=[[9] * months] * 2,
        mean=[[50.0] * months] * 2,
        variance=[[400.0] * months] * 2,
        headcount=[12, 12],
    )
    judged = judge(series, months_before=6)
    for outcome in (*judged.adoption.values(), *judged.trend.values()):
        assert isinstance(outcome, NotEstimable)
    for found in (attribution(series, months_before=6), change_point(series), forecast(series)):
        assert isinstance(found, NotEstimable)


def test_one_respondent_and_nobody() -> None:
    """A single answer per wave has no variance; it may not enter, nor may an empty wave."""
    for n, mean in ((1, 50.0), (0, None), (None, None)):
        series = WaveSeries.from_arrays(
            n=[[n] * 9] * 2, mean=[[mean] * 9] * 2, variance=[[None] * 9] * 2, headcount=[9, 9]
        )
        judged = judge(series, months_before=4)
        assert set(judged.adoption.values()) == {NotEstimable(reason=Reason.GROUP_MISSING)}
        assert set(judged.trend.values()) == {NotEstimable(reason=Reason.GROUP_MISSING)}
        assert_finite(every_guard(series, 4))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n": [[-1, 9], [9, 9]]}, "at least 0"),
        ({"n": [[13, 13], [9, 9]]}, "More answers than people invited"),
        ({"n": [[9], [9, 9]]}, "same months"),
        ({"n": [[9, 9]]}, "exactly two groups"),
        ({"mean": [[50.0, math.nan], [50.0, 50.0]]}, "finite"),
        ({"mean": [[50.0, 101.0], [50.0, 50.0]]}, "outside the scale"),
        ({"mean": [[50.0, None], [50.0, 50.0]]}, "without a mean"),
        ({"variance": [[400.0, -1.0], [400.0, 400.0]]}, "negative variance"),
        ({"variance": [[400.0, 5000.0], [400.0, 400.0]]}, "cannot have"),
        ({"headcount": [-1, 12]}, "cannot be negative"),
    ],
)
def test_refusals_say_what_is_wrong(changed: dict[str, Any], words: str) -> None:
    good = {
        "n": [[9, 9], [9, 9]],
        "mean": [[50.0, 50.0], [50.0, 50.0]],
        "variance": [[400.0, 400.0], [400.0, 400.0]],
        "headcount": [12, 12],
    }
    with pytest.raises(ValueError, match=words):
        WaveSeries.from_arrays(**{**good, **changed})
