"""``python -m bench.mutants``: draw mutants of `analysis/`, try them, count who survives."""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.mutants.coverage_map import ROOT, CoverageMap, load
from bench.mutants.operators import Mutant, mutants
from bench.mutants.trial import SURVIVED, TIMEOUT, Trial, attempts, warm_up

BAR = 0.85
STORE = ROOT / "build" / "mutants"
_SPARE_SECONDS = 10.0
_SLOWER = 3.0


def sources() -> dict[str, Path]:
    """Modules of the library and their files."""
    found = {}
    for path in sorted((ROOT / "analysis").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def drawn(seed: int, count: int) -> list[Mutant]:
    """Draw `count` of all mutants at random; all are equally likely."""
    everything = [
        mutant
        for module, path in sources().items()
        for mutant in mutants(module, path.read_text("utf-8"))
    ]
    print(f"{len(everything)} mutants can be planted.", flush=True)
    return random.Random(seed).sample(everything, min(count, len(everything)))


def key(mutant: Mutant, digests: dict[str, str]) -> str:
    """Name of a mutant that changes when its module does."""
    return f"{mutant.module}:{mutant.place}:{digests[mutant.module]}"


def stored(path: Path) -> dict[str, dict[str, Any]]:
    """Return what was found before; later lines win."""
    if not path.exists():
        return {}
    lines = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return {line["key"]: line for line in lines}


def prepare(*, again: bool) -> CoverageMap:
    """Return the coverage map, measured in a process of its own where it is missing."""
    path = STORE / "coverage.json"
    if again or not path.exists():
        print("Measuring which tests reach which lines ...", flush=True)
        program = (
            "import pathlib\nfrom bench.mutants.coverage_map import take\n"
            f"take(pathlib.Path({str(path)!r}))"
        )
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
    return load(path)


def main() -> None:
    """Draw, try, store, sum up; ends with an error below the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--remap", action="store_true", help="measure anew which tests reach what")
    parser.add_argument("--again", action="store_true", help="try the survivors once more")
    parser.add_argument(
        "--apart-from",
        type=int,
        action="append",
        default=[],
        metavar="SEED",
        help="leave out what this seed drew, whose survivors may have tests by now",
    )
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    coverage_map = prepare(again=options.remap)
    paths = sources()
    digests = {
        module: hashlib.sha256(path.read_bytes()).hexdigest()[:8] for module, path in paths.items()
    }
    store = STORE / f"seed-{options.seed}.jsonl"
    known = stored(store)
    drawn_before = {
        (line["module"], line["place"])
        for seed in options.apart_from
        for line in stored(STORE / f"seed-{seed}.jsonl").values()
    }
    sample = [
        mutant
        for mutant in drawn(options.seed, options.count)
        if (mutant.module, mutant.place) not in drawn_before
    ]
    tasks = []
    for mutant in sample:
        before = known.get(key(mutant, digests))
        if before is None or (options.again and before["outcome"] == SURVIVED):
            tests = coverage_map.tests(mutant.module, mutant.line)
            usual = sum(coverage_map.seconds.get(test, 0.0) for test in tests)
            limit = _SPARE_SECONDS + _SLOWER * usual
            trial = Trial(
                module=mutant.module,
                path=paths[mutant.module],
                place=mutant.place,
                tests=tuple(tests),
                limit=limit,
            )
            tasks.append((mutant, trial))
    warm_up()
    run(tasks, store, digests, options.jobs)
    report(sample, stored(store), digests)


def run(
    tasks: list[tuple[Mutant, Trial]],
    store: Path,
    digests: dict[str, str],
    jobs: int,
) -> None:
    """Try all tasks and write each outcome at once."""
    started = time.monotonic()
    if not tasks:
        return
    everything = sorted({test for _, trial in tasks for test in trial.tests})
    sound = Trial(module="", path=Path(), place=None, tests=tuple(everything), limit=900.0)
    if next(attempts([sound], 1))[1] != SURVIVED:
        sys.exit("The tests fail here without any planted fault.")
    with store.open("a") as file:
        trials = (trial for _, trial in tasks)
        for done, (number, outcome) in enumerate(attempts(trials, jobs), start=1):
            mutant = tasks[number][0]
            line = {"key": key(mutant, digests), "outcome": outcome, **asdict(mutant)}
            file.write(json.dumps(line) + "\n")
            file.flush()
            if done % 25 == 0:
                print(f"{done}/{len(tasks)}, {time.monotonic() - started:.0f} s", flush=True)


def report(sample: list[Mutant], found: dict[str, dict[str, Any]], digests: dict[str, str]) -> None:
    """Print survivors, the share per module, and the whole."""
    lines = [found[key(mutant, digests)] for mutant in sample]
    for line in sorted(lines, key=lambda line: (line["module"], line["line"])):
        if line["outcome"] == SURVIVED:
            place = f"{line['module']}:{line['line']}"
            print(f"survived  {place}  {line['kind']}: {line['before']}  ->  {line['after']}")
    tried = Counter(line["module"] for line in lines)
    alive = Counter(line["module"] for line in lines if line["outcome"] == SURVIVED)
    for module in sorted(tried):
        print(f"{module:45s} {tried[module] - alive[module]:4d} of {tried[module]:4d} killed")
    killed = len(lines) - sum(alive.values())
    hanging = sum(line["outcome"] == TIMEOUT for line in lines)
    share = 100.0 * killed / len(lines)
    print(f"{killed} of {len(lines)} killed ({share:.1f} %), {hanging} of them by hanging")
    if killed < BAR * len(lines):
        sys.exit(f"Below the bar of {100 * BAR:.0f} %.")


if __name__ == "__main__":
    main()
