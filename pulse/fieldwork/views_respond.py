"""The survey without JavaScript: one long page, one POST, paper slips only."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pulse.companies.errors import CompanyNotFoundError
from pulse.companies.queries import CompanyView, company_by_slug
from pulse.errors import NotFoundError, PulseError
from pulse.fieldwork.forms import SlipForm, slip_form
from pulse.fieldwork.long_page import LongPage, long_page
from pulse.fieldwork.service import cast_for_slip, sign_slip, slip_code, spend_slip
from pulse.i18n import LANGUAGES, translate
from pulse.ids import GROUP_CODES, GroupCode
from pulse.responses.texts import TEXTS
from pulse.waves.queries import open_wave_of
from pulse.web.access import respondent
from pulse.web.context import current
from pulse.web.transactions import commit_now, start_writing

blueprint = Blueprint("fieldwork_respond", __name__)
GUESSES = "600/minute"
FORM = "/s/<slug>/form/<group>/<language>"


@blueprint.get("/s/<slug>/form")
@respondent
def choose_form(slug: str) -> str:
    """Let people without JavaScript choose their group and language."""
    company = _company(slug)
    return render_template("fieldwork/choose_form.html", company=company)


@blueprint.get(FORM)
@respondent
def answer_form(slug: str, group: str, language: str) -> Response | str:
    """Show all questions of one group on one page."""
    page = _page(slug, group, language)
    if page is None:
        return redirect(url_for("responses_respond.survey", slug=slug))
    return _render(page, slip_form(page.questions, language)())


@blueprint.post(FORM)
@respondent
def send_form(slug: str, group: str, language: str) -> Response | str:
    """Take the answers; with any problem the page comes back with everything on it."""
    page = _page(slug, group, language)
    if page is None:
        return redirect(url_for("responses_respond.survey", slug=slug))
    form = slip_form(page.questions, language)(request.form)
    if not form.validate():
        return _render(page, form)
    if not form.answers:
        form.add_error(page.questions[0].item_id, translate(language, TEXTS["nothing"]))
        return _render(page, form)
    try:
        is_first = _cast(page, form)
    except PulseError as error:
        current().session.rollback()
        form.add_error("code", translate(language, error.message, **error.params))
        return _render(page, form)
    return render_template("fieldwork/saved.html", language=language, page=page, is_first=is_first)


def _cast(page: LongPage, form: SlipForm) -> bool:
    context = current()
    key_dir, bucket = context.settings.key_dir, f"code:{page.wave.id}"
    code = slip_code(form.code.data, group_code=page.group_code, other_name=page.other_name)
    context.application.limiter.check(bucket, GUESSES)
    commit_now()
    start_writing()
    try:
        spent = spend_slip(
            context.session,
            wave_id=page.wave.id,
            group_code=page.group_code,
            code=code,
            key_dir=key_dir,
        )
    except NotFoundError:
        context.application.limiter.count(bucket, GUESSES)
        raise
    commit_now()
    slip = sign_slip(spent, key_dir=key_dir)
    start_writing()
    comment = (form.comment.data or "").strip()
    return cast_for_slip(
        context.session, slip, language=page.language, answers=form.answers, comment=comment
    )


def _company(slug: str) -> CompanyView:
    company = company_by_slug(current().session, slug)
    if company is None:
        raise CompanyNotFoundError
    return company


def _page(slug: str, group: str, language: str) -> LongPage | None:
    company = _company(slug)
    if group not in GROUP_CODES or language not in LANGUAGES:
        raise NotFoundError
    current().language = language
    wave = open_wave_of(current().session, company.id)
    return None if wave is None else long_page(company, wave, GroupCode(group), language)


def _render(page: LongPage, form: SlipForm) -> str:
    return render_template(
        "fieldwork/answer_form.html", language=page.language, page=page, form=form
    )
