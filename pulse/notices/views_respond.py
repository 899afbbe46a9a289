"""The notices, for everybody: static texts, the same bytes whoever asks. No cookie, no log line."""

import uuid

from flask import Blueprint, Response

from pulse.companies.errors import CompanyNotFoundError
from pulse.companies.queries import company_by_slug
from pulse.notices.chain import chain_text
from pulse.notices.queries import chain_of, newest_text, text_by_digest
from pulse.web.access import respondent
from pulse.web.context import current

blueprint = Blueprint("notices_respond", __name__)


@blueprint.get("/notice/<uuid:wave_id>.json")
@respondent
def newest(wave_id: uuid.UUID) -> Response:
    """Return the newest notice of a wave."""
    return _json(newest_text(current().session, wave_id))


@blueprint.get("/notice/<string(length=64):digest>.json")
@respondent
def by_digest(digest: str) -> Response:
    """Return a notice by its digest."""
    return _json(text_by_digest(current().session, digest))


@blueprint.get("/notices/<slug>.json")
@respondent
def chain(slug: str) -> Response:
    """Return all notices of a company, the oldest first."""
    company = company_by_slug(current().session, slug)
    if company is None:
        raise CompanyNotFoundError
    return _json(chain_text(chain_of(current().session, company.id)))


def _json(text: str) -> Response:
    return Response(text, mimetype="application/json")
