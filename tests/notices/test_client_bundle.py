"""The one script of the page: complete, small, and the same whoever makes it."""

import base64
import gzip
import hashlib
import re

from pulse.notices.client_bundle import FOLDER, MODULES, bundle_integrity, client_bundle


def test_every_module_stands_in_it_after_what_it_imports() -> None:
    seen: set[str] = set()
    for name in MODULES:
        source = (FOLDER / f"{name}.js").read_text()
        imported = set(re.findall(r'from "\./(\w+)\.js"', source))
        assert imported <= seen
        seen.add(name)
    assert {path.stem for path in FOLDER.glob("*.js")} >= seen


def test_nothing_of_a_module_system_is_left() -> None:
    text = client_bundle().decode()
    assert not re.search(r"^\s*(import|export)\b", text, re.MULTILINE)
    assert text.count("module_survey = ") == 1
    assert "module_blind_rsa;" in text


def test_no_line_of_code_is_lost() -> None:
    """Stripping comments must not cut an address or a pattern inside a string."""
    text = client_bundle().decode()
    for name in MODULES:
        source = re.sub(
            r"^import [^;]*;", "", (FOLDER / f"{name}.js").read_text(), flags=re.MULTILINE
        )
        lines = [line.strip() for line in source.splitlines() if " //" not in f" {line}"]
        assert len(lines) > 20
        assert [line for line in lines if line.removeprefix("export ") not in text] == []


def test_the_digest_is_that_of_the_script() -> None:
    digest = hashlib.sha384(client_bundle()).digest()
    assert bundle_integrity() == f"sha384-{base64.b64encode(digest).decode()}"


def test_it_asks_nobody_else() -> None:
    assert not re.search(rb"https?://", client_bundle())


def test_it_is_small() -> None:
    assert len(client_bundle()) <= 33_000
    assert len(gzip.compress(client_bundle())) <= 10_200
