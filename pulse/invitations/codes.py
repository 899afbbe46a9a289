"""Invitation codes: derived from the wave's secret, never stored. Pure.

Crockford's base 32. A personal link carries 26 symbols; a slip carries 10 and a check symbol and is
written 4-4-3. The parity of the first symbol tells the group, so that the page knows whom to ask
about without a request.

The check symbol makes the code word a zero of a linear form over GF(32) whose weights are all
different and not zero (a Reed-Solomon check). It therefore catches every wrong symbol and every
swap of two symbols, adjacent or not.
"""

import hashlib
import hmac
import re
import uuid

from pulse.ids import FIRST, SECOND, GroupCode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
EMAIL = "email"
SLIP = "slip"
PERSONAL_SYMBOLS = 26
SLIP_SYMBOLS = 11
LONGEST_TEXT = 100
FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Spaces of every kind, hyphens and dashes: people and word processors put them in.
SEPARATORS = re.compile(r"[\s\u00ad\u200b\u2010-\u2015\u2212-]+")
FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def code_for(code_secret: bytes, invitation_id: uuid.UUID, group_code: str, channel: str) -> str:
    """Return the code of an invitation, in its normal form.

    Parameters
    ----------
    code_secret
        The wave's secret for codes; without it no code can be made again.
    channel
        "email" or "slip".
    """
    material = f"pulse/v1|{channel}|{group_code}|".encode() + invitation_id.bytes
    number = int.from_bytes(hmac.digest(code_secret, material, "sha256"))
    length = PERSONAL_SYMBOLS if channel == EMAIL else SLIP_SYMBOLS - 1
    values = [(number >> 5 * place) & 31 for place in range(length)]
    values[0] = values[0] & ~1 | (group_code == SECOND)
    symbols = "".join(ALPHABET[value] for value in values)
    return symbols if channel == EMAIL else symbols + check_symbol(symbols)


def check_symbol(symbols: str) -> str:
    """Return the check symbol that follows `symbols`: the sum of 2^(i+1) times symbol i in GF(32)."""
    total = 0
    for symbol in reversed(symbols):
        total = (total ^ ALPHABET.index(symbol)) << 1
        if total & 32:
            total ^= FIELD_POLYNOMIAL
    return ALPHABET[total]


def normalise(text: str) -> str | None:
    """Return the normal form of what somebody typed, or nothing where it cannot be a code.

    Case, spaces and hyphens do not matter; O is read as 0, I and L as 1.
    """
    if len(text) > LONGEST_TEXT:
        return None
    code = SEPARATORS.sub("", text).upper().translate(FORGIVEN)
    if not code or any(symbol not in ALPHABET for symbol in code):
        return None
    if len(code) == PERSONAL_SYMBOLS:
        return code
    return code if is_slip(code) and check_symbol(code[:-1]) == code[-1] else None


def is_slip(code: str) -> bool:
    """Whether a code in normal form stands on a printed slip."""
    return len(code) == SLIP_SYMBOLS


def group_of(code: str) -> GroupCode:
    """Return the group whose people hold `code` (in normal form)."""
    return SECOND if ALPHABET.index(code[0]) % 2 else FIRST


def written(code: str) -> str:
    """Return a code as people read it: a slip's as 4-4-3."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}" if is_slip(code) else code


def code_hash(pepper: bytes, code: str) -> bytes:
    """Return what is stored of a code in normal form: 32 bytes, of no use without the pepper."""
    return hmac.digest(pepper, code.encode(), hashlib.sha256)
