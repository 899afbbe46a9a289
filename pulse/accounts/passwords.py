"""Passwords: argon2id, and one generated password for when nobody wants to invent one."""

import secrets
from functools import cache

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 10
LONGEST = 200
GENERATED_SYMBOLS = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else

STANDARD = PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)
CHEAPEST = PasswordHasher.from_parameters(profiles.CHEAPEST)  # for tests and the demo's history


def generate_password() -> str:
    """Return a password of about 78 random bits, in four groups that can be read aloud."""
    groups = ("".join(secrets.choice(GENERATED_SYMBOLS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def is_right(password_hash: str, password: str) -> bool:
    """Whether `password` belongs to `password_hash`."""
    try:
        return STANDARD.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def waste_time(password: str) -> None:
    """Take as long as a check would: an unknown address must not answer faster."""
    is_right(_decoy(), password)


@cache
def _decoy() -> str:
    return STANDARD.hash(secrets.token_urlsafe(16))
