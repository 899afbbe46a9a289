"""What can be wrong with a slip that comes without JavaScript."""

from pulse.errors import DeniedError, InvalidError


class SlipElsewhereError(InvalidError):
    """A slip of another company or wave; nothing was written."""

    message = "This code belongs to another survey. Please check the address on your slip."


class PersonalCodeError(DeniedError):
    """A personal link's code: here the server would learn who answered."""

    message = (
        "This code is from a mail. It works only with JavaScript, because without it this page "
        "could not keep your name apart from your answers. Open the link from your mail in another "
        "browser, or ask for a paper slip."
    )


class OtherGroupError(InvalidError):
    """A slip of the other group: its people are asked other questions."""

    message = "This code is for people in %(group)s. Please use the page of that group."


class MistypedCodeError(InvalidError):
    """Not a code."""

    message = "This code has a typing mistake. Compare it with your slip."
