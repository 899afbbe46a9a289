"""The page about anonymity, for everybody. No cookie."""

from babel.numbers import format_decimal
from flask import Blueprint, render_template, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from pulse.companies.errors import CompanyNotFoundError
from pulse.companies.queries import CompanyView, all_companies, company_by_slug
from pulse.i18n import LANGUAGES
from pulse.promises import figures
from pulse.promises.standing import standing_of
from pulse.web.access import respondent
from pulse.web.context import current

blueprint = Blueprint("promises_respond", __name__)


@blueprint.get("/anonymity")
@respondent
def front_door() -> Response | str:
    """Lead to the only company's page, or ask for the full address."""
    companies = all_companies(current().session)
    if len(companies) == 1:
        return redirect(url_for("promises_respond.choose", slug=companies[0].slug))
    return render_template("responses/front_door.html")


@blueprint.get("/s/<slug>/anonymity")
@respondent
def choose(slug: str) -> Response:
    """Lead to the page in the company's language."""
    language = _company(slug).default_language
    return redirect(url_for("promises_respond.anonymity", slug=slug, language=language))


@blueprint.get("/s/<slug>/anonymity/<language>")
@respondent
def anonymity(slug: str, language: str) -> Response | str:
    """Say what is stored when, what is promised, what is not, and how to check."""
    company = _company(slug)
    if language not in LANGUAGES:
        return redirect(url_for("promises_respond.choose", slug=slug))
    shares = {
        name: format_decimal(getattr(figures, name.upper()), locale=language)
        for name in ("same_visit", "earlier_visit", "with_habits", "chance")
    }
    return render_template(
        "promises/anonymity.html",
        language=language,
        other=next(code for code in LANGUAGES if code != language),
        company=company,
        standing=standing_of(current().session, company, current().settings.key_dir),
        shares=shares,
        figures=figures,
    )


def _company(slug: str) -> CompanyView:
    company = company_by_slug(current().session, slug)
    if company is None:
        raise CompanyNotFoundError
    return company
