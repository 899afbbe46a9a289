"""The exceptions that rooms raise.

Each carries a message and its parameters, never an HTTP status: `pulse.web.error_pages` is the one
table from kind to status. The English message is the key of the translation catalogue.
"""

from typing import ClassVar


class PulseError(Exception):
    """A condition that a person can be told about in one sentence.

    Parameters
    ----------
    **params
        Values for the ``%(name)s`` fields of the message.
    """

    message: ClassVar[str] = "Something went wrong."

    def __init__(self, **params: object) -> None:
        super().__init__(self.message % params if params else self.message)
        self.params = params


class NotFoundError(PulseError):
    """What was asked for does not exist."""

    message = "We could not find that."


class ConflictError(PulseError):
    """The request is sound but does not fit the present state."""

    message = "That does not fit the present state."


class InvalidError(PulseError):
    """The input cannot be accepted as it is."""

    message = "That input cannot be used."


class DeniedError(PulseError):
    """The person may not do or see this."""

    message = "You may not do that."


class RateLimitError(PulseError):
    """Too many attempts in a short time."""

    message = "Too many attempts. Please wait a minute and try again."
