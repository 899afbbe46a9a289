"""What can go wrong in the room `accounts`."""

from pulse.errors import ConflictError, DeniedError, InvalidError, NotFoundError, RateLimitError


class LogInError(DeniedError):
    """Address and password do not belong together; which of the two is wrong is not told."""

    message = "This e-mail address and password do not belong together. Please try again."


class AccountLockedError(RateLimitError):
    """Too many wrong passwords in a row."""

    message = "Too many wrong passwords. Please wait 15 minutes and try again."


class PasswordWrongError(InvalidError):
    """The present password, asked for before a change, is wrong."""

    message = "This is not your present password. Please type it again."


class UserNotFoundError(NotFoundError):
    """Nobody logs in with that address."""

    message = "Nobody logs in with the address “%(email)s”."


class EmailTakenError(ConflictError):
    """An account with this address exists."""

    message = "Somebody already logs in with the address “%(email)s”."


class EmailInvalidError(InvalidError):
    """Not an e-mail address."""

    message = "“%(email)s” is not an e-mail address. Enter one like name@example.com."


class PasswordTooShortError(InvalidError):
    """A password that can be guessed."""

    message = "Choose a password of at least %(shortest)s characters. A short sentence is fine."


class PasswordTooLongError(InvalidError):
    """A password that nobody types."""

    message = "Choose a password of at most %(longest)s characters."


class PersonNameError(InvalidError):
    """No name, or one too long."""

    message = "Enter a name of at most 120 characters."


class RoleUnknownError(InvalidError):
    """Not a role of the table in `permissions`."""

    message = "“%(role)s” is not a role. The roles are: %(roles)s."


class LanguageUnknownError(InvalidError):
    """Not a language that Pulse speaks."""

    message = "Choose English or Spanish."


class LastUserError(ConflictError):
    """Nobody would be left to log in."""

    message = "This is the last account of the company. Make another one first."


class SetupLinkError(DeniedError):
    """The one-time link is not, or no longer, valid."""

    message = (
        "This setup link has been used or replaced. "
        "If nobody can log in yet, restart Pulse: it prints a new link."
    )
