"""One transaction per request, committed here and nowhere else."""

from flask import Flask, Response, g, request

from pulse.db import begin_writing
from pulse.web.context import current

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def install_transactions(app: Flask) -> None:
    """Commit after a view that returned, roll back after one that failed."""

    @app.before_request
    def _prepare() -> None:
        g.failed = False

    @app.after_request
    def _finish(response: Response) -> Response:
        session = current().opened
        if session is not None:
            if g.failed:
                session.rollback()
            else:
                session.commit()
        return response

    @app.teardown_request
    def _close(_error: BaseException | None) -> None:
        context = g.pop("pulse", None)
        if context is not None and context.opened is not None:
            context.opened.close()


def start_writing() -> None:
    """Take the write lock at once, in a request that will write."""
    if request.method not in SAFE_METHODS:
        begin_writing(current().session)


def commit_now() -> None:
    """End the transaction before the response is made: what follows must not share it."""
    current().session.commit()
