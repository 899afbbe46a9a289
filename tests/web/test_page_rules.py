"""The page client's rules: a good page passes, and each planted fault is seen."""

import pytest

from pulse.web.headers import CONTENT_SECURITY_POLICY
from tests.clients.page_client import filled
from tests.clients.page_rules import broken_rules
from tests.clients.page_tree import parse

GOOD = """<!doctype html>
<html lang="en"><head><title>Surveys - Pulse</title></head><body>
<a href="#content">Skip</a>
<main id="content"><h1>Surveys</h1>
<form method="post" action="/manage/x"><input type="hidden" name="csrf_token" value="t">
<label for="name">Name</label><input id="name" name="name" aria-describedby="hint" value="Ann">
<p id="hint">As on the badge</p>
<label><input type="checkbox" name="agree" checked> Agree</label>
<select aria-label="Group" name="group"><option value="1">A<option value="2" selected>B</select>
<button>Save</button></form>
<img src="/static/x.png" alt=""><svg aria-label="Lines"></svg>
<script src="/static/x.js"></script><script type="application/json">{}</script>
</main></body></html>"""
HEADERS = {"Content-Security-Policy": CONTENT_SECURITY_POLICY}

FAULTS = {
    "two headings": ("<h1>Surveys</h1>", "<h1>Surveys</h1><h1>Again</h1>"),
    "no heading": ("<h1>Surveys</h1>", ""),
    "an empty heading": ("<h1>Surveys</h1>", "<h1> </h1>"),
    "another title": ("<title>Surveys", "<title>Reports"),
    "no language": (' lang="en"', ""),
    "an unknown language": ('lang="en"', 'lang="xx"'),
    "an id twice": ('id="hint"', 'id="name"'),
    "a description that is not there": ('aria-describedby="hint"', 'aria-describedby="gone"'),
    "a link to nowhere": ('href="#content"', 'href="#gone"'),
    "a form without action": (' action="/manage/x"', ""),
    "a form without token": ('name="csrf_token"', 'name="other"'),
    "an empty token": ('value="t"', 'value=""'),
    "a field without label": ('for="name"', 'for="hint"'),
    "a select without label": (' aria-label="Group"', ""),
    "a button without words": ("<button>Save", "<button>"),
    "a picture without text": (' alt=""', ""),
    "a drawing without text": (' aria-label="Lines"', ""),
    "an inline style": ("<h1>", '<h1 style="color: red">'),
    "an inline handler": ("<button>", '<button onclick="go()">'),
    "an inline script": ('<script src="/static/x.js">', "<script>"),
    "a style sheet in the page": ("<h1>", "<style></style><h1>"),
    "a link that runs a script": ('href="#content"', 'href="javascript:go()"'),
    "a third party": ("/static/x.js", "https://cdn.example/x.js"),
}


def check(html: str, *, needs_token: bool = True) -> list[str]:
    return broken_rules(parse(html), HEADERS, needs_token=needs_token)


def test_a_good_page_passes() -> None:
    assert check(GOOD) == []
    assert check(GOOD.replace("<title>", "<title>Error: ")) == []
    assert check(GOOD.replace("csrf_token", "other"), needs_token=False) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_seen(fault: str) -> None:
    before, after = FAULTS[fault]
    assert before in GOOD
    assert check(GOOD.replace(before, after, 1)) != []


@pytest.mark.parametrize("policy", ["", "default-src 'none'; script-src 'unsafe-inline'"])
def test_the_policy(policy: str) -> None:
    headers = {"Content-Security-Policy": policy}
    assert broken_rules(parse(GOOD), headers, needs_token=True) != []


def test_forms_are_filled_as_a_browser_would() -> None:
    form = next(parse(GOOD).all("form"))
    assert filled(form) == {"csrf_token": "t", "name": "Ann", "agree": "on", "group": "2"}
