"""Background work of the room `credentials`: the first and the last step of a wave's keys."""

import uuid
from typing import Any

from pulse.credentials.secrets_store import destroy_wave_keys
from pulse.credentials.service import create_wave_keys
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext
from pulse.waves.service import mark_closed


def prepare_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the keys of a wave that is about to open; the invitations come next."""
    create_wave_keys(context.session, uuid.UUID(payload["wave_id"]), context.settings.key_dir)
    _continue(context, "invitations.invite_wave", payload)


def destroy_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Destroy the private keys of a counted wave; the storage is rewritten next."""
    wave_id = uuid.UUID(payload["wave_id"])
    destroy_wave_keys(context.settings.key_dir, wave_id)
    mark_closed(context.session, wave_id)
    _continue(context, "jobs.rewrite_storage", payload)


def _continue(context: TaskContext, name: str, payload: dict[str, Any]) -> None:
    enqueue(
        context.session,
        name,
        {"wave_id": payload["wave_id"]},
        idempotency_key=f"{name}:{payload['wave_id']}",
        now=context.now(),
    )
