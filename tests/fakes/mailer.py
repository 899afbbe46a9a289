"""A mailer that keeps what it is given, or answers with the errors that it is told to."""

from collections.abc import Iterable
from email.message import EmailMessage


class FakeMailer:
    """Each sending takes the next of `errors`; where there is none, the message is kept."""

    def __init__(self, errors: Iterable[Exception | None] = ()) -> None:
        self.sent: list[EmailMessage] = []
        self.is_closed = False
        self._errors = list(errors)

    def send(self, message: EmailMessage) -> None:
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        self.sent.append(message)

    def close(self) -> None:
        self.is_closed = True
