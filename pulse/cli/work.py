"""`pulse work`: background work alone, beside web processes that do none."""

import signal
import threading

import click

from pulse import db
from pulse.cli.db import require_current
from pulse.clock import SystemClock
from pulse.config import Settings, SettingsError
from pulse.jobs.runner import Runner, Worker
from pulse.log import configure_logging
from pulse.mail import mailer_for
from pulse.worker import PERIODIC, TASKS


@click.command()
def work() -> None:
    """Do the background work until Ctrl-C or SIGTERM."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    configure_logging()
    engine = db.create_engine(settings.database_url)
    require_current(engine)
    runner = Runner(
        TASKS,
        engine=engine,
        settings=settings,
        clock=SystemClock(),
        mailer=mailer_for(settings.mail),
    )
    worker = Worker(runner, PERIODIC)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    worker.start()
    ended.wait()
    worker.stop()
