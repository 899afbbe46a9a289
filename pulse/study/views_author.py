"""The author's page: its title is his question. Before the planned day it holds no estimate."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from pulse.errors import PulseError
from pulse.i18n import translate
from pulse.reports.exports.tables import table_csv
from pulse.study import queries, service
from pulse.study.errors import NotDueError, NotEvidenceError, PlanMissingError
from pulse.study.forms import EnrolForm, ImportForm, PlanForm
from pulse.study.plans import QUESTION, STUDY, NewPlan, plan_texts
from pulse.study.queries import ResultView
from pulse.study.views_manage import PLAN_FIELDS
from pulse.study.wording import ANSWERS
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("study_author", __name__, url_prefix="/manage/answer")
FIGURES = ("forest", "months")


@blueprint.before_request
def in_english() -> None:
    """Keep to English, in which the study is written: half a page of each helps nobody."""
    current().language = "en"


@blueprint.get("")
@requires("study.read")
def answer() -> str:
    """Show the answer or, before its day, how far the study is."""
    return _page()


@blueprint.post("/plan")
@requires("study.edit")
def make_plan() -> str | AnyResponse:
    """Freeze the plan of the study."""
    start_writing()
    context, form = current(), PlanForm()
    if not form.validate_on_submit():
        return _page(plan_form=form)
    new = NewPlan(**{name: form[name].data for name in PLAN_FIELDS})
    try:
        plan = service.make_plan(
            context.session, context.company_id, new, scope=STUDY, now=context.now()
        )
    except PulseError as error:
        form.refuse(error, "starts_on")
        return _page(plan_form=form)
    context.record("study.plan", hash=plan.hash, scope=STUDY)
    return _back("The plan is frozen.")


@blueprint.post("/companies")
@requires("study.edit")
def enrol() -> str | AnyResponse:
    """Take a company's plan in."""
    start_writing()
    context, form = current(), EnrolForm()
    form.validate_on_submit()
    try:
        raw = form.plan.data.read() if form.plan.data else b""
        label = service.enrol(context.session, context.company_id, raw, now=context.now())
    except PulseError as error:
        form.refuse(error, "plan")
        return _page(enrol_form=form)
    context.record("study.enrol", label=label)
    return _back("The plan is in the study as %(label)s.", label=label)


@blueprint.post("/evidence")
@requires("study.edit")
def import_evidence() -> str | AnyResponse:
    """Take an evidence file in, by upload or by link."""
    start_writing()
    context, form = current(), ImportForm()
    form.validate_on_submit()
    try:
        label = _import(form)
    except PulseError as error:
        form.refuse(error, "link" if form.link.data else "evidence")
        return _page(import_form=form)
    context.record("study.import", label=label)
    return _back("The evidence is in the study as %(label)s.", label=label)


@blueprint.get("/figures/<name>.csv")
@requires("study.read")
def figure_table(name: str) -> Response:
    """Hand out the numbers of a figure."""
    page = _result().content["page"]
    if name not in FIGURES or page[name] is None:
        raise NotEvidenceError
    response = Response(table_csv(page[name]), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@blueprint.get("/answer.json")
@requires("study.read")
def answer_json() -> Response:
    """Hand out everything that was found."""
    body = json.dumps(_result().content["findings"], ensure_ascii=False, indent=1)
    return Response(body, mimetype="application/json")


@blueprint.get("/method")
@requires("study.read")
def method() -> str:
    """Explain how the answer is made."""
    return render_template("study/method.html")


def _import(form: ImportForm) -> str:
    context = current()
    if form.link.data:
        return service.import_link(
            context.session,
            context.company_id,
            form.link.data,
            base_url=context.settings.base_url,
            now=context.now(),
        )
    raw = form.evidence.data.read() if form.evidence.data else b""
    return service.import_evidence(context.session, context.company_id, raw, now=context.now())


def _result() -> ResultView:
    """Return the answer, of which nothing leaves before its day."""
    context = current()
    today = context.now().date()
    result = queries.result_of(context.session, context.company_id, today=today)
    if result is None:
        plan = queries.frozen_plan(context.session, context.company_id, STUDY)
        if plan is None:
            raise PlanMissingError
        raise NotDueError(date=plan.answer_on.isoformat())
    return result


def _page(
    plan_form: PlanForm | None = None,
    enrol_form: EnrolForm | None = None,
    import_form: ImportForm | None = None,
) -> str:
    context = current()
    today = context.now().date()
    result = queries.result_of(context.session, context.company_id, today=today)
    return render_template(
        "study/answer.html",
        question=QUESTION,
        answers=ANSWERS,
        plan_texts=plan_texts,
        plan=queries.frozen_plan(context.session, context.company_id, STUDY),
        today=today,
        result=result,
        # Our own drawing, reduced to shapes and text when it was stored.
        pictures={name: Markup(svg) for name, svg in result.pictures.items()} if result else {},  # noqa: S704
        companies=queries.progress_of(context.session, context.company_id),
        plan_form=plan_form or PlanForm(formdata=None),
        enrol_form=enrol_form or EnrolForm(formdata=None),
        import_form=import_form or ImportForm(formdata=None),
        failed=plan_form or enrol_form or import_form,
        may_edit="study.edit" in context.user.permissions,
    )


def _back(message: str, **params: object) -> AnyResponse:
    flash(translate(current().language, message, **params))
    return redirect(url_for("study_author.answer"))
