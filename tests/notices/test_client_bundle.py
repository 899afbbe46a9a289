"""The one script of the page: complete, small, and the same whoever makes it."""

import base64
import gzip
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pulse.notices.client_bundle as client_bundle_module
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
    assert len(client_bundle()) <= 34_000
    assert len(gzip.compress(client_bundle())) <= 10_700


def built(folder: Path, *, is_windows: bool) -> bytes:
    """Build the script from a copy of its sources, with nothing but Python, as an auditor would."""
    package = folder / "pulse"
    for source in (client_bundle_module.__file__, *FOLDER.glob("*.js")):
        copy = package / Path(source).relative_to(FOLDER.parents[1])
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = Path(source).read_text(encoding="utf-8")
        copy.write_text(text, encoding="utf-8", newline="\r\n" if is_windows else "\n")
    command = [sys.executable, "-I", package / "notices" / "client_bundle.py", folder / "out.js"]
    subprocess.run(command, check=True, capture_output=True, env={"PYTHONHASHSEED": "random"})
    return (folder / "out.js").read_bytes()


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    """A3: in two folders, at two times, with the line ends of two systems."""
    builds = [built(tmp_path / "a", is_windows=False), built(tmp_path / "b c", is_windows=True)]
    assert builds == [client_bundle()] * 2


def test_another_source_gives_other_bytes(tmp_path: Path) -> None:
    """The test above can fail."""
    first = built(tmp_path, is_windows=False)
    (tmp_path / "pulse" / "static" / "js" / "code.js").write_text("const other = 1;\n")
    command = [sys.executable, tmp_path / "pulse" / "notices" / "client_bundle.py"]
    subprocess.run([*command, tmp_path / "out.js"], check=True, capture_output=True)
    assert (tmp_path / "out.js").read_bytes() != first
