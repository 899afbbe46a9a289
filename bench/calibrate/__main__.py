"""Measure how often Pulse is wrong, and what it finds, on simulated companies.

Every scenario, both questions, twelve monthly looks. Ends with an error when a bar is missed.
Finished shards are kept in build/calibrate, so that an interrupted run goes on where it was.
"""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

from analysis.verdict import DEFAULT_RULE
from bench.calibrate.bars import Check, t1, t2, t3
from bench.calibrate.document import document
from bench.calibrate.plan import Case, cases, nulls
from bench.calibrate.shards import ROOT, STORE, collected, do_all, fingerprint, works
from bench.calibrate.summary import summarise

FIXED = 20261127
PAGE = ROOT / "docs" / "method" / "calibration.md"
NUMBERS = PAGE.with_suffix(".json")
INTRO = Path(__file__).with_name("intro.md")
BARS = ("T1", "T1 dimensions", "T2", "T3")


def main() -> None:
    """Run the shards that are missing, print the tables, judge the bars."""
    parser = argparse.ArgumentParser(prog="./dev calibrate", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the companies")
    parser.add_argument("--nulls", action="store_true", help="only the nulls N01 to N15")
    parser.add_argument("--seed", type=int, help=f"seed of the companies (default {FIXED})")
    parser.add_argument("--fresh", action="store_true", help="the nulls with a seed drawn now")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--write", action="store_true", help="write docs/method/calibration.*")
    arguments = parser.parse_args()
    if arguments.write and (arguments.small or arguments.fresh or arguments.seed is not None):
        parser.error("--write writes the whole table of the fixed seed; fresh runs are added to it")
    seed = secrets.randbelow(10**9) if arguments.fresh else arguments.seed
    seed = FIXED if seed is None else seed
    only_nulls = arguments.nulls or arguments.fresh
    chosen = (nulls if only_nulls else cases)(small=arguments.small)
    print(f"Seed {seed}, {sum(case.companies for case in chosen)} companies.", flush=True)
    do_all(works(chosen, seed), arguments.cores)
    stored = table_of(chosen, seed)
    stored["fresh"] = {str(other): {"rows": rows_of(nulls(), other)} for other in fresh_seeds(seed)}
    checks = checks_of(stored)
    stored["bars"] = bars_of(checks)
    text = document(stored, INTRO.read_text("utf-8"))
    print(text)
    if arguments.write:
        NUMBERS.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")
        PAGE.write_text(text, "utf-8")
    missed = [check for check in checks if not check.holds and check.bar != "T3"]
    for check in missed:
        print(f"MISSED {check.bar}: {check.what}: {check.measured:.1f} (bar {check.limit:.1f})")
    sys.exit(1 if missed else 0)


def rows_of(chosen: list[Case], seed: int) -> list[dict[str, Any]]:
    """Summarise all scenarios of a finished run."""
    return [
        summarise(case, collected(case, seed), DEFAULT_RULE)
        for case in sorted(chosen, key=lambda case: case.name)
    ]


def table_of(chosen: list[Case], seed: int) -> dict[str, Any]:
    """Return everything that is stored about one run."""
    rule = {name: getattr(DEFAULT_RULE, name) for name in DEFAULT_RULE.__dataclass_fields__}
    return {"rule": rule, "fixed": {"seed": seed, "rows": rows_of(chosen, seed)}}


def fresh_seeds(seed: int) -> list[int]:
    """Return the other seeds whose nulls are finished with the same code."""
    folders = STORE.glob(f"*-{fingerprint()}")
    seeds = sorted(int(folder.name.split("-")[0]) for folder in folders)
    return [
        other
        for other in seeds
        if other != seed and all(work.path.exists() for work in works(nulls(), other))
    ]


def checks_of(stored: dict[str, Any]) -> list[Check]:
    """Judge all bars, fresh seeds too."""
    rows = stored["fixed"]["rows"]
    checks = [*t1(rows), *t2(rows), *t3(rows)]
    for entry in stored["fresh"].values():
        checks += t1(entry["rows"])
    return checks


def bars_of(checks: list[Check]) -> dict[str, Any]:
    """Count what holds, and name what does not."""
    found = {}
    for bar in BARS:
        of_bar = [check for check in checks if check.bar == bar]
        found[bar] = {
            "checks": len(of_bar),
            "held": sum(check.holds for check in of_bar),
            "missed": [
                f"{check.what}: {check.measured:.1f}" for check in of_bar if not check.holds
            ],
        }
    return found


if __name__ == "__main__":
    main()
