"""`pulse serve`: web pages and background work in one process."""

import signal
import socket
import sys

import click
import waitress
from flask import Flask
from waitress.server import BaseWSGIServer

from pulse.accounts.service import ensure_setup_token
from pulse.app import UPLOAD_LIMIT_BYTES, create_app
from pulse.cli.db import require_current
from pulse.config import Settings, SettingsError
from pulse.jobs.runner import Runner, Worker
from pulse.log import configure_logging
from pulse.mail import mailer_for
from pulse.worker import PERIODIC, TASKS

# More threads than this only wait for one another (./dev bench report).
THREADS = 4
# A little above the application's own limit, so that its kind sentence answers the common case.
LARGEST_BODY_BYTES = 2 * UPLOAD_LIMIT_BYTES


@click.command()
def serve() -> None:
    """Serve the web pages and do the background work, in one process."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    configure_logging()
    app = create_app(settings)
    require_current(app.extensions["pulse"].engine)
    _print_setup_link(app)
    run_server(app)


def run_server(app: Flask) -> None:
    """Run until Ctrl-C or SIGTERM."""
    application = app.extensions["pulse"]
    settings = application.settings
    runner = Runner(
        TASKS,
        engine=application.engine,
        settings=settings,
        clock=application.ports.clock,
        mailer=mailer_for(settings.mail),
    )
    worker = Worker(runner, PERIODIC)
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    server = _listen(app, settings)
    worker.start()
    try:
        server.run()
    finally:
        server.close()
        worker.stop()


def _listen(app: Flask, settings: Settings) -> BaseWSGIServer:
    try:
        # No server header, no access log: waitress writes none. Nor does what somebody sends touch
        # the disk: a body that is too large to be kept in memory is refused.
        return waitress.create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="",
            max_request_body_size=LARGEST_BODY_BYTES,
            inbuf_overflow=LARGEST_BODY_BYTES + 1,
        )
    except OSError as error:
        raise _port_trouble(settings, error) from error


def require_free_port(settings: Settings) -> None:
    """Say at once that the port is taken, before work that takes long.

    Raises
    ------
    click.ClickException
        It is.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise _port_trouble(settings, error) from error


def _port_trouble(settings: Settings, error: OSError) -> click.ClickException:
    return click.ClickException(
        f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). Stop the "
        "program that holds it, or set PULSE_PORT to another number."
    )


def _print_setup_link(app: Flask) -> None:
    application = app.extensions["pulse"]
    with application.sessions() as session:
        token = ensure_setup_token(session, now=application.ports.clock.now())
        session.commit()
    if token is not None:
        base = application.settings.base_url
        click.echo(f"Nobody can log in yet. Set up here: {base}/manage/setup?token={token}")
    click.echo(f"Pulse serves {application.settings.base_url}  (Ctrl-C stops it)")
