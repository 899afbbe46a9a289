"""One browser and one served installation per file: two playwrights cannot run side by side."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.kiosk_tablet import Kiosk
from tests.browser.survey_site import Site, Visitor, chromium, served
from tests.factories.responses import OpenSurvey


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def survey(site: Site) -> OpenSurvey:
    return site.open_survey()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Make visitors; at the end none of their pages may have complained."""
    visitors: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, site, **options))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    assert [visitor.complaints for visitor in visitors if visitor.complaints] == []


@pytest.fixture
def visitor(visit: Callable[..., Visitor]) -> Visitor:
    return visit()


@pytest.fixture
def kiosk(browser: Browser, site: Site) -> Iterator[Kiosk]:
    kiosk = Kiosk(browser, site, viewport={"width": 1280, "height": 800}, has_touch=True)
    yield kiosk
    kiosk.context.close()
