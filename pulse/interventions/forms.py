"""Forms of the room `interventions`."""

from wtforms import DateField, RadioField
from wtforms.validators import AnyOf, DataRequired

from pulse.web.forms import ManageForm

YES, NO = "yes", "no"
SENTENCE = "Answer yes or no."


class BadSpellFields:
    """The question that both forms ask."""

    bad_spell = RadioField(
        "Did you start the rules because it was especially bad just then?",
        choices={YES: "Yes", NO: "No"},
        validators=[DataRequired(SENTENCE), AnyOf((YES, NO), message=SENTENCE)],
        validate_choice=False,
    )

    @property
    def is_bad_spell(self) -> bool:
        """What was answered."""
        return bool(self.bad_spell.data == YES)


class AdoptionForm(BadSpellFields, ManageForm):
    """When the rules started, and why just then."""

    adopted_on = DateField(
        "First day of the rules",
        validators=[DataRequired("Enter the day on which the rules started, as a date.")],
    )


class BadSpellForm(BadSpellFields, ManageForm):
    """Why the rules started just then, once the day is on record."""
