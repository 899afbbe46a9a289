"""The tables of docs/privacy/attacks.md."""

import platform
import sqlite3
from collections.abc import Iterable
from importlib.metadata import version

from bench.attack.live import BAR, Timing
from bench.attack.plants import LEFT_BY, SHOWS_IN, WHAT
from bench.attack.siege import AFTER, MIDWAVE, Findings

Line = tuple[str, ...]


def product_lines(findings: Findings, leaks: set[str]) -> list[Line]:
    """Return the product's lines: after the close, and during the wave."""
    left = {name: number for name, number in findings.left.items() if number}
    is_kept = not leaks and not left
    verdict = "at chance" if is_kept else f"LEAK: {sorted(leaks)} {left}"
    return [
        (
            f"Pulse, {findings.store}, after the close",
            _share(findings, AFTER, is_outside=False),
            _share(findings, AFTER, is_outside=True),
            _limit(findings),
            f"{verdict} ({findings.n_attacks(AFTER)} attacks)",
        ),
        (
            f"Pulse, {findings.store}, during the wave: whose sealed ballot is whose",
            _share(findings, MIDWAVE, is_outside=False),
            _share(findings, MIDWAVE, is_outside=True),
            _limit(findings),
            "not promised (see below)",
        ),
    ]


def plant_line(findings: Findings, plant: str) -> Line:
    """Return the line of a planted leak."""
    name = f"planted, {findings.store}: {WHAT[plant]}"
    verdict = "found" if findings.is_found(plant) else "NOT FOUND"
    if plant in LEFT_BY:
        kind = LEFT_BY[plant]
        return (name, f"{findings.left[kind]} {kind} left", "", "0", verdict)
    about = SHOWS_IN[plant]
    return (
        name,
        _share(findings, AFTER, is_outside=False, about=about),
        _share(findings, AFTER, is_outside=True, about=about),
        _limit(findings),
        verdict,
    )


def timing_line(timing: Timing) -> Line:
    """Return the line of one way of arriving."""
    chance = "" if timing.chance is None else f"{timing.chance / timing.n_ballots:.1%}"
    bar = ""
    if timing.is_bounded:
        verdict = "ABOVE" if timing.is_above else "at chance"
        bar = f"{verdict} (at most {BAR:.0%}, and {timing.limit} ballots)"
    return (timing.name, f"{timing.share:.1%} of {timing.n_ballots:,}", chance, bar)


def as_table(head: Line, lines: Iterable[Line]) -> str:
    """Return a Markdown table."""
    rows = [head, tuple("---" for _ in head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def versions(postgres: str) -> str:
    """Return what the figures were measured with."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("sqlalchemy", "scipy", "psycopg"))
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"{postgres or 'no PostgreSQL'}, {packages}"
    )


def _share(findings: Findings, when: str, *, is_outside: bool, about: str = "") -> str:
    hits, _name = findings.best(when, is_outside=is_outside, about=about)
    return f"{hits / findings.n_people:.1%} ({hits} of {findings.n_people})"


def _limit(findings: Findings) -> str:
    return f"{findings.limit / findings.n_people:.1%} ({findings.limit})"
