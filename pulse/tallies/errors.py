"""What can be wrong with a count or a release."""

from pulse.errors import ConflictError, InvalidError


class NotClosingError(ConflictError):
    """A count before the survey has closed."""

    message = "This survey is not being closed, so its answers cannot be counted."


class NotCountedError(ConflictError):
    """A release before the count."""

    message = "The answers of this survey have not been counted yet."


class CellFloorError(InvalidError):
    """A minimum below the floor that everybody was promised."""

    message = "Results are shown for groups of %(floor)s answers or more. It cannot be less."
