"""Background jobs of the room `people`."""

from typing import Any

from pulse.jobs.runner import TaskContext
from pulse.people import service


def discard_old_drafts(context: TaskContext, _payload: dict[str, Any]) -> None:
    """Forget uploaded rosters that nobody decided about for a day."""
    service.discard_old_drafts(context.session, now=context.now())
