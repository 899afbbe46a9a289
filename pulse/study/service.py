"""Use cases of the room `study`. Nothing here commits, and nothing here computes an answer."""

import datetime as dt
import json
import secrets
import uuid
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from pulse.companies.queries import get_company
from pulse.i18n import format_date
from pulse.interventions.queries import adoption_date
from pulse.jobs.outbox import enqueue
from pulse.reports.queries import ReportView, report_months, report_of_month
from pulse.study import queries
from pulse.study.canonical import canonical, content_hash
from pulse.study.errors import (
    ConsentMissingError,
    DuplicateEvidenceError,
    EnrolledError,
    EvidencePlanError,
    ForeignLinkError,
    NoReportError,
    NotDueError,
    NotStartedError,
    OtherPlanError,
    PlanExistsError,
    PlanMissingError,
    PlanTextError,
    PlanTooLateError,
    SecondEvidenceError,
    StartPassedError,
)
from pulse.study.evidence import Consent, evidence_content, evidence_text, month_after
from pulse.study.evidence_file import EvidenceFile, read_evidence
from pulse.study.models import Enrolment, Evidence, Export, FrozenPlan
from pulse.study.plans import COMPANY, STUDY, NewPlan, Plan, plan_document, plan_of

RESULT_JOB = "study.make_result"
PLAN_FORMAT = "pulse-plan-file"


def make_plan(
    session: Session, company_id: uuid.UUID, new: NewPlan, *, scope: str, now: dt.datetime
) -> Plan:
    """Freeze a plan.

    Raises
    ------
    PlanExistsError
        There is one; it is never changed.
    PlanTooLateError
        The company has started the rules.
    StartPassedError
        The planned start lies in the past.
    """
    known = queries.frozen_plan(session, company_id, scope)
    if known is not None:
        raise PlanExistsError(date=format_date(known.made_on, "en"))
    adopted_on = adoption_date(session, company_id) if scope == COMPANY else None
    if adopted_on is not None:
        raise PlanTooLateError(date=format_date(adopted_on, "en"))
    if new.starts_on < now.date():
        raise StartPassedError
    document = plan_document(new, plan_id=secrets.token_hex(16), scope=scope, made_on=now.date())
    row = FrozenPlan(
        hash=content_hash(document),
        company_id=company_id,
        scope=scope,
        text=canonical(document),
        made_at=now,
    )
    session.add(row)
    session.flush()
    plan = plan_of(document, row.hash)
    if scope == STUDY:
        _promise_result(session, company_id, plan, "due", now)
    return plan


def plan_file(plan: Plan) -> str:
    """Return the plan as a file that a company sends to the author before the start."""
    return canonical({"format": PLAN_FORMAT, "plan": plan.document, "hash": plan.hash}) + "\n"


def enrol(session: Session, company_id: uuid.UUID, raw: bytes, *, now: dt.datetime) -> str:
    """Take a company's plan into the study before its result is known; return its label.

    Raises
    ------
    PlanTextError, OtherPlanError, EnrolledError, PlanMissingError
        It is no plan, does not fit the study's, is there already, or the study has none.
    """
    study = _study_plan(session, company_id)
    try:
        whole = json.loads(raw.decode("ascii"))
        plan = plan_of(whole["plan"], whole["hash"])
    except (UnicodeDecodeError, ValueError, KeyError, TypeError):
        raise PlanTextError from None
    if plan.document["scope"] != COMPANY:
        raise PlanTextError
    known = _enrolment(session, company_id, plan)
    if known is not None:
        raise EnrolledError(label=known.label)
    _check_fit(study, plan)
    # A plan that comes after its own answer day announces nothing any more.
    return _enrol(session, company_id, plan, is_announced=now.date() < plan.answer_on, now=now)


def give_evidence(
    session: Session,
    company_id: uuid.UUID,
    *,
    is_agreed: bool,
    with_name: bool,
    is_stopped: bool,
    is_shared: bool,
    now: dt.datetime,
) -> str:
    """Write the evidence file of a company that agrees; return its text.

    Harmless when repeated: the file once given is given again.

    Raises
    ------
    ConsentMissingError, PlanMissingError, NotStartedError, PlanTooLateError, NotDueError,
    NoReportError
        Why nothing is given.
    """
    if not is_agreed:
        raise ConsentMissingError
    plan = queries.frozen_plan(session, company_id, COMPANY)
    if plan is None:
        raise PlanMissingError
    known = session.get(Export, company_id)
    if known is not None:
        known.is_shared = is_shared
        session.flush()
        return known.text
    adopted_on = adoption_date(session, company_id)
    if adopted_on is None:
        raise NotStartedError
    if adopted_on < plan.made_on:
        raise PlanTooLateError(date=format_date(adopted_on, "en"))
    if now.date() < plan.answer_on:
        raise NotDueError(date=format_date(plan.answer_on, "en"))
    company = get_company(session, company_id)
    report = _planned_report(session, company_id, plan, is_stopped=is_stopped)
    content = evidence_content(
        report.content,
        plan,
        Consent(name=company.name if with_name else None, is_stopped=is_stopped),
        nonce=secrets.token_hex(16),
        is_simulated=company.is_simulated,
    )
    text = evidence_text(content)
    session.add(
        Export(
            company_id=company_id,
            content_hash=json.loads(text)["content_hash"],
            text=text,
            is_shared=is_shared,
            agreed_at=now,
        )
    )
    session.flush()
    return text


def close_link(session: Session, company_id: uuid.UUID) -> None:
    """Close the link; a copy that somebody has stays with them, as the page says."""
    known = session.get(Export, company_id)
    if known is not None:
        known.is_shared = False
        session.flush()


def import_evidence(
    session: Session, company_id: uuid.UUID, raw: bytes, *, now: dt.datetime
) -> str:
    """Take an evidence file into the study; return the company's label.

    Raises
    ------
    NotEvidenceError, EvidenceAlteredError, EvidencePlanError, EvidenceSchemaError
        The file is not sound.
    DuplicateEvidenceError, SecondEvidenceError, OtherPlanError, PlanMissingError
        It is sound and does not fit.
    """
    study = _study_plan(session, company_id)
    file = read_evidence(raw)
    enrolment = _enrolment(session, company_id, file.plan)
    _refuse_known(session, company_id, file, enrolment)
    _check_fit(study, file.plan)
    if dt.date.fromisoformat(file.content["adopted_on"]) < study.made_on:
        raise EvidencePlanError
    label = (
        enrolment.label
        if enrolment
        else _enrol(session, company_id, file.plan, is_announced=False, now=now)
    )
    session.add(
        Evidence(
            company_id=company_id,
            plan_hash=file.plan.hash,
            content_hash=file.content_hash,
            text=file.text,
            imported_at=now,
        )
    )
    session.flush()
    _promise_result(session, company_id, study, file.content_hash, now)
    return label


def import_link(
    session: Session, company_id: uuid.UUID, link: str, *, base_url: str, now: dt.datetime
) -> str:
    """Take the evidence behind a link of this installation; return the company's label.

    Raises
    ------
    ForeignLinkError
        It leads elsewhere: a server that fetches any address it is told to can be abused.
    EvidenceNotFoundError
        The link is wrong or closed.
    """
    given, own = urlsplit(link.strip()), urlsplit(base_url)
    if (given.scheme, given.netloc) != (own.scheme, own.netloc):
        raise ForeignLinkError
    wanted = given.path.rpartition("/")[2].removesuffix(".json")
    shared = queries.shared_export(session, wanted)
    return import_evidence(session, company_id, shared.text.encode("ascii"), now=now)


def _refuse_known(
    session: Session, company_id: uuid.UUID, file: EvidenceFile, enrolment: Enrolment | None
) -> None:
    known = session.get(Evidence, (company_id, file.plan.hash))
    if known is None or enrolment is None:
        return
    if known.content_hash == file.content_hash:
        raise DuplicateEvidenceError(label=enrolment.label)
    raise SecondEvidenceError(label=enrolment.label)


def _planned_report(
    session: Session, company_id: uuid.UUID, plan: Plan, *, is_stopped: bool
) -> ReportView:
    """Return the report of the planned month or the first after it; of those who stopped, the last."""
    reports = [
        report_of_month(session, company_id, month)
        for month in reversed(report_months(session, company_id))
    ]
    after = [(month_after(one.content["findings"]), one) for one in reports]
    started = [(place, one) for place, one in after if place is not None]
    if is_stopped and started:
        return started[-1][1]
    due = [one for place, one in started if place >= plan.months_after]
    if not due or is_stopped:
        raise NoReportError(month=plan.months_after)
    return due[0]


def _check_fit(study: Plan, plan: Plan) -> None:
    for field, name in (
        ("outcome", "the outcome"),
        ("smallest_change", "the smallest change that matters"),
        ("months_after", "the month of the answer"),
        ("decisions", "the decision table"),
    ):
        if study.document[field] != plan.document[field]:
            raise OtherPlanError(what=name)


def _study_plan(session: Session, company_id: uuid.UUID) -> Plan:
    plan = queries.frozen_plan(session, company_id, STUDY)
    if plan is None:
        raise PlanMissingError
    return plan


def _enrolment(session: Session, company_id: uuid.UUID, plan: Plan) -> Enrolment | None:
    return session.get(Enrolment, (company_id, plan.hash))


def _enrol(
    session: Session, company_id: uuid.UUID, plan: Plan, *, is_announced: bool, now: dt.datetime
) -> str:
    label = f"Company {len(queries.members_of(session, company_id)) + 1}"
    session.add(
        Enrolment(
            company_id=company_id,
            plan_hash=plan.hash,
            label=label,
            text=plan.text,
            is_announced=is_announced,
            enrolled_at=now,
        )
    )
    session.flush()
    return label


def _promise_result(
    session: Session, company_id: uuid.UUID, study: Plan, cause: str, now: dt.datetime
) -> None:
    due = dt.datetime.combine(study.answer_on, dt.time(), dt.UTC)
    enqueue(
        session,
        RESULT_JOB,
        {"company_id": str(company_id)},
        idempotency_key=f"study:{content_hash([study.hash, cause])}",
        now=now,
        available_at=max(now, due),
    )
