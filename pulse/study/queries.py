"""Every SELECT of the room `study`."""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.errors import PulseError
from pulse.study.errors import EvidenceNotFoundError, PlanAlteredError
from pulse.study.models import Enrolment, Evidence, Export, FrozenPlan, Result
from pulse.study.plans import Plan, plan_of


@dataclass(frozen=True, kw_only=True)
class ExportView:
    """Evidence that a company agreed to give."""

    content_hash: str
    text: str
    is_shared: bool
    agreed_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class MemberView:
    """A company of the study. `content` is None until its evidence is there."""

    label: str
    plan: Plan
    is_announced: bool
    content: dict[str, Any] | None
    content_hash: str | None
    imported_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What may be said of a company before the planned day: no number of its answers."""

    label: str
    starts_on: dt.date
    is_announced: bool
    has_evidence: bool


@dataclass(frozen=True, kw_only=True)
class ResultView:
    """The answer as it was stored."""

    version: int
    inputs_hash: str
    content: dict[str, Any]
    pictures: dict[str, Any]
    made_at: dt.datetime


def frozen_plan(session: Session, company_id: uuid.UUID, scope: str) -> Plan | None:
    """Return the plan; None where none was made.

    Raises
    ------
    PlanAlteredError
        The stored text is not the one that was hashed.
    """
    select = sa.select(FrozenPlan.hash, FrozenPlan.text).where(
        FrozenPlan.company_id == company_id, FrozenPlan.scope == scope
    )
    row = session.execute(select).one_or_none()
    if row is None:
        return None
    try:
        return plan_of(json.loads(row.text), row.hash)
    except (PulseError, ValueError):
        raise PlanAlteredError from None


def export_of(session: Session, company_id: uuid.UUID) -> ExportView | None:
    """Return what the company gave; None where it gave nothing."""
    return _export(session, Export.company_id == company_id)


def shared_export(session: Session, content_hash: str) -> ExportView:
    """Return the file behind a link.

    Raises
    ------
    EvidenceNotFoundError
        There is none, or its link is closed.
    """
    found = _export(session, sa.and_(Export.content_hash == content_hash, Export.is_shared))
    if found is None:
        raise EvidenceNotFoundError
    return found


def members_of(session: Session, company_id: uuid.UUID) -> tuple[MemberView, ...]:
    """Return the companies of a study with their evidence, in the order in which they came."""
    select = (
        sa.select(Enrolment, Evidence)
        .outerjoin(
            Evidence,
            sa.and_(
                Evidence.company_id == Enrolment.company_id,
                Evidence.plan_hash == Enrolment.plan_hash,
            ),
        )
        .where(Enrolment.company_id == company_id)
        .order_by(Enrolment.enrolled_at, Enrolment.label)
    )
    return tuple(_member(*row) for row in session.execute(select))


def progress_of(session: Session, company_id: uuid.UUID) -> tuple[Progress, ...]:
    """Return how far the companies of a study are."""
    return tuple(
        Progress(
            label=one.label,
            starts_on=one.plan.starts_on,
            is_announced=one.is_announced,
            has_evidence=one.content is not None,
        )
        for one in members_of(session, company_id)
    )


def result_of(session: Session, company_id: uuid.UUID, *, today: dt.date) -> ResultView | None:
    """Return the newest answer; None before the planned day, whatever is stored."""
    plan = frozen_plan(session, company_id, "study")
    if plan is None or today < plan.answer_on:
        return None
    return newest_result(session, company_id)


def newest_result(session: Session, company_id: uuid.UUID) -> ResultView | None:
    """Return the newest stored answer: for the job that makes the next one, never for a page."""
    columns = (Result.version, Result.inputs_hash, Result.content, Result.pictures, Result.made_at)
    select = sa.select(*columns).where(Result.company_id == company_id)
    row = session.execute(select.order_by(Result.version.desc()).limit(1)).mappings().one_or_none()
    return None if row is None else ResultView(**row)


def _export(session: Session, condition: sa.ColumnElement[bool]) -> ExportView | None:
    columns = (Export.content_hash, Export.text, Export.is_shared, Export.agreed_at)
    row = session.execute(sa.select(*columns).where(condition)).mappings().one_or_none()
    return None if row is None else ExportView(**row)


def _member(enrolment: Enrolment, evidence: Evidence | None) -> MemberView:
    return MemberView(
        label=enrolment.label,
        plan=plan_of(json.loads(enrolment.text), enrolment.plan_hash),
        is_announced=enrolment.is_announced,
        content=None if evidence is None else json.loads(evidence.text)["content"],
        content_hash=None if evidence is None else evidence.content_hash,
        imported_at=None if evidence is None else evidence.imported_at,
    )
