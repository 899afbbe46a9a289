"""What counts as an e-mail address that our mail server can be handed."""

import re

LONGEST = 254
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


def is_address(text: str) -> bool:
    """Whether `text` is one plain address: no display name, no list, no letters beyond ASCII.

    >>> is_address("ana@example.com"), is_address("ana@example"), is_address("ana@x.com, b@x.com")
    (True, False, False)
    """
    return len(text) <= LONGEST and _ADDRESS.fullmatch(text) is not None


def same_mailbox(address: str) -> str:
    """Return `address` for comparing: hardly a server tells capital letters apart.

    >>> same_mailbox(" Ana@Example.com ")
    'ana@example.com'
    """
    return address.strip().lower()
