"""What can be wrong with a ballot on its way in."""

from pulse.errors import InvalidError


class MalformedBallotError(InvalidError):
    """Not of the one agreed form."""

    message = "These answers arrived damaged. Please press Send again."
