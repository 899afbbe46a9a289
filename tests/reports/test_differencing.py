"""What the report and its file show cannot be subtracted down to a few people either."""

import csv
import io
from typing import Any

from bench.audit.ballots import GROUPS, WaveBallots
from bench.audit.differencing import Leak, Published, audit
from bench.audit.rosters import Told, told
from pulse.reports.exports.released_sums import data_of
from pulse.reports.exports.trend_csv import trend_csv
from pulse.reports.findings import find
from pulse.reports.inputs import ReportInputs, WavePoint, cell_of
from tests.factories.reports import make_month

NAMES = ("Sales", "Operations")
SEEDS = range(20)


def inputs_of(contents: list[dict[str, Any]]) -> ReportInputs:
    """Return what a report takes of some released waves."""
    points = []
    for step, content in enumerate(contents):
        month = make_month(step)
        cells = {code: cell_of(content["groups"][code], 30) for code in GROUPS}
        points.append(WavePoint(month=month, last_day=month.replace(day=20), cells=cells))
    return ReportInputs(waves=tuple(points), adopted_on=None, minimum_cell_size=5)


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
    findings = find(inputs_of(known.contents))
    figures = on_the_page(findings, known.waves)
    figures += in_the_file(trend_csv(findings, NAMES, "en"), known.waves)
    figures += [known.waves[-1].company()] * with_company
    return audit(figures, secrets=known.secrets)


def test_report_and_file_give_no_few_people_and_no_capped_figure() -> None:
    assert {seed: found for seed in SEEDS if (found := leaks(seed))} == {}


def test_a_planted_company_number_beside_a_hidden_group_is_found() -> None:
    assert sum(bool(leaks(seed, with_company=True)) for seed in SEEDS) > 3


def in_the_package(data: dict[str, Any], known: Told) -> list[Published]:
    """Say of each line of the data package what it is a sum over.

    The downloads themselves are read back in `test_download_audit`. Questions come in three bands. Where the release has bands only, they are no sum of answers.
    """
    months = {f"{make_month(step):%Y-%m}": wave for step, wave in enumerate(known.waves)}
    released = dict(zip(months, known.contents, strict=True))
    figures = []
    for row in data["tallies"]:
        wave, score = months[row["wave"]], row["score"]
        is_index = score == "index"
        figures.append(
            wave.index(row["group"]) if is_index else wave.dimension(row["group"], score)
        )
    figures += [
        months[row["wave"]].item(row["group"], row["item"])
        for row in data["items"]
        if "counts" in released[row["wave"]]["groups"][row["group"]]["items"][row["item"]]
    ]
    figures += [months[row["wave"]].rule(row["group"], row["item"])[0] for row in data["rules"]]
    return figures


def test_the_data_package_beside_all_releases_gives_nobody_away() -> None:
    kinds = dict.fromkeys(("tallies", "items"), 0)
    for seed in SEEDS:
        known = told(seed, 2, 5)
        data = data_of(inputs_of(known.contents))
        kinds = {kind: number + len(data[kind]) for kind, number in kinds.items()}
        figures = [*known.figures, *in_the_package(data, known)]
        assert audit(figures, secrets=known.secrets) == (), seed
    assert min(kinds.values()) > 20


def test_a_planted_line_of_a_hidden_group_is_found() -> None:
    """Had the package a line for each group, whatever its size, the auditor would say so."""
    found = []
    for seed in SEEDS:
        known = told(seed, 2, 5)
        planted = [wave.index(code) for wave in known.waves for code in GROUPS]
        found.append(audit([*known.figures, *planted], secrets=known.secrets) != ())
    assert sum(found) > 3
