"""A wave sealed to a trustee: it waits for the unlocking, is counted, and leaves nothing behind."""

import base64
import contextlib
import datetime as dt
import os
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import tables
from pulse.clock import SettableClock
from pulse.config import MailSettings, Settings
from pulse.credentials import secrets_store, service, tasks
from pulse.credentials.envelope_key import EnvelopePrivateKey, unseal_envelope
from pulse.credentials.errors import EnvelopeLockedError, NotWaitingError, TrusteeKeyLostError
from pulse.credentials.queries import waiting_waves, wave_keys
from pulse.credentials.secrets_store import envelope_mode, is_locked, sealed_envelope, wave_folder
from pulse.credentials.trustee_keys import current_key
from pulse.jobs.errors import WaitError
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import TaskContext
from pulse.tallies.queries import kept_tallies
from pulse.tallies.tasks import count_wave
from pulse.waves import service as waves
from pulse.waves.queries import WaveView, get_wave
from pulse.waves.states import WAITS_FOR_TRUSTEE
from tests.factories.companies import make_company
from tests.factories.tallies import fill_box, make_body
from tests.factories.trustees import Trustee, give_trustee, lend_issuance_keys
from tests.factories.waves import make_wave
from tests.fakes.mailer import FakeMailer

BALLOTS = tables.metadata.tables["ballots"]
OUTBOX = tables.metadata.tables["outbox"]


@pytest.fixture
def context(
    session: Session, engine: sa.Engine, settings: Settings, key_dir: Path, clock: SettableClock
) -> TaskContext:
    own = Settings(
        database_url=settings.database_url,
        key_dir=key_dir,
        base_url=settings.base_url,
        secret_key=settings.secret_key,
        mail=MailSettings(directory=key_dir),
    )
    return TaskContext(
        session=session, engine=engine, settings=own, clock=clock, mailer=FakeMailer()
    )


@pytest.fixture
def company_id(session: Session) -> uuid.UUID:
    return make_company(session).id


@pytest.fixture
def trustee(key_dir: Path, company_id: uuid.UUID) -> Trustee:
    return give_trustee(key_dir, company_id)


@pytest.fixture
def sealed(session: Session, key_dir: Path, company_id: uuid.UUID, trustee: Trustee) -> WaveView:
    """An open wave that is sealed to the trustee, with six ballots of the first group."""
    wave = make_wave(session, company_id, state="open")
    lend_issuance_keys(key_dir, wave.id)
    service.create_wave_keys(session, wave.id, key_dir)
    fill_box(session, wave.id, "first", [make_body()] * 6, key_dir)
    return wave


@pytest.fixture
def closing(session: Session, clock: SettableClock, sealed: WaveView) -> WaveView:
    clock.set(sealed.closes_at)
    waves.begin_closing(session, sealed.id, now=sealed.closes_at, is_exempt=True)
    return get_wave(session, sealed.id)


def unlock(
    context: TaskContext, wave: WaveView, keys: dict[str, EnvelopePrivateKey]
) -> tuple[uuid.UUID, ...]:
    unlocked = service.unlock_waves(
        context.session,
        wave.company_id,
        keys,
        key_dir=context.settings.key_dir,
        now=context.now(),
    )
    return tuple(wave.id for wave in unlocked)


def count(context: TaskContext, wave: WaveView) -> None:
    count_wave(context, {"wave_id": str(wave.id)})


def ballots(session: Session) -> int:
    return session.execute(sa.select(sa.func.count()).select_from(BALLOTS)).scalar_one()


def forms_of(key: EnvelopePrivateKey) -> list[bytes]:
    """The private number in every form in which somebody might write it down."""
    number = key.ec_key.private_numbers().private_value.to_bytes(32)
    pem = b"".join(key.to_pem().splitlines()[1:-1])
    return [number, number.hex().encode(), base64.b64encode(number)[:-2], pem[:60]]


def places_of(key: EnvelopePrivateKey, context: TaskContext) -> set[str]:
    """Where the key can be read: names of files in the key directory, and tables."""
    found = {
        path.name
        for path in context.settings.key_dir.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in forms_of(key))
    }
    for table in tables.metadata.sorted_tables:
        rows = repr(context.session.execute(sa.select(table)).all()).encode()
        if any(form in rows or repr(form)[2:-1].encode() in rows for form in forms_of(key)):
            found.add(table.name)
    return found


def test_sealed_while_it_takes_answers(
    context: TaskContext, key_dir: Path, sealed: WaveView, trustee: Trustee
) -> None:
    assert envelope_mode(key_dir, sealed.id) == "trustee"
    assert not (wave_folder(key_dir, sealed.id) / "envelope.pem").exists()
    with pytest.raises(EnvelopeLockedError):
        secrets_store.envelope_private_key(key_dir, sealed.id)
    # Browsers seal to the same public key as ever.
    published = wave_keys(context.session, sealed.id).envelope_spki
    assert sealed_envelope(key_dir, sealed.id).public_key.spki == published
    # Not even the trustee opens a wave that still takes answers.
    assert unlock(context, sealed, trustee.private) == ()
    assert is_locked(key_dir, sealed.id)
    with pytest.raises(NotWaitingError):
        service.give_up_wave(
            context.session, sealed.company_id, sealed.id, key_dir=key_dir, now=context.now()
        )


def test_the_key_lies_nowhere_before_the_unlocking_and_nowhere_after_the_count(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    envelope = sealed_envelope(key_dir, closing.id)
    key = unseal_envelope(envelope, trustee.private[envelope.trustee], closing.id)
    assert places_of(key, context) == set()
    assert unlock(context, closing, trustee.private) == (closing.id,)
    assert places_of(key, context) == {"envelope.pem"}  # the search finds what there is
    count(context, closing)
    tasks.destroy_wave(context, {"wave_id": str(closing.id)})
    assert places_of(key, context) == set()
    assert not wave_folder(key_dir, closing.id).exists()


def test_a_planted_copy_in_a_table_is_found(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    envelope = sealed_envelope(key_dir, closing.id)
    key = unseal_envelope(envelope, trustee.private[envelope.trustee], closing.id)
    payload = {"key": key.to_pem().decode().replace("\n", "")}
    enqueue(context.session, "leak", payload, idempotency_key="leak", now=context.now())
    assert places_of(key, context) == {"outbox"}


def test_the_close_waits_and_loses_nothing(
    context: TaskContext, closing: WaveView, trustee: Trustee
) -> None:
    for _ in range(2):
        with pytest.raises(WaitError, match=WAITS_FOR_TRUSTEE):
            count(context, closing)
    assert get_wave(context.session, closing.id).state == "closing"
    assert ballots(context.session) == 6
    assert kept_tallies(context.session, closing.id) == {}
    assert unlock(context, closing, trustee.private) == (closing.id,)
    count(context, closing)
    assert ballots(context.session) == 0
    assert kept_tallies(context.session, closing.id)["first"]["valid"] == 6
    tasks.destroy_wave(context, {"wave_id": str(closing.id)})
    assert get_wave(context.session, closing.id).state == "closed"


def test_unlocking_hurries_the_count_and_takes_the_calls_back(
    context: TaskContext, closing: WaveView, trustee: Trustee
) -> None:
    session, now = context.session, context.now()
    later = now + dt.timedelta(hours=6)
    key = f"tallies.count_wave:{closing.id}"
    session.execute(sa.update(OUTBOX).where(OUTBOX.c.idempotency_key == key).values(
        state="failed", attempts=12, available_at=later, last_error="trouble"
    ))  # fmt: skip
    tasks.call_trustees(context, {})
    unlock(context, closing, trustee.private)
    rows = session.execute(
        sa.select(OUTBOX.c.idempotency_key, OUTBOX.c.state, OUTBOX.c.attempts, OUTBOX.c.last_error)
    ).all()
    assert [tuple(row) for row in rows] == [(key, "queued", 0, "")]


def test_a_crash_between_unlocking_and_count_is_no_loss(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    """The file is there, the transaction is lost: the count finds the key all the same."""
    with context.session.begin_nested() as lost:
        unlock(context, closing, trustee.private)
        lost.rollback()
    assert waiting_waves(context.session, closing.company_id, key_dir) == ()
    assert unlock(context, closing, trustee.private) == ()  # once more does no harm
    count(context, closing)
    assert kept_tallies(context.session, closing.id)["first"]["valid"] == 6


def test_a_crash_in_the_middle_of_unlocking_is_repeated(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    """Half a file is left: the wave still waits, is unlocked again, and the rest goes too."""
    half = wave_folder(key_dir, closing.id) / ".envelope.pem.0badcafe.new"
    half.write_bytes(b"-----BEGIN PRIVATE KEY-----\nMIGH")
    assert is_locked(key_dir, closing.id)
    assert unlock(context, closing, trustee.private) == (closing.id,)
    count(context, closing)
    tasks.destroy_wave(context, {"wave_id": str(closing.id)})
    assert not half.exists()


def test_half_a_destruction_does_not_look_like_waiting(
    context: TaskContext,
    key_dir: Path,
    closing: WaveView,
    trustee: Trustee,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk fails at each file in turn; until the end nobody is asked for the passphrase again."""
    unlock(context, closing, trustee.private)
    count(context, closing)
    left = len(list(wave_folder(key_dir, closing.id).iterdir()))
    for _ in range(left):
        synced: list[int] = []

        def fail_at_the_second(descriptor: int, synced: list[int] = synced) -> None:
            synced.append(descriptor)
            if len(synced) == 2:
                raise OSError

        with monkeypatch.context() as disk, contextlib.suppress(OSError):
            disk.setattr(os, "fsync", fail_at_the_second)
            secrets_store.destroy_wave_keys(key_dir, closing.id)
        assert waiting_waves(context.session, None, key_dir) == ()
    assert not wave_folder(key_dir, closing.id).exists()


def test_a_lost_passphrase_loses_the_answers_and_ends_the_wave(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    session = context.session
    service.give_up_wave(
        session, closing.company_id, closing.id, key_dir=key_dir, now=context.now()
    )
    count(context, closing)
    kept = kept_tallies(session, closing.id)["first"]
    assert (kept["counted"], kept["spoiled"], kept["valid"]) == (6, 6, 0)
    assert ballots(session) == 0
    tasks.destroy_wave(context, {"wave_id": str(closing.id)})
    assert not wave_folder(key_dir, closing.id).exists()
    with pytest.raises(NotWaitingError):
        service.give_up_wave(
            session, closing.company_id, closing.id, key_dir=key_dir, now=context.now()
        )


def test_nobody_of_another_company_unlocks_or_gives_up(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    other = make_company(context.session, name="Other").id
    now = context.now()
    assert service.unlock_waves(
        context.session, other, trustee.private, key_dir=key_dir, now=now
    ) == ()  # fmt: skip
    with pytest.raises(NotWaitingError):
        service.give_up_wave(context.session, other, closing.id, key_dir=key_dir, now=now)
    assert is_locked(key_dir, closing.id)


def test_a_key_of_another_trustee_opens_nothing(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    stranger = EnvelopePrivateKey.generate()
    assert unlock(context, closing, {stranger.public_key.kid: stranger}) == ()
    (kid,) = trustee.private
    with pytest.raises(TrusteeKeyLostError):
        unlock(context, closing, {kid: stranger})
    assert is_locked(key_dir, closing.id)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"public": 1}', b"[]"])
def test_a_damaged_file_is_said_and_nothing_is_overwritten(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee, content: bytes
) -> None:
    path = wave_folder(key_dir, closing.id) / "envelope.sealed"
    path.write_bytes(content)
    with pytest.raises(TrusteeKeyLostError):
        unlock(context, closing, trustee.private)
    assert path.read_bytes() == content


def test_the_file_of_another_wave_does_not_pass(
    context: TaskContext, key_dir: Path, closing: WaveView, trustee: Trustee
) -> None:
    other = make_wave(context.session, closing.company_id, month=dt.date(2026, 4, 1))
    lend_issuance_keys(key_dir, other.id)
    service.create_wave_keys(context.session, other.id, key_dir)
    foreign = (wave_folder(key_dir, other.id) / "envelope.sealed").read_bytes()
    (wave_folder(key_dir, closing.id) / "envelope.sealed").write_bytes(foreign)
    with pytest.raises(TrusteeKeyLostError):
        unlock(context, closing, trustee.private)


def test_what_opened_without_a_trustee_stays_so(
    context: TaskContext, key_dir: Path, company_id: uuid.UUID
) -> None:
    """The mode is settled when the keys are made; a repetition after a crash does not change it."""
    session = context.session
    wave = make_wave(session, company_id)
    lend_issuance_keys(key_dir, wave.id)
    service.create_wave_keys(session, wave.id, key_dir)
    give_trustee(key_dir, company_id)
    service.create_wave_keys(session, wave.id, key_dir)
    secrets_store.create_files(
        key_dir, wave.id, ("first", "second"), current_key(key_dir, company_id).public_key
    )
    assert envelope_mode(key_dir, wave.id) == "file"
    following = make_wave(session, company_id, month=dt.date(2026, 4, 1))
    lend_issuance_keys(key_dir, following.id)
    service.create_wave_keys(session, following.id, key_dir)
    assert envelope_mode(key_dir, following.id) == "trustee"
