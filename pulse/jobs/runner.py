"""Does the jobs of the outbox: claimed by one atomic UPDATE, leased, never done by two workers."""

import datetime as dt
import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from pulse import db
from pulse.clock import Clock
from pulse.config import Settings
from pulse.jobs.errors import GiveUpError, RetryLaterError, WaitError
from pulse.jobs.models import OutboxJob
from pulse.jobs.outbox import LONGEST_REASON
from pulse.jobs.periodic import PeriodicTask, claim_periodic
from pulse.log import kind_and_place
from pulse.mail import Mailer

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=5)
FIRST_DELAY = dt.timedelta(seconds=30)
LONGEST_DELAY = dt.timedelta(hours=6)
WAITING_DELAY = dt.timedelta(minutes=1)
MOST_ATTEMPTS = 12
POLL_SECONDS = 1.0
JOBS_AT_A_TIME = 50


@dataclass(frozen=True, kw_only=True)
class TaskContext:
    """What a task works with: its own transaction, and the outside world."""

    session: Session
    engine: sa.Engine
    settings: Settings
    clock: Clock
    mailer: Mailer
    # After this one `RetryLaterError` fails the job: the last chance to leave a note elsewhere.
    is_last_attempt: bool = False

    def now(self) -> dt.datetime:
        """Return the present moment."""
        return self.clock.now()


Task = Callable[[TaskContext, dict[str, Any]], None]
AnyTask = TypeVar("AnyTask", bound=Task)


def begins_late(task: AnyTask) -> AnyTask:
    """Mark a task whose transaction must not be open while it waits for the outside world."""
    task.begins_late = True  # type: ignore[attr-defined]
    return task


@dataclass(frozen=True, kw_only=True)
class _Claim:
    id: uuid.UUID
    name: str
    payload: dict[str, Any]
    attempts: int


class Runner:
    """Runs due jobs one after the other."""

    def __init__(
        self,
        tasks: Mapping[str, Task],
        *,
        engine: sa.Engine,
        settings: Settings,
        clock: Clock,
        mailer: Mailer,
    ) -> None:
        self._tasks = tasks
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._mailer = mailer
        self._sessions: sessionmaker[Session] = db.session_factory(engine)
        # Host and process tell a restarted server which leases a dead one has left behind.
        self._owner = f"{socket.gethostname()[:24]}/{os.getpid()}/{uuid.uuid4().hex[:12]}"

    def run_due(self, most: int | None = None, is_stopped: Callable[[], bool] = bool) -> int:
        """Do the jobs that are due, at most `most` of them; return how many were tried."""
        count = 0
        while not is_stopped() and count != most and (claim := self._claim()) is not None:
            self._run(claim)
            count += 1
        return count

    def run_periodic(self, periodic: Mapping[str, PeriodicTask]) -> None:
        """Do every periodic task whose interval is over."""
        for name, entry in periodic.items():
            with self._sessions() as session:
                db.begin_writing(session)
                is_due = claim_periodic(session, name, entry.interval, now=self._clock.now())
                session.commit()
            if is_due:
                self._run_one_periodic(name, entry.task)

    def release_dead_leases(self) -> None:
        """Take back at once what a process of this machine had leased when it died."""
        host = self._owner.split("/")[0]
        with self._sessions() as session:
            db.begin_writing(session)
            owners = session.scalars(
                sa.select(OutboxJob.lease_owner).where(OutboxJob.state == "leased").distinct()
            )
            dead = [owner for owner in owners if owner and _is_dead(owner, host, self._owner)]
            session.execute(
                sa.update(OutboxJob)
                .where(OutboxJob.state == "leased", OutboxJob.lease_owner.in_(dead))
                .values(state="queued", leased_until=None, lease_owner=None)
            )
            session.commit()

    def _claim(self) -> _Claim | None:
        now = self._clock.now()
        due = sa.or_(
            sa.and_(OutboxJob.state == "queued", OutboxJob.available_at <= now),
            sa.and_(OutboxJob.state == "leased", OutboxJob.leased_until < now),
        )
        oldest = (
            sa.select(OutboxJob.id)
            .where(due)
            .order_by(OutboxJob.available_at)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            sa.update(OutboxJob)
            .where(OutboxJob.id == oldest)
            .values(
                state="leased",
                attempts=OutboxJob.attempts + 1,
                leased_until=now + LEASE,
                lease_owner=self._owner,
            )
            .returning(OutboxJob.id, OutboxJob.name, OutboxJob.payload, OutboxJob.attempts)
        )
        with self._sessions() as session:
            db.begin_writing(session)
            row = session.execute(statement).one_or_none()
            session.commit()
        if row is None:
            return None
        return _Claim(id=row.id, name=row.name, payload=row.payload, attempts=row.attempts)

    def _run(self, claim: _Claim) -> None:
        try:
            self._do(claim)
        except GiveUpError as error:
            self._settle(claim, "failed", error.reason)
        except WaitError as error:
            # Not a failure: it uses up no attempt.
            available_at = self._clock.now() + WAITING_DELAY
            attempts = claim.attempts - 1
            self._settle(
                claim, "queued", error.reason, available_at=available_at, attempts=attempts
            )
        except RetryLaterError as error:
            self._postpone(claim, error.reason)
        except Exception as error:  # noqa: BLE001 - whatever happens in a task, the loop goes on
            # The text of an unknown error may quote data: only its kind and place are kept.
            reason = kind_and_place(error)
            log.error("job %s failed: %s", claim.name, reason)  # noqa: TRY400
            self._postpone(claim, reason)

    def _do(self, claim: _Claim) -> None:
        if claim.attempts > MOST_ATTEMPTS:
            raise GiveUpError("It was begun again and again and never came to an end.")
        task = self._tasks.get(claim.name)
        if task is None:
            raise GiveUpError(f"There is no task named {claim.name}.")
        with self._sessions() as session:
            if not getattr(task, "begins_late", False):
                db.begin_writing(session)
            is_last = claim.attempts >= MOST_ATTEMPTS
            task(self._context(session, is_last_attempt=is_last), claim.payload)
            # Work and mark commit together: a crash repeats both or neither.
            if not self._mark(session, claim, state="done", payload={}, last_error=""):
                session.rollback()
                log.warning("job %s lost its lease and was undone", claim.name)
                return
            session.commit()

    def _postpone(self, claim: _Claim, reason: str) -> None:
        if claim.attempts >= MOST_ATTEMPTS:
            self._settle(claim, "failed", reason)
            return
        delay = min(FIRST_DELAY * 2 ** (claim.attempts - 1), LONGEST_DELAY)
        self._settle(claim, "queued", reason, available_at=self._clock.now() + delay)

    def _settle(self, claim: _Claim, state: str, reason: str, **values: Any) -> None:  # noqa: ANN401
        with self._sessions() as session:
            db.begin_writing(session)
            self._mark(session, claim, state=state, last_error=reason[:LONGEST_REASON], **values)
            session.commit()

    def _mark(self, session: Session, claim: _Claim, **values: Any) -> bool:  # noqa: ANN401
        statement = (
            sa.update(OutboxJob)
            .where(OutboxJob.id == claim.id, OutboxJob.lease_owner == self._owner)
            .values(leased_until=None, lease_owner=None, **values)
        )
        return session.execute(statement).rowcount == 1  # type: ignore[attr-defined, no-any-return]

    def _run_one_periodic(self, name: str, task: Task) -> None:
        try:
            with self._sessions() as session:
                db.begin_writing(session)
                task(self._context(session), {})
                session.commit()
        except Exception as error:  # noqa: BLE001 - tried again after the interval
            reason = kind_and_place(error)
            log.error("periodic task %s failed: %s", name, reason)  # noqa: TRY400

    def _context(self, session: Session, *, is_last_attempt: bool = False) -> TaskContext:
        return TaskContext(
            session=session,
            engine=self._engine,
            settings=self._settings,
            clock=self._clock,
            mailer=self._mailer,
            is_last_attempt=is_last_attempt,
        )


class Worker:
    """A thread that does jobs and periodic tasks until it is stopped."""

    def __init__(self, runner: Runner, periodic: Mapping[str, PeriodicTask]) -> None:
        self._runner = runner
        self._periodic = periodic
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="pulse-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_seconds: float = 30.0) -> None:
        """Finish the job under way and end."""
        self._stopped.set()
        self._thread.join(timeout_seconds)

    def _loop(self) -> None:
        is_fresh = True
        while not self._stopped.is_set():
            try:
                if is_fresh:
                    self._runner.release_dead_leases()
                    is_fresh = False
                self._runner.run_periodic(self._periodic)
                # Some at a time: the calendar must not wait until a thousand mails are out.
                if self._runner.run_due(JOBS_AT_A_TIME, self._stopped.is_set):
                    continue
            except Exception as error:  # noqa: BLE001 - the database may be away for a while
                reason = kind_and_place(error)
                log.error("the worker could not reach its work: %s", reason)  # noqa: TRY400
            self._stopped.wait(POLL_SECONDS)


def _is_dead(owner: str, host: str, own: str) -> bool:
    parts = owner.split("/")
    if owner == own or len(parts) != 3 or parts[0] != host:
        return False
    pid = int(parts[1])
    if pid == os.getpid():
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
