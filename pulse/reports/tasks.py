"""Background work of the room `reports`."""

import uuid
from typing import Any

from pulse.jobs.runner import TaskContext
from pulse.waves.service import mark_released


def make_report(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the report of a wave whose cells are released, and mark the wave as released."""
    # Imported here: statistics and drawing cost a second and 200 MB that no web process needs.
    from pulse.reports import service  # noqa: PLC0415

    wave_id = uuid.UUID(payload["wave_id"])
    service.make_report(context.session, wave_id, now=context.now())
    mark_released(context.session, wave_id, now=context.now())
