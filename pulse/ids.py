"""Identifiers. Public ones are random, never counters, so that none tells an order."""

import uuid
from typing import NewType

CompanyId = NewType("CompanyId", uuid.UUID)
UserId = NewType("UserId", uuid.UUID)
PersonId = NewType("PersonId", uuid.UUID)
WaveId = NewType("WaveId", uuid.UUID)
InvitationId = NewType("InvitationId", uuid.UUID)
# "first" or "second": which of a company's two groups. The people's own names are in `companies`.
GroupCode = NewType("GroupCode", str)

FIRST = GroupCode("first")
SECOND = GroupCode("second")
GROUP_CODES: tuple[GroupCode, GroupCode] = (FIRST, SECOND)


def other_group(group: GroupCode) -> GroupCode:
    """Return the group that `group` rates."""
    return SECOND if group == FIRST else FIRST
