"""The list of people and the import of a roster."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from pulse.companies.queries import get_company
from pulse.errors import PulseError
from pulse.i18n import translate
from pulse.people import queries, service
from pulse.people.errors import DraftNotFoundError, NothingToImportError, RosterChangedError
from pulse.people.forms import DecisionForm, RosterFileForm
from pulse.people.roster_check import SENTENCES
from pulse.people.roster_file import read_roster
from pulse.people.sample import sample_roster
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("people_manage", __name__, url_prefix="/manage/people")

PEOPLE_A_PAGE = 100


@blueprint.get("")
@requires("people.edit")
def list_people() -> str:
    """Show who takes part."""
    context = current()
    page = max(1, request.args.get("page", 1, type=int))
    persons = queries.active_persons(
        context.session,
        context.company_id,
        limit=PEOPLE_A_PAGE + 1,
        offset=(page - 1) * PEOPLE_A_PAGE,
    )
    return render_template(
        "people/list_people.html",
        company=get_company(context.session, context.company_id),
        counts=queries.head_counts(context.session, context.company_id),
        persons=persons[:PEOPLE_A_PAGE],
        page=page,
        has_more=len(persons) > PEOPLE_A_PAGE,
    )


@blueprint.get("/import")
@requires("people.edit")
def import_roster() -> str:
    """Ask for a file."""
    return _file_page(RosterFileForm())


@blueprint.post("/import")
@requires("people.edit")
def upload_roster() -> AnyResponse | str:
    """Keep the file and show what importing it would do."""
    form = RosterFileForm()
    if not form.validate():
        return _file_page(form)
    try:
        table = read_roster(form.file.data.read())
    except PulseError as error:
        form.refuse(error, "file")
        return _file_page(form)
    start_writing()
    draft_id = service.draft_roster(
        current().session,
        current().company_id,
        file_name=form.file.data.filename,
        table=table,
        now=current().now(),
    )
    return redirect(url_for("people_manage.preview_roster", draft_id=draft_id))


@blueprint.get("/import/<uuid:draft_id>")
@requires("people.edit")
def preview_roster(draft_id: uuid.UUID) -> AnyResponse | str:
    """Show what importing the file would do, and every bad line."""
    context = current()
    try:
        draft = queries.get_draft(context.session, context.company_id, draft_id)
    except DraftNotFoundError as error:
        return _back_to_people(error)
    plan = service.plan_table(context.session, context.company_id, draft.table)
    return render_template(
        "people/preview_roster.html",
        draft=draft,
        plan=plan,
        company=get_company(context.session, context.company_id),
        sentences=SENTENCES,
        form=DecisionForm(formdata=None, fingerprint=plan.fingerprint),
    )


@blueprint.post("/import/<uuid:draft_id>")
@requires("people.edit")
def import_draft(draft_id: uuid.UUID) -> AnyResponse:
    """Bring in the good lines, in one transaction."""
    start_writing()
    context = current()
    form = DecisionForm()
    try:
        counts = service.import_draft(
            context.session,
            context.company_id,
            draft_id,
            fingerprint=form.fingerprint.data or "",
            deactivate_absent=form.deactivate_absent.data,
        )
    except (RosterChangedError, NothingToImportError) as error:
        flash(translate(context.language, error.message))
        return redirect(url_for("people_manage.preview_roster", draft_id=draft_id))
    except DraftNotFoundError as error:
        return _back_to_people(error)
    return _imported(counts)


@blueprint.post("/import/<uuid:draft_id>/cancel")
@requires("people.edit")
def cancel_draft(draft_id: uuid.UUID) -> AnyResponse:
    """Forget the file."""
    start_writing()
    service.discard_draft(current().session, current().company_id, draft_id)
    flash(translate(current().language, "Nothing was imported. The list is as it was."))
    return redirect(url_for("people_manage.list_people"))


@blueprint.get("/sample.csv")
@requires("people.edit")
def download_sample() -> Response:
    """Send a small file that shows the columns."""
    company = get_company(current().session, current().company_id)
    content = sample_roster(company).encode("utf-8-sig")  # Excel looks for the mark
    headers = {"Content-Disposition": "attachment; filename=people.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


def _file_page(form: RosterFileForm) -> str:
    company = get_company(current().session, current().company_id)
    return render_template("people/import_roster.html", form=form, company=company)


def _back_to_people(error: PulseError) -> AnyResponse:
    flash(translate(current().language, error.message))
    return redirect(url_for("people_manage.list_people"))


def _imported(counts: service.ImportCounts) -> AnyResponse:
    context = current()
    context.record(
        "roster.import",
        new=counts.n_new,
        changed=counts.n_changed,
        deactivated=counts.n_deactivated,
        left_out=counts.n_bad,
    )
    sentence = (
        "Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, "
        "%(deactivated)s no longer taking part."
    )
    flash(
        translate(
            context.language,
            sentence,
            new=counts.n_new,
            changed=counts.n_changed,
            unchanged=counts.n_unchanged,
            deactivated=counts.n_deactivated,
        )
    )
    return redirect(url_for("people_manage.list_people"))
