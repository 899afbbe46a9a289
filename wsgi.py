"""The object that a WSGI server loads."""

from pulse.app import create_app

application = create_app()
