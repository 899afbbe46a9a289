"""What can go wrong with a notice."""

from pulse.errors import NotFoundError


class NoticeNotFoundError(NotFoundError):
    """No notice under this name."""

    message = "We could not find that notice."


class MalformedNoticeError(ValueError):
    """A text is no notice, or not written in the one canonical form."""


class KeysDifferError(ValueError):
    """A key is not the one of the notice, or a notice is not the one that was printed."""
