"""Forms of the room `companies`: shape checks only."""

import zoneinfo
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, NumberRange, Optional

from pulse.companies.group_names import after_a, after_de
from pulse.companies.queries import CompanyView
from pulse.companies.service import (
    LONGEST_GROUP_FORM,
    LONGEST_GROUP_NAME,
    LONGEST_NAME,
    MINIMUM_CELL_SIZE,
    SEASON_ANSWERS,
    CompanySettings,
    NewGroup,
)
from pulse.i18n import NAMES
from pulse.ids import FIRST, SECOND
from pulse.web.forms import ManageForm

MOST_CELL_SIZE = 50
MOST_SLIPS = 20_000


def required(sentence: str, longest: int) -> list[Any]:
    """Return the checks of a text that must be there and fit."""
    too_long = f"Use at most {longest} characters."
    return [DataRequired(sentence), Length(max=longest, message=too_long)]


def time_zones() -> dict[str, str]:
    """Return the choices of a time zone: nothing chosen, then places, then UTC."""
    places = sorted(
        zone
        for zone in zoneinfo.available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))
    )
    return {"": "-"} | {zone: zone.replace("_", " ") for zone in places} | {"UTC": "UTC"}


class CompanyFields:
    """The fields that the first page and the settings share."""

    company_name = StringField(
        "Name of the company", required("Enter the name of the company.", LONGEST_NAME)
    )
    first_name_en = StringField(
        "First group, in English",
        required("Enter the first group's English name.", LONGEST_GROUP_NAME),
    )
    first_name_es = StringField(
        "First group, in Spanish",
        required("Enter the first group's Spanish name.", LONGEST_GROUP_NAME),
    )
    second_name_en = StringField(
        "Second group, in English",
        required("Enter the second group's English name.", LONGEST_GROUP_NAME),
    )
    second_name_es = StringField(
        "Second group, in Spanish",
        required("Enter the second group's Spanish name.", LONGEST_GROUP_NAME),
    )
    requests_by = RadioField(
        "Which group makes requests of the other?",
        choices={FIRST: "The first group", SECOND: "The second group"},
        default=FIRST,
    )
    time_zone = SelectField(
        "Time zone",
        choices=time_zones,
        validators=[DataRequired("Choose the company's time zone.")],
    )
    results_place = StringField(
        "Where will the results hang?",
        required("Say where people will find the results, for example “canteen”.", LONGEST_NAME),
    )


class SettingsForm(CompanyFields, ManageForm):
    """All settings of a company."""

    first_name_es_de = StringField(
        "First group after “de”", [Optional(), Length(max=LONGEST_GROUP_FORM)]
    )
    first_name_es_a = StringField(
        "First group after “a”", [Optional(), Length(max=LONGEST_GROUP_FORM)]
    )
    second_name_es_de = StringField(
        "Second group after “de”", [Optional(), Length(max=LONGEST_GROUP_FORM)]
    )
    second_name_es_a = StringField(
        "Second group after “a”", [Optional(), Length(max=LONGEST_GROUP_FORM)]
    )
    first_slips = IntegerField(
        "People of the first group who take a slip without being on the list",
        [NumberRange(0, MOST_SLIPS, "Enter a whole number from 0 to 20,000.")],
    )
    second_slips = IntegerField(
        "People of the second group who take a slip without being on the list",
        [NumberRange(0, MOST_SLIPS, "Enter a whole number from 0 to 20,000.")],
    )
    default_language = SelectField("Language of people whose list entry names none", choices=NAMES)
    sender_name = StringField(
        "Who signs the invitations", required("Enter the name of a person.", LONGEST_NAME)
    )
    minimum_cell_size = IntegerField(
        "Fewest answers for which results are shown",
        [NumberRange(MINIMUM_CELL_SIZE, MOST_CELL_SIZE, "Enter a whole number from 5 to 50.")],
    )
    opens_by_clock = BooleanField("Open planned surveys by themselves")
    separates_time = BooleanField("Let people take their ballot before the survey opens")
    seasons = RadioField(
        "Does your work follow the seasons (a busy and a quiet time of the year)?",
        choices={"yes": "Yes", "no": "No", "unsure": "Not sure"},
        # An old company that was never asked may save its other settings.
        validators=[Optional(), AnyOf(SEASON_ANSWERS, message="Answer yes, no or not sure.")],
        validate_choice=False,
    )
    follow_ups = SelectField(
        "Follow-up mails in each survey", choices={0: "None", 1: "One", 2: "Two"}, coerce=int
    )

    def settings(self) -> CompanySettings:
        """Return what was typed about the company."""
        return CompanySettings(
            name=self.company_name.data,
            time_zone=self.time_zone.data,
            default_language=self.default_language.data,
            sender_name=self.sender_name.data,
            results_place=self.results_place.data,
            minimum_cell_size=self.minimum_cell_size.data,
            opens_by_clock=self.opens_by_clock.data,
            separates_time=self.separates_time.data,
            follow_ups=self.follow_ups.data,
        )

    def groups(self) -> tuple[NewGroup, NewGroup]:
        """Return what was typed about the two groups."""
        first, second = (
            NewGroup(
                name_en=self[f"{code}_name_en"].data,
                name_es=self[f"{code}_name_es"].data,
                name_es_de=self[f"{code}_name_es_de"].data or None,
                name_es_a=self[f"{code}_name_es_a"].data or None,
                makes_requests=self.requests_by.data == code,
                slip_head_count=self[f"{code}_slips"].data,
            )
            for code in (FIRST, SECOND)
        )
        return first, second


def values_of(company: CompanyView, seasons: str | None) -> dict[str, object]:
    """Return what the settings form shows for `company` and its newest answer about `seasons`.

    A Spanish form that follows from the name stays empty, so that it follows a new name too.
    """
    values: dict[str, object] = {
        "company_name": company.name,
        "time_zone": company.time_zone,
        "default_language": company.default_language,
        "sender_name": company.sender_name,
        "results_place": company.results_place,
        "minimum_cell_size": company.minimum_cell_size,
        "opens_by_clock": company.opens_by_clock,
        "separates_time": company.separates_time,
        "follow_ups": company.follow_ups,
        "seasons": seasons,
    }
    for group in company.groups:
        is_plain_de = group.name_es_de == after_de(group.name_es)
        is_plain_a = group.name_es_a == after_a(group.name_es)
        values |= {
            f"{group.code}_name_en": group.name_en,
            f"{group.code}_name_es": group.name_es,
            f"{group.code}_name_es_de": "" if is_plain_de else group.name_es_de,
            f"{group.code}_name_es_a": "" if is_plain_a else group.name_es_a,
            f"{group.code}_slips": group.slip_head_count,
        }
        if group.makes_requests:
            values["requests_by"] = group.code
    return values
