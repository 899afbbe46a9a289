"""Background work of the room `credentials`: a wave's keys, and the call for the trustee."""

import uuid
from typing import Any

from pulse.credentials import service
from pulse.credentials.queries import waiting_waves
from pulse.credentials.secrets_store import destroy_wave_keys
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext
from pulse.waves.queries import get_wave
from pulse.waves.service import mark_closed
from pulse.waves.states import WaveState


def prepare_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the keys of a wave that is about to open; the invitations come next."""
    wave_id = uuid.UUID(payload["wave_id"])
    service.create_wave_keys(context.session, wave_id, context.settings.key_dir)
    _continue(context, "invitations.invite_wave", payload)


def prepare_ahead(context: TaskContext, payload: dict[str, Any]) -> None:
    """Make the keys of a wave whose ballots are handed out before it opens; the mails come next."""
    wave = get_wave(context.session, uuid.UUID(payload["wave_id"]))
    if wave.ahead_at is None:
        return
    service.create_wave_keys(context.session, wave.id, context.settings.key_dir)
    _continue(context, "invitations.hand_out", payload, turn=wave.ahead_at.isoformat())


def withdraw_keys(context: TaskContext, payload: dict[str, Any]) -> None:
    """Destroy the keys of a wave that is left out, unless it was planned again meanwhile."""
    wave = get_wave(context.session, uuid.UUID(payload["wave_id"]))
    if wave.state == WaveState.SKIPPED:
        service.withdraw_wave_keys(context.session, wave.id, context.settings.key_dir)


def destroy_wave(context: TaskContext, payload: dict[str, Any]) -> None:
    """Destroy the private keys of a counted wave; the storage is rewritten next."""
    wave_id = uuid.UUID(payload["wave_id"])
    destroy_wave_keys(context.settings.key_dir, wave_id)
    mark_closed(context.session, wave_id)
    _continue(context, "jobs.rewrite_storage", payload)


def keep_notices(context: TaskContext, _payload: dict[str, Any]) -> None:
    """Correct the notices of waves whose program or dates have changed. Periodic, each minute."""
    service.keep_notices(context.session)


def call_trustees(context: TaskContext, _payload: dict[str, Any]) -> None:
    """Call the trustees of every wave that waits for them. Periodic, each minute."""
    for wave in waiting_waves(context.session, None, context.settings.key_dir):
        service.call_trustees(context.session, wave, now=context.now())


def _continue(context: TaskContext, name: str, payload: dict[str, Any], *, turn: str = "") -> None:
    enqueue(
        context.session,
        name,
        {"wave_id": payload["wave_id"]},
        idempotency_key=f"{name}:{payload['wave_id']}" + (f":{turn}" if turn else ""),
        now=context.now(),
    )
