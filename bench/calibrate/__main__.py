"""`./dev calibrate`: measure how often Pulse is wrong."""

import argparse
import os

from bench.calibrate.plan import cases
from bench.calibrate.shards import do_all, works

FIXED = 20261127


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev calibrate", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a tenth of the companies")
    parser.add_argument("--seed", type=int, default=FIXED)
    arguments = parser.parse_args()
    do_all(works(cases(small=arguments.small), arguments.seed), os.cpu_count() or 1)


if __name__ == "__main__":
    main()
