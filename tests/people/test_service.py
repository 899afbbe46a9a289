"""Drafts, imports, and who is on the list afterwards."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.i18n import translate
from pulse.ids import CompanyId
from pulse.people import errors, queries, service
from pulse.people.models import Person, RosterDraft
from pulse.people.queries import HeadCount
from pulse.people.roster_check import SENTENCES
from pulse.people.roster_file import read_roster
from tests.factories.companies import make_company
from tests.factories.people import make_person
from tests.people.roster_makers import N_FAULTY, N_LINES, large_roster

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
SMALL = b"id,group,language,e-mail,name\n1,Sales,en,one@example.com,One\n2,Operaciones,es,,\n"


def draft(session: Session, company_id: uuid.UUID, content: bytes = SMALL) -> uuid.UUID:
    return service.draft_roster(
        session, company_id, file_name="people.csv", table=read_roster(content), now=NOW
    )


def bring_in(
    session: Session, company_id: uuid.UUID, content: bytes, *, deactivate_absent: bool = False
) -> service.ImportCounts:
    draft_id = draft(session, company_id, content)
    plan = service.plan_draft(session, company_id, draft_id)
    return service.import_draft(
        session,
        company_id,
        draft_id,
        fingerprint=plan.fingerprint,
        deactivate_absent=deactivate_absent,
    )


@pytest.fixture
def company_id(session: Session) -> CompanyId:
    return make_company(session).id


def rows(session: Session, table: type[Person | RosterDraft]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_five_thousand_lines_with_thirty_seven_faulty_ones(
    session: Session, company_id: CompanyId
) -> None:
    content, faulty = large_roster()
    draft_id = draft(session, company_id, content)
    plan = service.plan_draft(session, company_id, draft_id)
    named = {
        bad.line.number: [translate("en", SENTENCES[p.kind], **p.params) for p in bad.problems]
        for bad in plan.bad_lines
    }
    assert len(named) == N_FAULTY
    assert named.keys() == faulty.keys()
    for number, sentence in faulty.items():
        assert len(named[number]) == 1, (number, named[number])
        assert sentence in named[number][0]
    counts = service.import_draft(
        session, company_id, draft_id, fingerprint=plan.fingerprint, deactivate_absent=False
    )
    assert (counts.n_new, counts.n_bad) == (N_LINES - N_FAULTY, N_FAULTY)
    assert rows(session, Person) == 4_963
    assert rows(session, RosterDraft) == 0


def test_cancelling_changes_nothing(session: Session, company_id: CompanyId) -> None:
    make_person(session, company_id, roster_id="1")
    before = queries.all_persons(session, company_id)
    draft_id = draft(session, company_id)
    service.discard_draft(session, company_id, draft_id)
    assert queries.all_persons(session, company_id) == before
    assert rows(session, RosterDraft) == 0
    with pytest.raises(errors.DraftNotFoundError):
        service.plan_draft(session, company_id, draft_id)
    service.discard_draft(session, company_id, draft_id)  # a second click does no harm


def test_a_draft_changes_nothing(session: Session, company_id: CompanyId) -> None:
    draft(session, company_id)
    assert rows(session, Person) == 0


def test_a_second_import_updates_by_id(session: Session, company_id: CompanyId) -> None:
    bring_in(session, company_id, SMALL)
    before = {person.roster_id: person.id for person in queries.all_persons(session, company_id)}
    counts = bring_in(
        session, company_id, SMALL.replace(b"one@", b"uno@").replace(b"2,", b"3,") + b"2,Sales,,,"
    )
    assert (counts.n_new, counts.n_changed, counts.n_unchanged) == (1, 2, 0)
    session.expire_all()
    after = {person.roster_id: person for person in queries.all_persons(session, company_id)}
    assert after["1"].email == "uno@example.com"
    assert (after["1"].id, after["2"].id) == (before["1"], before["2"])
    assert (after["2"].group_code, after["2"].language) == ("first", "en")
    assert bring_in(session, company_id, SMALL.replace(b"one@", b"uno@")[:60]).n_unchanged <= 1


def test_absent_people_stay_unless_confirmed(session: Session, company_id: CompanyId) -> None:
    make_person(session, company_id, roster_id="absent")
    assert bring_in(session, company_id, SMALL).n_deactivated == 0
    assert len(queries.active_persons(session, company_id)) == 3
    assert bring_in(session, company_id, SMALL, deactivate_absent=True).n_deactivated == 1
    session.expire_all()
    active = {person.roster_id for person in queries.active_persons(session, company_id)}
    assert active == {"1", "2"}
    assert len(queries.all_persons(session, company_id)) == 3
    back = SMALL + b"absent,Sales,,,"
    assert bring_in(session, company_id, back).n_changed == 1
    session.expire_all()
    assert len(queries.active_persons(session, company_id)) == 3


def test_people_of_faulty_lines_are_not_deactivated(
    session: Session, company_id: CompanyId
) -> None:
    make_person(session, company_id, roster_id="faulty")
    content = SMALL + b"faulty,Finance,,,"
    assert bring_in(session, company_id, content, deactivate_absent=True).n_deactivated == 0


def test_an_import_does_what_its_preview_showed_or_nothing(
    session: Session, company_id: CompanyId
) -> None:
    draft_id = draft(session, company_id)
    seen = service.plan_draft(session, company_id, draft_id).fingerprint
    make_person(session, company_id, roster_id="meanwhile")
    with pytest.raises(errors.RosterChangedError):
        service.import_draft(
            session, company_id, draft_id, fingerprint=seen, deactivate_absent=True
        )
    assert rows(session, Person) == 1
    assert queries.get_draft(session, company_id, draft_id).file_name == "people.csv"


def test_an_import_is_all_or_nothing(session: Session, company_id: CompanyId) -> None:
    plan = service.plan_table(session, company_id, read_roster(SMALL))
    make_person(session, company_id, roster_id="2")  # somebody else is quicker
    with pytest.raises(errors.RosterChangedError):
        service.import_plan(session, company_id, plan, deactivate_absent=False)
    assert [person.roster_id for person in queries.all_persons(session, company_id)] == ["2"]


def test_nothing_to_import_is_said(session: Session, company_id: CompanyId) -> None:
    make_person(session, company_id, roster_id="absent")
    bad = b"id,group\n9,Finance\n"
    with pytest.raises(errors.NothingToImportError):
        bring_in(session, company_id, bad)
    assert bring_in(session, company_id, bad, deactivate_absent=True).n_deactivated == 1


def test_a_draft_is_of_its_company_only(session: Session, company_id: CompanyId) -> None:
    draft_id = draft(session, company_id)
    other = make_company(session).id
    with pytest.raises(errors.DraftNotFoundError):
        service.plan_draft(session, other, draft_id)
    service.discard_draft(session, other, draft_id)
    assert rows(session, RosterDraft) == 1


def test_the_same_id_may_stand_in_two_companies(session: Session, company_id: CompanyId) -> None:
    other = make_company(session).id
    bring_in(session, company_id, SMALL)
    assert bring_in(session, other, SMALL).n_new == 2
    assert len(queries.active_persons(session, other)) == 2


def test_forgotten_drafts_are_deleted_after_a_day(session: Session, company_id: CompanyId) -> None:
    draft(session, company_id)
    service.discard_old_drafts(session, now=NOW + dt.timedelta(hours=23))
    assert rows(session, RosterDraft) == 1
    service.discard_old_drafts(session, now=NOW + dt.timedelta(hours=25))
    assert rows(session, RosterDraft) == 0


def test_head_counts_have_both_groups(session: Session, company_id: CompanyId) -> None:
    nobody = HeadCount(with_email=0, without_email=0)
    assert queries.head_counts(session, company_id) == {"first": nobody, "second": nobody}
    make_person(session, company_id)
    make_person(session, company_id, email=None)
    make_person(session, company_id, email=None)
    make_person(session, make_company(session).id)
    counts = queries.head_counts(session, company_id)
    assert counts == {"first": HeadCount(with_email=1, without_email=2), "second": nobody}
    assert counts["first"].total == 3


def test_a_person_is_found_by_id(session: Session, company_id: CompanyId) -> None:
    person = make_person(session, company_id)
    assert queries.get_person(session, person.id) == person
    with pytest.raises(errors.PersonNotFoundError):
        queries.get_person(session, uuid.uuid4())


def test_pages_of_people_follow_each_other(session: Session, company_id: CompanyId) -> None:
    for roster_id in ("C", "A", "B"):
        make_person(session, company_id, roster_id=roster_id)
    first = queries.active_persons(session, company_id, limit=2)
    second = queries.active_persons(session, company_id, limit=2, offset=2)
    assert [person.roster_id for person in (*first, *second)] == ["A", "B", "C"]
