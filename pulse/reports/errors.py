"""What can go wrong in the room `reports`."""

from pulse.errors import ConflictError, NotFoundError


class ReportNotFoundError(NotFoundError):
    """No report of this month has been released."""

    message = "There is no report for that month."


class NothingReleasedError(ConflictError):
    """The wave's cells are not released yet, so there is nothing to report on."""

    message = "The answers of this survey are not released yet."
