"""Log in and out of the browser session (manage and author surfaces only)."""

import datetime as dt
import uuid
from urllib.parse import urlsplit

from flask import Flask, session

from pulse.config import Settings

LIFETIME = dt.timedelta(hours=12)


def configure_sessions(app: Flask, settings: Settings) -> None:
    """Sign the cookie with the installation's secret; HTTPS only where the address says so."""
    app.secret_key = settings.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="pulse_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_PATH="/manage",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,
    )


def log_in_browser(user_id: uuid.UUID, epoch: int) -> None:
    """Begin a fresh session for the user; whatever the browser held before is dropped."""
    session.clear()
    session.permanent = True
    session["user"] = {"id": str(user_id), "epoch": epoch}


def log_out_browser() -> None:
    """Forget the user."""
    session.clear()


def local_target(target: str | None, default: str) -> str:
    """Return `target` only if it stays on this site."""
    if not target:
        return default
    parts = urlsplit(target)
    is_local = not parts.scheme and not parts.netloc and target.startswith("/")
    return target if is_local and not target.startswith(("//", "/\\")) else default
