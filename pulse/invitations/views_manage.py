"""Delivery of invitations and the slips to print, for HR. Whether somebody answered is shown nowhere."""

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.companies.queries import CompanyView, get_company
from pulse.i18n import translate
from pulse.invitations import queries
from pulse.invitations.channels.slips import qr_code, sheets_of, slips_for
from pulse.invitations.errors import WaveNotOpenError
from pulse.invitations.forms import ResendForm
from pulse.invitations.service import resend_failed
from pulse.notices.queries import notice_digest
from pulse.waves.queries import WaveView, ahead_wave_of, open_wave_of
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

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
    """Show the poster and the slips of one group, ready to print."""
    context, company = current(), _company()
    wave = _open_wave(company)
    codes = queries.slip_codes(context.session, wave.id, key_dir=context.settings.key_dir)
    if group not in codes:
        raise WaveNotOpenError
    survey_url = f"{context.settings.base_url}/s/{company.slug}"
    number = notice_digest(context.session, wave.id)
    return render_template(
        "invitations/slips.html",
        company=company,
        group=company.group(group),
        survey_url=survey_url,
        survey_qr=qr_code(f"{survey_url}#{number.replace(' ', '')}"),
        safety_number=number,
        sheets=sheets_of(slips_for(codes[group], survey_url)),
        number=len(codes[group]),
        closes_on=_day(company, wave.closes_at),
        promises_url=f"{survey_url}/anonymity",
    )


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
