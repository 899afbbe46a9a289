"""The evidence file beside everything else that is published, before an auditor who only subtracts."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from bench.audit.ballots import WaveBallots
from bench.audit.differencing import Published, audit
from bench.audit.rosters import Told, told
from pulse.ids import GROUP_CODES
from pulse.reports.exports.released_sums import data_of
from pulse.reports.findings import find
from pulse.reports.inputs import ReportInputs, WavePoint, cell_of
from pulse.study.evidence import Consent, evidence_content
from tests.factories.reports import make_month
from tests.factories.study import make_company_plan

SEEDS = range(20)


def evidence_of(known: Told) -> dict[str, Any]:
    """The evidence of a company, made of its releases as the report is."""
    waves = tuple(
        WavePoint(
            month=make_month(step),
            last_day=make_month(step).replace(day=20),
            cells={code: cell_of(content["groups"][code], 60) for code in GROUP_CODES},
        )
        for step, content in enumerate(known.contents)
    )
    inputs = ReportInputs(waves=waves, adopted_on=dt.date(2026, 3, 1), minimum_cell_size=5)
    return evidence_content(
        {"findings": find(inputs), "data": data_of(inputs)},
        make_company_plan(),
        Consent(name=None, is_stopped=False),
        nonce="ab",
        is_simulated=True,
    )


def total(name: str, figures: Sequence[Published], signs: Sequence[float]) -> Published:
    """A sum of figures, each with its weight."""
    parts: dict[Any, Any] = {}
    for figure, sign in zip(figures, signs, strict=True):
        for people, weights in figure.parts.items():
            parts[people] = parts.get(people, 0.0) + sign * np.asarray(weights)
    return Published(name=name, parts=parts)


def figures_in(content: Mapping[str, Any], known: Told, split: int = 2) -> list[Published]:
    """Every number of the file that is a sum over ballots."""
    found = [
        wave.company()
        for wave, month in zip(known.waves, content["months"], strict=True)
        if month["index"] is not None
    ]
    for rule in (content["adherence"] or {"rules": []})["rules"]:
        if rule["others_change"] is None:
            continue
        item = f"RU{rule['rule']:02d}"
        windows = [others(known, item, steps) for steps in (range(split), range(split, 3))]
        scales = [-1.0 / people for _, people in windows[:1]] + [1.0 / windows[1][1]]
        found.append(total(f"evidence/{item}", [figure for figure, _ in windows], scales))
    return found


def others(known: Told, item: str, steps: Sequence[int]) -> tuple[Published, int]:
    """The sum over those who did not rate a rule, and how many they are."""
    figures, people = [], 0
    for step in steps:
        for code in GROUP_CODES:
            cell = known.contents[step]["groups"][code]["rotating"].get(item, {})
            if "index_others" in cell:
                figures.append(known.waves[step].rule(code, item)[2])
                people += cell["n_others"]
    return total(item, figures, [1.0] * len(figures)), people


@pytest.fixture(scope="module")
def companies() -> list[tuple[Told, dict[str, Any]]]:
    return [(known, evidence_of(known)) for known in map(told, SEEDS)]


def test_the_file_beside_the_report_gives_nobody_away(
    companies: list[tuple[Told, dict[str, Any]]],
) -> None:
    counted = 0
    for known, content in companies:
        added = figures_in(content, known)
        counted += len(added)
        assert audit([*known.figures, *added], k=5, secrets=known.secrets) == ()
    assert counted > 12


def test_planted_company_value_beside_a_hidden_group_is_found(
    companies: list[tuple[Told, dict[str, Any]]],
) -> None:
    """Had the file a company's value for every month, the auditor would say so."""

    def planted(wave: WaveBallots) -> bool:
        return 0 < min(wave.n_valid.values()) < 5

    leaks = [
        audit([*known.figures, wave.company()], k=5)
        for known, _ in companies
        for wave in known.waves
        if planted(wave)
    ]
    assert any(leaks)
