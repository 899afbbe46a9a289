"""Besieges Pulse and houses with planted leaks, on SQLite and PostgreSQL."""

import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psycopg

from bench.attack.live import Timing, link
from bench.attack.plants import WHAT
from bench.attack.siege import AFTER, MIDWAVE, Findings, besiege
from bench.attack.stores import PostgresStore, SqliteStore, Store
from bench.attack.table import (
    Line,
    as_table,
    plant_line,
    product_lines,
)
from bench.attack.visits import Size
from tests.postgres_server import PostgresServer, running_server

HEAD = (
    "store",
    "best attack, no outside knowledge",
    "with observer",
    "99.9 % of chance",
    "verdict",
)
NewStore = Callable[[str], Store]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is done."""

    waves: int
    planted_waves: int
    size: Size
    seeds: tuple[int, ...]
    plants: tuple[tuple[str, ...], ...]


# Leaks that do not feed each other's attacks share a house: each is judged by its own alone.
PLANTED_TOGETHER = (
    ("created_at", "serial id", "token hash", "no shuffle"),
    ("WAL kept", "keys kept"),
    ("no rewrite",),
    ("participation",),
)
FULL = Plan(
    waves=10,
    planted_waves=2,
    size=Size(),
    seeds=(20261124,),
    plants=PLANTED_TOGETHER,
)
# All leaks are planted in one house: each is judged by its own attacks alone.
SMALL = Plan(
    waves=1,
    planted_waves=1,
    size=Size(n_mail=60, n_slips=60),
    seeds=(1, 2),
    plants=(tuple(WHAT),),
)


@dataclass
class Outcome:
    """The table, the requests' times, and what went wrong."""

    lines: list[Line] = field(default_factory=list)
    timing: list[Timing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the table and the notes as Markdown."""
        return "\n\n".join([as_table(HEAD, self.lines), *self.notes])


def run(plan: Plan, kinds: tuple[str, ...], folder: Path) -> Outcome:
    """Do everything; stores are "sqlite" and "postgres"."""
    outcome = Outcome()
    with ExitStack() as stack:
        for kind in kinds:
            new_store = _stores(stack, kind, folder)
            for seed in plan.seeds:
                _product(plan, new_store, folder, seed, outcome)
            for plants in plan.plants:
                _plants(plan, new_store, folder, plants, outcome)
    return outcome


def _product(plan: Plan, new_store: NewStore, folder: Path, seed: int, outcome: Outcome) -> None:
    rng = np.random.default_rng(seed)
    findings = _besiege(plan, new_store, folder, f"product-{seed}", rng, plan.waves)
    leaks = findings.above(AFTER)
    if leaks:
        # Hundreds of attacks are tried: one in a thousand passes its quantile by chance. What does
        # is tried again on as many fresh waves; a leak is above again.
        again = _besiege(plan, new_store, folder, f"again-{seed}", rng, plan.waves)
        outcome.notes.append(
            f"{findings.store}: tried again on fresh waves, hits then and now (limit "
            f"{again.limit}): "
            + "; ".join(
                f"{n}: {findings.hits[AFTER, n]}, {again.hits[AFTER, n]}" for n in sorted(leaks)
            )
        )
        leaks &= again.above(AFTER)
    outcome.lines += product_lines(findings, leaks)
    linked, ballots = link(findings.times, rng)
    name = f"the besieged waves' own requests, {findings.store}"
    outcome.timing.append(Timing(name=name, n_linked=linked, n_ballots=ballots))
    outcome.notes.append(_left(findings))
    store = findings.store
    outcome.failures += [f"{store}: {leak}" for leak in sorted(leaks)]
    outcome.failures += [f"{store}: {n} {kind} left" for kind, n in findings.left.items() if n]
    if not findings.above(MIDWAVE):
        outcome.failures.append(f"{store}: blind during the wave, so blind after it")


def _plants(
    plan: Plan, new_store: NewStore, folder: Path, plants: tuple[str, ...], outcome: Outcome
) -> None:
    rng = np.random.default_rng(len(outcome.lines))
    name = f"planted-{plants[0]}".replace(" ", "-").lower()
    findings = _besiege(plan, new_store, folder, name, rng, plan.planted_waves, plants)
    for plant in plants:
        outcome.lines.append(plant_line(findings, plant))
        if not findings.is_found(plant):
            outcome.failures.append(f"{findings.store}: planted leak not found: {plant}")


def _besiege(
    plan: Plan,
    new_store: NewStore,
    folder: Path,
    name: str,
    rng: np.random.Generator,
    waves: int,
    plants: tuple[str, ...] = (),
) -> Findings:
    started = time.monotonic()
    store = new_store(name)
    place = folder / f"{store.name}-{name}"
    found = besiege(store, place, waves=waves, size=plan.size, rng=rng, plants=plants)
    shutil.rmtree(place, ignore_errors=True)
    print(f"{store.name}, {name}: {waves} waves, {time.monotonic() - started:.0f} s", flush=True)
    return found


def _left(findings: Findings) -> str:
    log = ", ".join(f"{number} {kind}" for kind, number in sorted(findings.left_in_log.items()))
    return (
        f"{findings.store}: left in the live files after the release: "
        f"{sum(findings.left.values())}; in the write-ahead log: {log}."
    )


def _stores(stack: ExitStack, kind: str, folder: Path) -> NewStore:
    if kind == "sqlite":
        return lambda name: SqliteStore(folder / f"SQLite-{name}")
    server = stack.enter_context(running_server())
    return lambda name: _on_server(server, name)


def _on_server(server: PostgresServer, name: str) -> PostgresStore:
    return PostgresStore(server.create_database(name), server.data_directory)


def postgres_version() -> str:
    with running_server() as server:
        url = server.create_database("version").replace("postgresql+psycopg", "postgresql")
        with psycopg.connect(url) as connection:
            found = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {found[0].split()[0]}" if found else ""
