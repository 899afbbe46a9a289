"""Whatever goes in: a clear refusal or a finite answer; no NaN, no warning (T8)."""

import math
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.judgement import judge
from analysis.result import Finding
from analysis.tally import WaveSeries


def assert_finite(thing: Any) -> None:
    """Walk a result and find no number that is not finite."""
    if isinstance(thing, Enum | str | bool) or thing is None:
        return
    if isinstance(thing, int | float):
        assert math.isfinite(thing)
    elif isinstance(thing, dict):
        for value in thing.values():
            assert_finite(value)
    elif isinstance(thing, tuple | list):
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
