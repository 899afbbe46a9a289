"""Spanish is there for all that respondents and HR read; its fields are those of the English."""

import ast
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import nodes

from pulse import i18n
from pulse.resources import resource
from pulse.waves.errors import WaveClosedError
from pulse.web import error_pages
from pulse.web.templating import install_templating
from tests.architecture.repository import ROOT

TEMPLATES = resource("templates")
FIELD = re.compile(r"%\((\w+)\)")
# What a respondent may see: pages, mails, slips, and the errors of the rooms behind them.
FOLDERS = ("responses", "fieldwork", "promises", "email", "print", "errors")
FILES = (
    "reports/next.html",
    "reports/_results.html",
    "reports/_promises_link.html",
    "layouts/base.html",
    "layouts/respond.html",
    "components/question.html",
)
ERRORS = ("responses", "fieldwork", "credentials", "notices", "invitations")
# The answer over companies is written in English; only its author reads it.
AUTHORS = ("study/answer.html", "study/method.html")


def sentences(source: str) -> set[str]:
    """The sentences that a template asks translations of."""
    app = Flask("templates")
    install_templating(app)
    calls = app.jinja_env.parse(source).find_all(nodes.Call)
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args
        if isinstance(call.args[0], nodes.Const)
    }


def respondents_templates() -> list[Path]:
    found = [p for folder in FOLDERS for p in (TEMPLATES / folder).rglob("*") if p.is_file()]
    return sorted(found) + [TEMPLATES / name for name in FILES if (TEMPLATES / name).exists()]


def error_messages(source: str) -> set[str]:
    """The sentences of the error classes in a source."""
    return {
        statement.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and "message" in ast.unparse(statement).split("=")[0]
    }


def managers_templates() -> list[Path]:
    authors = [TEMPLATES / name for name in AUTHORS]
    return sorted(set(TEMPLATES.rglob("*.html")) - set(respondents_templates()) - set(authors))


def labels(source: str) -> set[str]:
    """The labels of the fields in a source."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id.endswith("Field") and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }


def untranslated(texts: set[str]) -> list[str]:
    return sorted(text for text in texts if not i18n.is_translated("es", text))


@pytest.mark.parametrize(
    "path", respondents_templates(), ids=lambda p: str(p.relative_to(TEMPLATES))
)
def test_respondents_templates_have_spanish(path: Path) -> None:
    assert untranslated(sentences(path.read_text())) == []


@pytest.mark.parametrize("path", managers_templates(), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_managers_templates_have_spanish(path: Path) -> None:
    assert untranslated(sentences(path.read_text())) == []


@pytest.mark.parametrize(("name", "read"), [("errors.py", error_messages), ("forms.py", labels)])
def test_errors_and_fields_of_every_room_have_spanish(
    name: str, read: Callable[[str], set[str]]
) -> None:
    files = sorted((ROOT / "pulse").rglob(name))
    found = set().union(*(read(path.read_text()) for path in files))
    assert len(found) > 30
    assert untranslated(found) == []


def test_respondents_errors_have_spanish() -> None:
    folders = [ROOT / "pulse" / room for room in ERRORS] + [ROOT / "pulse"]
    files = [folder / "errors.py" for folder in folders if (folder / "errors.py").exists()]
    found = set().union(*(error_messages(path.read_text()) for path in files))
    assert len(found) > 10
    assert untranslated(found | {WaveClosedError.message}) == []


def test_error_pages_have_spanish() -> None:
    own = {*error_pages.HTTP_MESSAGES.values(), error_pages.CRASH, error_pages.EXPIRED}
    assert untranslated(own) == []


def test_fields_agree_and_nothing_is_half_translated() -> None:
    wrong = []
    for path in sorted((i18n.FOLDER / "es").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="es", abort_invalid=True):
                if not message.id:
                    continue
                same = Counter(FIELD.findall(str(message.id))) == Counter(
                    FIELD.findall(str(message.string))
                )
                if not same or not message.string or "fuzzy" in message.flags:
                    wrong.append((path.name, message.id, message.string))
    assert wrong == []


def test_a_day_of_the_week_reads_as_people_write_it() -> None:
    day = dt.date(2026, 12, 15)
    assert i18n.format_date(day, "es", "weekday") == "martes 15 de diciembre"
    assert i18n.format_date(day, "en", "weekday") == "Tuesday 15 December"


def test_spanish_has_one_kind_of_quotation_marks() -> None:
    for path in sorted((i18n.FOLDER / "es").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="es"):
                assert not set("“”") & set(str(message.string)), (path.name, message.string)


def test_one_sentence_has_one_translation() -> None:
    """The catalogues of all rooms are read as one: the same sentence must not differ."""
    seen: dict[str, tuple[str, str]] = {}
    wrong = []
    for path in sorted((i18n.FOLDER / "es").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="es"):
                key, text = str(message.id), str(message.string)
                if key in seen and seen[key][1] != text:
                    wrong.append((key, seen[key], (path.name, text)))
                seen[key] = (path.name, text)
    assert wrong == []


def test_planted_sentence_is_noticed() -> None:
    assert sentences('<p>{{ _("Nobody translated %(what)s.", what=1) }}</p>') == {
        "Nobody translated %(what)s."
    }
    assert untranslated({"Nobody translated %(what)s."})
    planted = 'class XError(ConflictError):\n    message: ClassVar[str] = "A new sentence."'
    assert error_messages(planted) == {"A new sentence."}
    assert labels('class XForm(Form):\n    x = StringField("A new field", [y])') == {"A new field"}
