"""Forms of the room `interventions`."""

from wtforms import DateField
from wtforms.validators import DataRequired

from pulse.web.forms import ManageForm


class AdoptionForm(ManageForm):
    """When the rules started."""

    adopted_on = DateField(
        "First day of the rules",
        validators=[DataRequired("Enter the day on which the rules started, as a date.")],
    )
