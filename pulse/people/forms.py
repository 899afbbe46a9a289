"""Forms of the room `people`: shape checks only."""

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from pulse.web.forms import ManageForm


class RosterFileForm(ManageForm):
    """The roster's file."""

    file = FileField(
        "CSV or XLSX file",
        [FileRequired("Choose a file.")],
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )


class DecisionForm(ManageForm):
    """Import what the preview shows."""

    fingerprint = HiddenField()
    deactivate_absent = BooleanField("Yes, these people do not take part any more")
