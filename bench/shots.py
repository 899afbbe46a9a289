"""Takes the README's pictures from a fresh demo: `./dev shots`.

The demo is built in a temporary folder and served on a port of its own; a demo that runs beside it
is not touched.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
BROWSERS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
READY_SECONDS = 600.0
HR, AUTHOR = "hr@example.com", "author@example.com"


@contextmanager
def served_demo() -> Iterator[tuple[str, dict[str, Any]]]:
    """Build and serve a demo; yield its address and its note."""
    with tempfile.TemporaryDirectory(prefix="pulse-shots-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        server = subprocess.Popen(
            [sys.executable, "-c", "from pulse.cli import main; main()", "demo"],
            env=os.environ | {"PULSE_DATA_DIR": folder, "PULSE_PORT": str(port)},
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until_it_answers(server, port)
            yield f"http://127.0.0.1:{port}", json.loads((Path(folder) / "demo.json").read_text())
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait for the first page."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/manage/login")
            connection.getresponse()
        except OSError:
            time.sleep(0.3)
        else:
            return
        finally:
            connection.close()
    sys.exit("The demo did not start.")


def take_page(
    browser: Browser, base: str, note: dict[str, Any], *, email: str, height: int, name: str
) -> None:
    """Log in and take the first page that follows, `height` pixels of it."""
    page = browser.new_page(viewport={"width": 1100, "height": height}, device_scale_factor=1)
    page.goto(f"{base}/manage/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", note["password"])
    page.click("main button[type=submit]")
    page.wait_for_selector("h1:not(:text-is('Log in'))")
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


def take_survey(browser: Browser, base: str, note: dict[str, Any]) -> None:
    """Open the personal link as on a phone, go to the first question."""
    page = browser.new_page(viewport={"width": 360, "height": 640}, device_scale_factor=2)
    page.goto(f"{base}/s/{note['slug']}#{note['link']}")
    page.locator("main button:visible").first.wait_for()
    page.locator("main button:visible").first.click()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("radio").first.wait_for(state="attached")
    page.screenshot(path=PICTURES / "survey.png")
    page.close()


def main() -> None:
    """Take them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = next((path for path in BROWSERS if Path(path).exists()), None)
    if found is None:
        sys.exit("No Chromium here; on Debian: apt install chromium.")
    with served_demo() as (base, note), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        take_page(browser, base, note, email=HR, height=2310, name="report")
        take_page(browser, base, note, email=AUTHOR, height=2070, name="answer")
        take_survey(browser, base, note)
        browser.close()
    print(f"The pictures are in {PICTURES.relative_to(PICTURES.parents[1])}.")


if __name__ == "__main__":
    main()
