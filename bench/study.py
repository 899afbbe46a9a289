"""How often the author's page is wrong, and how often it finds a fall: whole studies, simulated.

Companies are drawn down to single answers, each is judged by the model of its own report, and the
results are pooled by the rule that the page uses. ``--write`` puts the table into
docs/method/study.md. Takes about ten minutes on two cores.
"""

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from analysis.judgement import judge
from analysis.meta import Answer, Company, answer_over_companies
from analysis.result import Finding, Series
from analysis.simulate import Scenario, simulate_company, to_series

PAGE = Path(__file__).parent.parent / "docs" / "method" / "study.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
BEFORE, AFTER = 6, 6
COMPANIES = 6
STUDIES = 500
SIZES = ((14, 46), (20, 60), (40, 40), (133, 133))
SHOCKS = ((0.0, 0.0), (2.0, 0.3), (3.0, 0.6), (5.0, 0.6))
"""Standard deviation of a month's shocks and their correlation from month to month."""
SPREAD = 2.0
"""True effects differ between companies with this standard deviation, where there is one."""
TRUTHS = (0.0, -10.0)
MOST_FALSE, LEAST_FOUND = 0.05, 0.80
FELL = (Answer.CLEARLY_FELL, Answer.PROBABLY_FELL)
WORDS = {
    Answer.CLEARLY_FELL: "yes, clearly",
    Answer.PROBABLY_FELL: "probably",
    Answer.CANNOT_TELL: "cannot tell yet",
    Answer.PROBABLY_NOT: "probably not",
    Answer.ROSE: "it rose",
}


def draw_study(number: int, truth: float, seed: int = 1) -> list[Company]:
    """Draw the companies of one study and judge each as its own report does."""
    rng = np.random.default_rng([seed, number, int(-truth)])
    companies = []
    for _ in range(COMPANIES):
        tau, rho = SHOCKS[rng.integers(len(SHOCKS))]
        effect = rng.normal(truth, SPREAD) if truth else 0.0
        scenario = Scenario(
            months=BEFORE + AFTER,
            posts=SIZES[rng.integers(len(SIZES))],
            months_before=BEFORE,
            tau=(tau, tau),
            rho=rho,
            step=(effect, effect),
        )
        series = to_series(simulate_company(scenario, rng))
        found = judge(series, months_before=BEFORE).outcome(Series.OVERALL)
        if isinstance(found, Finding):
            error = found.change.standard_error
            assert error is not None
            companies.append(
                Company(change=found.change.value, standard_error=error, verdict=found.verdict)
            )
    return companies


def _draw(place: tuple[int, float, int]) -> list[Company]:
    return draw_study(*place)


def main() -> None:
    """Print the table; ends with an error if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--studies", type=int, default=STUDIES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="also keep every company's result here (CSV)")
    options = parser.parse_args()
    heads = ("true change", "companies", *WORDS.values())
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    shares: dict[float, float] = {}
    kept = ["truth,study,change,standard_error,verdict"]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for truth in TRUTHS:
            places = [(number, truth, options.seed) for number in range(options.studies)]
            studies = list(pool.map(_draw, places, chunksize=10))
            for number, study in enumerate(studies):
                kept += [
                    f"{truth},{number},{one.change},{one.standard_error},{one.verdict}"
                    for one in study
                ]
            for size in (1, 2, 3, COMPANIES):
                counted = Counter(answer_over_companies(study[:size]) for study in studies)
                cells = [f"{100.0 * counted[code] / len(studies):.1f}" for code in WORDS]
                lines.append(f"| {truth:+.0f} | {size} | {' | '.join(cells)} |")
                print(lines[-1], flush=True)
                shares[truth] = sum(counted[code] for code in FELL) / len(studies)
    if options.keep:
        options.keep.write_text("\n".join(kept) + "\n", "utf-8")
    if options.write:
        head, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        table = "\n".join(lines) + "\n"
        PAGE.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}", "utf-8")
    false, found = shares[TRUTHS[0]], shares[TRUTHS[1]]
    print(f'no effect: "yes" or "probably" in {100 * false:.1f} % (at most {100 * MOST_FALSE:.0f})')
    print(
        f'-10 points: "yes" or "probably" in {100 * found:.1f} % (at least {100 * LEAST_FOUND:.0f})'
    )
    if false > MOST_FALSE or found < LEAST_FOUND:
        sys.exit("A bar is missed.")


if __name__ == "__main__":
    main()
