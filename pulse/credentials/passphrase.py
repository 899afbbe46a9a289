"""What counts as a trustee's passphrase. Pure.

The locked key may be stolen and guessed at in peace, at 0.3 s a guess and core. A password that
serves for logging in, where ten wrong tries lock the door, is far too short for that.
"""

import secrets
import unicodedata

from pulse.credentials.errors import PassphraseTooLongError, PassphraseTooSimpleError

SHORTEST = 20
LONGEST = 200
FEWEST_SYMBOLS = 8  # different ones: "aaaaaaaaaaaaaaaaaaaa" is long, too
DRAWN_GROUPS, DRAWN_LETTERS = 6, 4
DRAWN_FROM = "23456789abcdefghjkmnpqrstvwxyz"  # nothing that looks like something else


def normalised(passphrase: str) -> str:
    """Return what is meant: the same on every keyboard, whatever spaces stand around it.

    >>> normalised("  four  words in a row ")
    'four words in a row'
    """
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())


def check_passphrase(passphrase: str) -> str:
    """Return the normalised passphrase, if it is one that cannot be guessed soon.

    Raises
    ------
    PassphraseTooSimpleError
        Under 20 characters, or fewer than 8 different ones.
    PassphraseTooLongError
        Nobody types it.
    """
    text = normalised(passphrase)
    if len(text) > LONGEST:
        raise PassphraseTooLongError(longest=LONGEST)
    if len(text) < SHORTEST or len(set(text)) < FEWEST_SYMBOLS:
        raise PassphraseTooSimpleError(shortest=SHORTEST, symbols=FEWEST_SYMBOLS)
    return text


def draw_passphrase() -> str:
    """Return a passphrase of about 117 random bits, in groups that can be written down."""
    groups = (
        "".join(secrets.choice(DRAWN_FROM) for _ in range(DRAWN_LETTERS))
        for _ in range(DRAWN_GROUPS)
    )
    return "-".join(groups)
