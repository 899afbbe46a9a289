"""Settings: one frozen dataclass, read from the environment and checked before anything starts."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Security = Literal["starttls", "tls", "none"]
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(ValueError):
    """Lists everything that is wrong with the settings, one sentence a line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("Pulse cannot start:\n" + "\n".join(f"  - {line}" for line in problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """Where mail goes: an SMTP server, or a folder of .eml files for demo and development."""

    directory: Path | None = None
    host: str = ""
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = "pulse@localhost"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that an installation may choose.

    `key_dir` holds every private key and the session secret; it stays out of the database and of
    its backups, so that deleting a key makes what it protected unreadable for ever.
    """

    database_url: str
    key_dir: Path
    base_url: str
    secret_key: str = field(repr=False)
    mail: MailSettings = field(default_factory=MailSettings)
    host: str = "127.0.0.1"
    port: int = 8000
    is_demo: bool = False

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the installation over HTTPS."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read ``PULSE_*`` variables.

        Raises
        ------
        SettingsError
            With every problem found, not only the first.
        """
        env = os.environ if environ is None else environ
        problems: list[str] = []
        data_dir = Path(env.get("PULSE_DATA_DIR", "var")).absolute()
        key_dir = Path(env.get("PULSE_KEY_DIR", str(data_dir / "keys"))).absolute()
        port = _integer(env, "PULSE_PORT", 8000, problems)
        base_url = env.get("PULSE_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        _check_base_url(base_url, problems)
        settings = cls(
            database_url=env.get("PULSE_DATABASE_URL", f"sqlite:///{data_dir / 'pulse.db'}"),
            key_dir=key_dir,
            base_url=base_url,
            secret_key=env.get("PULSE_SECRET_KEY", ""),
            mail=_mail(env, data_dir, problems),
            host=env.get("PULSE_HOST", "127.0.0.1"),
            port=port,
            is_demo=env.get("PULSE_DEMO", "") == "1",
        )
        if problems:
            raise SettingsError(problems)
        return settings.with_secret()

    def with_secret(self) -> "Settings":
        """Return the settings with a session secret, made once and kept in the key directory."""
        if self.secret_key:
            return self
        path = self.key_dir / "session_secret"
        if not path.exists():
            self.key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(48))
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Settings(**(values | {"secret_key": path.read_text().strip()}))


def _integer(env: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    text = env.get(name, str(default))
    if text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    problems.append(f"{name} is {text!r}; give a port number from 1 to 65535.")
    return default


def _check_base_url(base_url: str, problems: list[str]) -> None:
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        problems.append(
            f"PULSE_BASE_URL is {base_url!r}; give the address that people open, "
            "for example https://pulse.example.com."
        )
    elif parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        problems.append(
            f"PULSE_BASE_URL is {base_url!r}: browsers allow the encryption of answers only over "
            "HTTPS. Put a TLS proxy in front (see README) and give the https:// address."
        )


def _mail(env: Mapping[str, str], data_dir: Path, problems: list[str]) -> MailSettings:
    target = env.get("PULSE_MAIL", f"file:{data_dir / 'mail'}")
    sender = env.get("PULSE_MAIL_SENDER", "pulse@localhost")
    if target.startswith("file:"):
        return MailSettings(directory=Path(target.removeprefix("file:")).absolute(), sender=sender)
    if target != "smtp":
        problems.append(f"PULSE_MAIL is {target!r}; give 'smtp' or 'file:/some/folder'.")
    security = env.get("PULSE_SMTP_SECURITY", "starttls")
    if security not in {"starttls", "tls", "none"}:
        problems.append(f"PULSE_SMTP_SECURITY is {security!r}; give starttls, tls or none.")
        security = "starttls"
    if target == "smtp" and not env.get("PULSE_SMTP_HOST"):
        problems.append("PULSE_SMTP_HOST is missing; name the SMTP server that sends the mail.")
    return MailSettings(
        host=env.get("PULSE_SMTP_HOST", ""),
        port=_integer(env, "PULSE_SMTP_PORT", 587, problems),
        security=security,  # type: ignore[arg-type]
        user=env.get("PULSE_SMTP_USER", ""),
        password=env.get("PULSE_SMTP_PASSWORD", ""),
        sender=sender,
    )
