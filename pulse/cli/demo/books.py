"""What HR of the simulated company writes down: events, and the numbers from the books."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from pulse.waves.calendar import next_month

ORDERS = (560, 680)
LATE_AT, RUSH_AT, COMPLAINTS_AT = 0.20, 0.24, 0.05
"""Shares of the orders at an index of `FRICTION`."""
FRICTION = 58.0
BOOKED_ON = 4
"""Day of the next month on which a month's numbers are known."""

# Days since the adoption, kind, note. Each day has one: the log is in the order of days.
EVENTS: tuple[tuple[int, str, str], ...] = (
    (-52, "new_leader", "New head of Operations (simulated)"),
    (8, "summit", "Both groups met for a day and read the ten rules together (simulated)"),
    (43, "gap_shown", "The survey's perception gap was shown to both groups (simulated)"),
    (71, "pay_plan", "Sales bonus now counts orders delivered on time (simulated)"),
    (127, "summit", "Half a day in the warehouse, both groups (simulated)"),
    (232, "reorganisation", "One order desk for both groups (simulated)"),
)


def events(adopted_on: dt.date) -> list[tuple[dt.date, str, str]]:
    """Return day, kind and note of what happened, in order."""
    return [(adopted_on + dt.timedelta(days=days), kind, note) for days, kind, note in EVENTS]


def numbers(
    friction: float, rng: np.random.Generator, *, has_rules: bool, head_counts: Sequence[int]
) -> dict[str, int]:
    """Return a month's numbers, as they follow from the true friction: late and rushed with it.

    Parameters
    ----------
    friction
        True index of the month, mean of both groups.
    has_rules
        Whether the rules were in force: rule 7 asks both groups to meet.
    """
    above = (friction - FRICTION) / 100.0
    orders = int(rng.integers(*ORDERS, endpoint=True))
    late = rng.binomial(orders, _share(LATE_AT + 0.9 * above))
    meetings = 1 + int(rng.integers(0, 2)) + (2 if has_rules else 0)
    return {
        "orders": orders,
        "rush_orders": int(rng.binomial(orders, _share(RUSH_AT + 0.8 * above))),
        "on_time": orders - int(late),
        "complaints": int(rng.binomial(orders, _share(COMPLAINTS_AT + 0.2 * above))),
        "meetings": meetings,
        "head_count_first": head_counts[0],
        "head_count_second": head_counts[1],
    }


def booked_on(month: dt.date) -> dt.date:
    """Return the day on which a month's numbers are written down."""
    return next_month(month).replace(day=BOOKED_ON)


def _share(value: float) -> float:
    return min(0.95, max(0.01, value))
