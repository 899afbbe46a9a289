"""Leaks planted in the harness, never in the product: the benchmark must find every one of them."""

import itertools
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

import pulse.responses.views_respond as ballot_box
from bench.attack.house import Cast, House
from pulse.invitations.service import reduce_wave
from pulse.jobs.outbox import enqueue
from pulse.jobs.runner import Task, TaskContext
from pulse.tallies import service as tallies
from pulse.waves.service import mark_closed
from pulse.worker import TASKS

WHAT = {
    "created_at": "answers keep the time they came (observer's clock)",
    "serial id": "answers keep a serial number",
    "token hash": "counted answers keep their token hash",
    "WAL kept": "ballots unsealed, files not rewritten",
    "no rewrite": "files not rewritten (ballots sealed)",
    "participation": "the list of who took part is kept",
    "no shuffle": "comments numbered in the order of counting",
    "keys kept": "the wave's keys are not destroyed",
}
# In which attacks' names a planted leak must show; the others show in what is left behind.
SHOWS_IN = {
    "created_at": "planted created_at",
    "serial id": "planted serial id",
    "token hash": "planted token hash",
    "WAL kept": "planted WAL kept",
    "no shuffle": " x comment",
    "keys kept": "opened with a kept key",
}
LEFT_BY = {"no rewrite": "token hashes", "participation": "invitation rows"}
COLUMNS = {
    "created_at": "created_at DOUBLE PRECISION",
    "serial id": "serial INTEGER",
    "token hash": "token_hash {blob}",
    "WAL kept": "filler INTEGER",
}


def table_of(plant: str) -> str:
    """Return the table of a planted leak."""
    return f"planted_{plant.replace(' ', '_').lower()}"


def tables_of(plants: tuple[str, ...]) -> list[str]:
    """Return the tables that the planted leaks need."""
    return [table_of(plant) for plant in plants if plant in COLUMNS]


@dataclass
class Planted:
    """A set of leaks in one house."""

    plants: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._pending: Cast | None = None
        self._casts: list[Cast] = []
        self._serial = 0
        self._numbers = itertools.count(1)

    def tasks(self) -> dict[str, Task]:
        """Return the job table with its planted faults."""
        faults: dict[str, tuple[str, Task]] = {
            "token hash": ("tallies.count_wave", self._count),
            "no shuffle": ("tallies.count_wave", self._count),
            "participation": ("invitations.reduce_wave", _count_without_deleting),
            "keys kept": ("credentials.destroy_wave_keys", _keep_keys),
            "WAL kept": ("jobs.rewrite_storage", _do_not_rewrite),
            "no rewrite": ("jobs.rewrite_storage", _do_not_rewrite),
        }
        return TASKS | {job: task for plant, (job, task) in faults.items() if plant in self.plants}

    def make_tables(self, house: House) -> None:
        """Make the tables in which answers are kept, each row under a random id of its own."""
        is_sqlite = house.pulse.engine.dialect.name == "sqlite"
        blob = "BLOB" if is_sqlite else "BYTEA"
        for plant in self.plants:
            if plant not in COLUMNS:
                continue
            column = COLUMNS[plant].format(blob=blob)
            end = " WITHOUT ROWID" if is_sqlite else ""
            with house.pulse.engine.begin() as connection:
                connection.exec_driver_sql(
                    f"CREATE TABLE {table_of(plant)} (id {blob} PRIMARY KEY, wave TEXT, "
                    f"group_code TEXT, mark TEXT, {column}){end}"
                )

    def before_submit(self, cast: Cast) -> None:
        """Tell the planted ballot box whose ballot comes next."""
        self._pending = cast

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Let the application use the planted ballot box."""
        real = ballot_box.cast_ballot
        if self.plants:
            ballot_box.cast_ballot = self._box(real)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            ballot_box.cast_ballot = real  # type: ignore[attr-defined]

    def _box(self, real: Callable[..., bool]) -> Callable[..., bool]:
        def cast_ballot(session: Session, **values: Any) -> bool:  # noqa: ANN401
            is_new = real(session, **values)
            cast = self._pending
            if is_new and cast is not None:
                self._casts.append(cast)
                self._serial += 1
                extra = {
                    "created_at": cast.submitted_at,
                    "serial id": self._serial,
                    "WAL kept": 0,
                }
                for plant in self.plants:
                    if plant in extra:
                        _keep(session, plant, str(values["wave_id"]), cast, extra[plant])
            return is_new

        return cast_ballot

    def _count(self, context: TaskContext, payload: dict[str, Any]) -> None:
        numbers = self._numbers
        in_order = "no shuffle" in self.plants
        tallies.count_wave(
            context.session,
            uuid.UUID(payload["wave_id"]),
            key_dir=context.settings.key_dir,
            random_bytes=(lambda n: next(numbers).to_bytes(n)) if in_order else secrets.token_bytes,
        )
        if "token hash" in self.plants:
            for cast in sorted(self._casts, key=lambda _cast: secrets.randbits(64)):
                _keep(context.session, "token hash", payload["wave_id"], cast, cast.token_hash)
        self._casts.clear()
        _go_on(context, "invitations.reduce_wave", payload)


def _keep(session: Session, plant: str, wave: str, cast: Cast, value: Any) -> None:  # noqa: ANN401
    session.execute(
        sa.text(f"INSERT INTO {table_of(plant)} VALUES (:id, :wave, :group, :mark, :value)"),  # noqa: S608
        {
            "id": secrets.token_bytes(16),
            "wave": wave,
            "group": cast.group,
            "mark": cast.mark,
            "value": value,
        },
    )


def _count_without_deleting(context: TaskContext, payload: dict[str, Any]) -> None:
    statement = "SELECT * FROM invitations WHERE wave_id = :wave"
    wave_id = uuid.UUID(payload["wave_id"])
    kept = context.session.execute(
        sa.text(statement).bindparams(sa.bindparam("wave", type_=sa.Uuid())), {"wave": wave_id}
    )
    rows = [dict(row) for row in kept.mappings()]
    reduce_wave(context.session, wave_id)
    for row in rows:
        names = ", ".join(row)
        holders = ", ".join(f":{name}" for name in row)
        context.session.execute(
            sa.text(f"INSERT INTO invitations ({names}) VALUES ({holders})"),  # noqa: S608
            row,
        )
    _go_on(context, "credentials.destroy_wave_keys", payload)


def _keep_keys(context: TaskContext, payload: dict[str, Any]) -> None:
    mark_closed(context.session, uuid.UUID(payload["wave_id"]))
    _go_on(context, "jobs.rewrite_storage", payload)


def _do_not_rewrite(context: TaskContext, payload: dict[str, Any]) -> None:
    _go_on(context, "tallies.release_wave", payload)


def _go_on(context: TaskContext, name: str, payload: dict[str, Any]) -> None:
    enqueue(
        context.session,
        name,
        {"wave_id": payload["wave_id"]},
        idempotency_key=f"{name}:{payload['wave_id']}",
        now=context.now(),
    )
