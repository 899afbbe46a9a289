"""The report pages print what was stored."""

import csv
import datetime as dt
import io
import subprocess
import sys
import uuid
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy import event
from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView
from pulse.facts.service import write_action
from pulse.interventions.service import adopt_rules
from pulse.reports.kept import Kept, Parts
from pulse.reports.queries import ReportKey, report_of_month
from pulse.reports.service import make_report
from pulse.tallies.models import Comment, Release
from pulse.waves import service as waves
from tests.clients.manager import log_in_page
from tests.clients.page_client import PageClient
from tests.factories.accounts import make_user
from tests.factories.companies import make_company
from tests.factories.released import make_group_release, make_released_wave, make_story
from tests.factories.waves import make_wave

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
FALL = [(46, 58), (45, 57), (47, 59), (40, 50), (37, 47), (35, None)]


def enter(
    session: Session, pages: PageClient, language: str = "en", **company: object
) -> CompanyView:
    """Log HR of a new company in."""
    made = make_company(session, **company)
    user = make_user(session, company_id=made.id, email="reader@example.com", language=language)
    session.commit()
    log_in_page(pages, user.email)
    return made


def report_on(
    session: Session,
    company: CompanyView,
    months: int,
    *,
    reports: int = 1,
    has_details: bool = False,
) -> None:
    """Release so many months and make the report of the last one, or of the first as well."""
    story = make_story(session, company.id, FALL[:months], has_details=has_details)
    if months > 3:
        adopt_rules(session, company.id, dt.date(2026, 4, 1), NOW)
    for wave in (story[:1] if reports > 1 else []) + story[-1:]:
        make_report(session, wave.id, now=NOW)
    session.commit()


def test_without_a_report_the_page_says_what_to_do(session: Session, pages: PageClient) -> None:
    company = enter(session, pages)
    page = pages.get("/manage/")
    assert page.h1 == "No report yet"
    assert {"/manage/people", "/manage/waves"} <= set(page.links)
    wave = make_wave(session, company.id, state="open")
    session.commit()
    assert "A survey is open until" in pages.get("/manage/").text
    waves.begin_closing(session, wave.id, now=NOW, is_exempt=True)
    session.commit()
    assert "are being counted" in pages.get("/manage/").text


def test_a_newer_survey_that_is_being_counted_is_announced(
    session: Session, pages: PageClient
) -> None:
    company = enter(session, pages)
    report_on(session, company, 1)
    assert "are being counted" not in pages.get("/manage/").text
    make_released_wave(session, company.id, 1, (45, 57))
    session.commit()
    assert "The answers of February 2026 are being counted." in pages.get("/manage/").text


def test_the_newest_report_comes_first_and_older_ones_stay(
    session: Session, pages: PageClient
) -> None:
    company = enter(session, pages)
    report_on(session, company, 5, reports=2)
    page = pages.get("/manage/")
    assert page.h1.startswith("Too early to tell: 2 of 3 months since the rules started.")
    assert page.title.startswith(page.h1)
    older = pages.get("/manage/reports/2026-01")
    assert older.h1.startswith("Too early to tell: this is the first survey.")
    assert "/manage/reports/2026-01" in page.links
    for month in ("2026-12", "2026-13", "nonsense"):
        pages.get(f"/manage/reports/{month}", status=404)


def test_a_withheld_group_takes_the_company_number_along(
    session: Session, pages: PageClient
) -> None:
    company = enter(session, pages)
    report_on(session, company, 6)
    page = pages.get("/manage/")
    assert page.h1.startswith("No company result this month: the answers of Operations")
    assert "fewer than 5 answers" in page.text
    assert "would give away the group" in page.text
    assert 'class="mark"' not in page.html


def test_the_page_speaks_the_readers_language(session: Session, pages: PageClient) -> None:
    company = enter(session, pages, language="es", is_simulated=True)
    report_on(session, company, 1)
    page = pages.get("/manage/")
    assert page.h1.startswith("Aún es pronto para saberlo")
    assert "Datos simulados" in page.text
    assert "Friction" not in page.text


def test_another_company_sees_nothing(session: Session, pages: PageClient) -> None:
    other = make_company(session)
    report_on(session, other, 1)
    enter(session, pages)
    assert pages.get("/manage/").h1 == "No report yet"
    pages.get("/manage/reports/2026-01", status=404)
    pages.get("/manage/reports/2026-01/trend.csv", status=404)


def test_files_of_the_chart(session: Session, pages: PageClient) -> None:
    company = enter(session, pages)
    report_on(session, company, 6)
    picture = pages.http.get("/manage/reports/2026-06/trend.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    assert ET.fromstring(picture.text).tag.endswith("svg")  # noqa: S314
    table = pages.http.get("/manage/reports/2026-06/trend.csv")
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert rows[1][:6] == ["2026-01", "Sales", "46.0", "35.1", "56.9", "13"]
    assert rows[-1][-1] == "fewer than 5 answers"
    assert rows[-1][2:5] == ["", "", ""]


def test_one_select_brings_the_report(
    session: Session, pages: PageClient, connection: sa.Connection
) -> None:
    company = enter(session, pages)
    report_on(session, company, 3)
    pages.get("/manage/")
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(connection, "before_cursor_execute", note)
    pages.get("/manage/")
    event.remove(connection, "before_cursor_execute", note)
    selects = [statement for statement in seen if "FROM reports" in statement]
    assert len(selects) == 2, selects  # which report, and which other months there are
    assert not [statement for statement in selects if "reports.content" in statement]
    assert not [s for s in seen if "FROM releases" in s or "FROM tallies" in s]


@pytest.mark.parametrize("heavy", ["altair", "vl_convert", "scipy", "numpy", "analysis"])
def test_the_web_process_loads_nothing_heavy(heavy: str) -> None:
    """The pages must not pay for what only the release job needs."""
    code = (
        "import sys, pulse.reports.views_manage, pulse.reports.tasks;"
        f"sys.exit({heavy!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_method_is_explained(session: Session, pages: PageClient) -> None:
    enter(session, pages)
    assert pages.get("/manage/method").h1 == "How the numbers are made"


def test_every_download_is_there_and_no_other_name(session: Session, pages: PageClient) -> None:
    company = enter(session, pages)
    report_on(session, company, 5, has_details=True)
    page = pages.get("/manage/reports/2026-05")
    files = [link for link in page.links if link.startswith("/manage/reports/2026-05/")]
    kinds = {link.rpartition("/")[2].rpartition(".")[2] for link in files}
    assert kinds == {"csv", "svg", "pdf", "xlsx", "json", "zip", "comments"}
    for link in sorted(set(files)):
        response = pages.http.get(link)
        assert response.status_code == 200, link
        if not link.endswith("comments"):
            assert "attachment" in response.headers["Content-Disposition"]
            assert len(response.data) > 40, link
    assert pages.http.get("/manage/reports/2026-05/figures/secret.csv").status_code == 404
    assert pages.http.get("/manage/reports/2026-05/figures/outlook.csv").status_code == 200


def test_the_json_is_what_was_stored(session: Session, pages: PageClient) -> None:
    company = enter(session, pages)
    report_on(session, company, 2)
    found = pages.http.get("/manage/reports/2026-02/findings.json").get_json()
    stored = report_of_month(session, company.id, dt.date(2026, 2, 1)).content["findings"]
    assert found == stored


def test_comments_stand_alone_and_only_for_ten_answers(session: Session, pages: PageClient) -> None:
    company = enter(session, pages)
    (wave,) = make_story(session, company.id, FALL[:1])
    session.add_all(
        Comment(id=uuid.UUID(int=place).bytes, wave_id=wave.id, group_code=code, text=text)
        for place, (code, text) in enumerate((("first", "Thank you."), ("second", "<b>Late</b>")))
    )
    make_report(session, wave.id, now=NOW)
    session.commit()
    assert "Thank you." not in pages.get("/manage/").text
    page = pages.get("/manage/reports/2026-01/comments")
    assert "Thank you." in page.text
    assert "<b>Late</b>" in page.text
    few = make_released_wave(session, company.id, 1, (46, 58), n=(9, 41))
    session.add(
        Comment(id=uuid.UUID(int=9).bytes, wave_id=few.id, group_code="first", text="Planted.")
    )
    make_report(session, few.id, now=NOW)
    session.commit()
    assert "Planted." not in pages.get("/manage/reports/2026-02/comments").text


def test_the_box_waits_on_the_report_until_it_is_filled(
    session: Session, pages: PageClient
) -> None:
    company = enter(session, pages)
    report_on(session, company, 1)
    page = pages.get("/manage/")
    assert "Nothing is written yet." in page.text
    assert "/manage/facts/done/2026-01" in page.links
    words = {"en": "We call before noon.", "es": "Llamamos antes del mediodía."}
    write_action(session, company.id, dt.date(2026, 1, 1), said=words, did=words, now=NOW)
    session.commit()
    assert "We did: We call before noon." in pages.get("/manage/").text


def test_a_correction_is_shown_at_once(session: Session, pages: PageClient) -> None:
    """What is kept in memory is kept by version."""
    company = enter(session, pages)
    (wave,) = make_story(session, company.id, FALL[:1])
    make_report(session, wave.id, now=NOW)
    session.commit()
    assert pages.get("/manage/").h1.startswith("Too early to tell")
    groups = {"first": make_group_release(None, 13), "second": make_group_release(58, 41)}
    content = {"schema": 1, "minimum_cell_size": 5, "groups": groups}
    session.add(Release(wave_id=wave.id, version=2, reason="correction", content=content))
    make_report(session, wave.id, now=NOW)
    session.commit()
    assert pages.get("/manage/").h1.startswith("No company result this month")


def test_only_the_parts_last_used_are_kept() -> None:
    kept, made = Kept(most=2), []

    def make(key: ReportKey, language: str) -> Parts:
        made.append((key.version, language))
        return Parts(page={}, evidence=Markup())

    keys = [
        ReportKey(wave_id=uuid.UUID(int=1), version=n, month=dt.date(2026, 1, 1)) for n in (1, 2)
    ]
    for key, language in ((keys[0], "en"), (keys[0], "en"), (keys[1], "en"), (keys[0], "es")):
        kept.get(key, language, make)
    assert made == [(1, "en"), (2, "en"), (1, "es")]
    kept.get(keys[0], "en", make)
    assert made[-1] == (1, "en")
