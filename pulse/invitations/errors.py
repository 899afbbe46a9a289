"""What can go wrong with an invitation."""

from pulse.errors import ConflictError, InvalidError, NotFoundError


class CodeUnknownError(NotFoundError):
    """No open wave knows the code."""

    message = "We do not know this code. Compare it with your slip or open your link again."


class SurveyClosedError(ConflictError):
    """The code may have been right, but nothing is open."""

    message = "The survey closed on %(date)s."


class CodeUsedError(ConflictError):
    """The one credential of this code was issued to another request."""

    message = "This code was used already. Each code works once. Thank you for your answers."


class SlipsUsedUpError(ConflictError):
    """After a reprint more slips are about than people: no more ballots are taken than people."""

    message = "All slips of your group were used. Please tell the people who gave you this slip."


class TooManySlipsError(InvalidError):
    """A reprint is for at most as many people as take slips."""

    message = "Choose a number from 1 to %(most)s."


class RequestMalformedError(InvalidError):
    """The request is not of the agreed form."""

    message = "This request could not be read. Please open your link again."


class NobodyToInviteError(ConflictError):
    """A group is empty, so there is nothing to compare."""

    message = (
        "%(group)s has nobody to invite. Import the list of people or set a number of slips first."
    )


class WaveNotOpenError(NotFoundError):
    """Invitations belong to an open wave."""

    message = "No survey is open now."


class WaveNotOverError(ConflictError):
    """An open wave's invitations are still needed."""

    message = "This survey is not over. Close it first."


class NoLiveNumbersError(ConflictError):
    """A number that ticks up beside a person is a link, so there is none before the close."""

    message = "The numbers of a survey are shown after it has closed."
