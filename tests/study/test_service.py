"""From consent to the answer: what is given, what is taken in, and when something is computed."""

import dataclasses
import datetime as dt
import json

import pytest
from sqlalchemy.orm import Session

from pulse.interventions.service import adopt_rules
from pulse.reports.models import Report
from pulse.study import queries, results, service
from pulse.study.canonical import canonical, content_hash
from pulse.study.errors import (
    ConsentMissingError,
    DuplicateEvidenceError,
    EnrolledError,
    EvidenceNotFoundError,
    EvidencePlanError,
    ForeignLinkError,
    NoReportError,
    NotDueError,
    NotStartedError,
    OtherPlanError,
    PlanMissingError,
    PlanTextError,
    SecondEvidenceError,
)
from pulse.study.evidence_file import read_evidence
from pulse.study.plans import COMPANY, NewPlan
from tests.factories.companies import make_company
from tests.factories.released import make_released_wave
from tests.factories.study import (
    DUE,
    PLANNED,
    STARTS,
    make_company_plan,
    make_files,
    make_report_content,
    make_study_plan,
    shifted,
)

YES = {"is_agreed": True, "with_name": False, "is_stopped": False, "is_shared": True}
BASE_URL = "https://pulse.example"
NEW = NewPlan(starts_on=STARTS)


def make_giver(session: Session, *, months: tuple[int, ...] = (6,)) -> dt.date:
    """Make a company with a plan, a start and a report after each of `months`."""
    company = make_company(session)
    service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)
    adopt_rules(session, company.id, STARTS, DUE)
    for after in months:
        content = make_report_content(-9.0, after=after)
        wave = make_released_wave(session, company.id, 5 + after, (43.0, 38.0), n=(38, 41))
        session.add(
            Report(
                wave_id=wave.id,
                version=1,
                company_id=company.id,
                month=wave.month,
                created_at=DUE,
                method_version="1",
                content=content,
                pictures={},
            )
        )
    session.flush()
    return company.id  # type: ignore[return-value]


def test_nothing_leaves_without_a_yes_a_plan_a_start_and_its_day(session: Session) -> None:
    company = make_company(session)
    with pytest.raises(ConsentMissingError):
        service.give_evidence(session, company.id, **YES | {"is_agreed": False}, now=DUE)
    with pytest.raises(PlanMissingError):
        service.give_evidence(session, company.id, **YES, now=DUE)
    service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)
    with pytest.raises(NotStartedError):
        service.give_evidence(session, company.id, **YES, now=DUE)
    adopt_rules(session, company.id, STARTS, DUE)
    with pytest.raises(NotDueError, match="February 1, 2027"):
        service.give_evidence(session, company.id, **YES, now=DUE - dt.timedelta(days=1))
    with pytest.raises(NoReportError, match="month 6 after"):
        service.give_evidence(session, company.id, **YES, now=DUE)
    assert queries.export_of(session, company.id) is None


def test_the_planned_month_is_given_not_the_best_one(session: Session) -> None:
    giver = make_giver(session, months=(4, 6))
    text = service.give_evidence(session, giver, **YES, now=DUE)
    assert json.loads(text)["content"]["months_after"] == 6
    again = service.give_evidence(session, giver, **YES | {"with_name": True}, now=DUE)
    assert again == text


def test_who_stops_gives_the_last_month(session: Session) -> None:
    giver = make_giver(session, months=(4,))
    with pytest.raises(NoReportError):
        service.give_evidence(session, giver, **YES, now=DUE)
    text = service.give_evidence(
        session, giver, **YES | {"is_stopped": True, "with_name": True}, now=DUE
    )
    content = read_evidence(text.encode()).content
    assert (content["status"], content["name"]) == ("stopped", "Example Works")


def test_an_early_start_on_the_books_after_the_plan_is_noticed(session: Session) -> None:
    company = make_company(session)
    service.make_plan(session, company.id, NEW, scope=COMPANY, now=PLANNED)
    adopt_rules(session, company.id, dt.date(2026, 1, 2), DUE)
    with pytest.raises(service.PlanTooLateError):
        service.give_evidence(session, company.id, **YES, now=DUE)


def test_link_of_this_installation(session: Session) -> None:
    """Several companies in one installation take the same path as files from elsewhere."""
    giver = make_giver(session)
    author = make_company(session, name="Author").id
    make_study_plan(session, author)
    text = service.give_evidence(session, giver, **YES, now=DUE)
    link = f"{BASE_URL}/manage/study/evidence/{json.loads(text)['content_hash']}.json"

    def take(address: str) -> str:
        return service.import_link(session, author, address, base_url=BASE_URL, now=DUE)

    with pytest.raises(ForeignLinkError):
        take(link.replace("pulse.example", "elsewhere.example"))
    with pytest.raises(EvidenceNotFoundError):
        take(f"{BASE_URL}/manage/study/evidence/{'0' * 64}.json")
    service.close_link(session, giver)
    with pytest.raises(EvidenceNotFoundError):
        take(link)
    service.give_evidence(session, giver, **YES, now=DUE)
    assert take(link) == "Company 1"
    with pytest.raises(DuplicateEvidenceError, match="already, as Company 1"):
        service.import_evidence(session, author, text.encode(), now=DUE)


def test_what_does_not_fit_is_refused(session: Session, base_file: str) -> None:
    author = make_company(session).id
    with pytest.raises(PlanMissingError):
        service.import_evidence(session, author, base_file.encode(), now=DUE)
    make_study_plan(session, author)
    service.import_evidence(session, author, base_file.encode(), now=DUE)
    content = json.loads(base_file)["content"] | {"nonce": "second file of the same company"}
    with pytest.raises(SecondEvidenceError, match="The first one counts"):
        service.import_evidence(session, author, service.evidence_text(content).encode(), now=DUE)
    other = make_company_plan("other", smallest_change=8)
    content |= {"plan": other.document, "plan_hash": other.hash}
    with pytest.raises(OtherPlanError, match="smallest change that matters differs"):
        service.import_evidence(session, author, service.evidence_text(content).encode(), now=DUE)
    assert len(queries.members_of(session, author)) == 1


def test_a_study_planned_after_the_company_started_takes_nothing(
    session: Session, base_file: str
) -> None:
    author = make_company(session).id
    service.make_plan(
        session,
        author,
        NewPlan(starts_on=dt.date(2026, 9, 1)),
        scope="study",
        now=dt.datetime(2026, 8, 1, tzinfo=dt.UTC),
    )
    with pytest.raises(EvidencePlanError):
        service.import_evidence(session, author, base_file.encode(), now=DUE)


def test_announced_companies(session: Session, base_file: str) -> None:
    author = make_company(session).id
    make_study_plan(session, author)
    plan = read_evidence(base_file.encode()).plan
    file = service.plan_file(plan).encode()
    assert service.enrol(session, author, file, now=PLANNED) == "Company 1"
    with pytest.raises(EnrolledError):
        service.enrol(session, author, file, now=PLANNED)
    for broken in (b"", b"[]", file.replace(b'"months_after":6', b'"months_after":3')):
        with pytest.raises(PlanTextError):
            service.enrol(session, author, broken, now=PLANNED)
    study = queries.frozen_plan(session, author, "study")
    assert study is not None
    with pytest.raises(PlanTextError):
        service.enrol(session, author, service.plan_file(study).encode(), now=PLANNED)
    service.import_evidence(session, author, base_file.encode(), now=DUE)
    service.import_evidence(session, author, shifted(base_file, 1.0, "late").encode(), now=DUE)
    assert [(one.label, one.is_announced) for one in queries.members_of(session, author)] == [
        ("Company 1", True),
        ("Company 2", False),
    ]


def test_nothing_is_computed_before_its_day(session: Session, base_file: str) -> None:
    author = make_company(session).id
    make_study_plan(session, author)
    service.import_evidence(session, author, base_file.encode(), now=PLANNED)
    with pytest.raises(NotDueError):
        results.make_result(session, author, now=DUE - dt.timedelta(days=1))
    assert queries.newest_result(session, author) is None


def test_the_answer_is_stored_and_made_anew_only_for_something_new(
    session: Session, base_file: str
) -> None:
    author = make_company(session).id
    make_study_plan(session, author)
    files = make_files((0.0, 1.0), base_file)
    for file in files:
        service.import_evidence(session, author, file.encode(), now=DUE)
    results.make_result(session, author, now=DUE)
    results.make_result(session, author, now=DUE)
    found = queries.result_of(session, author, today=DUE.date())
    assert found is not None
    assert found.version == 1
    assert set(found.pictures) == {
        f"{name}-{size}" for name in ("forest", "months") for size in ("wide", "narrow")
    }
    service.import_evidence(session, author, shifted(base_file, 2.0, "third").encode(), now=DUE)
    results.make_result(session, author, now=DUE)
    newest = queries.result_of(session, author, today=DUE.date())
    assert newest is not None
    assert newest.version == 2
    early = DUE.date() - dt.timedelta(days=1)
    assert queries.result_of(session, author, today=early) is None


def test_canonical_form_does_not_depend_on_order() -> None:
    one, two = {"b": 1, "a": [1.5, None]}, {"a": [1.5, None], "b": 1}
    assert canonical(one) == canonical(two) == '{"a":[1.5,null],"b":1}'
    assert content_hash(one) == content_hash(two)
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical(float("nan"))
    assert dataclasses.is_dataclass(NEW)
