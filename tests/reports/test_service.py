"""A report is made once from what was released, and stays as it was stored."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.config import Settings
from pulse.interventions.service import adopt_rules
from pulse.jobs.runner import TaskContext
from pulse.mail import mailer_for
from pulse.reports import tasks
from pulse.reports.errors import NothingReleasedError, ReportNotFoundError
from pulse.reports.models import Report
from pulse.reports.queries import newest_report, report_months, report_of_month
from pulse.reports.service import make_report
from pulse.tallies.models import Release
from pulse.waves.queries import get_wave
from tests.factories.companies import make_company
from tests.factories.released import make_group_release, make_story
from tests.factories.waves import make_wave

NOW = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
FALL = [(46, 58), (45, 57), (47, 59), (40, 50), (37, 47), (35, 46)]


def test_a_story_ends_in_a_report(session: Session) -> None:
    company = make_company(session)
    story = make_story(session, company.id, FALL, has_details=True)
    adopt_rules(session, company.id, dt.date(2026, 4, 1), NOW)
    make_report(session, story[-1].id, now=NOW)
    report = newest_report(session, company.id)
    assert report is not None
    assert report.month == dt.date(2026, 6, 1)
    page = report.content["pages"]["en"]
    assert page["headline"].startswith("Friction is lower than before the rules started: 4")
    assert page["mark"] == "fell"
    assert report.content["findings"]["months_before"] == 3
    assert report.content["pages"]["es"]["headline"].startswith("La fricción es menor")
    assert set(report.pictures) == {"en", "es"}
    assert {"wide", "narrow", "file", "gap-wide", "rules-narrow"} <= set(report.pictures["es"])


def test_a_report_knows_nothing_of_later_waves(session: Session) -> None:
    company = make_company(session)
    story = make_story(session, company.id, FALL)
    make_report(session, story[1].id, now=NOW)
    report = report_of_month(session, company.id, dt.date(2026, 2, 1))
    assert report.content["findings"]["waves_seen"] == 2
    assert "June 2026" not in str(report.content)


def test_months_and_versions_are_found(session: Session) -> None:
    company = make_company(session)
    for wave in make_story(session, company.id, FALL[:2]):
        make_report(session, wave.id, now=NOW)
    assert report_months(session, company.id) == (dt.date(2026, 2, 1), dt.date(2026, 1, 1))
    assert newest_report(session, make_company(session).id) is None
    with pytest.raises(ReportNotFoundError):
        report_of_month(session, company.id, dt.date(2026, 3, 1))


def test_a_stored_report_is_never_changed_and_a_correction_stands_beside(
    session: Session,
) -> None:
    company = make_company(session)
    wave = make_story(session, company.id, FALL[:1])[0]
    make_report(session, wave.id, now=NOW)
    first = newest_report(session, company.id)
    make_report(session, wave.id, now=NOW + dt.timedelta(days=1))
    assert newest_report(session, company.id) == first
    groups = {"first": make_group_release(None, 13), "second": make_group_release(58, 41)}
    content = {"schema": 1, "minimum_cell_size": 5, "groups": groups}
    session.add(Release(wave_id=wave.id, version=2, reason="correction", content=content))
    session.flush()
    make_report(session, wave.id, now=NOW)
    second = newest_report(session, company.id)
    assert second is not None
    assert second.version == 2
    assert second.content["findings"]["situation"] == "one_hidden"
    kept = session.scalars(sa.select(Report.version).order_by(Report.version)).all()
    assert kept == [1, 2]


def test_nothing_is_reported_before_the_release(session: Session) -> None:
    company = make_company(session)
    wave = make_wave(session, company.id, state="open")
    with pytest.raises(NothingReleasedError):
        make_report(session, wave.id, now=NOW)


def test_the_job_marks_the_wave_as_released_and_may_run_twice(
    session: Session, engine: sa.Engine, settings: Settings, clock: object
) -> None:
    company = make_company(session)
    wave = make_story(session, company.id, FALL[:1])[0]
    context = TaskContext(
        session=session,
        engine=engine,
        settings=settings,
        clock=clock,
        mailer=mailer_for(settings.mail),
    )
    for _time in range(2):
        tasks.make_report(context, {"wave_id": str(wave.id)})
    assert get_wave(session, wave.id).state == "released"
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == 1


def test_a_month_that_is_missing_stays_a_gap(session: Session) -> None:
    company = make_company(session)
    story = make_story(session, company.id, FALL[:4])
    session.execute(sa.delete(Release).where(Release.wave_id == story[2].id))
    make_report(session, story[3].id, now=NOW)
    report = newest_report(session, company.id)
    assert report is not None
    cells = [wave["cells"] is None for wave in report.content["findings"]["waves"]]
    assert cells == [False, False, True, False]


def test_an_unknown_wave_has_no_report(session: Session) -> None:
    with pytest.raises(Exception, match="survey"):
        make_report(session, uuid.uuid4(), now=NOW)
