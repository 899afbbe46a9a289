"""The log of events, the numbers from the books, and "You said, we did", for HR."""

import datetime as dt
import uuid

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from pulse.companies.queries import get_company
from pulse.errors import PulseError
from pulse.facts import queries, service
from pulse.facts.errors import MonthToComeError
from pulse.facts.facts_file import FactsTable, read_facts, text_of
from pulse.facts.forms import ActionForm, EventForm, FactsFileForm, FactsForm, FactsImportForm
from pulse.facts.kinds import EVENT_KINDS, FACTS
from pulse.i18n import translate
from pulse.interventions.queries import adoption_date
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("facts_manage", __name__, url_prefix="/manage/facts")
LANGUAGES = ("en", "es")


@blueprint.get("")
@requires("facts.edit")
def overview() -> str:
    """Show the log and the numbers."""
    return _page()


@blueprint.post("/events")
@requires("facts.edit")
def log_event() -> str | AnyResponse:
    """Add an event."""
    start_writing()
    context, form = current(), EventForm()
    if not form.validate_on_submit():
        return _page(event_form=form)
    given = {"day": form.day.data, "kind": form.kind.data, "note": form.note.data or ""}
    try:
        service.log_event(context.session, context.company_id, **given, now=context.now())
    except PulseError as error:
        form.refuse(error, "day")
        return _page(event_form=form)
    context.record("event.log", day=given["day"].isoformat(), kind=given["kind"])
    return _back("The event is in the log. The next report marks it on the charts.")


@blueprint.post("/events/<uuid:event_id>/remove")
@requires("facts.edit")
def remove_event(event_id: uuid.UUID) -> AnyResponse:
    """Take a wrong line out."""
    start_writing()
    context = current()
    day = service.remove_event(context.session, context.company_id, event_id)
    context.record("event.remove", day=day.isoformat())
    return _back("The event is taken out of the log.")


@blueprint.post("/months")
@requires("facts.edit")
def enter_facts() -> str | AnyResponse:
    """Write down the numbers of one month."""
    start_writing()
    context, form = current(), FactsForm()
    if not form.validate_on_submit():
        return _page(facts_form=form)
    month = dt.date.fromisoformat(f"{form.month.data}-01")
    numbers = {name: form[name].data for name in FACTS}
    try:
        service.enter_facts(context.session, context.company_id, month, numbers, now=context.now())
    except PulseError as error:
        form.refuse(error, "month" if isinstance(error, MonthToComeError) else "orders")
        return _page(facts_form=form)
    context.record("facts.enter", month=form.month.data)
    return _back("The numbers are saved. The next report draws them under the trend.")


@blueprint.post("/import")
@requires("facts.edit")
def preview_import() -> str | AnyResponse:
    """Show what a file would bring; nothing is saved."""
    form = FactsFileForm()
    if not form.validate_on_submit():
        return _page(file_form=form)
    try:
        text = text_of(form.file.data.read())
        table = read_facts(text, now=current().now())
    except PulseError as error:
        form.refuse(error, "file")
        return _page(file_form=form)
    return _preview(table, text)


@blueprint.post("/import/confirm")
@requires("facts.edit")
def confirm_import() -> AnyResponse:
    """Bring in the good lines."""
    start_writing()
    context, form = current(), FactsImportForm()
    if not form.validate_on_submit():
        return redirect(url_for("facts_manage.overview"))
    table = read_facts(form.text.data, now=context.now())
    months = service.import_facts(
        context.session, context.company_id, table.good, now=context.now()
    )
    context.record("facts.import", months=months, left_out=len(table.bad))
    return _back("Imported: %(months)s months.", months=months)


@blueprint.get("/sample.csv")
@requires("facts.edit")
def sample() -> Response:
    """Send a file with the right columns and no line."""
    content = "\N{BYTE ORDER MARK}" + ",".join(["month", *FACTS]) + "\r\n"
    headers = {"Content-Disposition": "attachment; filename=facts.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


@blueprint.get("/done/<month>")
@requires("facts.edit")
def show_action(month: str) -> str:
    """Show the box "You said, we did" of a month's survey."""
    context, first = current(), _month(month)
    box = queries.action_of(context.session, context.company_id, first)
    filled = (
        {f"said_{one}": box.said[one] for one in LANGUAGES}
        | {f"did_{one}": box.did[one] for one in LANGUAGES}
        if box
        else {}
    )
    return _action_page(ActionForm(data=filled), first)


@blueprint.post("/done/<month>")
@requires("facts.edit")
def write_action(month: str) -> str | AnyResponse:
    """Fill the box."""
    start_writing()
    context, form, first = current(), ActionForm(), _month(month)
    if not form.validate_on_submit():
        return _action_page(form, first)
    said, did = (
        {one: form[f"{part}_{one}"].data or "" for one in LANGUAGES} for part in ("said", "did")
    )
    try:
        service.write_action(
            context.session, context.company_id, first, said=said, did=did, now=context.now()
        )
    except PulseError as error:
        form.refuse(error)
        return _action_page(form, first)
    context.record("action.write", month=month)
    return _back("Saved. It goes into the next invitation, and on the slips and the poster.")


def _month(month: str) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise MonthToComeError from None


def _page(
    event_form: EventForm | None = None,
    facts_form: FactsForm | None = None,
    file_form: FactsFileForm | None = None,
) -> str:
    context = current()
    events = queries.events_of(context.session, context.company_id)
    adopted_on = adoption_date(context.session, context.company_id)
    days: list[tuple[dt.date, queries.EventView | None]] = [(event.day, event) for event in events]
    if adopted_on:
        days.append((adopted_on, None))
    newest_first = sorted(days, key=lambda one: one[0], reverse=True)
    return render_template(
        "facts/overview.html",
        event_form=event_form or EventForm(formdata=None),
        facts_form=facts_form or FactsForm(formdata=None),
        file_form=file_form or FactsFileForm(formdata=None),
        failed=event_form or facts_form or file_form,
        company=get_company(context.session, context.company_id),
        adopted_on=adopted_on,
        log=[event for _day, event in newest_first],
        actions=queries.actions_of(context.session, context.company_id)[::-1],
        months=queries.facts_of(context.session, context.company_id)[::-1],
        kinds=EVENT_KINDS,
        names=FACTS,
    )


def _preview(table: FactsTable, text: str) -> str:
    return render_template(
        "facts/preview.html",
        table=table,
        names=FACTS,
        form=FactsImportForm(formdata=None, text=text),
    )


def _action_page(form: ActionForm, month: dt.date) -> str:
    return render_template("facts/action.html", form=form, month=month)


def _back(message: str, **params: object) -> AnyResponse:
    flash(translate(current().language, message, **params))
    return redirect(url_for("facts_manage.overview"))
