"""A2: light enough for a slow phone; nobody else is asked; no cookie."""

import gzip
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser.survey_site import Visitor
from tests.factories.responses import OpenSurvey

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
SLOW = {
    "offline": False,
    "latency": 100,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}


def test_bytes_and_requests(survey: OpenSurvey, visitor: Visitor) -> None:
    sizes: list[int] = []
    network = visitor.context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visitor.start(survey, survey.links["first"][0])
    assert len(visitor.requests) <= 4
    bodies = [request.response().body() for request in visitor.requests]
    packed = sum(len(gzip.compress(body)) for body in bodies)
    print("\npage:", [len(body) for body in bodies], "on the wire:", sum(sizes), "gzip:", packed)
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    assert len(visitor.requests) <= 6
    assert sum(sizes) <= 60_000
    assert packed <= 19_600


def test_nobody_else_and_no_cookie(survey: OpenSurvey, visitor: Visitor) -> None:
    visitor.start(survey, survey.links["first"][0])
    visitor.answer_all()
    visitor.next()
    assert visitor.is_done()
    hosts = {urlsplit(request.url).netloc for request in visitor.requests}
    assert hosts == {urlsplit(visitor.site.url).netloc}
    assert visitor.context.cookies() == []


def test_usable_in_two_seconds_at_400_kbit(survey: OpenSurvey, visitor: Visitor) -> None:
    moments: list[float] = []
    network = visitor.context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW)
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    for event in ("requestWillBeSent", "loadingFinished"):
        network.on(f"Network.{event}", lambda found: moments.append(found["timestamp"]))
    visitor.open(survey, survey.links["first"][0])
    visitor.page.wait_for_selector(".choice")
    visitor.page.wait_for_load_state("networkidle")  # the notice comes last
    loaded = max(moments) - min(moments)
    print("\nloaded after", round(loaded, 2), "s")
    assert len(moments) == 8
    assert loaded <= 2
