"""Jobs are done once; what fails comes back later, or stops with a reason."""

import datetime as dt
import logging
import os
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse.clock import SettableClock
from pulse.jobs import runner as runner_module
from pulse.jobs.errors import GiveUpError, RetryLaterError
from pulse.jobs.models import OutboxJob, PeriodicRun
from pulse.jobs.outbox import enqueue
from pulse.jobs.periodic import PeriodicTask
from pulse.jobs.runner import LEASE, MOST_ATTEMPTS, Runner, TaskContext, begins_late
from tests.fakes.mailer import FakeMailer
from tests.jobs.conftest import MakeRunner

Promise = Callable[..., None]


class Task:
    """Notes its payloads; raises the errors it is given, one a call."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.seen: list[dict[str, Any]] = []

    def __call__(self, _context: TaskContext, payload: dict[str, Any]) -> None:
        self.seen.append(payload)
        if self.errors:
            raise self.errors.pop(0)


def job(engine: sa.Engine, key: str = "task") -> OutboxJob:
    with Session(engine) as session:
        found = session.scalars(sa.select(OutboxJob).where(OutboxJob.idempotency_key == key)).one()
        session.expunge_all()
        return found


def change(engine: sa.Engine, **values: Any) -> None:
    with Session(engine) as session:
        session.execute(sa.update(OutboxJob).values(**values))
        session.commit()


def write(context: TaskContext, name: str) -> None:
    enqueue(context.session, name, {}, idempotency_key=name, now=context.now())


def test_due_jobs_are_done_once_and_keep_nothing(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise, clock: SettableClock
) -> None:
    task = Task()
    runner = make_runner({"task": task})
    promise("task", n=1)
    promise("task", "later", delay_seconds=60, n=2)
    assert runner.run_due() == 1
    assert runner.run_due() == 0
    assert task.seen == [{"n": 1}]
    done = job(jobs_engine)
    assert (done.state, done.payload, done.attempts) == ("done", {}, 1)
    assert (done.leased_until, done.lease_owner, done.last_error) == (None, None, "")
    clock.advance(seconds=60)
    assert runner.run_due() == 1
    assert task.seen == [{"n": 1}, {"n": 2}]


def test_the_oldest_goes_first_and_there_is_a_limit(
    make_runner: MakeRunner, promise: Promise, clock: SettableClock
) -> None:
    task = Task()
    for n in (3, 1, 2):
        promise("task", str(n), delay_seconds=n, n=n)
    clock.advance(seconds=10)
    runner = make_runner({"task": task})
    assert runner.run_due(2) == 2
    assert [payload["n"] for payload in task.seen] == [1, 2]
    assert runner.run_due(is_stopped=lambda: True) == 0
    assert runner.run_due(2) == 1


def test_work_and_mark_are_one_transaction(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    def task(context: TaskContext, _payload: dict[str, Any]) -> None:
        write(context, "half")
        raise RetryLaterError("not now")

    promise("task")
    make_runner({"task": task}).run_due()
    with Session(jobs_engine) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(OutboxJob)) == 1


def test_back_off_doubles_up_to_six_hours_then_stops(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise, clock: SettableClock
) -> None:
    task = Task(*[RetryLaterError(f"trouble {n}") for n in range(20)])
    runner = make_runner({"task": task})
    promise("task", n=1)
    waits = []
    while job(jobs_engine).state == "queued":
        clock.set(max(clock.now(), job(jobs_engine).available_at))
        assert runner.run_due() == 1
        assert runner.run_due() == 0
        waits.append((job(jobs_engine).available_at - clock.now()).total_seconds())
    assert waits[:-1] == [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600]
    failed = job(jobs_engine)
    assert (failed.state, failed.attempts, failed.last_error) == ("failed", 12, "trouble 11")
    clock.advance(days=30)
    assert runner.run_due() == 0
    assert len(task.seen) == MOST_ATTEMPTS


def test_the_last_attempt_is_announced(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    seen: list[bool] = []

    def task(context: TaskContext, _payload: dict[str, Any]) -> None:
        seen.append(context.is_last_attempt)

    for attempts in (MOST_ATTEMPTS - 2, MOST_ATTEMPTS - 1):
        promise("task", str(attempts))
        change(jobs_engine, attempts=attempts)
        make_runner({"task": task}).run_due()
    assert seen == [False, True]


def test_a_job_that_kills_its_process_is_not_begun_for_ever(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    task = Task()
    promise("task")
    change(jobs_engine, attempts=MOST_ATTEMPTS)
    make_runner({"task": task}).run_due()
    assert task.seen == []
    assert job(jobs_engine).state == "failed"


def test_giving_up_stops_at_once_with_the_reason(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    promise("task")
    make_runner({"task": Task(GiveUpError("never " + "x" * 400))}).run_due()
    failed = job(jobs_engine)
    assert failed.state == "failed"
    assert failed.last_error.startswith("never x")
    assert len(failed.last_error) == 300


def test_unknown_tasks_stop(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    promise("task")
    make_runner({}).run_due()
    assert job(jobs_engine).last_error == "There is no task named task."


def test_crashes_are_tried_again_and_quote_nothing(
    jobs_engine: sa.Engine,
    make_runner: MakeRunner,
    promise: Promise,
    clock: SettableClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The text of an error may hold what a person wrote: neither table nor log shall have it."""

    def task(context: TaskContext, _payload: dict[str, Any]) -> None:
        values = {"secret answer": 1}
        context.session.execute(sa.text("SELECT :secret FROM nowhere"), {"secret": str(values)})

    promise("task")
    with caplog.at_level(logging.DEBUG, logger="pulse"):
        make_runner({"task": task}).run_due()
    crashed = job(jobs_engine)
    assert crashed.state == "queued"
    assert crashed.available_at == clock.now() + dt.timedelta(seconds=30)
    assert crashed.last_error.endswith("Error at test_runner.py:" + crashed.last_error[-3:])
    assert "test_runner.py" in caplog.text
    assert "secret" not in caplog.text + crashed.last_error


def test_a_leased_job_is_left_alone_until_the_lease_is_over(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise, clock: SettableClock
) -> None:
    task = Task()
    promise("task")
    change(
        jobs_engine, state="leased", lease_owner="elsewhere/1/x", leased_until=clock.now() + LEASE
    )
    runner = make_runner({"task": task})
    runner.release_dead_leases()
    assert runner.run_due() == 0
    clock.advance(seconds=LEASE.total_seconds() + 1)
    assert runner.run_due() == 1
    assert len(task.seen) == 1


def test_who_lost_the_lease_undoes_the_work(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    @begins_late
    def task(context: TaskContext, _payload: dict[str, Any]) -> None:
        change(jobs_engine, lease_owner="somebody else")
        write(context, "half")

    promise("task")
    make_runner({"task": task}).run_due()
    with Session(jobs_engine) as session:
        assert list(session.scalars(sa.select(OutboxJob.idempotency_key))) == ["task"]
    assert job(jobs_engine).lease_owner == "somebody else"


def test_leases_of_dead_processes_here_are_taken_back_at_once(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise, clock: SettableClock
) -> None:
    task = Task()
    runner = make_runner({"task": task})
    host = runner._owner.split("/")[0]
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    owners = {
        "dead": f"{host}/{child}/a",
        "same pid before a restart": f"{host}/{os.getpid()}/b",
        "alive": f"{host}/{os.getppid()}/c",
        "other host": f"{host}x/{child}/d",
        "odd": "nobody",
    }
    for key, owner in owners.items():
        promise("task", key)
        with Session(jobs_engine) as session:
            session.execute(
                sa.update(OutboxJob)
                .where(OutboxJob.idempotency_key == key)
                .values(state="leased", lease_owner=owner, leased_until=clock.now() + LEASE)
            )
            session.commit()
    runner.release_dead_leases()
    assert runner.run_due() == 2
    done = {key for key in owners if job(jobs_engine, key).state == "done"}
    assert done == {"dead", "same pid before a restart"}


def test_two_workers_share_the_work_and_do_nothing_twice(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    seen: list[int] = []
    both_at_work = threading.Barrier(2, timeout=30)
    greeted = threading.local()

    @begins_late
    def task(_context: TaskContext, payload: dict[str, Any]) -> None:
        if not hasattr(greeted, "once"):
            greeted.once = True
            both_at_work.wait()  # each holds a job of its own
        seen.append(payload["n"])

    for n in range(60):
        promise("task", str(n), n=n)
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(make_runner({"task": task}).run_due()))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(60))
    assert sum(counts) == 60
    assert min(counts) > 0


def test_a_late_task_holds_no_lock_while_it_waits(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    """While one mail is on its way, respondents must be able to write."""

    @begins_late
    def task(_context: TaskContext, _payload: dict[str, Any]) -> None:
        promise("other")

    promise("task")
    assert make_runner({"task": task, "other": Task()}).run_due() == 2


def test_periodic_tasks_run_once_an_interval_in_one_process_only(
    jobs_engine: sa.Engine, make_runner: MakeRunner, clock: SettableClock
) -> None:
    task = Task()
    table = {"sweep": PeriodicTask(dt.timedelta(minutes=1), task)}
    runners = [make_runner({}), make_runner({})]
    for expected in (1, 1, 2):
        for runner in runners:
            runner.run_periodic(table)
        assert len(task.seen) == expected
        clock.advance(seconds=40)
    with Session(jobs_engine) as session:
        assert session.scalars(sa.select(PeriodicRun.name)).all() == ["sweep"]


def test_a_periodic_crash_stops_nothing(
    make_runner: MakeRunner, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Task(ValueError("secret")), Task()
    minute = dt.timedelta(minutes=1)
    runner = make_runner({})
    runner.run_periodic({"bad": PeriodicTask(minute, bad), "good": PeriodicTask(minute, good)})
    assert len(good.seen) == 1
    assert "periodic task bad failed: ValueError" in caplog.text
    assert "secret" not in caplog.text
    clock.advance(minutes=1)
    runner.run_periodic({"bad": PeriodicTask(minute, bad)})
    assert len(bad.seen) == 2


class Flaky(Runner):
    """Its database is away at first."""

    troubles = 2

    def release_dead_leases(self) -> None:
        if self.troubles:
            Flaky.troubles -= 1
            raise sa.exc.OperationalError("gone", None, ValueError("secret"))
        super().release_dead_leases()


def test_the_worker_goes_on_after_trouble_and_stops_when_told(
    jobs_engine: sa.Engine,
    promise: Promise,
    settings: Any,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner_module, "POLL_SECONDS", 0.01)
    finished, swept = threading.Event(), threading.Event()
    runner = Flaky(
        {"task": lambda _context, _payload: finished.set()},
        engine=jobs_engine,
        settings=settings,
        clock=clock,
        mailer=FakeMailer(),
    )
    sweep = PeriodicTask(dt.timedelta(minutes=1), lambda _context, _payload: swept.set())
    worker = runner_module.Worker(runner, {"sweep": sweep})
    worker.start()
    promise("task", uuid.uuid4().hex)
    assert finished.wait(10)
    assert swept.wait(10)
    worker.stop()
    assert not worker._thread.is_alive()


def test_stopping_does_not_wait_for_the_whole_queue(
    jobs_engine: sa.Engine, make_runner: MakeRunner, promise: Promise
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    @begins_late
    def task(_context: TaskContext, _payload: dict[str, Any]) -> None:
        begun.set()
        go_on.wait(10)

    for n in range(5):
        promise("task", str(n))
    worker = runner_module.Worker(make_runner({"task": task}), {})
    worker.start()
    assert begun.wait(10)
    worker._stopped.set()
    go_on.set()
    worker.stop()
    assert sorted(job(jobs_engine, str(n)).state for n in range(5)) == ["done"] + ["queued"] * 4
