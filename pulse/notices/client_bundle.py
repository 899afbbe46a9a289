"""One script out of the modules of a page: three requests instead of eight.

The modules stay readable in static/js and import one another. In the bundle each is a function that
returns what it exports; comments and indentation are left out. The result depends on nothing but
the modules, so that its digest can be published and anybody can make it again: `./dev bundle` runs
this file with nothing installed, since it needs the standard library only.
"""

import base64
import hashlib
import re
import sys
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "static" / "js"
# Each only after what it imports.
MODULES = ("blind_rsa", "notice", "code", "store", "ballot", "screens", "survey")
PAGES = {
    "survey": MODULES,
    "next": ("blind_rsa", "notice", "code", "store", "ballot", "take", "next"),
}

_COMMENT = re.compile(r"^\s*//.*\n|(?<=[;,{}(]) +// .*$", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) (\w+))", re.MULTILINE)


@cache
def client_bundle(page: str = "survey") -> bytes:
    """Return the script of a page: "survey", or "next" for the ballot of the next survey."""
    return "".join(as_function(name) for name in PAGES[page]).encode()


@cache
def bundle_integrity(page: str = "survey") -> str:
    """Return the digest that page and notice state: a browser runs this script and no other."""
    return integrity(client_bundle(page))


def integrity(script: bytes) -> str:
    """Return the digest of a script in the form that browsers know."""
    return "sha384-" + base64.b64encode(hashlib.sha384(script).digest()).decode()


def as_function(name: str) -> str:
    """Return a module as a function that is called at once and leaves what it exports."""
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    text = _SPACE.sub("", _COMMENT.sub("", text))
    text = _IMPORT.sub(r"const \1 = module_\2;", text)
    exported = ", ".join(_EXPORT.findall(text))
    return f"const module_{name} = (() => {{\n{_EXPORT.sub('', text)}return {{ {exported} }};\n}})();\n"


if __name__ == "__main__":
    for target in map(Path, sys.argv[1:]):
        wanted = target.stem if target.stem in PAGES else "survey"
        target.write_bytes(client_bundle(wanted))
        sys.stdout.write(f"{bundle_integrity(wanted)}  {target}\n")
