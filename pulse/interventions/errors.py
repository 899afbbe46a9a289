"""What can go wrong with an adoption."""

from pulse.errors import ConflictError, InvalidError


class AlreadyAdoptedError(ConflictError):
    """The date is entered once, so that nobody can move it to where the data look best."""

    message = "The start of the rules is already on record (%(date)s) and stays as it is."


class NotAdoptedError(ConflictError):
    """A reason without a start."""

    message = "Put the start of the rules on record first."


class AdoptionInFutureError(InvalidError):
    """A date far ahead is a plan, not a fact."""

    message = "Enter the date when the rules have started, not a date to come."
