"""Forms of the room `interventions`."""

from wtforms import DateField, RadioField
from wtforms.validators import AnyOf, DataRequired

from pulse.web.forms import ManageForm

YES, NO = "yes", "no"
SENTENCE = "Answer yes or no."


def bad_spell_question() -> RadioField:
    """Return the question that both forms ask."""
    return RadioField(
        "Did you start the rules because it was especially bad just then?",
        choices={YES: "Yes", NO: "No"},
        validators=[DataRequired(SENTENCE), AnyOf((YES, NO), message=SENTENCE)],
        validate_choice=False,
    )


class AdoptionForm(ManageForm):
    """When the rules started, and why just then."""

    adopted_on = DateField(
        "First day of the rules",
        validators=[DataRequired("Enter the day on which the rules started, as a date.")],
    )
    bad_spell = bad_spell_question()


class BadSpellForm(ManageForm):
    """Why the rules started just then, once the day is on record."""

    bad_spell = bad_spell_question()
