"""Logging: one line per event, on standard error, and never a word about a respondent.

There is no access log at all: Pulse writes none and the shipped server settings write none. What is
logged are starts, stops, jobs and crashes; a crash names the place in the code, never the request.

Of an error only its kind and its place are printed: its text may quote what somebody sent, and a
database driver's does ("Key (...)=(...) already exists"). Of a line by somebody else's program only
the place that wrote it: the server's own lines would name addresses and paths.
"""

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OWN = "pulse"
# These libraries would name addresses or mail recipients.
QUIET = ("waitress", "waitress.queue", "werkzeug", "smtplib")


def kind_and_place(error: BaseException) -> str:
    """Return what may be told of an error: its class, and the line of Pulse where it happened.

    >>> kind_and_place(ValueError("a secret"))
    'ValueError'
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    if not own:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"


class DiscreetFormatter(logging.Formatter):
    """Prints no text of an error, and no words of other people's programs."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """Return the line; what a foreign program says is replaced by where it says it."""
        if record.name != OWN and not record.name.startswith(f"{OWN}."):
            record.message = f"see {record.module}.py:{record.lineno}"
        return super().formatMessage(record)

    def formatException(  # noqa: N802 - the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        """Return kind and place."""
        return "" if ei[1] is None else kind_and_place(ei[1])

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002, N802 - the library's name
        """Return nothing: a stack shows source lines with their values' names, and helps nobody."""
        return ""


def configure_logging(level: int = logging.INFO) -> None:
    """Send Pulse's own log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(DiscreetFormatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
