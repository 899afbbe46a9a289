"""A served installation that holds every story, and its readers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.manage.reader import Readers
from tests.browser.manage.stories import make_stories
from tests.browser.survey_site import Site, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("site")) as site:
        with site.session() as session:
            make_stories(session)
            session.commit()
        yield site


@pytest.fixture(scope="module")
def cookies() -> dict[str, str]:
    """Who has logged in already."""
    return {}


@pytest.fixture
def read(browser: Browser, site: Site, cookies: dict[str, str]) -> Iterator[Readers]:
    with Readers(browser, site, cookies) as readers:
        yield readers
