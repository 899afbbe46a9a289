"""A company's side of the study, for HR: its plan, and the evidence it agrees to give."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from pulse.errors import PulseError
from pulse.i18n import translate
from pulse.interventions.queries import adoption_date
from pulse.study import queries, service
from pulse.study.errors import EvidenceNotFoundError, PlanMissingError
from pulse.study.forms import ConsentForm, EmptyForm, PlanForm
from pulse.study.plans import COMPANY, NewPlan, Plan, plan_texts
from pulse.study.wording import ANSWERS
from pulse.web.access import anyone, requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("study_manage", __name__, url_prefix="/manage/study")
PLAN_FIELDS = ("starts_on", "months_before", "months_after", "smallest_change", "note")


@blueprint.get("")
@requires("study.share")
def overview() -> str:
    """Show the plan and what was given."""
    return _page()


@blueprint.post("/plan")
@requires("study.share")
def make_plan() -> str | AnyResponse:
    """Freeze the company's plan."""
    start_writing()
    context, form = current(), PlanForm()
    if not form.validate_on_submit():
        return _page(plan_form=form)
    new = NewPlan(**{name: form[name].data for name in PLAN_FIELDS})
    try:
        plan = service.make_plan(
            context.session, context.company_id, new, scope=COMPANY, now=context.now()
        )
    except PulseError as error:
        form.refuse(error, "starts_on")
        return _page(plan_form=form)
    context.record("study.plan", hash=plan.hash)
    return _back("The plan is frozen. Send its file to the author before the rules start.")


@blueprint.get("/plan.json")
@requires("study.share")
def plan_file() -> Response:
    """Hand out the plan as a file."""
    return _file(service.plan_file(_plan()), "plan.json")


@blueprint.post("/evidence")
@requires("study.share")
def give_evidence() -> str | AnyResponse:
    """Write the evidence file, by the company's yes alone."""
    start_writing()
    context, form = current(), ConsentForm()
    form.validate_on_submit()
    given = {
        name: form[name].data for name in ("is_agreed", "with_name", "is_stopped", "is_shared")
    }
    try:
        service.give_evidence(context.session, context.company_id, **given, now=context.now())
    except PulseError as error:
        form.refuse(error, "is_agreed")
        return _page(consent_form=form)
    context.record("study.evidence", with_name=given["with_name"], shared=given["is_shared"])
    return _back("The evidence file is ready.")


@blueprint.post("/link/close")
@requires("study.share")
def close_link() -> AnyResponse:
    """Close the link."""
    start_writing()
    context = current()
    service.close_link(context.session, context.company_id)
    context.record("study.link_closed")
    return _back("The link is closed. Copies that somebody took stay with them.")


@blueprint.get("/evidence.json")
@requires("study.share")
def evidence_file() -> Response:
    """Hand out the file that was given."""
    context = current()
    given = queries.export_of(context.session, context.company_id)
    if given is None:
        raise EvidenceNotFoundError
    return _file(given.text, f"evidence-{given.content_hash[:8]}.json")


@blueprint.get("/evidence/<content_hash>.json")
@anyone
def shared_evidence(content_hash: str) -> Response:
    """Hand out an evidence file to whoever holds its link: the link is its hash."""
    shared = queries.shared_export(current().session, content_hash)
    return _file(shared.text, f"evidence-{content_hash[:8]}.json")


def _plan() -> Plan:
    context = current()
    plan = queries.frozen_plan(context.session, context.company_id, COMPANY)
    if plan is None:
        raise PlanMissingError
    return plan


def _page(plan_form: PlanForm | None = None, consent_form: ConsentForm | None = None) -> str:
    context = current()
    return render_template(
        "study/overview.html",
        answers=ANSWERS,
        plan_texts=plan_texts,
        plan=queries.frozen_plan(context.session, context.company_id, COMPANY),
        adopted_on=adoption_date(context.session, context.company_id),
        given=queries.export_of(context.session, context.company_id),
        today=context.now().date(),
        base_url=context.settings.base_url,
        plan_form=plan_form or PlanForm(formdata=None),
        consent_form=consent_form or ConsentForm(formdata=None),
        close_form=EmptyForm(formdata=None),
        failed=plan_form or consent_form,
    )


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _back(message: str) -> AnyResponse:
    flash(translate(current().language, message))
    return redirect(url_for("study_manage.overview"))
