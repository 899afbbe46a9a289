"""What can go wrong with an instrument."""

from pulse.errors import NotFoundError


class UnknownInstrumentError(NotFoundError):
    """No such version."""

    message = "This installation has no questionnaire of version %(version)s."
