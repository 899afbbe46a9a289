"""The object that a WSGI server loads."""

from pulse.app import create_app
from pulse.log import configure_logging

configure_logging()
application = create_app()
