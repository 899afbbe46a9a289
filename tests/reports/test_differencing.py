"""What the report and its file show cannot be subtracted down to a few people either."""

import csv
import io
from typing import Any

from bench.audit.ballots import GROUPS, WaveBallots
from bench.audit.differencing import Leak, Published, audit
from bench.audit.rosters import told
from pulse.reports.exports.trend_csv import trend_csv
from pulse.reports.findings import find
from pulse.reports.inputs import ReportInputs, WavePoint, cell_of
from tests.factories.reports import make_month

NAMES = ("Sales", "Operations")
SEEDS = range(20)


def findings_of(contents: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a report says about some released waves."""
    points = []
    for step, content in enumerate(contents):
        month = make_month(step)
        cells = {code: cell_of(content["groups"][code], 30) for code in GROUPS}
        points.append(WavePoint(month=month, last_day=month.replace(day=20), cells=cells))
    return find(ReportInputs(waves=tuple(points), adopted_on=None, minimum_cell_size=5))


def on_the_page(findings: dict[str, Any], waves: list[WaveBallots]) -> list[Published]:
    """Say of each number of the report what it is a sum over."""
    shown = [
        wave.index(code)
        for wave, row in zip(waves, findings["waves"], strict=True)
        for code in GROUPS
        if "value" in row["cells"][code]
    ]
    shown += [
        waves[-1].dimension(code, dimension)
        for dimension, cells in findings["dimensions"].items()
        for code in GROUPS
        if "value" in cells[code]
    ]
    return [*shown, waves[-1].company()] if findings["basis"] == "month" else shown


def in_the_file(text: str, waves: list[WaveBallots]) -> list[Published]:
    """Say of each number of the file what it is a sum over."""
    months = {f"{make_month(step):%Y-%m}": wave for step, wave in enumerate(waves)}
    rows = list(csv.reader(io.StringIO(text.lstrip("\N{BYTE ORDER MARK}"))))[1:]
    return [
        months[month].index(GROUPS[NAMES.index(name)]) for month, name, value, *_ in rows if value
    ]


def leaks(seed: int, *, with_company: bool = False) -> tuple[Leak, ...]:
    known = told(seed, 2, 5)
    findings = findings_of(known.contents)
    figures = on_the_page(findings, known.waves)
    figures += in_the_file(trend_csv(findings, NAMES, "en"), known.waves)
    figures += [known.waves[-1].company()] * with_company
    return audit(figures, secrets=known.secrets)


def test_report_and_file_give_no_few_people_and_no_capped_figure() -> None:
    assert {seed: found for seed in SEEDS if (found := leaks(seed))} == {}


def test_a_planted_company_number_beside_a_hidden_group_is_found() -> None:
    assert sum(bool(leaks(seed, with_company=True)) for seed in SEEDS) > 3
