"""The settings page."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.companies import queries, service
from pulse.companies.forms import SettingsForm, values_of
from pulse.companies.group_names import after_a, after_de
from pulse.errors import PulseError
from pulse.i18n import translate
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("companies_manage", __name__, url_prefix="/manage/settings")


@blueprint.get("")
@requires("settings.edit")
def settings() -> str:
    """Show the settings."""
    context = current()
    company = queries.get_company(context.session, context.company_id)
    answers = queries.season_answers(context.session, company.id)
    return _page(SettingsForm(data=values_of(company, answers[-1].answer if answers else None)))


@blueprint.post("")
@requires("settings.edit")
def change_settings() -> Response | str:
    """Change the settings."""
    start_writing()
    context = current()
    form = SettingsForm()
    if not form.validate():
        return _page(form)
    try:
        with context.session.begin_nested():
            changed = service.update_settings(
                context.session, context.company_id, form.settings(), groups=form.groups()
            )
            seasons = form.seasons.data
            is_news = bool(seasons) and service.answer_seasons(
                context.session, context.company_id, seasons, now=context.now()
            )
    except PulseError as error:
        form.refuse(error)
        return _page(form)
    if changed:
        context.record("settings.change", changed=list(changed))
    if is_news:
        context.record("seasons.answer", answer=seasons)
    flash(translate(context.language, "The settings are saved."))
    return redirect(url_for("companies_manage.settings"))


def _page(form: SettingsForm) -> str:
    company = queries.get_company(current().session, current().company_id)
    return render_template(
        "companies/settings.html",
        form=form,
        company=company,
        after_de=after_de,
        after_a=after_a,
    )
