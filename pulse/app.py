"""Assembles the application, nothing else."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from pulse import db
from pulse.accounts.identity import load_identity
from pulse.accounts.service import record
from pulse.config import Settings
from pulse.surfaces import ALL, SURFACES
from pulse.web.access import check_declarations, install_access
from pulse.web.context import Application, Ports, install_context
from pulse.web.error_pages import install_error_pages
from pulse.web.headers import install_headers
from pulse.web.ratelimit import AttemptLimiter
from pulse.web.sessions import configure_sessions
from pulse.web.templating import install_templating
from pulse.web.transactions import install_transactions

UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024


def create_app(
    settings: Settings | None = None,
    *,
    surfaces: tuple[str, ...] = ALL,
    ports: Ports | None = None,
) -> Flask:
    """Return the WSGI application.

    Parameters
    ----------
    settings
        Read from the environment where not given.
    surfaces
        Which audiences this process serves; names of `pulse.surfaces.SURFACES`.
    ports
        The outside world; the real one where not given.
    """
    settings = settings or Settings.from_env()
    engine = db.create_engine(settings.database_url)
    app = Flask("pulse", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = UPLOAD_LIMIT_BYTES
    configure_sessions(app, settings)
    install_templating(app)
    application = Application(
        settings=settings,
        ports=ports or Ports(),
        engine=engine,
        sessions=db.session_factory(engine),
        load_identity=load_identity,
        limiter=AttemptLimiter(),
        record=record,
    )
    app.extensions["pulse"] = application
    install_context(app, application)
    install_transactions(app)
    install_access(app)
    install_error_pages(app)
    install_headers(app, settings)
    csrf = CSRFProtect(app)
    for name in surfaces:
        for blueprint in SURFACES[name]:
            app.register_blueprint(blueprint)
            if name == "respond":
                csrf.exempt(blueprint)
    check_declarations(app)
    return app
