"""How numbers are printed: whole, with a real minus sign. Pure."""

import math

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


def whole(value: float) -> int:
    """Round half up, so that a reader with a pocket calculator gets the same."""
    return math.floor(value + 0.5)


def signed(value: float) -> str:
    """Return a whole change with its sign, a real minus sign or a plus; 0 has none."""
    number = whole(abs(value))
    if number == 0:
        return "0"
    return f"{MINUS if value < 0 else '+'}{number}"


def percent(share: float | None) -> str:
    """Return a share from 0 to 1 as whole per cent, "93 %"; empty where there is none."""
    return "" if share is None else f"{whole(100 * share)}{NO_BREAK}%"


def sentence(text: str) -> str:
    """Return `text` with a capital first letter: a group's name may begin with an article."""
    return text[:1].upper() + text[1:]
