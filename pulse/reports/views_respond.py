"""The page of the result mail: results for both groups alike, and the next ballot. No cookie."""

from functools import cache

from flask import Blueprint, Response, render_template

from pulse.companies.errors import CompanyNotFoundError
from pulse.companies.queries import CompanyView, company_by_slug
from pulse.credentials.queries import wave_keys
from pulse.i18n import LANGUAGES
from pulse.notices.client_bundle import bundle_integrity, client_bundle
from pulse.reports.next_page import ComingBallot, next_data, results
from pulse.reports.queries import ReportView, newest_report
from pulse.responses.page import as_script_data
from pulse.responses.page_cache import Packed, PageCache, packed_reply
from pulse.waves.queries import WaveView, ahead_wave_of, open_wave_of
from pulse.web.access import respondent
from pulse.web.context import current

blueprint = Blueprint("reports_respond", __name__)
pages = PageCache()


@blueprint.get("/s/<slug>/next")
@respondent
def next_ballot(slug: str) -> Response:
    """Return the results and the button for the next ballot: the same bytes for everybody."""
    session = current().session
    company = company_by_slug(session, slug)
    if company is None:
        raise CompanyNotFoundError
    report = newest_report(session, company.id)
    wave = open_wave_of(session, company.id) or ahead_wave_of(session, company.id)
    key = (company, report and (report.wave_id, report.version), wave and _state_of(wave))
    return packed_reply(pages.page(key, lambda: _page(company, report, wave)), "text/html")


@blueprint.get("/s/next.js")
@respondent
def script() -> Response:
    """Return the page's script, in one piece."""
    return packed_reply(_packed_script(), "text/javascript")


@cache
def _packed_script() -> Packed:
    return Packed.of(client_bundle("next"))


def _state_of(wave: WaveView) -> tuple[object, ...]:
    return (wave.id, wave.state, wave.month, wave.opens_at, wave.closes_at, wave.ahead_at)


def _page(company: CompanyView, report: ReportView | None, wave: WaveView | None) -> str:
    session, base_url = current().session, current().settings.base_url
    ballot = ComingBallot(wave=wave, keys=wave_keys(session, wave.id)) if wave else None
    data = next_data(company, ballot, survey_url=f"{base_url}/s/{company.slug}")
    return render_template(
        "reports/next.html",
        language=company.default_language,
        company=company,
        results=results(report),
        languages=sorted(LANGUAGES, key=lambda code: code != company.default_language),
        content=as_script_data(data),
        integrity=bundle_integrity("next"),
    )
