"""What can go wrong with a wave."""

from pulse.errors import ConflictError, NotFoundError


class WaveNotFoundError(NotFoundError):
    """No such wave."""

    message = "We could not find that survey."


class WaveClosedError(ConflictError):
    """The wave does not take answers."""

    message = "This survey is not open."


class WaveStateError(ConflictError):
    """A step out of order."""

    message = "This survey is %(state)s and cannot become %(target)s."


class WaveTooYoungError(ConflictError):
    """Open for less than a day."""

    message = (
        "A survey stays open for at least 24 hours, so that everybody has the chance to answer."
    )


class MonthTakenError(ConflictError):
    """Two waves in a month."""

    message = "There is already a survey for this month."


class AnotherWaveOpenError(ConflictError):
    """Two open waves of one company."""

    message = "Another survey is still open. Close it first."
