"""Which two rotating questions a person is asked. Pure.

Eleven questions take turns: one per rule, and emergencies. In a large group each browser draws its
own pair; in a small one the whole group gets the pair of the month, since a draw would leave most
questions with fewer than five answers. Never from the code or the credential.
"""

import datetime as dt
from typing import Literal

Mode = Literal["drawn", "common"]

RULE_ITEMS = tuple(f"RU{number:02d}" for number in range(1, 11))
EMERGENCY_ITEM = "EMRG"
# Rules 2 and 6 speak of whoever makes requests: that group answers about itself.
SELF_RATED = {"RU02": "RU02S", "RU06": "RU06S"}
DRAWN_FROM_EXPECTED_ANSWERS = 60


def rotating_items(makes_requests: bool) -> tuple[str, ...]:  # noqa: FBT001 - the contract's form
    """Return the eleven rotating items of a group.

    Parameters
    ----------
    makes_requests
        Whether it is this group that asks the other for things.
    """
    rules = (SELF_RATED.get(item, item) if makes_requests else item for item in RULE_ITEMS)
    return (*rules, EMERGENCY_ITEM)


def common_pair(month: dt.date, makes_requests: bool) -> tuple[str, str]:  # noqa: FBT001
    """Return the pair of the month for a whole group; each item comes back every 5 1/2 months."""
    items = rotating_items(makes_requests)
    start = 2 * (12 * month.year + month.month) % len(items)
    return items[start], items[(start + 1) % len(items)]


def mode_for(expected_answers: float) -> Mode:
    """Return whether each browser draws its pair or the group shares one."""
    return "drawn" if expected_answers >= DRAWN_FROM_EXPECTED_ANSWERS else "common"
