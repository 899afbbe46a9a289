"""``python -m analysis FILE`` and ``python -m analysis vectors FILE``: JSON on standard output."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.change_points import change_point
from analysis.forecast import forecast
from analysis.formats.package import headline_of, is_package, read_package
from analysis.formats.plain import plain
from analysis.formats.tables import Reading, read
from analysis.formats.vectors import recomputed
from analysis.survey import Analysis, Survey, analyse
from analysis.verdict import DecisionRule


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if it went well, 2 if the file cannot be read."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        output = _vectors(given[1:]) if given and given[0] == "vectors" else _analysis(given)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(json.dumps(output, indent=1, ensure_ascii=False) + "\n")
    return 0


def _vectors(arguments: Sequence[str]) -> dict[str, Any]:
    parser = argparse.ArgumentParser(
        prog="python -m analysis vectors",
        description="Print a file of reference numbers with its expected numbers computed anew.",
    )
    parser.add_argument("file", type=Path)
    return recomputed(json.loads(parser.parse_args(arguments).file.read_text("utf-8")))


def _analysis(arguments: Sequence[str]) -> dict[str, Any]:
    options = _parser().parse_args(arguments)
    if is_package(options.file):
        return _of_package(options.file, DecisionRule(delta=options.delta))
    names = tuple(options.groups.split(",")) if options.groups else None
    if names is not None and len(names) != 2:
        raise ValueError("--groups needs two names with a comma between them.")
    reading = Reading(
        groups=names,
        months_before=options.months_before,
        low=options.low,
        high=options.high,
        reverse=frozenset(filter(None, options.reverse.split(","))),
        numbered=options.number_waves,
    )
    found = read(options.file.read_text("utf-8"), reading)
    rule = DecisionRule(delta=options.delta)
    return _judged(found.survey, found.groups, analyse(found.survey, rule=rule), rule)


def _of_package(path: Path, rule: DecisionRule) -> dict[str, Any]:
    package = read_package(path)
    result = analyse(package.survey, rule=rule)
    judged = _judged(package.survey, package.groups, result, rule)
    return {"headline": plain(headline_of(package, result)), **judged}


def _judged(
    survey: Survey, groups: tuple[str, str], result: Analysis, rule: DecisionRule
) -> dict[str, Any]:
    return {
        "groups": {"first": groups[0], "second": groups[1]},
        "months": survey.index.months,
        "months_before": survey.months_before,
        "index": plain(result.index),
        "dimensions": plain(result.dimensions),
        "forecast": plain(forecast(survey.index, months_before=survey.months_before, rule=rule)),
        "change_point": plain(change_point(survey.index)),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description=(
            "Judge a repeated survey of two groups. FILE holds tallies (wave, group, n, mean, "
            "variance and optionally score, invited), answers (wave, group, item, answer and "
            "respondent) or JSON; or it is the ZIP or folder of a data package. 0 is the good end, 100 the bad end."
        ),
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--months-before", type=int, help="months before the rules were adopted")
    parser.add_argument("--groups", default="", help="names of first and second group: A,B")
    parser.add_argument("--delta", type=float, default=5.0, help="smallest change of interest")
    parser.add_argument("--low", type=float, default=0.0, help="lowest answer")
    parser.add_argument("--high", type=float, default=100.0, help="highest answer")
    parser.add_argument("--reverse", default="", help="items whose high answers are good: A,B")
    parser.add_argument(
        "--number-waves", action="store_true", help="number the waves 1, 2, 3 instead of months"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
