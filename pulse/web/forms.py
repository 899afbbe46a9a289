"""Bases of all forms."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Form, SelectField

from pulse.errors import PulseError
from pulse.i18n import translate
from pulse.web.context import current


class ManageForm(FlaskForm):  # type: ignore[misc]
    """A form of people who log in; carries a CSRF token and speaks their language.

    Labels, messages and choices (a dict of value -> label) are written in English, as keys of the
    catalogue.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **kwargs)
        for field in self:
            field.label.text = translate(current().language, field.label.text)
            if isinstance(field, SelectField) and isinstance(field.choices, dict):
                field.choices = {
                    value: translate(current().language, label)
                    for value, label in field.choices.items()
                }

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' own
        """Check the shape of the input; the messages are translated."""
        is_valid: bool = super().validate(extra_validators)
        for field in self:
            if field.errors and all(isinstance(error, str) for error in field.errors):
                field.errors = [translate(current().language, error) for error in field.errors]
        return is_valid

    def refuse(self, error: PulseError, field: str = "") -> None:
        """Show what a service answered, at `field` or, without one, at the top of the form."""
        sentence = translate(current().language, error.message, **error.params)
        if field:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)


class RespondForm(Form):  # type: ignore[misc]
    """A form of respondents: no cookie, so no CSRF token; the code is the authority."""
