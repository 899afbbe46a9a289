"""Downloads hold what the page holds: no cell that it withholds, every number that it prints."""

import csv
import datetime as dt
import io
import json
import subprocess
import sys
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from pulse.facts.queries import ActionView
from pulse.reports.charts.pictures import pictures_of
from pulse.reports.exports.package import FILES, make_package
from pulse.reports.exports.papers import make_poster_pdf, make_report_pdf
from pulse.reports.exports.released_sums import data_of
from pulse.reports.exports.tables import table_csv, tables_of
from pulse.reports.exports.workbook import make_workbook
from pulse.reports.numbers import whole
from pulse.reports.pages import Setting, page_of
from pulse.reports.queries import ReportView
from tests.reports.stories import STORIES, found

GROUPS = {
    "en": {"first": "Sales", "second": "Operations"},
    "es": {"first": "Ventas", "second": "el Taller"},
}
ALONE = (
    "import sys, json, contextlib, io; sys.modules['pulse'] = None; sys.modules['flask'] = None\n"
    "from analysis.__main__ import main\n"
    "for file in sys.argv[1:]:\n"
    "    out = io.StringIO()\n"
    "    with contextlib.redirect_stdout(out):\n"
    "        assert main([file]) == 0\n"
    "    print(json.dumps(json.loads(out.getvalue())))\n"
)


def setting(language: str) -> Setting:
    return Setting(
        language=language, company="Example Works", groups=GROUPS[language], is_simulated=True
    )


def content(story: str) -> dict[str, Any]:
    """What is stored of a story's report."""
    pages = {language: page_of(found(story), setting(language)) for language in ("en", "es")}
    return {"findings": found(story), "pages": pages, "data": data_of(STORIES[story]())}


def files(package: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def judged(paths: list[Path]) -> list[dict[str, Any]]:
    """What `analysis` says of packages in a process that cannot import Pulse or Flask."""
    command = [sys.executable, "-c", ALONE, *(str(path) for path in paths)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def printed(estimate: dict[str, Any]) -> tuple[int, int, int]:
    interval = estimate.get("interval", estimate)
    return whole(estimate["value"]), whole(interval["low"]), whole(interval["high"])


@pytest.mark.slow
def test_an_outsider_gets_the_numbers_of_the_page_to_the_last_digit(tmp_path: Path) -> None:
    paths = []
    for story in sorted(STORIES):
        paths.append(tmp_path / f"{story}.zip")
        paths[-1].write_bytes(make_package(content(story)))
    for path, again in zip(paths, judged(paths), strict=True):
        compare(found(path.stem), again)


def compare(findings: dict[str, Any], again: dict[str, Any]) -> None:
    page, final, newest = findings["overall"], again["headline"]["final"], again["headline"]
    assert newest["lowered_by"] == page["guard"]
    if "not_estimable" in page:
        assert final["reason"] == page["not_estimable"]
    else:
        assert (final["verdict"], final["reason"]) == (page["verdict"], page["reason"])
        for ours, theirs in (
            ("change", "change"),
            ("before", "level_before"),
            ("now", "level_now"),
        ):
            assert printed(final[theirs]) == printed(page[ours])
    for code in ("first", "second"):
        cell = findings["waves"][-1]["cells"][code]
        estimate = newest["newest_month"][code]
        assert (estimate is not None) is ("value" in cell)
        if estimate is not None:
            assert printed(estimate) == printed(cell)
    if findings["basis"] == "month":
        assert printed(newest["newest_month"]["company"]) == printed(findings["level"])


def test_the_package_is_read_by_the_command_itself(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(make_package(content("improved")))
    command = [sys.executable, "-m", "analysis", str(path)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    compare(found("improved"), json.loads(run.stdout))


def test_an_altered_package_changes_the_verdict(tmp_path: Path) -> None:
    """Planted: the comparison sees one changed sum."""
    stored = content("improved")
    for row in stored["data"]["tallies"]:
        if row["score"] == "index" and row["wave"] == "2026-09":
            row["sum"] *= 1.3
            row["sum_squares"] *= 1.7
    path = tmp_path / "package.zip"
    path.write_bytes(make_package(stored))
    with pytest.raises(AssertionError):
        compare(found("improved"), judged([path])[0])


@pytest.mark.parametrize(
    ("story", "answer"), [("busy_season", "seasonal"), ("bad_spell", "after_bad_spell")]
)
def test_a_package_without_an_answer_has_another_verdict(
    tmp_path: Path, story: str, answer: str
) -> None:
    """Planted: the answer that took a verdict back is lost on the way into the package."""
    stored = content(story)
    assert stored["data"][answer] is True
    path = tmp_path / "package.zip"
    path.write_bytes(make_package(stored))
    compare(found(story), judged([path])[0])
    del stored["data"][answer]
    path.write_bytes(make_package(stored))
    assert json.loads(files(path.read_bytes())["datapackage.json"])["pulse"][answer] is None
    with pytest.raises(AssertionError):
        compare(found(story), judged([path])[0])


def test_the_package_describes_every_column_and_says_the_same_each_time() -> None:
    package = make_package(content("improved"))
    assert package == make_package(content("improved"))
    inside = files(package)
    description = json.loads(inside["datapackage.json"])
    assert description["profile"] == "tabular-data-package"
    assert {one["path"] for one in description["resources"]} == {f"{name}.csv" for name in FILES}
    for one in description["resources"]:
        head = next(csv.reader(io.StringIO(inside[one["path"]])))
        assert head == [column["name"] for column in one["schema"]["fields"]]
        assert all(column["description"] for column in one["schema"]["fields"])
        assert one["path"] in inside["README.md"]
    assert found("improved")["waves"][-1]["month"][:7] in inside["tallies.csv"]


@pytest.mark.parametrize("story", ["one_hidden", "both_hidden", "low_response", "missing_waves"])
def test_nothing_withheld_is_in_any_download(story: str) -> None:
    """A withheld cell has no number in the package, in no table and in no sheet."""
    stored = content(story)
    inside = files(make_package(stored))
    shown = {
        (wave["month"][:7], code)
        for wave in found(story)["waves"]
        for code, cell in (wave["cells"] or {}).items()
        if "value" in cell
    }
    rows = [row for name in ("tallies", "items", "rules") for row in reader(inside[f"{name}.csv"])]
    assert {(row["wave"], row["group"]) for row in rows} <= shown
    details = [row for name in ("items", "rules") for row in reader(inside[f"{name}.csv"])]
    answers = {
        (row["wave"], row["group"]): int(row["n"])
        for row in reader(inside["tallies.csv"])
        if row["score"] == "index"
    }
    assert all(answers[row["wave"], row["group"]] >= 10 for row in details)
    for row in tables_of(stored, "en")["trend"]["rows"]:
        code = "first" if row[1] == "Sales" else "second"
        assert ((row[0], code) in shown) is (row[2] != "")


def reader(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_tables_as_csv_and_as_a_spreadsheet() -> None:
    stored = content("improved")
    tables = tables_of(stored, "es")
    assert set(tables) > {"trend", "areas", "quality", "gap", "rules", "facts", "items-first"}
    text = table_csv(tables["areas"])
    assert text.startswith("\ufeff")
    assert len(text.splitlines()) == 1 + 12
    book = CalamineWorkbook.from_filelike(io.BytesIO(make_workbook(stored, "es")))
    assert book.sheet_names == ["Pulse", *tables]
    summary = book.get_sheet_by_name("Pulse").to_python()
    assert summary[0][0] == stored["pages"]["es"]["headline"]
    trend = book.get_sheet_by_name("trend").to_python()
    assert trend[3][2] == pytest.approx(46.0)
    assert make_workbook(stored, "es") == make_workbook(stored, "es")


def test_a_name_is_never_a_formula() -> None:
    table = {"head": ["a"], "rows": [["=1+1"], [5]]}
    assert "'=1+1" in table_csv(table)


def test_the_papers_are_tagged(tmp_path: Path) -> None:
    """PDF/UA-1: the typesetter itself refuses a picture without words or a broken outline."""
    stored = content("improved")
    pictures = {
        language: pictures_of(found("improved"), setting(language), page | {"figures": {}})
        for language, page in stored["pages"].items()
    }
    page = stored["pages"]["es"] | {"figures": {}}
    report = make_report_pdf(page, pictures["es"], "es")
    assert report.startswith(b"%PDF")
    view = ReportView(
        wave_id=uuid.uuid4(),
        version=1,
        month=dt.date(2026, 9, 1),
        created_at=dt.datetime(2026, 10, 1, tzinfo=dt.UTC),
        method_version="1",
        content=stored,
        pictures=pictures,
    )
    text = {"en": "Rush orders come late. " * 12, "es": "Los pedidos urgentes llegan tarde. " * 8}
    action = ActionView(month=view.month, said=text, did=text)
    poster = make_poster_pdf(view, action, dt.date(2026, 10, 12))
    for paper in (report, poster):
        assert b"/MarkInfo" in paper
        assert b"/StructTreeRoot" in paper
    marks = view.pictures["en"]
    assert marks["plain"] != marks["wide"]
    old = {one: {"wide": drawn["plain"]} for one, drawn in pictures.items()}
    assert poster == make_poster_pdf(replace(view, pictures=old), action, dt.date(2026, 10, 12))
    assert poster.count(b"/Type /Page\n") + poster.count(b"/Type/Page/") <= 1
    assert poster == make_poster_pdf(view, action, dt.date(2026, 10, 12))
