"""How fast ballots are counted, and how much memory that takes: ``python bench/count.py [N ...]``.

For each N it fills an SQLite ballot box with N real sealed ballots (two groups, drawn rotating
questions, one comment in five), closes the wave and runs `count_wave` in a process of its own.
"""

import argparse
import json
import resource
import secrets
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from pulse import db, tables
from pulse.clock import SystemClock
from pulse.companies.service import NewGroup, create_company
from pulse.credentials.message import label
from pulse.credentials.queries import wave_keys
from pulse.credentials.secrets_store import envelope_private_key
from pulse.credentials.service import create_wave_keys
from pulse.ids import GROUP_CODES
from pulse.responses.body import encode_body
from pulse.responses.sealing import seal
from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.rotation import rotating_items
from pulse.tallies.service import count_wave
from pulse.waves import service as waves

SIZES = (10_000, 100_000)
BATCH = 2_000
BALLOTS = tables.metadata.tables["ballots"]
FLOOR = 2_000


def fill(folder: Path, size: int) -> uuid.UUID:
    """Make a closing wave with `size` sealed ballots; return its id."""
    engine = _engine(folder)
    tables.metadata.create_all(engine)
    now = SystemClock().now()
    with Session(engine) as session:
        company = create_company(
            session,
            name="Bench",
            time_zone="UTC",
            default_language="en",
            first=NewGroup(name_en="Sales", name_es="Ventas", makes_requests=True),
            second=NewGroup(name_en="Operations", name_es="Operaciones"),
            sender_name="Bench",
            results_place="here",
            now=now,
        )
        (wave,) = waves.plan_waves(session, company.id, time_zone="UTC", now=now, months=1)
        create_wave_keys(session, wave.id, folder)
        waves.open_wave(
            session, wave.id, now=now, rotation=dict.fromkeys(GROUP_CODES, ("drawn", ()))
        )
        for rows in _batches(session, wave.id, folder, size):
            session.execute(sa.insert(BALLOTS), rows)
        waves.begin_closing(session, wave.id, now=now, is_exempt=True)
        session.commit()
    engine.dispose()
    return wave.id


def _batches(
    session: Session, wave_id: uuid.UUID, folder: Path, size: int
) -> Iterator[list[dict[str, object]]]:
    public_key = envelope_private_key(folder, wave_id).public_key
    issuance = wave_keys(session, wave_id).issuance
    core = [item.id for item in load_instrument(CURRENT_VERSION).core]
    for start in range(0, size, BATCH):
        rows: list[dict[str, object]] = []
        for number in range(start, min(start + BATCH, size)):
            code = GROUP_CODES[number % 2]
            dice = secrets.token_bytes(16)
            items = rotating_items(makes_requests=code == "first")
            drawn = {items[dice[11] % 10]: dice[12] % 4, items[-1]: dice[13] % 5}
            answers = {item: dice[place] % 5 for place, item in enumerate([*core, "META"])}
            comment = "x" * 200 if dice[14] < 51 else ""
            body = encode_body(
                language=("en", "es")[dice[15] % 2],
                mode="link",
                answers=answers | drawn,
                comment=comment,
            )
            token_hash = secrets.token_bytes(32)
            bound_to = label(str(wave_id), code, issuance[code].kid)
            sealed = seal(public_key, bound_to, token_hash, body)
            rows.append(
                {"token_hash": token_hash, "wave_id": wave_id, "group_code": code, "sealed": sealed}
            )
        yield rows


def measure(folder: Path, wave_id: uuid.UUID) -> dict[str, float]:
    """Count the wave in this process; return seconds and megabytes."""
    engine = _engine(folder)
    with Session(engine) as session:
        db.begin_writing(session)
        before = _peak_megabytes()
        wall, cpu = time.perf_counter(), time.process_time()
        count_wave(session, wave_id, key_dir=folder, random_bytes=secrets.token_bytes)
        session.commit()
        found = {
            "wall": time.perf_counter() - wall,
            "cpu": time.process_time() - cpu,
            "grown": _peak_megabytes() - before,
            "peak": _peak_megabytes(),
        }
    engine.dispose()
    return found


def _engine(folder: Path) -> sa.Engine:
    return db.create_engine(f"sqlite:///{folder / 'bench.db'}")


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_own_process(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        wave_id = fill(Path(name), size)
        command = [sys.executable, __file__, "--measure", name, str(wave_id)]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        found: dict[str, float] = json.loads(run.stdout)
        return found


def main() -> None:
    """Print one line per size, and whether the time grows with the number of ballots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "WAVE"))
    options = parser.parse_args()
    if options.measure:
        folder, wave_id = options.measure
        sys.stdout.write(json.dumps(measure(Path(folder), uuid.UUID(wave_id))))
        return
    line = "{:>9} {:>9} {:>9} {:>14} {:>12} {:>12}\n"
    head = ("ballots", "wall s", "CPU s", "ballots/CPU s", "grown MB", "peak MB")
    sys.stdout.write(line.format(*head))
    costs = []
    for size in options.sizes:
        found = _in_own_process(size)
        costs.append(found["cpu"] / size)
        sys.stdout.write(
            line.format(
                f"{size:,}",
                f"{found['wall']:.2f}",
                f"{found['cpu']:.2f}",
                f"{size / found['cpu']:,.0f}",
                f"{found['grown']:.0f}",
                f"{found['peak']:.0f}",
            )
        )
    sys.stdout.write(f"cost per ballot, last to first: {costs[-1] / costs[0]:.2f} (linear = 1)\n")
    sys.stdout.write(f"floor: {FLOOR:,} ballots per second and core\n")


if __name__ == "__main__":
    main()
