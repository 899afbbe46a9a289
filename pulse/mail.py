"""Mail behind a Protocol: an SMTP server, or a folder of .eml files."""

import contextlib
import datetime as dt
import re
import smtplib
import ssl
import time
import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import NoReturn, Protocol

from pulse.config import MailSettings

LINE_BREAKS = re.compile(r"[\r\n]+")
TIMEOUT_SECONDS = 30.0
# A connection that rested is asked whether it still lives, before a message is trusted to it.
REST_SECONDS = 2.0
# After a failed connection nobody waits for the next one: a dead server must not hold up other work.
PAUSE_SECONDS = 20.0


class MailError(Exception):
    """A mail was not taken; the reason may be shown to HR."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporaryMailError(MailError):
    """Trying again later may help: a 4xx answer, or no connection."""


class PermanentMailError(MailError):
    """Trying again cannot help: a 5xx answer."""


class Mailer(Protocol):
    """Hands one message over."""

    def send(self, message: EmailMessage) -> None:
        """Hand `message` over; raises `TemporaryMailError` or `PermanentMailError`."""
        ...

    def close(self) -> None:
        """End the connection, where there is one."""
        ...


def mailer_for(settings: MailSettings) -> Mailer:
    """Return the mailer that the settings ask for."""
    if settings.directory is not None:
        return FileMailer(settings.directory)
    return SmtpMailer(settings)


class FileMailer:
    """Writes each message as one .eml file; a reader never sees half of one."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def send(self, message: EmailMessage) -> None:
        """Write the message under its own Message-ID: sent twice, it is still one file."""
        name = str(message.get("Message-ID") or uuid.uuid4()).strip("<>").split("@", maxsplit=1)[0]
        draft = self._directory / f".{name}.new"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(message.as_bytes(policy=SMTP))
            draft.replace(self._directory / f"{name}.eml")
        except OSError as error:
            raise TemporaryMailError(f"The mail folder cannot be written: {error}.") from error

    def close(self) -> None:
        """Nothing is open."""


class SmtpMailer:
    """Sends through one SMTP connection, which is kept for the next message.

    A message is handed over once: where the connection breaks in the middle, the server may have
    taken it, and only the caller decides about another try.
    """

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._refuse_until = 0.0
        self._trouble = ""

    def send(self, message: EmailMessage) -> None:
        """Send; every refused recipient is an error, also where others were taken."""
        connection = self._alive() or self._connect()
        try:
            refused = connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPNotSupportedError as error:
            raise PermanentMailError(
                "The mail server cannot send to an address with such letters."
            ) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise TemporaryMailError(
                f"The connection to the mail server broke: {_words(error)}."
            ) from error
        self._used_at = time.monotonic()
        for code, text in refused.values():
            raise _refusal(code, text)

    def close(self) -> None:
        """Say goodbye to the server."""
        if self._connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _alive(self) -> smtplib.SMTP | None:
        connection = self._connection
        if connection is None or time.monotonic() - self._used_at < REST_SECONDS:
            return connection
        try:
            is_alive = connection.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            is_alive = False
        if not is_alive:
            self._drop()
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        if time.monotonic() < self._refuse_until:
            raise TemporaryMailError(self._trouble)
        try:
            self._connection = self._open()
        except smtplib.SMTPResponseException as error:
            # A refused login is the installation's fault, not the recipient's: worth another try.
            self._pause(_refusal(error.smtp_code, error.smtp_error).reason, error)
        except (smtplib.SMTPException, OSError) as error:
            self._pause(f"The mail server cannot be reached: {_words(error)}.", error)
        return self._connection

    def _pause(self, reason: str, error: Exception) -> NoReturn:
        self._trouble = reason
        self._refuse_until = time.monotonic() + PAUSE_SECONDS
        raise TemporaryMailError(reason) from error

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        connection = self._greet()
        try:
            if settings.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if settings.user:
                connection.login(settings.user, settings.password)
        except (smtplib.SMTPException, OSError):
            connection.close()
            raise
        return connection

    def _greet(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)


def _refusal(code: int, text: bytes | str) -> MailError:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    reason = f"The mail server answered {code}: {' '.join(words.split())}"
    return PermanentMailError(reason) if code >= 500 else TemporaryMailError(reason)


def _words(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def compose(
    *,
    name: str,
    to: str,
    sender_name: str,
    sender_address: str,
    language: str,
    written_at: dt.datetime,
    subject: str,
    text: str,
    html: str,
) -> EmailMessage:
    """Return a mail with a plain and an HTML part.

    Parameters
    ----------
    name
        Becomes the Message-ID, so that a mail that is sent twice is recognised.

    Raises
    ------
    MessageError, ValueError, IndexError, TypeError
        An address is none.
    """
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = Address(LINE_BREAKS.sub(" ", sender_name), addr_spec=sender_address)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{name}@{sender_address.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    # Last: setting the content drops all headers about it.
    message["Content-Language"] = language
    return message
