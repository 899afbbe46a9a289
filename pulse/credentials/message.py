"""What a credential says: which wave, which group, which key, and one random token.

``msg = prefix (32 random bytes) | b"pulse/v1|<wave>|<group>|<kid>|" | t (32 random bytes)``

The prefix is that of RFC 9474's randomized variants. The label stands inside the signed message, so
that a credential of one wave or group is worth nothing in another; t is what is spent once.
"""

import base64
import binascii
import hashlib
import re

PREFIX_BYTES = 32
TOKEN_BYTES = 32
PROTOCOL = "pulse/v1"

_FIELD = re.compile(r"[A-Za-z0-9._-]{1,64}")


class MalformedMessageError(ValueError):
    """A credential message, a label field or a base64url text is not of the agreed form."""


def label(wave: str, group: str, kid: str) -> bytes:
    """Return the label that binds a credential to one wave, group and issuance key.

    Parameters
    ----------
    wave, group, kid
        The wave's UUID as text, the group code, and `PublicKey.kid`. Only letters, digits, dot,
        underscore and hyphen: a bar inside a field could make two labels read alike.

    Raises
    ------
    MalformedMessageError
        If a field is empty, longer than 64 characters or has another character.
    """
    for text in (wave, group, kid):
        if not _FIELD.fullmatch(text):
            raise MalformedMessageError("a label field has a character that is not allowed")
    return f"{PROTOCOL}|{wave}|{group}|{kid}|".encode("ascii")


def build_message(prefix: bytes, label: bytes, t: bytes) -> bytes:
    """Return the message that is signed; raises `MalformedMessageError` on a wrong length."""
    if len(prefix) != PREFIX_BYTES or len(t) != TOKEN_BYTES:
        raise MalformedMessageError("prefix and token have 32 bytes each")
    return prefix + label + t


def parse_message(msg: bytes, label: bytes) -> bytes:
    """Return the token t of a message that must carry exactly the expected label.

    Raises
    ------
    MalformedMessageError
        If the length differs or the label is that of another wave, group or key.
    """
    if len(msg) != PREFIX_BYTES + len(label) + TOKEN_BYTES:
        raise MalformedMessageError("the message has a wrong length")
    if msg[PREFIX_BYTES:-TOKEN_BYTES] != label:
        raise MalformedMessageError("the message belongs to another wave, group or key")
    return msg[-TOKEN_BYTES:]


def token_hash(t: bytes) -> bytes:
    """SHA-256 of the token: the only trace of a credential that the ballot box keeps."""
    return hashlib.sha256(t).digest()


def to_base64url(value: bytes) -> str:
    """Write bytes for JSON: RFC 4648 base64url without padding, as the browser client does."""
    return base64.urlsafe_b64encode(value).decode("ascii").rstrip("=")


def from_base64url(text: str) -> bytes:
    """Read what `to_base64url` wrote, and nothing that is only similar to it.

    One value has one text: otherwise a retry could look like another request.

    Raises
    ------
    MalformedMessageError
        On padding, foreign characters, or unused bits that are not zero.
    """
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedMessageError("not base64url") from error
    if to_base64url(value) != text:
        raise MalformedMessageError("not canonical base64url")
    return value
