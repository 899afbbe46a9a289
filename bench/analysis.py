"""What one analysis costs: 24 waves, two groups, the index and four dimensions, on one core.

Times are CPU time of this process and the best of several runs, because machines are shared; beside
them stands the bare arithmetic of the same run that nobody can avoid: one Cholesky factor of every
covariance matrix of the grid for each of the five scores.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
MONTHS, BEFORE = 24, 6
REPEATS = 15
PEOPLE = (100, 1_000_000)
MOST_MILLISECONDS, MOST_WITH_FORECAST, MOST_MEGABYTES = 150.0, 500.0, 150.0
MOST_RATIO_OF_SIZES = 1.25


def best(action: Callable[[], object], repeats: int = REPEATS) -> float:
    """CPU milliseconds of the quickest of several runs."""
    times = []
    for _ in range(repeats):
        started = time.process_time()
        action()
        times.append(time.process_time() - started)
    return 1000.0 * min(times)


def peak() -> float:
    """Most memory held so far, megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def measure(people: int) -> dict[str, float]:
    """Measure in this process, which must not have run anything else."""
    import numpy as np  # noqa: PLC0415 - what an import costs is measured

    from analysis.forecast import forecast  # noqa: PLC0415
    from analysis.joint.covariance import covariances  # noqa: PLC0415
    from analysis.joint.observations import observe  # noqa: PLC0415
    from analysis.survey import Survey, analyse  # noqa: PLC0415
    from analysis.tally import WaveSeries  # noqa: PLC0415

    rng = np.random.default_rng(24)

    def series() -> WaveSeries:
        mean = 50.0 + rng.normal(0.0, 3.0, (2, MONTHS))
        mean[:, BEFORE:] -= 6.0
        return WaveSeries.from_arrays(
            n=[[people] * MONTHS] * 2,
            mean=mean.tolist(),
            variance=rng.uniform(380.0, 460.0, (2, MONTHS)).tolist(),
            headcount=[1.3 * people] * 2,
        )

    codes = ("appreciation", "communication", "honesty", "respect")
    survey = Survey(
        index=series(), dimensions={code: series() for code in codes}, months_before=BEFORE
    )
    before = peak()
    analyse(survey)
    after_one = peak()
    whole = best(lambda: analyse(survey))
    ahead = best(lambda: forecast(survey.index, months_before=BEFORE))
    matrices = covariances(observe(survey.index))
    floor = 5.0 * best(lambda: np.linalg.cholesky(matrices))
    return {
        "whole": whole,
        "forecast": ahead,
        "floor": floor,
        "grown": after_one - before,
        "grown_with_forecast": peak() - before,
    }


def in_own_process(people: int) -> dict[str, float]:
    """Measure on one core in a fresh process."""
    program = (
        f"import json\nfrom bench.analysis import measure\nprint(json.dumps(measure({people})))"
    )
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, float] = json.loads(run.stdout)
    return found


def main() -> None:
    """Print one line per size; ends with an error if a bar is missed."""
    print("answers per cell | whole ms | floor ms | ratio | forecast ms | both ms | grown MB")
    missed = []
    wholes = []
    for people in PEOPLE:
        found = in_own_process(people)
        both = found["whole"] + found["forecast"]
        wholes.append(found["whole"])
        print(
            f"{people:16,d} | {found['whole']:8.1f} | {found['floor']:8.1f}"
            f" | {found['whole'] / found['floor']:5.2f} | {found['forecast']:11.1f}"
            f" | {both:7.1f} | {found['grown']:.0f} ({found['grown_with_forecast']:.0f} in all)"
        )
        if found["whole"] > MOST_MILLISECONDS:
            missed.append(f"{found['whole']:.0f} ms for the analysis, bar {MOST_MILLISECONDS:.0f}")
        if both > MOST_WITH_FORECAST:
            missed.append(f"{both:.0f} ms with the forecast, bar {MOST_WITH_FORECAST:.0f}")
        if found["grown_with_forecast"] > MOST_MEGABYTES:
            missed.append(f"{found['grown_with_forecast']:.0f} MB, bar {MOST_MEGABYTES:.0f}")
    ratio = max(wholes) / min(wholes)
    print(f"most to least over the sizes: {ratio:.2f} (independent of people = 1)")
    if ratio > MOST_RATIO_OF_SIZES:
        missed.append(f"the cost depends on the number of people: {ratio:.2f}")
    if missed:
        sys.exit("; ".join(missed))


if __name__ == "__main__":
    main()
