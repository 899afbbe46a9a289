"""The survey page and the ballot box's slot. No cookie, no session, no log line."""

from functools import cache

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from pulse.companies.errors import CompanyNotFoundError
from pulse.companies.queries import CompanyView, all_companies, company_by_slug
from pulse.credentials.queries import wave_keys
from pulse.i18n import LANGUAGES
from pulse.notices.client_bundle import bundle_integrity, client_bundle
from pulse.responses.errors import MalformedBallotError
from pulse.responses.page import as_script_data, not_open_texts, survey_page
from pulse.responses.page_cache import Packed, PageCache, packed_reply
from pulse.responses.service import cast_ballot
from pulse.responses.submission import MAX_REQUEST_BYTES, parse_submission
from pulse.waves.queries import WaveView, latest_closed, next_planned, open_wave_of
from pulse.web.access import respondent
from pulse.web.context import current
from pulse.web.transactions import start_writing

blueprint = Blueprint("responses_respond", __name__)
pages = PageCache()


@blueprint.get("/s")
@respondent
def front_door() -> BaseResponse | str:
    """Lead to the only company's survey, or ask for the full address."""
    companies = all_companies(current().session)
    if len(companies) == 1:
        return redirect(url_for("responses_respond.survey", slug=companies[0].slug))
    return render_template("responses/front_door.html")


@blueprint.get("/s/<slug>")
@respondent
def survey(slug: str) -> Response:
    """Return the company's survey page: the same bytes for everybody."""
    return _survey(slug, is_kiosk=False)


@blueprint.get("/kiosk")
@respondent
def kiosk_door() -> BaseResponse | str:
    """Lead to the only company's kiosk, or ask for the full address."""
    companies = all_companies(current().session)
    if len(companies) == 1:
        return redirect(url_for("responses_respond.kiosk", slug=companies[0].slug))
    return render_template("responses/front_door.html")


@blueprint.get("/kiosk/<slug>")
@respondent
def kiosk(slug: str) -> Response:
    """Return the survey page for a tablet that many people use: slips only, wiped after each."""
    return _survey(slug, is_kiosk=True)


@blueprint.get("/s/survey.js")
@respondent
def script() -> Response:
    """Return the survey page's script, in one piece."""
    return packed_reply(_packed_bundle(), "text/javascript")


@blueprint.post("/submit")
@respondent
def submit() -> Response:
    """Take a sealed ballot; the credential in it is the only authority."""
    request.max_content_length = MAX_REQUEST_BYTES
    if (request.content_length or 0) > MAX_REQUEST_BYTES:
        raise MalformedBallotError
    ballot = parse_submission(request.get_json(silent=True))
    start_writing()
    cast_ballot(
        current().session,
        wave_id=ballot.wave_id,
        group_code=ballot.group_code,
        message=ballot.message,
        signature=ballot.signature,
        sealed=ballot.sealed,
    )
    return jsonify({})


@cache
def _packed_bundle() -> Packed:
    return Packed.of(client_bundle())


def _survey(slug: str, *, is_kiosk: bool) -> Response:
    session = current().session
    company = company_by_slug(session, slug)
    if company is None:
        raise CompanyNotFoundError
    wave = open_wave_of(session, company.id)
    if wave is None:
        return Response(_not_open(company, is_kiosk=is_kiosk))
    key = (is_kiosk, company, wave.id, wave.state, wave.closes_at)
    page = pages.page(key, lambda: _open(company, wave, is_kiosk=is_kiosk))
    return packed_reply(page, "text/html")


def _open(company: CompanyView, wave: WaveView, *, is_kiosk: bool) -> str:
    content = survey_page(company, wave, wave_keys(current().session, wave.id))
    return render_template(
        "responses/survey.html",
        language=company.default_language,
        company=company,
        content=as_script_data(content),
        integrity=bundle_integrity(),
        is_kiosk=is_kiosk,
    )


def _not_open(company: CompanyView, *, is_kiosk: bool) -> str:
    session = current().session
    last, following = latest_closed(session, company.id), next_planned(session, company.id)
    days = {language: not_open_texts(company, last, following, language) for language in LANGUAGES}
    return render_template(
        "responses/not_open.html",
        language=company.default_language,
        days=days,
        is_kiosk=is_kiosk,
    )
