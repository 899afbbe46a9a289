"""What the eye needs of a page: nothing wider than the screen, marks that stand out."""

from pathlib import Path

from playwright.sync_api import Page

FOLDER = Path(__file__).parent
SCRIPTS = [(FOLDER / name).read_text() for name in ("contrast.js", "marks.js")]
OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"


def is_wider_than(page: Page, width: int) -> bool:
    """Return whether the page would scroll sideways on a screen of `width` CSS pixels."""
    page.set_viewport_size({"width": width, "height": 800})
    return bool(page.evaluate("document.documentElement.scrollWidth") > width)


def unseen(page: Page) -> tuple[int, list[str]]:
    """Return how many marks the pictures have, and what cannot be told apart with these colours."""
    for script in SCRIPTS:
        page.evaluate(script)
    return page.evaluate("marks.count()"), page.evaluate("marks.faults()")


def cut_off(page: Page) -> list[str]:
    """Return the first words of each box whose content is wider than it."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('main *')]"
        ".filter(part => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1)"
        ".filter(part => part.matches('.table-wrap, section, figure, .card'))"
        ".map(part => part.textContent.trim().slice(0, 40))"
    )
    return found
