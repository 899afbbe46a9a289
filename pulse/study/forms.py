"""Forms of the room `study`: shape checks only."""

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from pulse.study.plans import LEAST_MONTHS, MOST_MONTHS
from pulse.web.forms import ManageForm

MONTHS = "A whole number from 3 to 24."


def _months(label: str) -> IntegerField:
    limits = NumberRange(min=LEAST_MONTHS, max=MOST_MONTHS, message=MONTHS)
    return IntegerField(label, [InputRequired(MONTHS), limits], default=6)


class PlanForm(ManageForm):
    """A plan before it is frozen."""

    starts_on = DateField("First day of the rules", [DataRequired("Enter the day as a date.")])
    months_before = _months("Months of surveys before the rules")
    months_after = _months("Months after the start at which the answer is read")
    smallest_change = IntegerField(
        "Smallest change that matters, in points",
        [
            InputRequired("A whole number from 3 to 15."),
            NumberRange(min=3, max=15, message="A whole number from 3 to 15."),
        ],
        default=5,
    )
    note = TextAreaField(
        "Anything else that is decided now",
        [Length(max=600, message="At most 600 characters.")],
        render_kw={"rows": 3, "maxlength": 600},
    )


class ConsentForm(ManageForm):
    """A company's yes."""

    is_agreed = BooleanField("We agree to give this file to the author of the study")
    with_name = BooleanField("The file may name our company")
    is_stopped = BooleanField("We stop before the planned month; give the last month there is")
    is_shared = BooleanField("Open a link, so that the file need not be sent")


class EnrolForm(ManageForm):
    """A plan that a company sent."""

    plan = FileField("Plan file", render_kw={"accept": ".json"})


class ImportForm(ManageForm):
    """Evidence that a company sent."""

    evidence = FileField("Evidence file", render_kw={"accept": ".json"})
    link = StringField("Or a link of this installation", [Length(max=500)])


class EmptyForm(ManageForm):
    """A button."""
