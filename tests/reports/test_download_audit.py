"""Every number of every download goes before the auditor: read back from the bytes that are served.

`bench.audit.downloads` says of each place what it is a sum over; texts are held against the closed list
of `bench.audit.texts`. Both find the faults that are planted here.
"""

import datetime as dt
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bench.audit.ballots import GROUPS
from bench.audit.differencing import Leak, Published, audit
from bench.audit.downloads import (
    Reader,
    Released,
    Table,
    UnknownNumberError,
    in_findings,
    in_package,
    sheets_of,
    table_from_csv,
)
from bench.audit.texts import (
    demand_seen,
    page_texts,
    pdf_texts,
    picture_texts,
    seen_numbers,
)
from pulse.reports import service, views_manage
from pulse.reports.exports import package
from pulse.reports.numbers import whole
from tests.factories.reports import make_month
from tests.reports.released_company import NAMES, START, ReleasedCompany, settle

SEEDS = range(20)
PAPER_SEEDS = (6, 16, 17)  # a capped question; a hidden group beside one with questions; both
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
    return audit([*house.known.figures, *found], secrets=house.known.secrets)


def test_every_table_json_and_package_gives_nobody_away(
    session: Session, app: Flask, no_drawing: None
) -> None:
    counted = 0
    for seed in SEEDS:
        house = settle(session, app, seed)
        counted += len(figures_in(house)[0])
        assert leaks(house) == (), seed
    assert counted > 2_000


@pytest.mark.parametrize("seed", PAPER_SEEDS)
def test_papers_pages_pictures_and_mails_say_no_unseen_number(
    session: Session, app: Flask, seed: int
) -> None:
    house = settle(session, app, seed, 3, adopted_after=1)
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
