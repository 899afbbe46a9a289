"""The work: shards of simulated companies over all cores, kept on disk, so that it can go on."""

import hashlib
import multiprocessing
import os
import sys
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.calibrate.companies import empty_results, run
from bench.calibrate.plan import SHARD, Case

ROOT = Path(__file__).parents[2]
STORE = ROOT / "build" / "calibrate"
THRESHOLDS = "verdict.py"
"""The rule is applied to the stored probabilities; changing it changes no shard."""
DECIDES = (
    "analysis/joint",
    "analysis/simulation",
    "analysis/data",
    "analysis/simulate.py",
    "analysis/scores.py",
    "analysis/intervention.py",
    "analysis/trend.py",
    "analysis/guards/attribution.py",
    "bench/calibrate/engine.py",
    "bench/calibrate/lanes.py",
    "bench/calibrate/companies.py",
    "bench/calibrate/comparators.py",
)

Results = dict[str, npt.NDArray[np.float32]]


def fingerprint() -> str:
    """Return a digest of the code that decides what a shard holds."""
    digest = hashlib.sha256()
    for name in DECIDES:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.suffix in {".py", ".json"}:
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True, kw_only=True)
class Work:
    """One shard of one case."""

    case: Case
    shard: int
    seed: int
    path: Path


def works(cases: Iterable[Case], seed: int) -> list[Work]:
    """Cut `cases` into shards, each with the file that holds or will hold its results."""
    folder = STORE / f"{seed}-{fingerprint()}"
    return [
        Work(
            case=case,
            shard=shard,
            seed=seed,
            path=folder / f"{case.name}-{case.companies}-{case.dimensions}-{shard:03d}.npz",
        )
        for case in cases
        for shard in range(case.shards)
    ]


def do(work: Work) -> Path:
    """Simulate a shard and store it, unless it is there; whole or not at all."""
    if work.path.exists():
        return work.path
    case = work.case
    size = case.part(work.shard, case.companies)
    results = empty_results(
        size,
        case.watch.months,
        case.part(work.shard, case.dimensions),
        case.part(work.shard, case.thinned),
    )
    key = zlib.crc32(case.name.encode())
    for at in range(size):
        rng = np.random.default_rng([work.seed, key, work.shard * SHARD + at])
        run(case.course, case.watch, rng, results, at)
    work.path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = work.path.with_suffix(f".{os.getpid()}.tmp")
    with unfinished.open("wb") as file:
        np.savez_compressed(file, **results)  # type: ignore[arg-type]
    unfinished.replace(work.path)
    return work.path


def do_all(todo: list[Work], processes: int) -> None:
    """Do what is not done yet, over `processes` cores, and say how far it is."""
    left = [work for work in todo if not work.path.exists()]
    done = len(todo) - len(left)
    if done:
        print(f"{done} of {len(todo)} shards are there already.", flush=True)
    if not left:
        return
    started = time.monotonic()
    do(left[0])  # compiles, once, before the others start
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for count, path in enumerate(pool.imap_unordered(do, left[1:]), start=2):
            spent = time.monotonic() - started
            rest = spent / count * (len(left) - count)
            print(
                f"\r{done + count}/{len(todo)} shards, {spent / 60:.1f} min,"
                f" about {rest / 60:.0f} min left ({path.stem})   ",
                end="" if sys.stdout.isatty() else "\n",
                flush=True,
            )
    print(flush=True)


def collected(case: Case, seed: int) -> Results:
    """Join the shards of a case."""
    parts = []
    for work in works([case], seed):
        with np.load(work.path) as stored:
            parts.append({name: stored[name] for name in stored.files})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
