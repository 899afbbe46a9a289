"""A browser of sorts: opens pages, follows redirects, fills forms, and checks every page it gets."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.clients.page_rules import broken_rules
from tests.clients.page_tree import Element, parse

RESPOND_PATHS = ("/s", "/kiosk", "/anonymity", "/submit", "/issue")
MOST_REDIRECTS = 5


class Page:
    """What came back, checked."""

    def __init__(self, response: TestResponse) -> None:
        self.status = response.status_code
        self.path = response.request.path
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        self.tree = parse(self.html)

    @property
    def h1(self) -> str:
        return next(self.tree.all("h1")).text

    @property
    def title(self) -> str:
        return next(self.tree.all("title")).text

    @property
    def text(self) -> str:
        """All words of the page."""
        return next(self.tree.all("body")).text

    @property
    def forms(self) -> list[Element]:
        return list(self.tree.all("form"))

    @property
    def links(self) -> list[str]:
        return [link.get("href") for link in self.tree.all("a")]

    def chosen(self, name: str) -> list[str]:
        """The values of the boxes called `name` that are ticked."""
        boxes = (box for box in self.tree.all("input") if box.get("name") == name)
        return [box.get("value") for box in boxes if "checked" in box.attributes]

    def form(self, action: str = "") -> Element:
        """The form whose action ends with `action`; the first one where nothing is asked."""
        found = [form for form in self.forms if form.get("action").endswith(action)]
        assert found, f"no form leads to {action!r} on {self.path}"
        return found[0]


class PageClient:
    """Keeps cookies like a browser; asserts the rules of `page_rules` on every page."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        """Open `path`, go where it redirects to, and return the page, which has `status`."""
        return self._page(self.http.get(path, **options), status)

    def submit(
        self, page: Page, values: dict[str, Any] | None = None, *, to: str = "", status: int = 200
    ) -> Page:
        """Send a form of `page` as a browser would: what it holds, overridden by `values`."""
        form = page.form(to)
        sent = filled(form) | (values or {})
        if form.get("method").lower() != "post":
            return self.get(form.get("action"), status=status, query_string=sent)
        return self._page(self.http.post(form.get("action"), data=sent), status)

    def _page(self, response: TestResponse, status: int) -> Page:
        for _turn in range(MOST_REDIRECTS):
            if response.status_code not in {301, 302, 303, 307, 308}:
                break
            response = self.http.get(response.headers["Location"])
        assert response.status_code == status, (
            f"{response.request.path} answered {response.status_code}:\n"
            f"{parse(response.get_data(as_text=True)).text[:500]}"
        )
        page = Page(response)
        if response.mimetype == "text/html":
            broken = broken_rules(page.tree, page.headers, needs_token=not is_respond(page.path))
            assert not broken, f"{page.path}:\n" + "\n".join(broken)
        return page


def is_respond(path: str) -> bool:
    """Whether `path` belongs to the surface of respondents."""
    return any(urlsplit(path).path == root or path.startswith(f"{root}/") for root in RESPOND_PATHS)


def filled(form: Element) -> dict[str, Any]:
    """Return what a browser would send of an untouched form."""
    values: dict[str, Any] = {}
    for item in form.all("input", "select", "textarea"):
        name = item.get("name")
        if not name or "disabled" in item.attributes:
            continue
        if item.tag == "select":
            options = list(item.all("option"))
            chosen = [option for option in options if "selected" in option.attributes]
            values[name] = next((o.get("value") for o in chosen or options), "")
        elif item.tag == "textarea":
            values[name] = item.text
        elif item.get("type") in {"checkbox", "radio"}:
            if "checked" in item.attributes:
                values[name] = item.get("value") or "on"
        elif item.get("type") not in {"submit", "file", "button"}:
            values[name] = item.get("value")
    return values
