"""What can go wrong in the room `companies`."""

from pulse.errors import ConflictError, InvalidError, NotFoundError


class CompanyNotFoundError(NotFoundError):
    """No such company."""

    message = "We could not find that company."


class NameMissingError(InvalidError):
    """A company or group without a name."""

    message = "Enter the names of the company and of both groups."


class NameTooLongError(InvalidError):
    """A name that does not fit."""

    message = "“%(name)s” is too long. Use at most %(limit)s characters."


class GroupNamesAlikeError(InvalidError):
    """The two groups cannot be told apart by name."""

    message = "The two groups need different names: people and rosters could mix them up."


class TimeZoneUnknownError(InvalidError):
    """Not an IANA time zone."""

    message = "“%(name)s” is not a time zone. Choose one from the list, such as Europe/Madrid."


class LanguageUnknownError(InvalidError):
    """Not a language that Pulse speaks."""

    message = "Choose English or Spanish."


class SeasonAnswerUnknownError(InvalidError):
    """Not one of the answers that are offered."""

    message = "Answer yes, no or not sure."


class CellSizeTooSmallError(InvalidError):
    """Below the floor that every company was promised."""

    message = "Results are shown for groups of %(floor)s answers or more. It cannot be less."


class CellSizeLoweredError(ConflictError):
    """A promise made to the people who answered would be broken."""

    message = (
        "People were promised that results need at least %(current)s answers. "
        "You can raise this number, but you cannot lower it."
    )


class HeadCountInvalidError(InvalidError):
    """A number of slips below nothing."""

    message = "The number of people with a slip is 0 or more."


class FollowUpsInvalidError(InvalidError):
    """More mails than people should get, or fewer than none."""

    message = "Choose a number of follow-up mails from 0 to %(most)s."
