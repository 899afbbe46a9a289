"""Background work of the room `tallies`: the count at close, and the release after it."""

import secrets
import uuid
from typing import Any

from pulse.companies.queries import get_company
from pulse.credentials.errors import EnvelopeLockedError
from pulse.jobs.errors import WaitError
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext
from pulse.tallies import service
from pulse.waves.queries import get_wave


def count_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Count the ballots of a wave that is closing; the invitations are reduced next."""
    try:
        service.count_wave(
            context.session,
            uuid.UUID(payload["wave_id"]),
            key_dir=context.settings.key_dir,
            random_bytes=secrets.token_bytes,
        )
    except EnvelopeLockedError as error:
        raise WaitError(str(error)) from error
    _continue(context, "invitations.reduce_wave", payload)


def release_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Release a counted wave; its report is made next."""
    wave_id = uuid.UUID(payload["wave_id"])
    company = get_company(context.session, get_wave(context.session, wave_id).company_id)
    service.release_wave(context.session, wave_id, minimum_cell_size=company.minimum_cell_size)
    _continue(context, "reports.make_report", payload)


def _continue(context: TaskContext, name: str, payload: dict[str, Any]) -> None:
    enqueue(
        context.session,
        name,
        {"wave_id": payload["wave_id"]},
        idempotency_key=f"{name}:{payload['wave_id']}",
        now=context.now(),
    )
