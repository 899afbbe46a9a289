"""Logging: one line per event, on standard error, and never a word about a respondent.

There is no access log at all: Pulse writes none and the shipped server settings write none. What is
logged are starts, stops, jobs and crashes; a crash names the place in the code, never the request.
"""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# These libraries would name addresses or mail recipients.
QUIET = ("waitress", "waitress.queue", "werkzeug", "smtplib")


def configure_logging(level: int = logging.INFO) -> None:
    """Send Pulse's own log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
