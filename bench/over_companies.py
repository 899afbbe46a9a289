"""How often the answer over companies is wrong, and how often it finds a change: simulated.

Each company brings a change with a standard error, as its report does; true changes differ between
companies with standard deviation tau. ``--write`` puts the table into docs/method/over-companies.md.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from analysis.meta import Answer, Company, Pooled, pool

PAGE = Path(__file__).parent.parent / "docs" / "method" / "over-companies.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
SIZES = (2, 3, 5, 10, 20)
SPREADS = (0.0, 2.0, 4.0)
TRUTHS = (0.0, -5.0, -8.0, 8.0)
ERRORS = (2.0, 3.6)
"""Standard errors of companies lie between these: large groups and groups of seven."""
ROUNDS = 1000
MOST_FALSE = 0.05
ORDER = (
    (Answer.CLEARLY_FELL, "clearly fell"),
    (Answer.PROBABLY_FELL, "probably fell"),
    (Answer.ROSE, "rose"),
    (Answer.PROBABLY_NOT, "probably not"),
    (Answer.CANNOT_TELL, "cannot tell"),
)


def answers(
    size: int, spread: float, truth: float, rng: np.random.Generator, rounds: int
) -> tuple[Counter[Answer], float]:
    """Draw studies of `size` companies: their answers, and how often the 95 % interval holds."""
    counted: Counter[Answer] = Counter()
    covered = 0
    for _ in range(rounds):
        errors = rng.uniform(*ERRORS, size)
        changes = rng.normal(truth, spread, size) + rng.normal(0.0, errors)
        found = pool(
            [
                Company(change=float(c), standard_error=float(e))
                for c, e in zip(changes, errors, strict=True)
            ]
        )
        assert isinstance(found, Pooled)
        counted[found.answer] += 1
        covered += found.mean.interval.contains(truth)
    return counted, covered / rounds


def main() -> None:
    """Print the table; ends with an error if "clearly fell" is too often false."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    heads = ("true change", "tau", "companies", *(name for _, name in ORDER), "interval holds")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    worst = 0.0
    for truth in TRUTHS:
        for spread in SPREADS:
            for size in SIZES:
                counted, covered = answers(size, spread, truth, rng, options.rounds)
                shares = [counted[code] / options.rounds for code, _ in ORDER]
                if truth == 0.0:
                    worst = max(worst, shares[0])
                cells = [f"{truth:+.0f}", f"{spread:.0f}", str(size)]
                cells += [f"{100.0 * share:.1f}" for share in (*shares, covered)]
                lines.append(f"| {' | '.join(cells)} |")
                print(lines[-1], flush=True)
    table = "\n".join(lines) + "\n"
    if options.write:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", "utf-8")
    print(f'most often false "clearly fell": {100.0 * worst:.1f} %')
    if worst > MOST_FALSE:
        sys.exit(f"Above {100 * MOST_FALSE:.0f} %.")


if __name__ == "__main__":
    main()
