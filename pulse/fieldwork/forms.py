"""The long page's form. WTForms checks shapes only; the template draws the radios itself."""

from collections.abc import Mapping, Sequence

from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from pulse.i18n import translate
from pulse.responses.body import NO_CONTACT, Answer, comment_excess
from pulse.responses.texts import TEXTS
from pulse.surveys.questionnaire import Question
from pulse.web.forms import RespondForm


class SlipForm(RespondForm):
    """Code and comment; `slip_form` adds a field per question."""

    code = StringField()
    comment = TextAreaField()
    question_ids: tuple[str, ...] = ()
    language = "en"

    def validate_comment(self, field: TextAreaField) -> None:
        """Refuse a comment that would not fit the envelope."""
        excess = comment_excess((field.data or "").strip())
        if excess > 0:
            message = translate(self.language, TEXTS["comment_long"])
            raise ValidationError(message.replace("{excess}", str(excess)))

    @property
    def answers(self) -> Mapping[str, Answer]:
        """The answers given; skipped questions are absent."""
        given = {item_id: self[item_id].data for item_id in self.question_ids}
        return {
            item_id: value if value == NO_CONTACT else int(value)
            for item_id, value in given.items()
            if value
        }

    def add_error(self, name: str, message: str) -> None:
        """Add an error that the service found, at the field it belongs to."""
        self[name].errors = [*self[name].errors, message]


def slip_form(questions: Sequence[Question], language: str) -> type[SlipForm]:
    """Return the form that asks `questions`."""
    missing = InputRequired(translate(language, TEXTS["code_missing"]))
    fields: dict[str, object] = {
        question.item_id: RadioField(
            choices=[
                *map(SelectChoice, map(str, range(len(question.options)))),
                SelectChoice(NO_CONTACT),
            ],
            validators=[Optional()],
        )
        for question in questions
    }
    return type(
        "QuestionsForm",
        (SlipForm,),
        {
            **fields,
            "code": StringField(validators=[missing]),
            "question_ids": tuple(fields),
            "language": language,
        },
    )
