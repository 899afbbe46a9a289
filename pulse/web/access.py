"""Who may call which endpoint. Every endpoint declares it; the application refuses to start else."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from flask import Flask, redirect, request, session, url_for
from werkzeug.wrappers import Response

from pulse.errors import DeniedError
from pulse.web.context import current
from pulse.web.transactions import start_writing

View = TypeVar("View", bound=Callable[..., object])
Audience = Literal["anyone", "respondent", "permission"]


@dataclass(frozen=True)
class Access:
    """The declared audience of an endpoint."""

    audience: Audience
    permission: str = ""


class UndeclaredAccessError(RuntimeError):
    """An endpoint does not say who may call it."""


def _declare(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        view.pulse_access = access  # type: ignore[attr-defined]
        return view

    return decorate


def anyone(view: View) -> View:
    """Declare a page that everybody may open, logged in or not."""
    return _declare(Access("anyone"))(view)


def respondent(view: View) -> View:
    """Declare a page for respondents: it never looks at a login and sets no cookie."""
    return _declare(Access("respondent"))(view)


def requires(permission: str) -> Callable[[View], View]:
    """Declare a page for people whose role has `permission`."""
    return _declare(Access("permission", permission))


def access_of(app: Flask, endpoint: str) -> Access:
    """Return what `endpoint` declares.

    Raises
    ------
    UndeclaredAccessError
        It declares nothing.
    """
    if endpoint == "static":
        return Access("respondent")
    access = getattr(app.view_functions[endpoint], "pulse_access", None)
    if not isinstance(access, Access):
        raise UndeclaredAccessError(
            f"The endpoint {endpoint!r} does not declare its audience: decorate the view with "
            "@anyone, @respondent or @requires(...)."
        )
    return access


def install_access(app: Flask) -> None:
    """Check every request against its endpoint's declaration."""

    @app.before_request
    def _check() -> Response | None:
        if request.endpoint is None:
            return None
        access = access_of(app, request.endpoint)
        if access.audience == "respondent":
            return None
        _load_identity()
        if access.audience == "anyone":
            return None
        return _require(access.permission)


def check_declarations(app: Flask) -> None:
    """Refuse an application with an undeclared endpoint (called once, at start)."""
    for endpoint in app.view_functions:
        access_of(app, endpoint)


def _load_identity() -> None:
    context = current()
    stored = session.get("user")
    if not stored:
        return
    # Before the first read: a transaction that has read cannot always become a writing one.
    start_writing()
    context.identity = context.application.load_identity(
        context.session, uuid.UUID(stored["id"]), stored["epoch"]
    )
    if context.identity is None:
        session.pop("user", None)
    else:
        context.language = context.identity.language


def _require(permission: str) -> Response | None:
    identity = current().identity
    if identity is None:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts_manage.log_in", next=target))
    if permission not in identity.permissions:
        raise DeniedError
    return None
