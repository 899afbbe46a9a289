"""Shared material: stored reference numbers and small series."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from analysis.tally import WaveSeries

hypothesis.settings.register_profile("fixed", derandomize=True)
hypothesis.settings.load_profile("fixed")

REFERENCE = Path(__file__).parent / "reference"


@pytest.fixture(scope="session")
def vectors() -> list[dict[str, Any]]:
    """Cases of the design's reference file; their source is its note."""
    text = (REFERENCE / "statistics-vectors.json").read_text("utf-8")
    cases: list[dict[str, Any]] = json.loads(text)["cases"]
    return cases


@pytest.fixture(scope="session")
def r_reference() -> dict[str, Any]:
    """Numbers from R; script and versions beside them in ``reference/``."""
    found: dict[str, Any] = json.loads((REFERENCE / "r-reference.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def flat() -> Callable[..., WaveSeries]:
    """Make series of constant means: flat(months=9, level=(50, 50), n=40, variance=400)."""

    def make(
        *,
        months: int = 9,
        level: tuple[float, float] = (50.0, 50.0),
        n: int = 40,
        variance: float = 400.0,
        step: tuple[float, float] = (0.0, 0.0),
        after: int | None = None,
        headcount: float | None = None,
    ) -> WaveSeries:
        split = months if after is None else after
        return WaveSeries.from_arrays(
            n=[[n] * months] * 2,
            mean=[
                [level[g] + (step[g] if month >= split else 0.0) for month in range(months)]
                for g in (0, 1)
            ],
            variance=[[variance] * months] * 2,
            headcount=[headcount or n * 1.3] * 2,
        )

    return make
