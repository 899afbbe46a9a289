"""Mail against a real SMTP server: kept connections, refusals, trouble, TLS; and the folder."""

import asyncio
import datetime as dt
import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pulse import mail
from pulse.config import MailSettings
from pulse.mail import (
    FileMailer,
    PermanentMailError,
    SmtpMailer,
    TemporaryMailError,
    mailer_for,
)


class Handler:
    """Answers by address: `x451@...` gets 451; keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.peers: set[Any] = set()
        self.data_answer = "250 taken"
        self.drops = 0

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.peers.add(session.peer)
        code = address.partition("@")[0].removeprefix("x")
        if code.isdigit():
            return f"{code} <{address}> is refused"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.drops:
            self.drops -= 1
            assert server.transport is not None
            server.transport.close()
            await asyncio.sleep(0.05)
            return "250 never heard"
        if self.data_answer.startswith("2"):
            self.taken.append((list(envelope.rcpt_tos), envelope.content or b""))  # type: ignore[arg-type]
        return self.data_answer


@pytest.fixture
def handler() -> Handler:
    return Handler()


def listening(handler: Handler, **options: Any) -> Controller:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Controller(handler, hostname="127.0.0.1", port=port, **options)


@pytest.fixture
def server(handler: Handler) -> Iterator[Controller]:
    controller = listening(handler)
    controller.start()
    yield controller
    controller.stop()


def settings_for(server: Controller, **values: Any) -> MailSettings:
    return MailSettings(host="127.0.0.1", port=server.port, security="none", **values)


@pytest.fixture
def mailer(server: Controller) -> Iterator[SmtpMailer]:
    mailer = SmtpMailer(settings_for(server))
    yield mailer
    mailer.close()


def letter(*to: str, subject: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "pulse@example.com"
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject.lower()}@example.com>"
    message.set_content("¿Qué tal?\n")
    return message


def test_one_connection_serves_many_messages(handler: Handler, mailer: SmtpMailer) -> None:
    for number in range(3):
        mailer.send(letter("ana@example.com", subject=f"No{number}"))
    subjects = [message_from_bytes(content)["Subject"] for _to, content in handler.taken]
    assert subjects == ["No0", "No1", "No2"]
    assert [to for to, _content in handler.taken] == [["ana@example.com"]] * 3
    assert len(handler.peers) == 1


@pytest.mark.parametrize(("code", "kind"), [(550, PermanentMailError), (451, TemporaryMailError)])
def test_a_refused_recipient_is_told_in_the_servers_words(
    handler: Handler, mailer: SmtpMailer, code: int, kind: type[mail.MailError]
) -> None:
    with pytest.raises(kind) as raised:
        mailer.send(letter(f"x{code}@example.com"))
    expected = f"The mail server answered {code}: <x{code}@example.com> is refused"
    assert raised.value.reason == expected
    mailer.send(letter("ana@example.com"))
    assert len(handler.taken) == 1
    assert len(handler.peers) == 1  # a refusal is no reason to hang up


def test_one_refused_of_two_is_seen(handler: Handler, mailer: SmtpMailer) -> None:
    with pytest.raises(PermanentMailError, match="550"):
        mailer.send(letter("ana@example.com", "x550@example.com"))
    assert [to for to, _content in handler.taken] == [["ana@example.com"]]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("554 looks like spam", PermanentMailError), ("452 disk full", TemporaryMailError)],
)
def test_a_refused_message(
    handler: Handler, mailer: SmtpMailer, answer: str, kind: type[mail.MailError]
) -> None:
    handler.data_answer = answer
    with pytest.raises(kind, match=answer[4:]):
        mailer.send(letter("ana@example.com"))


def test_a_break_in_the_middle_is_not_sent_twice_by_itself(
    handler: Handler, mailer: SmtpMailer
) -> None:
    """The server may have taken it: only the job knows whether to try again."""
    mailer.send(letter("ana@example.com"))
    handler.drops = 1
    with pytest.raises(TemporaryMailError, match="broke"):
        mailer.send(letter("ana@example.com"))
    assert len(handler.taken) == 1
    mailer.send(letter("ana@example.com"))
    assert len(handler.taken) == 2


def test_a_connection_that_died_at_rest_is_opened_anew(
    handler: Handler, server: Controller, mailer: SmtpMailer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer.send(letter("ana@example.com"))
    monkeypatch.setattr(mail, "REST_SECONDS", 0.0)
    assert mailer._connection is not None
    assert mailer._connection.sock is not None
    mailer._connection.sock.shutdown(socket.SHUT_RDWR)
    mailer.send(letter("ana@example.com"))
    assert len(handler.taken) == 2
    assert len(handler.peers) == 2


def test_a_server_that_is_away_is_asked_again_only_after_a_pause(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = listening(handler)
    mailer = SmtpMailer(settings_for(back))
    with pytest.raises(TemporaryMailError, match="cannot be reached"):
        mailer.send(letter("ana@example.com"))
    asked: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(smtplib, "SMTP", lambda *a, **_k: asked.append(a))
        with pytest.raises(TemporaryMailError, match="cannot be reached"):
            mailer.send(letter("ana@example.com"))
    assert asked == []
    back.start()
    try:
        mailer._refuse_until = 0.0  # the pause is over
        mailer.send(letter("ana@example.com"))
    finally:
        mailer.close()
        back.stop()
    assert len(handler.taken) == 1


def test_a_refused_login_is_worth_another_try(handler: Handler) -> None:
    """A wrong password in the settings must not fail five hundred invitations for good."""

    def authenticate(
        _server: SMTP, _session: object, _envelope: object, _how: str, data: Any
    ) -> Any:
        return AuthResult(success=data.password == b"right", handled=False)

    controller = listening(handler, authenticator=authenticate, auth_require_tls=False)
    controller.start()
    try:
        wrong = SmtpMailer(settings_for(controller, user="pulse", password="wrong"))
        with pytest.raises(TemporaryMailError, match="535"):
            wrong.send(letter("ana@example.com"))
        right = SmtpMailer(settings_for(controller, user="pulse", password="right"))
        right.send(letter("ana@example.com"))
        right.close()
    finally:
        controller.stop()
    assert len(handler.taken) == 1


def test_without_starttls_nothing_is_sent_where_it_is_asked_for(
    handler: Handler, server: Controller
) -> None:
    settings = replace(settings_for(server, user="u", password="p"), security="starttls")
    with pytest.raises(TemporaryMailError, match="STARTTLS"):
        SmtpMailer(settings).send(letter("ana@example.com"))
    assert handler.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_is_used_and_the_certificate_checked(
    handler: Handler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: Any
) -> None:
    certificate, key = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    options = {"tls_context": context, "require_starttls": True}
    controller = listening(handler, **(options if security == "starttls" else {}))
    if security == "tls":
        controller.ssl_context = context
    controller.start()
    settings = replace(settings_for(controller), security=security)
    try:
        with pytest.raises(TemporaryMailError, match=r"(?i)certificate"):
            SmtpMailer(settings).send(letter("ana@example.com"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # now its authority is known
        mailer = SmtpMailer(settings)
        mailer.send(letter("ana@example.com"))
        mailer.close()
    finally:
        controller.stop()
    assert len(handler.taken) == 1


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(tz=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths


def test_letters_that_the_server_cannot_take_in_an_address(handler: Handler) -> None:
    controller = listening(handler, enable_SMTPUTF8=False)
    controller.start()
    mailer = SmtpMailer(settings_for(controller))
    try:
        with pytest.raises(PermanentMailError, match="such letters"):
            mailer.send(letter("josé@example.com"))
        mailer.send(letter("ana@example.com"))
    finally:
        mailer.close()
        controller.stop()
    assert len(handler.taken) == 1


def test_the_folder_gets_whole_files_and_no_doubles(tmp_path: Path) -> None:
    settings = MailSettings(directory=tmp_path / "mail")
    mailer = mailer_for(settings)
    assert isinstance(mailer, FileMailer)
    for subject in ("One", "Two", "One"):
        mailer.send(letter("ana@example.com", subject=subject))
    mailer.close()
    files = sorted(path.name for path in (tmp_path / "mail").iterdir())
    assert files == ["one.eml", "two.eml"]
    content = (tmp_path / "mail" / "one.eml").read_bytes()
    assert message_from_bytes(content)["To"] == "ana@example.com"


def test_a_folder_that_cannot_be_written_is_trouble_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TemporaryMailError):
        FileMailer(tmp_path / "file" / "mail").send(letter("ana@example.com"))


def test_settings_choose_the_mailer() -> None:
    assert isinstance(mailer_for(MailSettings(host="mail.example.com")), SmtpMailer)
