"""Delivery of invitations and the slips to print, for HR. Whether somebody answered is shown nowhere."""

import datetime as dt
import math
from io import BytesIO
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from pulse.companies.queries import CompanyView, get_company
from pulse.i18n import translate
from pulse.invitations import queries
from pulse.invitations.channels.paper import SLIPS_A_SHEET, SlipPrint, slips_pdf
from pulse.invitations.channels.slips import qr_code
from pulse.invitations.errors import TooManySlipsError, WaveNotOpenError
from pulse.invitations.forms import PaperForm, PlaceForm, ReprintForm, ResendForm
from pulse.invitations.printing import gather_print, kiosk_url, reprint_slips, survey_url
from pulse.invitations.service import resend_failed
from pulse.waves.queries import WaveView, ahead_wave_of, open_wave_of
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import commit_now, start_writing

blueprint = Blueprint("invitations_manage", __name__, url_prefix="/manage/invitations")
MOST_ROWS = 500


@blueprint.get("")
@requires("invitations.read")
def invitations() -> str:
    """Show how far the mails of the present wave are, and how many slips there are to print."""
    session = current().session
    company = _company()
    wave = _present_wave(company)
    deliveries = queries.deliveries(session, wave) if wave else ()
    return render_template(
        "invitations/invitations.html",
        company=company,
        wave=wave,
        opens_on=_day(company, wave.opens_at) if wave else None,
        closes_on=_day(company, wave.closes_at) if wave else None,
        numbers=queries.count_states(deliveries),
        deliveries=deliveries[:MOST_ROWS],
        n_more=max(0, len(deliveries) - MOST_ROWS),
        slips=queries.slip_numbers(session, wave.id) if wave else {},
        form=ResendForm(),
    )


@blueprint.post("/resend")
@requires("invitations.read")
def resend() -> Response:
    """Send again what could not be delivered."""
    start_writing()
    context = current()
    wave = _present_wave(_company())
    if wave is None:
        raise WaveNotOpenError
    number = resend_failed(context.session, wave.id, now=context.now())
    context.record("invitations.resend", number=number)
    flash(translate(context.language, "%(number)s mails are sent again.", number=number))
    return redirect(url_for("invitations_manage.invitations"))


@blueprint.get("/slips/<group>")
@requires("slips.print")
def slips(group: str) -> str:
    """Show how many slips of a group there are to print, and how to print them anew."""
    company, wave = _company(), _open_wave(_company())
    return _slips_page(company, wave, group, PaperForm(), _reprint_form(wave, group))


@blueprint.post("/slips/<group>/pdf")
@requires("slips.print")
def slips_file(group: str) -> Response | str:
    """Return the poster and the slips of one group as a PDF."""
    start_writing()
    company, wave, form = _company(), _open_wave(_company()), PaperForm()
    if not form.validate_on_submit():
        return _slips_page(company, wave, group, form, _reprint_form(wave, group))
    found = _gather(company, wave, group, form.paper.data)
    current().record("slips.print", group=group, number=len(found.codes))
    commit_now()  # who answers now need not wait for the typesetter
    file = BytesIO(slips_pdf(found))
    name = f"slips-{company.slug}-{group}.pdf"
    return send_file(file, "application/pdf", as_attachment=True, download_name=name)


@blueprint.post("/slips/<group>/reprint")
@requires("slips.print")
def reprint(group: str) -> Response | str:
    """Make new slips for a group; the unused old ones end."""
    start_writing()
    context, company, wave, form = current(), _company(), _open_wave(_company()), ReprintForm()
    if not form.validate_on_submit() or not _is_reprinted(wave, group, form):
        return _slips_page(company, wave, group, PaperForm(formdata=None), form)
    context.record("slips.reprint", group=group, number=form.number.data)
    flash(translate(context.language, "The new slips are ready. Print them now."))
    return redirect(url_for("invitations_manage.slips", group=group))


@blueprint.get("/kiosk")
@requires("slips.print")
def kiosk() -> str:
    """Tell how to start the tablet mode at a place. Nothing of the place is stored."""
    company, form = _company(), PlaceForm(request.args, meta={"csrf": False})
    place = (form.place.data or "").strip() if form.validate() else ""
    address = kiosk_url(current().settings.base_url, company, place)
    return render_template(
        "invitations/kiosk.html",
        company=company,
        wave=open_wave_of(current().session, company.id),
        form=form,
        place=place,
        address=address,
        qr=qr_code(address),
    )


def _slips_page(
    company: CompanyView, wave: WaveView, group: str, paper: PaperForm, reprint: ReprintForm
) -> str:
    numbers = queries.slip_numbers(current().session, wave.id)
    if not numbers.get(group):
        raise WaveNotOpenError
    return render_template(
        "invitations/slips.html",
        company=company,
        group=company.group(group),
        number=numbers[group],
        n_sheets=math.ceil(numbers[group] / SLIPS_A_SHEET),
        most=queries.slip_head_counts(current().session, wave.id)[group],
        closes_on=_day(company, wave.closes_at),
        survey_url=survey_url(current().settings.base_url, company),
        paper_form=paper,
        reprint_form=reprint,
    )


def _gather(company: CompanyView, wave: WaveView, group: str, paper: str) -> SlipPrint:
    context = current()
    settings = context.settings
    return gather_print(
        context.session,
        company,
        wave,
        group,
        key_dir=settings.key_dir,
        base_url=settings.base_url,
        paper=paper,
    )


def _reprint_form(wave: WaveView, group: str) -> ReprintForm:
    most = queries.slip_head_counts(current().session, wave.id).get(group)
    return ReprintForm(formdata=None, number=most)


def _is_reprinted(wave: WaveView, group: str, form: ReprintForm) -> bool:
    context = current()
    number, key_dir = form.number.data, context.settings.key_dir
    try:
        reprint_slips(context.session, wave.id, group, number=number, key_dir=key_dir)
    except TooManySlipsError as error:
        form.refuse(error, "number")
        return False
    return True


def _company() -> CompanyView:
    return get_company(current().session, current().company_id)


def _open_wave(company: CompanyView) -> WaveView:
    wave = open_wave_of(current().session, company.id)
    if wave is None:
        raise WaveNotOpenError
    return wave


def _present_wave(company: CompanyView) -> WaveView | None:
    """Return the open wave, or the next one whose ballots are being handed out."""
    session = current().session
    return open_wave_of(session, company.id) or ahead_wave_of(session, company.id)


def _day(company: CompanyView, moment: dt.datetime) -> dt.date:
    return moment.astimezone(ZoneInfo(company.time_zone)).date()
