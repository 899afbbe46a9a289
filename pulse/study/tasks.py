"""Background work of the room `study`."""

import uuid
from typing import Any

from pulse.jobs.runner import TaskContext


def make_result(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the answer of a study, on or after its planned day. Harmless when repeated."""
    # Imported here: statistics and drawing cost a second and 200 MB that no web process needs.
    from pulse.study import results  # noqa: PLC0415

    results.make_result(context.session, uuid.UUID(payload["company_id"]), now=context.now())
