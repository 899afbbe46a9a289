"""Every SELECT of the room `people`."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from pulse.ids import GROUP_CODES, CompanyId, GroupCode, PersonId
from pulse.people.errors import DraftNotFoundError, PersonNotFoundError
from pulse.people.models import Person, RosterDraft
from pulse.people.roster_file import RosterLine, RosterTable


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """One line of the roster. Without an e-mail address the person takes a printed slip."""

    id: PersonId
    company_id: CompanyId
    roster_id: str
    group_code: GroupCode
    language: str
    email: str | None
    name: str | None
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class HeadCount:
    """How many active people of a group have an e-mail address, and how many have none."""

    with_email: int
    without_email: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.with_email + self.without_email


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """An uploaded roster that nobody has decided about yet."""

    id: uuid.UUID
    company_id: CompanyId
    file_name: str
    created_at: dt.datetime
    table: RosterTable


def active_persons(
    session: Session, company_id: uuid.UUID, *, limit: int | None = None, offset: int = 0
) -> tuple[PersonView, ...]:
    """Return the active people by group and roster id: all, or one page of them."""
    rows = session.scalars(
        sa.select(Person)
        .where(Person.company_id == company_id, Person.is_active)
        .order_by(Person.group_code, Person.roster_id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(_view(person) for person in rows)


def all_persons(session: Session, company_id: uuid.UUID) -> tuple[PersonView, ...]:
    """Return everybody who ever was on the list."""
    rows = session.scalars(
        sa.select(Person).where(Person.company_id == company_id).order_by(Person.roster_id)
    )
    return tuple(_view(person) for person in rows)


def get_person(session: Session, person_id: uuid.UUID) -> PersonView:
    """Return the person.

    Raises
    ------
    PersonNotFoundError
        There is none.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise PersonNotFoundError
    return _view(person)


def is_active_person(person_id: InstrumentedAttribute[uuid.UUID | None]) -> sa.ColumnElement[bool]:
    """Return the condition that the person of a column is on the list, for statements of others."""
    return sa.exists().where(Person.id == person_id, Person.is_active)


def head_counts(session: Session, company_id: uuid.UUID) -> dict[str, HeadCount]:
    """Return how many active people each group has; both groups are always there."""
    rows = session.execute(
        sa.select(Person.group_code, sa.func.count(), sa.func.count(Person.email))
        .where(Person.company_id == company_id, Person.is_active)
        .group_by(Person.group_code)
    )
    found = {code: (total, with_email) for code, total, with_email in rows}
    counts = {}
    for code in GROUP_CODES:
        total, with_email = found.get(code, (0, 0))
        counts[str(code)] = HeadCount(with_email=with_email, without_email=total - with_email)
    return counts


def get_draft(session: Session, company_id: uuid.UUID, draft_id: uuid.UUID) -> DraftView:
    """Return the company's uploaded roster.

    Raises
    ------
    DraftNotFoundError
        It was imported, cancelled or replaced.
    """
    draft = session.get(RosterDraft, draft_id)
    if draft is None or draft.company_id != company_id:
        raise DraftNotFoundError
    return DraftView(
        id=draft.id,
        company_id=CompanyId(draft.company_id),
        file_name=draft.file_name,
        created_at=draft.created_at,
        table=RosterTable(
            lines=tuple(RosterLine(**line) for line in draft.content["lines"]),
            has_columns=tuple(draft.content["columns"]),
            notes=tuple((sentence, params) for sentence, params in draft.content["notes"]),
        ),
    )


def _view(person: Person) -> PersonView:
    return PersonView(
        id=PersonId(person.id),
        company_id=CompanyId(person.company_id),
        roster_id=person.roster_id,
        group_code=GroupCode(person.group_code),
        language=person.language,
        email=person.email,
        name=person.name,
        is_active=person.is_active,
    )
