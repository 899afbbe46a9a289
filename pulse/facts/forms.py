"""Forms of the room `facts`: shape checks only."""

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from pulse.facts.kinds import EVENT_KINDS, FACTS
from pulse.web.forms import ManageForm

LONGEST_TEXT = 300


class EventForm(ManageForm):
    """One event."""

    day = DateField("Day", [DataRequired("Enter the day as a date.")])
    kind = SelectField("What happened", choices=EVENT_KINDS)
    note = StringField("Note", [Length(max=200, message="At most 200 characters.")])


def _count(label: str) -> IntegerField:
    return IntegerField(label, [Optional()], render_kw={"min": 0, "inputmode": "numeric"})


class FactsForm(ManageForm):
    """The numbers of one month."""

    month = StringField(
        "Month",
        [Regexp(r"^\d{4}-(0[1-9]|1[0-2])$", message="Write the month like 2026-05.")],
        render_kw={"placeholder": "2026-05", "autocomplete": "off"},
    )
    orders = _count(FACTS["orders"])
    rush_orders = _count(FACTS["rush_orders"])
    on_time = _count(FACTS["on_time"])
    complaints = _count(FACTS["complaints"])
    meetings = _count(FACTS["meetings"])
    head_count_first = _count(FACTS["head_count_first"])
    head_count_second = _count(FACTS["head_count_second"])


class FactsFileForm(ManageForm):
    """The numbers of many months."""

    file = FileField(
        "CSV file", [FileRequired("Choose a file.")], render_kw={"accept": ".csv,.txt"}
    )


class FactsImportForm(ManageForm):
    """Import what the preview shows: the text of the file comes back and is checked again."""

    text = HiddenField(validators=[InputRequired()])


def _text(label: str) -> TextAreaField:
    return TextAreaField(
        label,
        [Length(max=LONGEST_TEXT, message="At most 300 characters.")],
        render_kw={"rows": 3, "maxlength": LONGEST_TEXT},
    )


class ActionForm(ManageForm):
    """You said, we did."""

    said_en = _text("You said (English)")
    said_es = _text("You said (Spanish)")
    did_en = _text("We did (English)")
    did_es = _text("We did (Spanish)")
