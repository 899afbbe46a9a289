"""Every endpoint says who may call it, and means it: role by endpoint, over HTTP."""

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from pulse import surfaces
from pulse.accounts.permissions import PERMISSIONS
from pulse.accounts.service import create_user
from pulse.app import create_app
from pulse.companies.service import NewGroup, create_company
from pulse.config import Settings
from pulse.web.access import Access, UndeclaredAccessError, access_of, anyone
from tests.architecture.repository import ROOT
from tests.conftest import START

PASSWORD = "a long enough password for anybody"


def endpoints(app: Flask, audience: str) -> Iterator[tuple[Rule, str, Access]]:
    """Every rule of an audience with each of its methods."""
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if access.audience == audience:
            for method in sorted(
                (rule.methods or set()) & {"GET", "POST", "PUT", "DELETE", "PATCH"}
            ):
                yield rule, method, access


def address(app: Flask, rule: Rule) -> str:
    """An address of the rule, its fields filled with what fits and does not exist."""
    values = {
        name: str(uuid.uuid4()) if "UUID" in type(converter).__name__ else "1"
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def leads_to(rule: Rule, text: str) -> bool:
    """Whether a text holds the rule's address as it is."""
    return re.search(rf"{re.escape(rule.rule)}[\"'?]", text) is not None


def ask(client: FlaskClient, app: Flask, rule: Rule, method: str) -> tuple[int, str]:
    response = client.open(address(app, rule), method=method)
    return response.status_code, response.headers.get("Location", "")


@pytest.fixture
def clients(app: Flask, session: Session) -> dict[str, FlaskClient]:
    """A logged-in browser for every role."""
    company = create_company(
        session,
        name="Example Works",
        time_zone="UTC",
        default_language="en",
        first=NewGroup(name_en="Sales", name_es="Ventas"),
        second=NewGroup(name_en="Operations", name_es="Operaciones"),
        sender_name="A. Person",
        results_place="the notice board",
        now=START,
    )
    found = {}
    for role in PERMISSIONS:
        user = create_user(
            session,
            email=f"{role}@example.com",
            name=role,
            role=role,
            password=PASSWORD,
            language="en",
            company_id=company.id,
            now=START,
        )
        session.commit()
        found[role] = app.test_client()
        found[role].post("/manage/login", data={"email": user.email, "password": PASSWORD})
        assert found[role].get_cookie("pulse_session", path="/manage") is not None
    return found


def test_every_endpoint_declares_its_audience(app: Flask) -> None:
    audiences = {access_of(app, endpoint).audience for endpoint in app.view_functions}
    assert audiences == {"anyone", "respondent", "permission"}


def test_undeclared_endpoint_stops_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Blueprint("planted", __name__)
    planted.get("/planted")(lambda: "")
    monkeypatch.setitem(surfaces.SURFACES, "manage", (*surfaces.SURFACES["manage"], planted))
    with pytest.raises(UndeclaredAccessError, match=r"planted"):
        create_app(settings)


def test_nobody_gets_past_the_login(app: Flask) -> None:
    open_doors = []
    for rule, method, _access in endpoints(app, "permission"):
        status, target = ask(app.test_client(), app, rule, method)
        if not (status == 403 or (status == 302 and target.startswith("/manage/login"))):
            open_doors.append((method, rule.rule, status, target))
    assert open_doors == []


def test_planted_open_door_is_noticed(settings: Settings) -> None:
    """The test above sees an endpoint that lets everybody in."""
    app = create_app(settings)
    app.add_url_rule("/planted", "planted", anyone(lambda: ""))
    assert ("/planted", "GET") in {(r.rule, m) for r, m, _a in endpoints(app, "anyone")}
    status, _target = ask(app.test_client(), app, next(app.url_map.iter_rules("planted")), "GET")
    assert status == 200


def test_every_role_gets_what_it_may_and_no_more(
    app: Flask, clients: dict[str, FlaskClient]
) -> None:
    wrong = []
    for rule, method, access in endpoints(app, "permission"):
        for role, client in clients.items():
            may = access.permission in PERMISSIONS[role]
            status, target = ask(client, app, rule, method)
            is_refused = status == 403 or target.startswith("/manage/login")
            if is_refused is may or status >= 500:
                wrong.append((role, method, rule.rule, access.permission, status, target))
    assert wrong == []


def test_permissions_are_used_and_known(app: Flask) -> None:
    asked = {access.permission for _rule, _method, access in endpoints(app, "permission")}
    given = frozenset().union(*PERMISSIONS.values())
    assert asked == given


def test_respondents_never_meet_a_cookie(app: Flask, clients: dict[str, FlaskClient]) -> None:
    """Not even those who are logged in elsewhere in the same browser."""
    for client in [app.test_client(), *clients.values()]:
        for rule, method, _access in endpoints(app, "respondent"):
            if rule.endpoint == "static":
                continue
            response = client.open(address(app, rule), method=method)
            assert response.status_code < 500, rule.rule
            assert "Set-Cookie" not in response.headers, rule.rule
            assert "Cookie" not in response.headers.get("Vary", ""), rule.rule


def test_every_page_of_hr_is_linked(app: Flask) -> None:
    """No page without a way to it: some template or view names its endpoint or its address."""
    texts = [
        path.read_text()
        for folder, pattern in (("templates", "*.html"), ("pulse", "*.py"))
        for path in (ROOT / folder).rglob(pattern)
    ]
    orphans = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/manage")
        if not any(rule.endpoint in text or leads_to(rule, text) for text in texts)
    }
    assert orphans == set()


def test_every_written_link_leads_somewhere(app: Flask) -> None:
    """Links that are not made by url_for, because the other surface may run elsewhere."""
    written = {
        (str(path.relative_to(ROOT)), link)
        for path in (ROOT / "templates").rglob("*.html")
        for link in re.findall(r"""(?:href|action)=["'](/[^"'{]*)["'?#]""", path.read_text())
    }
    assert {link for link in written if not exists(app, link[1])} == set()
    assert exists(app, "/manage/login")
    assert not exists(app, "/manage/planted")


def exists(app: Flask, path: str) -> bool:
    """Whether some endpoint answers to `path`, by whatever method."""
    addresses = app.url_map.bind("localhost")
    return any(addresses.test(path, method) for method in ("GET", "POST"))
