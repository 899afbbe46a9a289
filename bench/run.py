"""Runs the measurements of this folder, one process each, and says which failed.

A measurement is a file here with a docstring and a `main()`; it prints its figures and ends with an
error when it misses its bar. `./dev bench crypto` runs one, `./dev bench` all.
"""

import ast
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
NOT_MEASUREMENTS = {"run", "shots", "story_shots"}


def measurements() -> dict[str, Path]:
    """Return the measurements by name."""
    found = {path.stem: path for path in sorted(FOLDER.glob("*.py"))}
    return {name: path for name, path in found.items() if name not in NOT_MEASUREMENTS}


def measure(name: str, path: Path) -> bool:
    """Run one measurement and return whether it kept its bar."""
    note = ast.get_docstring(ast.parse(path.read_text())) or name
    print(f"\n== {name}: {note.splitlines()[0]}", flush=True)
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=FOLDER.parent, check=False)
    print(f"-- {time.monotonic() - started:.1f} s", flush=True)
    return done.returncode == 0


def main(names: list[str]) -> None:
    """Run the named measurements, or all."""
    known = measurements()
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.exit(f"No such measurement: {', '.join(unknown)}. There are: {', '.join(known)}.")
    failed = [name for name in names or known if not measure(name, known[name])]
    if failed:
        sys.exit(f"Missed their bars: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
