"""Use cases of the room `credentials`."""

import datetime as dt
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.credentials.envelope_key import (
    EnvelopeKeyError,
    EnvelopePrivateKey,
    unseal_envelope,
)
from pulse.credentials.errors import NotWaitingError, TrusteeKeyLostError, WaveKeysGoneError
from pulse.credentials.key_files import locked
from pulse.credentials.models import EnvelopeKey, IssuanceKey
from pulse.credentials.queries import waiting_waves, wave_keys
from pulse.credentials.secrets_store import (
    create_files,
    destroy_wave_keys,
    put_envelope_key,
    seal_clear_envelope,
    sealed_envelope,
)
from pulse.credentials.trustee_keys import current_key
from pulse.ids import GROUP_CODES
from pulse.jobs.outbox import enqueue, forget, hurry
from pulse.jobs.queries import trouble_under
from pulse.notices.service import publish_notice, renew_notice
from pulse.waves.queries import WaveView, get_wave, unclosed_waves
from pulse.waves.states import WaveState

REMINDER_INTERVAL = dt.timedelta(days=2)
# The room `accounts` does them; it knows who the trustees are.
CALL, MAIL = "accounts.call_trustees", "accounts.mail_trustee"
COUNT = "tallies.count_wave"


def create_wave_keys(session: Session, wave_id: uuid.UUID, key_dir: Path) -> None:
    """Make the keys of a wave and publish its notice with them. Harmless when repeated.

    Where the company has a trustee's key, the envelope key is sealed to it; also one that was made
    ahead, before there was a trustee, as long as the wave has not opened. Where the keys
    are made already, the notice follows the wave's present dates.
    """
    wave = get_wave(session, wave_id)
    known = session.scalar(sa.select(EnvelopeKey.wave_id).where(EnvelopeKey.wave_id == wave_id))
    with locked(key_dir):
        trustee = current_key(key_dir, wave.company_id)
        public_key = None if trustee is None else trustee.public_key
        if known is not None:
            if public_key is not None and _is_handed_out(wave):
                seal_clear_envelope(key_dir, wave_id, public_key)
            renew_notice(session, wave_id)
            return
        issuance, envelope = create_files(key_dir, wave_id, GROUP_CODES, public_key)
    session.add(EnvelopeKey(wave_id=wave_id, public_key=envelope.spki))
    session.add_all(
        IssuanceKey(
            wave_id=wave_id,
            group_code=code,
            kid=key.public_key.kid,
            public_key=key.public_key.spki,
        )
        for code, key in issuance.items()
    )
    session.flush()
    publish_notice(
        session,
        wave_id,
        envelope=envelope.spki,
        issuance={code: key.public_key.spki for code, key in issuance.items()},
    )


def _is_handed_out(wave: WaveView) -> bool:
    return wave.state == WaveState.PLANNED and wave.ahead_at is not None


def keep_notices(session: Session) -> None:
    """Let every wave that has keys and is not closed have a notice that is true.

    After an upgrade the page's program may be another: then a correction says so. A wave whose keys
    an older Pulse has made gets its first notice.
    """
    for wave in unclosed_waves(session):
        with suppress(WaveKeysGoneError):  # planned, and its keys are not made yet
            keys = wave_keys(session, wave.id)
            publish_notice(
                session,
                wave.id,
                envelope=keys.envelope_spki,
                issuance={code: key.spki for code, key in keys.issuance.items()},
            )
            renew_notice(session, wave.id)


def withdraw_wave_keys(session: Session, wave_id: uuid.UUID, key_dir: Path) -> None:
    """Destroy the keys of a wave that was left out, public halves too. Harmless when repeated."""
    for table in (IssuanceKey, EnvelopeKey):
        session.execute(sa.delete(table).where(table.wave_id == wave_id))
    session.flush()
    destroy_wave_keys(key_dir, wave_id)


def unlock_waves(
    session: Session,
    company_id: uuid.UUID,
    trustee: Mapping[str, EnvelopePrivateKey],
    *,
    key_dir: Path,
    now: dt.datetime,
) -> tuple[WaveView, ...]:
    """Unlock the closed waves that wait for these keys of the trustee, and start their count.

    A wave that still takes answers stays sealed, whoever asks. Return the unlocked waves; the
    count finds their keys even if this transaction is lost, since it looks again every minute.

    Parameters
    ----------
    trustee
        Private keys by id, from `trustee_keys.open_keys`.

    Raises
    ------
    TrusteeKeyLostError
        A sealed key is damaged.
    """
    unlocked = []
    for wave in waiting_waves(session, company_id, key_dir):
        envelope = sealed_envelope(key_dir, wave.id)
        if envelope.trustee not in trustee:
            continue
        try:
            key = unseal_envelope(envelope, trustee[envelope.trustee], wave.id)
        except EnvelopeKeyError as error:
            raise TrusteeKeyLostError from error
        put_envelope_key(key_dir, wave.id, key)
        _start_count(session, wave.id, now)
        unlocked.append(wave)
    return tuple(unlocked)


def give_up_wave(
    session: Session, company_id: uuid.UUID, wave_id: uuid.UUID, *, key_dir: Path, now: dt.datetime
) -> WaveView:
    """End a wave whose passphrase is lost: its ballots can never be opened and are destroyed.

    The count gets a fresh key that opens no ballot. So the wave ends as every wave does, counted
    with nothing valid, and the list of who was asked does not stay for ever.

    Raises
    ------
    NotWaitingError
        The company has no such wave, or it does not wait.
    """
    waiting = {wave.id: wave for wave in waiting_waves(session, company_id, key_dir)}
    if wave_id not in waiting:
        raise NotWaitingError
    put_envelope_key(key_dir, wave_id, EnvelopePrivateKey.generate())
    _start_count(session, wave_id, now)
    return waiting[wave_id]


def call_trustees(session: Session, wave: WaveView, *, now: dt.datetime) -> None:
    """Ask for a mail to the company's trustees: one at the close, then one every two days.

    A call that found nobody to write to is dropped for the next one, so that who becomes the
    trustee at last gets one mail, not a pile of them.
    """
    waits_since = wave.closed_at or wave.closes_at
    number = max(0, (now - waits_since) // REMINDER_INTERVAL)
    if number:
        forget(session, call_key(wave, number - 1))
    payload = {
        "company_id": str(wave.company_id),
        "wave_id": str(wave.id),
        "month": wave.month.isoformat(),
        "number": number,
    }
    enqueue(session, CALL, payload, idempotency_key=call_key(wave, number), now=now)


def call_key(wave: WaveView, number: int) -> str:
    """Return the idempotency key of a call for the trustee: 0 is that at the close."""
    return f"{CALL}:{wave.id}:{number}"


def trouble_with_call(session: Session, wave: WaveView) -> str:
    """Return why the trustee could not be asked to unlock a wave, or nothing."""
    return trouble_under(session, [f"{name}:{wave.id}:" for name in (CALL, MAIL)])


def _start_count(session: Session, wave_id: uuid.UUID, now: dt.datetime) -> None:
    hurry(session, [f"{COUNT}:{wave_id}"], now=now)
    for name in (CALL, MAIL):
        forget(session, f"{name}:{wave_id}:")
