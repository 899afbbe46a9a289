"""The one table from exception to status, page and JSON."""

import logging
import uuid

from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from pulse import errors
from pulse.i18n import translate
from pulse.log import kind_and_place
from pulse.web.context import current

log = logging.getLogger(__name__)

STATUS: tuple[tuple[type[errors.PulseError], int], ...] = (
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.InvalidError, 400),
    (errors.DeniedError, 403),
    (errors.RateLimitError, 429),
)
HTTP_MESSAGES = {
    400: "That request could not be understood. Please go back and try again.",
    403: "You may not do that.",
    404: "We could not find that page. Please check the address.",
    405: "That is not possible here.",
    413: "That file is too large. The limit is 5 MB.",
}
CRASH = "Something went wrong on our side. Nothing was changed. Reference: %(reference)s"
EXPIRED = "This page was open for too long. Please go back, reload it and try again."


def status_of(error: errors.PulseError) -> int:
    """Return the HTTP status for `error`."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


def install_error_pages(app: Flask) -> None:
    """Register the handlers."""
    # Flask would log path and traceback of what fails outside a view; `_crash` has its line.
    app.log_exception = lambda *_failure: None  # type: ignore[method-assign]

    @app.errorhandler(errors.PulseError)
    def _pulse_error(error: errors.PulseError) -> tuple[Response | str, int]:
        status = status_of(error)
        sentence = translate(current().language, error.message, **error.params)
        return _answer(status, sentence, type(error).__name__)

    @app.errorhandler(CSRFError)
    def _csrf_error(_error: CSRFError) -> tuple[Response | str, int]:
        return _answer(400, translate(current().language, EXPIRED), "ExpiredFormError")

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> tuple[Response | str, int]:
        if isinstance(error, InternalServerError) and error.original_exception is not None:
            return _crash(error.original_exception)
        status = error.code or 500
        message = HTTP_MESSAGES.get(status, HTTP_MESSAGES[400])
        return _answer(status, translate(current().language, message), "HttpError")

    @app.errorhandler(Exception)
    def _crash(error: BaseException) -> tuple[Response | str, int]:
        reference = uuid.uuid4().hex[:8]
        # Never the exception's text: it may quote what a respondent sent.
        log.error("crash %s in %s: %s", reference, request.endpoint, kind_and_place(error))
        sentence = translate(current().language, CRASH, reference=reference)
        return _answer(500, sentence, "CrashError")


def _answer(status: int, sentence: str, kind: str) -> tuple[Response | str, int]:
    g.failed = True
    if request.is_json or request.path.startswith("/api/"):
        return jsonify(error=kind, message=sentence), status
    page = render_template("errors/error.html", sentence=sentence, status=status)
    return page, status
