"""Use cases of the room `companies`."""

import datetime as dt
import secrets
import uuid
import zoneinfo
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import i18n
from pulse.companies import queries
from pulse.companies.errors import (
    CellSizeLoweredError,
    CellSizeTooSmallError,
    FollowUpsInvalidError,
    GroupNamesAlikeError,
    HeadCountInvalidError,
    LanguageUnknownError,
    NameMissingError,
    NameTooLongError,
    SeasonAnswerUnknownError,
    TimeZoneUnknownError,
)
from pulse.companies.group_names import after_a, after_de, are_distinct
from pulse.companies.models import Company, Group, SeasonAnswer
from pulse.companies.queries import CompanyView
from pulse.ids import FIRST, SECOND, GroupCode

MINIMUM_CELL_SIZE = 5  # the floor in code: no setting goes below it
MOST_FOLLOW_UPS = 2
SEASON_ANSWERS = ("yes", "no", "unsure")
LONGEST_NAME = 120
LONGEST_GROUP_NAME = 40
LONGEST_GROUP_FORM = 45
SLUG_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case
SLUG_LENGTH = 5


@dataclass(frozen=True, kw_only=True)
class NewGroup:
    """What somebody says about one of the two groups.

    The Spanish forms after "de" and "a" are made from the Spanish name where they are not given.
    """

    name_en: str
    name_es: str
    name_es_de: str | None = None
    name_es_a: str | None = None
    makes_requests: bool = False
    slip_head_count: int = 0


@dataclass(frozen=True, kw_only=True)
class CompanySettings:
    """What a company may choose about itself, its groups apart.

    Attributes
    ----------
    time_zone
        An IANA name, for example "Europe/Madrid".
    default_language
        "en" or "es": for people whose roster line names no language.
    sender_name, results_place
        Who signs the invitations; where results hang. Shown to respondents.
    minimum_cell_size
        The smallest number of answers whose results are shown; 5 or more.
    opens_by_clock
        Whether planned waves open by themselves.
    separates_time
        Whether people take their ballot ahead, in a visit of its own.
    follow_ups
        How many further mails go out while a survey is open, 0 to 2.
    """

    name: str
    time_zone: str
    default_language: str
    sender_name: str
    results_place: str
    minimum_cell_size: int = MINIMUM_CELL_SIZE
    opens_by_clock: bool = True
    separates_time: bool = True
    follow_ups: int = 1


def create_company(  # noqa: PLR0913 - one argument for each thing that a company is
    session: Session,
    *,
    name: str,
    time_zone: str,
    default_language: str,
    first: NewGroup,
    second: NewGroup,
    sender_name: str,
    results_place: str,
    now: dt.datetime,
    minimum_cell_size: int = MINIMUM_CELL_SIZE,
    is_simulated: bool = False,
    opens_by_clock: bool = True,
    separates_time: bool = True,
    follow_ups: int = 1,
) -> CompanyView:
    """Make a company with its two groups and return it; see `CompanySettings` for the values.

    Raises
    ------
    InvalidError
        One of the room's errors, for the first value that cannot be used.
    """
    settings = CompanySettings(
        name=name,
        time_zone=time_zone,
        default_language=default_language,
        sender_name=sender_name,
        results_place=results_place,
        minimum_cell_size=minimum_cell_size,
        opens_by_clock=opens_by_clock,
        separates_time=separates_time,
        follow_ups=follow_ups,
    )
    company = Company(
        id=uuid.uuid4(), slug=_free_slug(session), is_simulated=is_simulated, created_at=now
    )
    _apply(company, settings)
    _check_distinct(first, second)
    session.add(company)
    session.flush()
    for code, new in ((FIRST, first), (SECOND, second)):
        group = Group(company_id=company.id, code=code)
        _apply_group(group, new)
        session.add(group)
    session.flush()
    return queries.get_company(session, company.id)


def update_settings(
    session: Session,
    company_id: uuid.UUID,
    settings: CompanySettings,
    *,
    groups: tuple[NewGroup, NewGroup],
) -> tuple[str, ...]:
    """Change a company's settings; return the names of those that changed.

    The minimum cell size can be raised and never lowered: people answered under its promise.

    Raises
    ------
    CellSizeLoweredError
        It would become smaller than it is.
    InvalidError
        One of the room's errors, for the first value that cannot be used.
    """
    before = queries.get_company(session, company_id)
    if settings.minimum_cell_size < before.minimum_cell_size:
        raise CellSizeLoweredError(current=before.minimum_cell_size)
    _check_distinct(*groups)
    _apply(session.get_one(Company, company_id), settings)
    for code, new in zip((FIRST, SECOND), groups, strict=True):
        _apply_group(session.get_one(Group, (company_id, code)), new)
    session.flush()
    return _differences(before, queries.get_company(session, company_id))


def answer_seasons(
    session: Session, company_id: uuid.UUID, answer: str, *, now: dt.datetime
) -> bool:
    """Say whether the company's work follows the seasons; return whether that is news.

    Earlier answers stay on record: a report counts what was said before it had results.

    Parameters
    ----------
    answer
        "yes", "no" or "unsure".

    Raises
    ------
    SeasonAnswerUnknownError
        It is something else.
    """
    if answer not in SEASON_ANSWERS:
        raise SeasonAnswerUnknownError
    given = queries.season_answers(session, company_id)
    if given and given[-1].answer == answer:
        return False
    session.add(
        SeasonAnswer(company_id=company_id, number=len(given) + 1, answer=answer, answered_at=now)
    )
    session.flush()
    return True


def set_slip_head_count(
    session: Session, company_id: uuid.UUID, group_code: GroupCode, head_count: int
) -> None:
    """Say how many people of a group take a slip without being on the roster.

    Raises
    ------
    HeadCountInvalidError
        It is below 0.
    """
    if head_count < 0:
        raise HeadCountInvalidError
    session.get_one(Group, (company_id, group_code)).slip_head_count = head_count
    session.flush()


def _apply(company: Company, settings: CompanySettings) -> None:
    if settings.minimum_cell_size < MINIMUM_CELL_SIZE:
        raise CellSizeTooSmallError(floor=MINIMUM_CELL_SIZE)
    if settings.time_zone not in zoneinfo.available_timezones():
        raise TimeZoneUnknownError(name=settings.time_zone)
    if settings.default_language not in i18n.LANGUAGES:
        raise LanguageUnknownError
    company.name = _checked(settings.name, LONGEST_NAME)
    company.time_zone = settings.time_zone
    company.default_language = settings.default_language
    company.sender_name = _checked(settings.sender_name, LONGEST_NAME)
    company.results_place = _checked(settings.results_place, LONGEST_NAME)
    company.minimum_cell_size = settings.minimum_cell_size
    company.opens_by_clock = settings.opens_by_clock
    if settings.follow_ups not in range(MOST_FOLLOW_UPS + 1):
        raise FollowUpsInvalidError(most=MOST_FOLLOW_UPS)
    company.separates_time = settings.separates_time
    company.follow_ups = settings.follow_ups


def _apply_group(group: Group, new: NewGroup) -> None:
    if new.slip_head_count < 0:
        raise HeadCountInvalidError
    group.name_en = _checked(new.name_en, LONGEST_GROUP_NAME)
    group.name_es = _checked(new.name_es, LONGEST_GROUP_NAME)
    group.name_es_de = _checked(new.name_es_de or after_de(group.name_es), LONGEST_GROUP_FORM)
    group.name_es_a = _checked(new.name_es_a or after_a(group.name_es), LONGEST_GROUP_FORM)
    group.makes_requests = new.makes_requests
    group.slip_head_count = new.slip_head_count


def _check_distinct(first: NewGroup, second: NewGroup) -> None:
    if not are_distinct((first.name_en, first.name_es), (second.name_en, second.name_es)):
        raise GroupNamesAlikeError


def _checked(text: str, limit: int) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise NameMissingError
    if len(tidy) > limit:
        raise NameTooLongError(name=tidy, limit=limit)
    return tidy


def _free_slug(session: Session) -> str:
    while True:
        slug = "".join(secrets.choice(SLUG_ALPHABET) for _ in range(SLUG_LENGTH))
        if not session.scalar(sa.select(sa.exists().where(Company.slug == slug))):
            return slug


def _differences(before: CompanyView, after: CompanyView) -> tuple[str, ...]:
    changed = [
        name
        for name in CompanyView.__dataclass_fields__
        if name != "groups" and getattr(before, name) != getattr(after, name)
    ]
    for old, new in zip(before.groups, after.groups, strict=True):
        if old != new:
            changed.append(f"group {old.code}")
    return tuple(changed)
