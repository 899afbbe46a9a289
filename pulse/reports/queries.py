"""Every SELECT of the room `reports`."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.reports.errors import ReportNotFoundError
from pulse.reports.models import Report


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """A report as it was released."""

    wave_id: uuid.UUID
    version: int
    month: dt.date
    created_at: dt.datetime
    method_version: str
    content: dict[str, Any]
    pictures: dict[str, dict[str, str]]


@dataclass(frozen=True, kw_only=True)
class ReportKey:
    """Which report: what is stored under it never changes."""

    wave_id: uuid.UUID
    version: int
    month: dt.date


def report_key(
    session: Session, company_id: uuid.UUID, month: dt.date | None = None
) -> ReportKey | None:
    """Return the key of the company's newest report, or of that of `month`; None without one."""
    select = (
        sa.select(Report.wave_id, Report.version, Report.month)
        .where(Report.company_id == company_id)
        .order_by(Report.month.desc(), Report.version.desc())
        .limit(1)
    )
    if month is not None:
        select = select.where(Report.month == month)
    row = session.execute(select).mappings().one_or_none()
    return None if row is None else ReportKey(**row)


def newest_report(session: Session, company_id: uuid.UUID) -> ReportView | None:
    """Return the company's report of the latest month, in its newest version."""
    return _first(session, _of(company_id))


def report_of_month(session: Session, company_id: uuid.UUID, month: dt.date) -> ReportView:
    """Return the newest version of the report of `month`.

    Raises
    ------
    ReportNotFoundError
        None has been released.
    """
    report = _first(session, _of(company_id).where(Report.month == month))
    if report is None:
        raise ReportNotFoundError
    return report


def report_months(session: Session, company_id: uuid.UUID) -> tuple[dt.date, ...]:
    """Return the months that have a report, newest first."""
    select = sa.select(Report.month).where(Report.company_id == company_id).distinct()
    return tuple(session.scalars(select.order_by(Report.month.desc())))


def newest_version(session: Session, wave_id: uuid.UUID) -> int:
    """Return the highest version of the wave's reports; 0 where there is none."""
    select = sa.select(sa.func.max(Report.version)).where(Report.wave_id == wave_id)
    return session.scalar(select) or 0


def _of(company_id: uuid.UUID) -> sa.Select[tuple[Any, ...]]:
    columns = (
        Report.wave_id,
        Report.version,
        Report.month,
        Report.created_at,
        Report.method_version,
        Report.content,
        Report.pictures,
    )
    select = sa.select(*columns).where(Report.company_id == company_id)
    return select.order_by(Report.month.desc(), Report.version.desc()).limit(1)


def _first(session: Session, select: sa.Select[tuple[Any, ...]]) -> ReportView | None:
    row = session.execute(select).mappings().one_or_none()
    return None if row is None else ReportView(**row)
