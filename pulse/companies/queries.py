"""Every SELECT of the room `companies`."""

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies.errors import CompanyNotFoundError
from pulse.companies.models import Company, Group, SeasonAnswer
from pulse.ids import FIRST, SECOND, CompanyId, GroupCode


@dataclass(frozen=True, kw_only=True)
class GroupView:
    """One of a company's two groups.

    `slip_head_count` is the number of people who take a printed slip without being on the roster.
    """

    code: GroupCode
    name_en: str
    name_es: str
    name_es_de: str
    name_es_a: str
    makes_requests: bool
    slip_head_count: int

    def name(self, language: str) -> str:
        """Return the group's name for readers of `language`."""
        return self.name_es if language == "es" else self.name_en


@dataclass(frozen=True, kw_only=True)
class CompanyView:
    """A company with its settings and its two groups, `first` before `second`."""

    id: CompanyId
    slug: str
    name: str
    time_zone: str
    default_language: str
    minimum_cell_size: int
    sender_name: str
    results_place: str
    opens_by_clock: bool
    separates_time: bool
    follow_ups: int
    is_simulated: bool
    groups: tuple[GroupView, GroupView]

    def group(self, code: str) -> GroupView:
        """Return the group with `code` ("first" or "second").

        Raises
        ------
        KeyError
            There is no such code.
        """
        return {group.code: group for group in self.groups}[GroupCode(code)]


def get_company(session: Session, company_id: uuid.UUID) -> CompanyView:
    """Return the company.

    Raises
    ------
    CompanyNotFoundError
        There is none.
    """
    found = _select(session, Company.id == company_id)
    if not found:
        raise CompanyNotFoundError
    return found[0]


def company_by_slug(session: Session, slug: str) -> CompanyView | None:
    """Return the company whose short public name is `slug`, case-blind."""
    found = _select(session, Company.slug == slug.lower())
    return found[0] if found else None


def all_companies(session: Session) -> tuple[CompanyView, ...]:
    """Return every company, the oldest first."""
    return _select(session)


@dataclass(frozen=True, kw_only=True)
class SeasonAnswerView:
    """One answer to "Does the work follow the seasons?": "yes", "no" or "unsure"."""

    answer: str
    answered_at: dt.datetime


def season_answers(session: Session, company_id: uuid.UUID) -> tuple[SeasonAnswerView, ...]:
    """Return every answer that was given, the newest last; empty while nobody answered."""
    rows = session.scalars(
        sa.select(SeasonAnswer)
        .where(SeasonAnswer.company_id == company_id)
        .order_by(SeasonAnswer.number)
    )
    return tuple(SeasonAnswerView(answer=row.answer, answered_at=row.answered_at) for row in rows)


def _select(session: Session, *conditions: sa.ColumnElement[bool]) -> tuple[CompanyView, ...]:
    companies = session.scalars(
        sa.select(Company).where(*conditions).order_by(Company.created_at, Company.slug)
    ).all()
    groups: dict[uuid.UUID, dict[str, Group]] = {company.id: {} for company in companies}
    for group in session.scalars(sa.select(Group).where(Group.company_id.in_(groups))):
        groups[group.company_id][group.code] = group
    return tuple(_view(company, groups[company.id]) for company in companies)


def _view(company: Company, groups: dict[str, Group]) -> CompanyView:
    return CompanyView(
        id=CompanyId(company.id),
        slug=company.slug,
        name=company.name,
        time_zone=company.time_zone,
        default_language=company.default_language,
        minimum_cell_size=company.minimum_cell_size,
        sender_name=company.sender_name,
        results_place=company.results_place,
        opens_by_clock=company.opens_by_clock,
        separates_time=company.separates_time,
        follow_ups=company.follow_ups,
        is_simulated=company.is_simulated,
        groups=(_group_view(groups[FIRST]), _group_view(groups[SECOND])),
    )


def _group_view(group: Group) -> GroupView:
    return GroupView(
        code=GroupCode(group.code),
        name_en=group.name_en,
        name_es=group.name_es,
        name_es_de=group.name_es_de,
        name_es_a=group.name_es_a,
        makes_requests=group.makes_requests,
        slip_head_count=group.slip_head_count,
    )
