"""What a view may ask of its request: session, settings, clock, identity, language."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Flask, g
from sqlalchemy.orm import Session, sessionmaker

from pulse.clock import Clock, SystemClock
from pulse.config import Settings
from pulse.errors import DeniedError
from pulse.i18n import DEFAULT_LANGUAGE
from pulse.web.ratelimit import AttemptLimiter


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is logged in, as far as the web layer needs to know."""

    user_id: uuid.UUID
    company_id: uuid.UUID | None
    email: str
    name: str
    role: str
    language: str
    permissions: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Ports:
    """The outside world, replaceable in tests and in the demo."""

    clock: Clock = field(default_factory=SystemClock)


LoadIdentity = Callable[[Session, uuid.UUID, int], Identity | None]


class Record(Protocol):
    """Writes one entry of the audit log; the log itself belongs to the room `accounts`."""

    def __call__(
        self,
        session: Session,
        *,
        company_id: uuid.UUID | None,
        actor: str,
        action: str,
        details: dict[str, Any],
        now: dt.datetime,
    ) -> None:
        """Write it in the transaction of `session`."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """What one application carries for all its requests."""

    settings: Settings
    ports: Ports
    engine: sa.Engine
    sessions: sessionmaker[Session]
    load_identity: LoadIdentity
    limiter: AttemptLimiter
    record: Record | None = None


class RequestContext:
    """One request. The database session is opened when first used and committed at the end."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.settings = application.settings
        self.identity: Identity | None = None
        self.language = DEFAULT_LANGUAGE
        self.opened: Session | None = None

    @property
    def session(self) -> Session:
        """The session of this request's one transaction."""
        if self.opened is None:
            self.opened = self.application.sessions()
        return self.opened

    def now(self) -> dt.datetime:
        """Return the present moment of the application's clock."""
        return self.application.ports.clock.now()

    @property
    def user(self) -> Identity:
        """The person logged in.

        Raises
        ------
        DeniedError
            Nobody is.
        """
        if self.identity is None:
            raise DeniedError
        return self.identity

    @property
    def company_id(self) -> uuid.UUID:
        """The company of the person logged in.

        Raises
        ------
        DeniedError
            Nobody is logged in, or the account belongs to no company.
        """
        if self.user.company_id is None:
            raise DeniedError
        return self.user.company_id

    def record(self, action: str, **details: Any) -> None:  # noqa: ANN401 - plain JSON values
        """Write in the audit log what the person logged in is doing, in this transaction."""
        if self.application.record is None:
            raise RuntimeError("This application was made without an audit log.")
        self.application.record(
            self.session,
            company_id=self.user.company_id,
            actor=self.user.email,
            action=action,
            details=details,
            now=self.now(),
        )


def install_context(app: Flask, application: Application) -> None:
    """Give every request of `app` its own context, first of all hooks."""

    @app.before_request
    def _begin() -> None:
        g.pulse = RequestContext(application)


def current() -> RequestContext:
    """Return the context of the present request."""
    context: RequestContext = g.pulse
    return context
