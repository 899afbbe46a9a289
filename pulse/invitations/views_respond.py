"""POST /issue: a code and a blinded message go in, a blind signature comes out."""

from flask import Blueprint, Response, jsonify, request

from pulse.credentials.issuer import sign_blinded
from pulse.credentials.message import to_base64url
from pulse.i18n import format_date
from pulse.invitations import forms
from pulse.invitations.errors import CodeUnknownError, SurveyClosedError
from pulse.invitations.queries import last_closing_day
from pulse.invitations.service import Grant, mark_issued
from pulse.web.access import respondent
from pulse.web.context import current
from pulse.web.transactions import commit_now, start_writing

blueprint = Blueprint("invitations_respond", __name__)

# One bucket for everybody: an address is never a key. Ten guesses a second leave a slip's 50 bits
# a chance of 1 in a million over a wave.
FAILURES = "issue-failures"
FAILURE_LIMIT = "600/minute"


@blueprint.post("/issue")
@respondent
def issue() -> Response:
    """Sign one blinded message per invitation; the same one again as often as asked."""
    context = current()
    content = forms.read_object(request.stream.read(forms.LARGEST_REQUEST_BYTES + 1))
    context.language = forms.language_of(content)
    asked = forms.read_issue_request(content)
    context.application.limiter.check(FAILURES, FAILURE_LIMIT)
    grant = _grant(asked)
    # Committed before the signature exists: after a crash in between, the page asks again.
    commit_now()
    signature = sign_blinded(
        context.settings.key_dir, grant.wave_id, grant.group_code, asked.blinded
    )
    return jsonify(signature=to_base64url(signature))


def _grant(asked: forms.IssueRequest) -> Grant:
    context = current()
    start_writing()
    try:
        return mark_issued(
            context.session,
            code=asked.code,
            blinded=asked.blinded,
            key_dir=context.settings.key_dir,
        )
    except CodeUnknownError as error:
        context.application.limiter.count(FAILURES, FAILURE_LIMIT)
        closed_on = last_closing_day(context.session)
        if closed_on is None:
            raise
        raise SurveyClosedError(date=format_date(closed_on, context.language)) from error
