"""`./dev attack`: Pulse attacks itself and leaks planted on purpose; an error if one is left open.

Parts: stores, live, differencing, reconstruction; all of them if none is named.
"""

import argparse
import logging
import os
import re
import sys
import time
from pathlib import Path

from bench.attack.campaign import postgres_version
from bench.attack.sections import PARTS
from bench.attack.table import versions
from tests.postgres_server import binaries

DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy" / "attacks.md"


def write_section(part: str, text: str) -> None:
    """Put a part's table into the page on attacks."""
    between = re.compile(rf"(?<=<!-- {part} -->\n).*(?=<!-- end {part} -->)", re.DOTALL)
    page = DOCUMENT.read_text()
    if not between.search(page):
        raise ValueError(f"{DOCUMENT.name} has no place for {part!r}.")
    DOCUMENT.write_text(between.sub(lambda _match: f"\n{text}\n\n", page))


def main() -> None:
    """Run, print, and say whether everything held."""
    parser = argparse.ArgumentParser(prog="./dev attack", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--small", action="store_true", help="a short run")
    parser.add_argument("--stores", default="sqlite,postgres")
    parser.add_argument("--write", action="store_true", help="fill docs/privacy/attacks.md")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    kinds = tuple(options.stores.split(","))
    if options.write and (options.small or kinds != ("sqlite", "postgres")):
        parser.error("only a full run is written down")
    parts = options.parts or list(PARTS)
    if "stores" in parts and "postgres" in kinds and binaries() is None:
        sys.exit("PostgreSQL is missing here (Debian: apt install postgresql), or --stores sqlite")
    logging.disable(logging.WARNING)
    failures: list[str] = []
    for part in parts:
        started, computed = time.monotonic(), os.times()
        section = PARTS[part](kinds, is_small=options.small)
        spent = os.times()
        seconds = spent.user + spent.system - computed.user - computed.system
        print(f"\n{section.text}\n\n{part}: {time.monotonic() - started:.0f} s\n", flush=True)
        failures += section.failures
        if options.write and not section.failures:
            server = postgres_version() if part == "stores" else ""
            note = f"`./dev attack {part}`, {versions(server)}; {seconds:.0f} s of computing."
            write_section(part, f"{section.text}\n\n{note}")
    if failures:
        sys.exit("FAILED:\n" + "\n".join(failures))
    print("Every attack on Pulse stayed at chance; every planted leak was found.")


if __name__ == "__main__":
    main()
