"""Making a company and changing its settings."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.companies import errors, queries
from pulse.companies.service import (
    CompanySettings,
    NewGroup,
    answer_seasons,
    set_slip_head_count,
    update_settings,
)
from pulse.ids import SECOND
from tests.factories.companies import OPERATIONS, SALES, make_company

SETTINGS = CompanySettings(
    name="Example Works",
    time_zone="Europe/Madrid",
    default_language="en",
    sender_name="Ana Ruiz",
    results_place="the notice board",
)


def test_a_company_has_two_groups_and_a_short_name(session: Session) -> None:
    company = make_company(session)
    assert [group.code for group in company.groups] == ["first", "second"]
    assert company.group("first").name("es") == "Ventas"
    assert company.group("second").name("en") == "Operations"
    assert company.minimum_cell_size == 5
    assert len(company.slug) == 5
    assert set(company.slug) <= set("0123456789abcdefghjkmnpqrstvwxyz")
    assert queries.company_by_slug(session, company.slug.upper()) == company
    assert queries.get_company(session, company.id) == company


def test_spanish_forms_are_made_unless_given(session: Session) -> None:
    store = NewGroup(name_en="Store", name_es="el  Almacén")
    plant = NewGroup(name_en="Plant", name_es="Planta", name_es_de="de la Planta")
    first, second = make_company(session, first=store, second=plant).groups
    assert (first.name_es, first.name_es_de, first.name_es_a) == (
        "el Almacén",
        "del Almacén",
        "al Almacén",
    )
    assert (second.name_es_de, second.name_es_a) == ("de la Planta", "a Planta")


@pytest.mark.parametrize(
    ("overrides", "error"),
    [
        ({"time_zone": "Mars/Olympus"}, errors.TimeZoneUnknownError),
        ({"default_language": "fr"}, errors.LanguageUnknownError),
        ({"minimum_cell_size": 4}, errors.CellSizeTooSmallError),
        ({"name": "  "}, errors.NameMissingError),
        ({"name": "x" * 121}, errors.NameTooLongError),
        ({"first": NewGroup(name_en="x" * 41, name_es="Ventas")}, errors.NameTooLongError),
        ({"first": replace(OPERATIONS, name_en="OPERACIONES")}, errors.GroupNamesAlikeError),
        ({"second": replace(OPERATIONS, slip_head_count=-1)}, errors.HeadCountInvalidError),
    ],
)
def test_values_that_cannot_be_used(
    session: Session, overrides: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make_company(session, **overrides)


def test_an_unknown_company_is_not_found(session: Session) -> None:
    company = make_company(session)
    with pytest.raises(errors.CompanyNotFoundError):
        queries.get_company(session, type(company.id)(int=0))
    assert queries.company_by_slug(session, "zzzzz") is None


def test_settings_change_and_say_what_changed(session: Session) -> None:
    company = make_company(session)
    groups = (SALES, replace(OPERATIONS, name_es="el Taller", slip_head_count=40))
    changed = update_settings(
        session,
        company.id,
        replace(SETTINGS, name="New Works", opens_by_clock=False),
        groups=groups,
    )
    after = queries.get_company(session, company.id)
    assert set(changed) == {"name", "opens_by_clock", "group second"}
    assert (after.name, after.opens_by_clock, after.slug) == ("New Works", False, company.slug)
    assert after.group("second").name_es_de == "del Taller"
    assert after.group("second").slip_head_count == 40
    assert (
        update_settings(
            session,
            company.id,
            replace(SETTINGS, name="New Works", opens_by_clock=False),
            groups=groups,
        )
        == ()
    )


def test_the_cell_size_rises_and_never_falls(session: Session) -> None:
    company = make_company(session)
    groups = (SALES, OPERATIONS)
    update_settings(session, company.id, replace(SETTINGS, minimum_cell_size=8), groups=groups)
    with pytest.raises(errors.CellSizeLoweredError) as refusal:
        update_settings(session, company.id, replace(SETTINGS, minimum_cell_size=7), groups=groups)
    assert "at least 8 answers" in str(refusal.value)
    assert queries.get_company(session, company.id).minimum_cell_size == 8


def test_slip_head_count(session: Session) -> None:
    company = make_company(session)
    set_slip_head_count(session, company.id, SECOND, 30)
    assert queries.get_company(session, company.id).group("second").slip_head_count == 30
    with pytest.raises(errors.HeadCountInvalidError):
        set_slip_head_count(session, company.id, SECOND, -1)


def test_every_answer_about_seasons_stays_on_record(session: Session) -> None:
    company, other = make_company(session), make_company(session)
    moments = [dt.datetime(2026, 1, day, 9, tzinfo=dt.UTC) for day in (5, 6, 7)]
    assert queries.season_answers(session, company.id) == ()
    assert answer_seasons(session, company.id, "unsure", now=moments[0])
    assert not answer_seasons(session, company.id, "unsure", now=moments[1])
    assert answer_seasons(session, company.id, "yes", now=moments[2])
    given = queries.season_answers(session, company.id)
    assert [(one.answer, one.answered_at) for one in given] == [
        ("unsure", moments[0]),
        ("yes", moments[2]),
    ]
    assert queries.season_answers(session, other.id) == ()


def test_an_answer_about_seasons_that_is_none(session: Session) -> None:
    company = make_company(session)
    now = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    with pytest.raises(errors.SeasonAnswerUnknownError):
        answer_seasons(session, company.id, "maybe", now=now)
    values = {"company_id": company.id.hex, "now": now}
    with pytest.raises(sa.exc.IntegrityError):
        session.execute(
            sa.text("INSERT INTO season_answers VALUES (:company_id, 1, 'maybe', :now)"), values
        )
