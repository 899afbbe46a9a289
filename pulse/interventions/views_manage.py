"""Pages about the ten rules, for HR."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.i18n import translate
from pulse.interventions import service
from pulse.interventions.errors import AdoptionInFutureError
from pulse.interventions.forms import AdoptionForm
from pulse.interventions.queries import adoption_date
from pulse.interventions.rules import RULES
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("interventions_manage", __name__, url_prefix="/manage/rules")


@blueprint.get("")
@requires("rules.edit")
def rules() -> str:
    """Show the ten rules and when they started."""
    return _page(AdoptionForm())


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
    _say("The start of the rules is on record. It will be marked on the charts.")
    return redirect(url_for("interventions_manage.rules"))


def _page(form: AdoptionForm) -> str:
    context = current()
    return render_template(
        "interventions/rules.html",
        form=form,
        rules=RULES,
        adopted_on=adoption_date(context.session, context.company_id),
        may_edit="rules.edit" in context.user.permissions,
    )


def _say(message: str) -> None:
    flash(translate(current().language, message))
