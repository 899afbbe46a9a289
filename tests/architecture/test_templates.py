"""Every template parses under StrictUndefined, and pages keep the house's rules in their source."""

import re

import pytest
from flask import Flask
from jinja2 import Environment, StrictUndefined, nodes

from pulse import rendering
from pulse.resources import resource
from pulse.web.templating import install_templating
from tests.architecture.repository import ROOT, rooms

TEMPLATES = resource("templates")
# The respond surface has no cookie that could be ridden on: the code is the authority.
WITHOUT_TOKEN = {"responses", "fieldwork"}
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
EXPRESSION = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
POSTS = re.compile(r"""method=["']?post""", re.IGNORECASE)
INLINE = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script": re.compile(r"<script(?![^>]*\b(src=|type=.application/json))", re.IGNORECASE),
    "a link that runs a script": re.compile(r"javascript:", re.IGNORECASE),
}
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE)
# Where markup made by our own code is printed as it is; each with what makes it safe.
MARKUP = {
    "reports/next.html": "JSON whose <, > and & are escaped: responses.page.as_script_data",
    "responses/survey.html": "JSON whose <, > and & are escaped: responses.page.as_script_data",
}


def names() -> list[str]:
    return sorted(
        str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file()
    )


def is_page(name: str) -> bool:
    """Whether a template is a page of a room (and not a part or a macro)."""
    folder, _, file = name.rpartition("/")
    return (folder in rooms() or folder == "errors") and not file.startswith("_")


def environment() -> Environment:
    app = Flask("templates")
    install_templating(app)
    return app.jinja_env


def source_problems(name: str, source: str) -> list[str]:
    """What is wrong with a template's source."""
    text = COMMENT.sub("", source)
    # An expression may hold > and quotes: the markup is looked at without them.
    bare = EXPRESSION.sub(lambda found: "csrf_token" if "csrf_token" in found.group() else "", text)
    found = [f"{name}: {what}" for what, pattern in INLINE.items() if pattern.search(bare)]
    if name.partition("/")[0] not in WITHOUT_TOKEN:
        forms = [form for form in FORM.findall(bare) if POSTS.search(form)]
        found += [
            f"{name}: a form without csrf_token" for form in forms if "csrf_token" not in form
        ]
    if UNESCAPED.search(text) and name not in MARKUP:
        found.append(f"{name}: prints unescaped markup")
    return found


def page_problems(name: str, tree: nodes.Template) -> list[str]:
    """What a page lacks: a layout, a title, a content."""
    parents = [node.template for node in tree.find_all(nodes.Extends)]
    layouts = [n.value for n in parents if isinstance(n, nodes.Const)]
    blocks = {block.name for block in tree.find_all(nodes.Block)}
    found = [] if layouts and layouts[0].startswith("layouts/") else [f"{name}: no layout"]
    return found + [f"{name}: no block title" for _ in [0] if "title" not in blocks]


@pytest.mark.parametrize("name", names())
def test_template(name: str) -> None:
    jinja = environment()
    source = (TEMPLATES / name).read_text()
    jinja.compile(source, name)
    assert source_problems(name, source) == []
    if is_page(name):
        assert page_problems(name, jinja.parse(source)) == []


def test_missing_values_are_errors() -> None:
    assert environment().undefined is StrictUndefined
    assert rendering._environment().undefined is StrictUndefined


def test_pages_escape() -> None:
    shown = environment().from_string("{{ word }}").render(word="<b>")
    assert shown == "&lt;b&gt;"


def test_pages_are_named_as_their_views() -> None:
    """`templates/<room>/<view>.html`: a page is found by the name of its view function."""
    strangers = [
        name
        for name in names()
        if is_page(name) and not name.startswith("errors/") and name not in _rendered(name)
    ]
    assert strangers == []


def _rendered(name: str) -> str:
    folder = ROOT / "pulse" / name.partition("/")[0]
    return "\n".join(path.read_text() for path in folder.rglob("*.py"))


def test_every_macro_is_used() -> None:
    everything = "\n".join((TEMPLATES / name).read_text() for name in names())
    macros = re.findall(r"{%-?\s*macro\s+(\w+)", everything)
    unused = [m for m in macros if len(re.findall(rf"\b{m}\b", everything)) < 2 + macros.count(m)]
    assert [macro for macro in unused if f"import {macro}" not in everything] == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color: red">x</p>',
        "<style>p {}</style>",
        '<button onclick="go()">x</button>',
        "<script>go()</script>",
        '<a href="javascript:go()">x</a>',
        '<form method="post" action="/x"><input name="a"></form>',
        "{{ text | safe }}",
        "{% autoescape false %}x{% endautoescape %}",
    ],
)
def test_planted_source_is_noticed(planted: str) -> None:
    assert source_problems("waves/planted.html", planted)


def test_planted_page_is_noticed() -> None:
    jinja = environment()
    assert page_problems("x", jinja.parse("<h1>x</h1>")) == ["x: no layout", "x: no block title"]
    good = "{% extends 'layouts/manage.html' %}{% block title %}x{% endblock %}"
    assert page_problems("x", jinja.parse(good)) == []
    assert source_problems("waves/x.html", "<a {% if a > b %}class='b'{% endif %}>x</a>") == []


def test_tokens_are_not_asked_of_respondents() -> None:
    form = '<form method="post" action="/submit"></form>'
    assert source_problems("responses/x.html", form) == []
