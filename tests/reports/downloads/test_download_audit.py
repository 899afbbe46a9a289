"""Every number of every download goes before the auditor: read back from the bytes that are served.

`bench.audit.downloads` says of each place what it is a sum over; texts are held against the closed list
of `bench.audit.texts`. Both find the faults that are planted here.
"""

import datetime as dt
import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bench.audit.differencing import Leak, Published, audit
from bench.audit.downloads import in_evidence, in_findings
from bench.audit.released import Released, UnknownNumberError, distinct
from bench.audit.rosters import told
from bench.audit.tables import Reader, Table, in_package, sheets_of, table_from_csv
from bench.audit.texts import demand_seen, page_texts, pdf_texts, picture_texts, seen_numbers
from pulse.reports import service
from pulse.reports.exports import package
from pulse.reports.exports.tables import AREA_HEADINGS
from pulse.reports.exports.trend_csv import HEADINGS
from pulse.study.service import give_evidence
from tests.factories.reports import make_month
from tests.reports.downloads.planted_leaks import COUNT_IN_PDF, IN_DRAWING, LEAKS
from tests.reports.downloads.released_company import NAMES, NOW, START, ReleasedCompany, settle

SEEDS = range(20)
HIDDEN = 16
"""Of this company one group has 20 answers, and the other too few."""
LONG = (20, 7)
"""Seed and waves of a company with a verdict, of which the newest month of one group is withheld."""
PAPERS = ((HIDDEN, 3), (17, 3), LONG)  # in 17 questions are capped as well
LANGUAGES = tuple(NAMES)


@pytest.fixture
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables need no pictures, which take seconds."""
    monkeypatch.setattr(service, "pictures_of", lambda *_args: {})


def released(house: ReleasedCompany) -> Released:
    return Released(house.months, house.known.waves, house.known.contents)


def figures_in(house: ReleasedCompany) -> tuple[list[Published], list[str], list[Table]]:
    """What all structured downloads of a company are sums over, with their texts and tables."""
    month, base = house.months[-1], released(house)
    found = in_findings(house.read("reports_manage.findings_json", month=month), base)
    more, texts = in_package(house.read("reports_manage.package", month=month), base)
    found += more
    tables: list[Table] = []
    for language in LANGUAGES:
        sheets, words = sheets_of(house.read("reports_manage.workbook", language, month=month))
        texts += words
        reader = Reader(base, NAMES[language], language)
        files = {
            "trend": house.read("reports_manage.trend_table", language, month=month),
            "areas": house.read("reports_manage.areas_table", language, month=month),
        }
        for name in house.tables:
            address = {"month": month, "name": name}
            body = house.read("reports_manage.figure_table", language, **address)
            sheets.append(table_from_csv(name, body))
        sheets += [table_from_csv(name, body) for name, body in files.items()]
        for table in sheets:
            found += reader.read(table)
        tables += sheets
    return found, texts, tables


def seen(house: ReleasedCompany, tables: list[Table]) -> frozenset[str]:
    """Every number that a text of the company may hold."""
    days = [make_month(step, START) for step in range(len(house.months) + 1)]
    days += [dt.date(2026, 1, 21), *([house.adopted_on] if house.adopted_on else [])]
    findings = json.loads(house.read("reports_manage.findings_json", month=house.months[-1]))
    besides = [str(package.FILES), package.README]
    return seen_numbers(findings, tables, days, besides)


def leaks(house: ReleasedCompany) -> tuple[Leak, ...]:
    found, texts, tables = figures_in(house)
    demand_seen("texts of the structured downloads", texts, seen(house, tables))
    return audit(distinct([*house.known.figures, *found]), secrets=house.known.secrets)


@pytest.mark.slow
def test_every_table_json_and_package_gives_nobody_away(
    session: Session, app: Flask, no_drawing: None
) -> None:
    for seed in SEEDS:
        assert leaks(settle(session, app, seed)) == (), seed


def test_neither_does_a_company_with_a_verdict(
    session: Session, app: Flask, no_drawing: None
) -> None:
    house = settle(session, app, *LONG, adopted_after=3)
    findings = json.loads(house.read("reports_manage.findings_json", month=house.months[-1]))
    assert (findings["level"], findings["hidden"]["second"]) == (None, "too_few")
    assert "change" in findings["overall"]
    assert len(figures_in(house)[0]) > 900
    assert leaks(house) == ()


def test_nor_its_evidence_file_in_which_planted_numbers_are_found(
    session: Session, app: Flask, no_drawing: None
) -> None:
    house = settle(session, app, *LONG, adopted_after=3)
    agreed = {"is_agreed": True, "with_name": False, "is_stopped": True, "is_shared": False}
    give_evidence(session, house.company.id, **agreed, now=NOW)
    body = house.read("study_manage.evidence_file")
    base, known = released(house), house.known

    found = in_evidence(body, base)
    assert len(found) > 60
    assert audit(distinct([*known.figures, *found]), secrets=known.secrets) == ()
    planted = json.loads(body)
    assert planted["content"]["months"][-1]["index"] is None
    planted["content"]["months"][-1]["index"] = 47.1
    with pytest.raises(UnknownNumberError):
        in_evidence(json.dumps(planted).encode(), base)
    # And were it not an error by its place, the auditor would say whom it gives away.
    assert audit(distinct([*known.figures, known.waves[-1].company()]))
    for name, value in (("head_count", "37"), ("people", 37), ("note", "47.1 in May")):
        planted = json.loads(body)
        planted["content"][name] = value
        with pytest.raises(UnknownNumberError):
            in_evidence(json.dumps(planted).encode(), base)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "n_waves"), PAPERS)
def test_papers_pages_and_pictures_say_no_unseen_number(
    session: Session, app: Flask, seed: int, n_waves: int
) -> None:
    house = settle(session, app, seed, n_waves, adopted_after=n_waves // 2)
    month = house.months[-1]
    allowed = seen(house, figures_in(house)[2])
    for language in LANGUAGES:
        for name in ("report_pdf", "poster"):
            texts = pdf_texts(house.read(f"reports_manage.{name}", language, month=month))
            assert demand_seen(f"{name} {language}", texts, allowed) > 20
        for name in ("report", "comments"):
            page = house.read(f"reports_manage.{name}", language, month=month).decode()
            demand_seen(f"{name} {language}", page_texts(page), allowed)
        for name, picture in house.report.pictures[language].items():
            assert demand_seen(f"{name} {language}", picture_texts(picture), allowed) > 0


def trend(*row: object, columns: int = 9) -> Table:
    return Table("trend", HEADINGS, [(*row, *[""] * (columns - len(row)))])


def areas(*row: object) -> Table:
    return Table("areas", AREA_HEADINGS, [(*row, "")])


@pytest.mark.parametrize(
    "table",
    [
        Table("salaries", ("Group", "Mean"), [["Sales", 1]]),
        trend("2026-02", "Company", 47.0, 40.0, 54.0, 21),
        trend("2026-02", "Sales", columns=10),
        trend("2026-02", "Sales", 99.0, 90.0, 99.0, 20),
        trend("2026-02", "Operations", 47.0, 40.0, 54.0, 1),
        areas("Everything", "Sales", 47, 40, 54, 20),
        areas("Respect", "Operations", 47, 40, 54, 1),
        Table("items-first", ("Question",) * 5, [["Thanked for help", 11, 22, 67, 20]]),
        Table("items-second", ("Question",) * 5, [["Thanked for help", 0, 0, 100, 1]]),
        Table("rules", ("Rule", "Before", "Now"), [["10. Rule", "not asked often enough", "50"]]),
    ],
    ids=[
        "a table",
        "a line",
        "a column",
        "a value",
        "a withheld value",
        "an area",
        "a withheld area",
        "shares of answers",
        "withheld shares",
        "a rule",
    ],
)
def test_a_planted_place_in_a_table_is_an_error(table: Table) -> None:
    known = told(HIDDEN, 2, 5)
    months = [f"{make_month(step, START):%Y-%m}" for step in range(2)]
    reader = Reader(Released(months, known.waves, known.contents), NAMES["en"], "en")
    assert reader.read(trend("2026-02", "Sales")) == []
    with pytest.raises(UnknownNumberError):
        reader.read(table)


@pytest.mark.parametrize(
    "planted",
    [
        {"company": 47.1},
        {"waves": [{"cells": {"first": {"value": 47.1}}}]},
        {"quality": {"second": {"same_answer": 0.1}}},
        {"note": "47.1 in all"},
    ],
    ids=["a key", "a value", "a withheld share", "a text"],
)
def test_a_planted_place_in_json_is_an_error(planted: dict[str, object]) -> None:
    known = told(HIDDEN, 2, 5)
    with pytest.raises(UnknownNumberError):
        in_findings(json.dumps(planted).encode(), Released(["a", "b"], known.waves, known.contents))


def is_found(house: ReleasedCompany, allowed: frozenset[str], endpoint: str) -> bool:
    """Whether one of the two auditors objects to what an address serves."""
    try:
        if endpoint in {"reports_manage.report_pdf", "reports_manage.poster"}:
            texts = pdf_texts(house.read(endpoint, month=house.months[-1]))
            demand_seen(endpoint, texts, allowed)
        elif endpoint == "reports_manage.trend_picture":
            picture = house.read(endpoint, month=house.months[-1]).decode()
            demand_seen(endpoint, picture_texts(picture), allowed)
        else:
            return leaks(house) != ()
    except UnknownNumberError:
        return True
    return False


@pytest.mark.slow
def test_planted_leaks_are_found(
    session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All but those that `test_download_twins` alone can see: no number, or one that may be any."""
    house = settle(session, app, HIDDEN)
    allowed = seen(house, figures_in(house)[2])
    assert not any(is_found(house, allowed, leak.endpoint) for leak in LEAKS.values())
    found = set()
    for name, leak in LEAKS.items():
        with monkeypatch.context() as patch:
            leak.plant(patch)
            if is_found(house, allowed, leak.endpoint):
                found.add(name)
    assert found == set(LEAKS) - {IN_DRAWING, COUNT_IN_PDF}
