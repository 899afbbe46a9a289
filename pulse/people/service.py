"""Use cases of the room `people`: a roster is drafted, looked at, then imported or discarded."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pulse.companies.queries import CompanyView, get_company
from pulse.people import queries
from pulse.people.errors import NothingToImportError, RosterChangedError
from pulse.people.models import Person, RosterDraft
from pulse.people.queries import PersonView
from pulse.people.roster_check import Entry, GroupNames, RosterPlan, check_roster, name_groups
from pulse.people.roster_file import RosterTable

DRAFT_LIFE = dt.timedelta(days=1)
LONGEST_FILE_NAME = 200


@dataclass(frozen=True, kw_only=True)
class ImportCounts:
    """What an import did."""

    n_new: int
    n_changed: int
    n_unchanged: int
    n_deactivated: int
    n_bad: int


def add_person(
    session: Session,
    company_id: uuid.UUID,
    *,
    roster_id: str,
    group_code: str,
    language: str,
    email: str | None,
    name: str | None,
) -> PersonView:
    """Put one person on the list, as a roster line would, and return the person.

    For the demo and for tests: nothing is checked beyond what the table itself refuses.
    """
    person = Person(
        id=uuid.uuid4(),
        company_id=company_id,
        roster_id=roster_id,
        group_code=group_code,
        language=language,
        email=email,
        name=name,
        is_active=True,
    )
    session.add(person)
    session.flush()
    return queries.get_person(session, person.id)


def draft_roster(
    session: Session,
    company_id: uuid.UUID,
    *,
    file_name: str,
    table: RosterTable,
    now: dt.datetime,
) -> uuid.UUID:
    """Keep an uploaded roster until somebody decides; return the draft's id.

    Nothing on the list changes. Drafts that nobody decided about for a day are deleted.
    """
    discard_old_drafts(session, now=now)
    draft = RosterDraft(
        id=uuid.uuid4(),
        company_id=company_id,
        file_name=file_name[:LONGEST_FILE_NAME],
        created_at=now,
        content={
            "lines": [asdict(line) for line in table.lines],
            "columns": list(table.has_columns),
            "notes": [[sentence, params] for sentence, params in table.notes],
        },
    )
    session.add(draft)
    session.flush()
    return draft.id


def plan_draft(session: Session, company_id: uuid.UUID, draft_id: uuid.UUID) -> RosterPlan:
    """Return what importing the draft would do now.

    Raises
    ------
    DraftNotFoundError
        It was imported, cancelled or replaced.
    """
    return plan_table(session, company_id, queries.get_draft(session, company_id, draft_id).table)


def plan_table(session: Session, company_id: uuid.UUID, table: RosterTable) -> RosterPlan:
    """Return what importing `table` would do now."""
    company = get_company(session, company_id)
    present = {
        person.roster_id: _entry(person) for person in queries.all_persons(session, company_id)
    }
    return check_roster(
        table, present, groups=_group_names(company), language=company.default_language
    )


def import_draft(
    session: Session,
    company_id: uuid.UUID,
    draft_id: uuid.UUID,
    *,
    fingerprint: str,
    deactivate_absent: bool,
) -> ImportCounts:
    """Bring in the good lines of a draft, and delete the draft.

    Parameters
    ----------
    fingerprint
        Of the plan that the person saw (`RosterPlan.fingerprint`).
    deactivate_absent
        Whether active people whom the file does not name stop taking part.

    Raises
    ------
    DraftNotFoundError
        It was imported, cancelled or replaced.
    RosterChangedError
        The import would now do something else than the preview showed.
    NothingToImportError
        There is no good line, and nobody to deactivate.
    """
    plan = plan_draft(session, company_id, draft_id)
    if plan.fingerprint != fingerprint:
        raise RosterChangedError
    counts = import_plan(session, company_id, plan, deactivate_absent=deactivate_absent)
    discard_draft(session, company_id, draft_id)
    return counts


def import_plan(
    session: Session, company_id: uuid.UUID, plan: RosterPlan, *, deactivate_absent: bool
) -> ImportCounts:
    """Write what `plan` says: all of it or, on an error, nothing.

    Raises
    ------
    NothingToImportError
        There is no good line, and nobody to deactivate.
    RosterChangedError
        Somebody else brought in one of these people at the same moment.
    """
    leaving = plan.absent if deactivate_absent else ()
    if not plan.n_good and not leaving:
        raise NothingToImportError
    ids = {person.roster_id: person.id for person in queries.all_persons(session, company_id)}
    try:
        with session.begin_nested():
            _insert(session, company_id, plan.new)
            _update(session, ids, plan.changed)
            _deactivate(session, ids, leaving)
    except IntegrityError:
        raise RosterChangedError from None
    return ImportCounts(
        n_new=len(plan.new),
        n_changed=len(plan.changed),
        n_unchanged=len(plan.unchanged),
        n_deactivated=len(leaving),
        n_bad=len(plan.bad_lines),
    )


def discard_draft(session: Session, company_id: uuid.UUID, draft_id: uuid.UUID) -> None:
    """Forget an uploaded roster; nothing on the list changes. Once more does no harm."""
    session.execute(
        sa.delete(RosterDraft).where(
            RosterDraft.id == draft_id, RosterDraft.company_id == company_id
        )
    )


def discard_old_drafts(session: Session, *, now: dt.datetime) -> None:
    """Forget uploaded rosters that nobody decided about for a day: they name people."""
    session.execute(sa.delete(RosterDraft).where(RosterDraft.created_at < now - DRAFT_LIFE))


def _insert(session: Session, company_id: uuid.UUID, entries: Sequence[Entry]) -> None:
    if entries:
        rows = [{"id": uuid.uuid4(), "company_id": company_id, **asdict(e)} for e in entries]
        session.execute(sa.insert(Person), rows)


def _update(session: Session, ids: Mapping[str, uuid.UUID], entries: Sequence[Entry]) -> None:
    if entries:
        rows = [{"id": ids[entry.roster_id], **asdict(entry)} for entry in entries]
        session.execute(sa.update(Person), rows)


def _deactivate(session: Session, ids: Mapping[str, uuid.UUID], entries: Sequence[Entry]) -> None:
    if entries:
        rows = [{"id": ids[entry.roster_id], "is_active": False} for entry in entries]
        session.execute(sa.update(Person), rows)


def _entry(person: PersonView) -> Entry:
    return Entry(
        roster_id=person.roster_id,
        group_code=person.group_code,
        language=person.language,
        email=person.email,
        name=person.name,
        is_active=person.is_active,
    )


def _group_names(company: CompanyView) -> GroupNames:
    first, second = company.groups
    return name_groups(
        {group.code: (group.name_en, group.name_es) for group in company.groups},
        first=first.name(company.default_language),
        second=second.name(company.default_language),
    )
