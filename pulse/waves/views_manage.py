"""The calendar of surveys, for HR."""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pulse.companies.queries import CompanyView, get_company, season_answers
from pulse.i18n import translate
from pulse.waves import service
from pulse.waves.boxes import month_without_action
from pulse.waves.errors import WaveNotFoundError
from pulse.waves.forms import WaveForm
from pulse.waves.queries import WaveView, get_wave, waves_of
from pulse.waves.rows import WaveRow, wave_rows
from pulse.web.access import requires
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("waves_manage", __name__, url_prefix="/manage/waves")


@blueprint.get("")
@requires("waves.edit")
def waves() -> str:
    """Show past, present and coming surveys as dates."""
    context = current()
    company = get_company(context.session, context.company_id)
    return render_template(
        "waves/waves.html",
        form=WaveForm(),
        company=company,
        empty_box=month_without_action(context.session, company.id),
        rows=_rows(company),
        asks_seasons=_asks_seasons(company),
    )


@blueprint.post("/plan")
@requires("waves.edit")
def plan() -> Response:
    """Plan the coming three months."""
    start_writing()
    context = current()
    company = get_company(context.session, context.company_id)
    service.plan_waves(context.session, company.id, time_zone=company.time_zone, now=context.now())
    _say("The coming three months are planned.")
    return redirect(url_for("waves_manage.waves"))


@blueprint.post("/<uuid:wave_id>/open")
@requires("waves.edit")
def open_now(wave_id: uuid.UUID) -> Response:
    """Open a planned survey at this moment."""
    start_writing()
    context, wave = current(), _own_wave(wave_id)
    company = get_company(context.session, wave.company_id)
    service.move_to_now(context.session, wave.id, time_zone=company.time_zone, now=context.now())
    service.request_opening(context.session, wave.id, now=context.now())
    _record("wave.open_requested", wave)
    _say("The survey is opening. The invitations go out within a minute.")
    return redirect(url_for("waves_manage.waves"))


@blueprint.get("/<uuid:wave_id>/close")
@requires("waves.edit")
def confirm_closing(wave_id: uuid.UUID) -> str:
    """Say what closing means before it is done."""
    return render_template("waves/confirm_closing.html", form=WaveForm(), wave=_own_wave(wave_id))


@blueprint.post("/<uuid:wave_id>/close")
@requires("waves.edit")
def close_now(wave_id: uuid.UUID) -> Response:
    """Close an open survey before its day."""
    start_writing()
    context, wave = current(), _own_wave(wave_id)
    service.begin_closing(
        context.session, wave.id, now=context.now(), is_exempt=context.settings.is_demo
    )
    _record("wave.closed_early", wave)
    _say("The survey is closed. Its answers are being counted.")
    return redirect(url_for("waves_manage.waves"))


@blueprint.post("/<uuid:wave_id>/skip")
@requires("waves.edit")
def skip(wave_id: uuid.UUID) -> Response:
    """Leave a planned month out."""
    start_writing()
    wave = _own_wave(wave_id)
    service.skip_wave(current().session, wave.id)
    _record("wave.skipped", wave)
    return redirect(url_for("waves_manage.waves"))


@blueprint.post("/<uuid:wave_id>/unskip")
@requires("waves.edit")
def unskip(wave_id: uuid.UUID) -> Response:
    """Plan a skipped month again."""
    start_writing()
    wave = _own_wave(wave_id)
    service.unskip_wave(current().session, wave.id)
    _record("wave.planned_again", wave)
    return redirect(url_for("waves_manage.waves"))


@blueprint.post("/<uuid:wave_id>/retry")
@requires("waves.edit")
def retry(wave_id: uuid.UUID) -> Response:
    """Take up a chain that stopped, after its cause is mended."""
    start_writing()
    wave = _own_wave(wave_id)
    service.retry_chain(current().session, wave.id, now=current().now())
    _record("wave.retried", wave)
    return redirect(url_for("waves_manage.waves"))


def _rows(company: CompanyView) -> tuple[WaveRow, ...]:
    context = current()
    waves = waves_of(context.session, company.id)
    ids = [wave.id for wave in waves]
    return wave_rows(
        waves,
        opening=service.opening_among(context.session, ids),
        troubles=service.troubles_of(context.session, ids),
        time_zone=company.time_zone,
        language=context.language,
        now=context.now(),
    )


def _own_wave(wave_id: uuid.UUID) -> WaveView:
    wave = get_wave(current().session, wave_id)
    if wave.company_id != current().company_id:
        raise WaveNotFoundError
    return wave


def _record(action: str, wave: WaveView) -> None:
    current().record(action, month=wave.month.isoformat())


def _asks_seasons(company: CompanyView) -> bool:
    """Whether to remind of the question about seasons: until a first survey has ended."""
    session = current().session
    has_ended = any(wave.closed_at for wave in waves_of(session, company.id))
    return not has_ended and not season_answers(session, company.id)


def _say(message: str) -> None:
    flash(translate(current().language, message))
