"""Background work of the room `jobs` itself."""

from typing import Any

from pulse.db import StorageBusyError, rewrite_storage
from pulse.jobs.errors import RetryLaterError
from pulse.jobs.outbox import enqueue
from pulse.jobs.retention import delete_done_jobs
from pulse.jobs.runner import TaskContext, begins_late

EMPTIED_TABLES = ("ballots", "invitations", "outbox")


@begins_late
def rewrite_wave_storage(context: TaskContext, payload: dict[str, Any]) -> None:
    """Rewrite the files from which a wave's ballots and invitations were deleted."""
    try:
        rewrite_storage(context.engine, EMPTIED_TABLES)
    except StorageBusyError as error:
        raise RetryLaterError("The database was busy; its files are rewritten later.") from error
    enqueue(
        context.session,
        "tallies.release_wave",
        {"wave_id": payload["wave_id"]},
        idempotency_key=f"tallies.release_wave:{payload['wave_id']}",
        now=context.now(),
    )


def clean_up(context: TaskContext, _payload: dict[str, Any]) -> None:
    """Delete what has served its time. Periodic."""
    delete_done_jobs(context.session, now=context.now())
