"""TABLES: the kinds of events, and the numbers of a month, with the words for them."""

EVENT_KINDS: dict[str, str] = {
    "summit": "Summit: both groups met in person",
    "gap_shown": "Perception gap shown to both groups",
    "pay_plan": "Pay or bonus plan changed",
    "reorganisation": "Reorganisation",
    "layoffs": "Layoffs",
    "new_leader": "New head of a group",
    "shutdown": "Shutdown or holiday stop",
    "other": "Something else",
}

FACTS: dict[str, str] = {
    "orders": "Orders",
    "rush_orders": "Rush orders",
    "on_time": "Orders delivered on the promised date",
    "complaints": "Complaints and returns",
    "meetings": "Joint meetings held",
    "head_count_first": "Head count, first group",
    "head_count_second": "Head count, second group",
}
PARTS_OF_ORDERS = ("rush_orders", "on_time")
"""Numbers that cannot be more than the month's orders."""

LARGEST = 10_000_000
