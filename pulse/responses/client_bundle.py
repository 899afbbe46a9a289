"""One script out of the survey page's modules: three requests instead of eight.

The modules stay readable in static/js and import one another. In the bundle each is a function that
returns what it exports; comments and indentation are left out. The result depends on nothing but
the modules, so that its digest can be published and anybody can make it again.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from pulse.responses.page_cache import Packed

FOLDER = Path(__file__).parents[1] / "static" / "js"
# Each only after what it imports.
MODULES = ("blind_rsa", "code", "store", "ballot", "screens", "survey")

_COMMENT = re.compile(r"^\s*//.*\n|(?<=[;,{}(]) +// .*$", re.MULTILINE)
_SPACE = re.compile(r"^\s+", re.MULTILINE)
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|const|class) (\w+))", re.MULTILINE)


@cache
def client_bundle() -> bytes:
    """Return the script of the survey page."""
    return "".join(_as_function(name) for name in MODULES).encode()


@cache
def packed_bundle() -> Packed:
    """Return the script as it is sent."""
    return Packed.of(client_bundle())


@cache
def bundle_integrity() -> str:
    """Return the digest that the page states, so that a browser runs this script and no other."""
    return "sha384-" + base64.b64encode(hashlib.sha384(client_bundle()).digest()).decode()


def _as_function(name: str) -> str:
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    text = _SPACE.sub("", _COMMENT.sub("", text))
    text = _IMPORT.sub(r"const \1 = module_\2;", text)
    exported = ", ".join(_EXPORT.findall(text))
    return f"const module_{name} = (() => {{\n{_EXPORT.sub('', text)}return {{ {exported} }};\n}})();\n"
