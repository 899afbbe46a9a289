"""Pages about the ten rules, for HR."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.companies.queries import season_answers
from pulse.i18n import translate
from pulse.interventions import service
from pulse.interventions.errors import AdoptionInFutureError, NotAdoptedError
from pulse.interventions.forms import NO, YES, AdoptionForm, BadSpellForm
from pulse.interventions.queries import adoption_date, bad_spell_answers
from pulse.interventions.rules import RULES
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("interventions_manage", __name__, url_prefix="/manage/rules")


@blueprint.get("")
@requires("rules.edit")
def rules() -> str:
    """Show the ten rules and when they started."""
    context = current()
    if adoption_date(context.session, context.company_id) is None:
        return _page(AdoptionForm())
    return _page(BadSpellForm(data={"bad_spell": _answer()}))


@blueprint.post("")
@requires("rules.edit")
def adopt() -> str | Response:
    """Record the start, once."""
    start_writing()
    context, form = current(), AdoptionForm()
    if not form.validate_on_submit():
        return _page(form)
    day = form.adopted_on.data
    try:
        service.adopt_rules(context.session, context.company_id, day, context.now())
    except AdoptionInFutureError as error:
        form.refuse(error, field="adopted_on")
        return _page(form)
    context.record("rules.adopted", adopted_on=day.isoformat())
    _keep_answer(form)
    _say("The start of the rules is on record. It will be marked on the charts.")
    return redirect(url_for("interventions_manage.rules"))


@blueprint.post("/bad-spell")
@requires("rules.edit")
def answer_bad_spell() -> str | Response:
    """Record or change the answer about a bad spell."""
    start_writing()
    form = BadSpellForm()
    if adoption_date(current().session, current().company_id) is None:
        raise NotAdoptedError
    if not form.validate_on_submit():
        return _page(form)
    _keep_answer(form)
    _say("The answer is saved.")
    return redirect(url_for("interventions_manage.rules"))


def _keep_answer(form: AdoptionForm | BadSpellForm) -> None:
    context, answer = current(), form.bad_spell.data
    is_news = service.answer_bad_spell(
        context.session, context.company_id, is_bad_spell=answer == YES, now=context.now()
    )
    if is_news:
        context.record("rules.answer", answer=answer)


def _answer() -> str | None:
    given = bad_spell_answers(current().session, current().company_id)
    return (YES if given[-1].is_bad_spell else NO) if given else None


def _page(form: AdoptionForm | BadSpellForm) -> str:
    context = current()
    return render_template(
        "interventions/rules.html",
        form=form,
        rules=RULES,
        adopted_on=adoption_date(context.session, context.company_id),
        is_answered=_answer() is not None,
        asks_seasons=not season_answers(context.session, context.company_id),
    )


def _say(message: str) -> None:
    flash(translate(current().language, message))
