"""Draws every story of the report's tests in both languages, to be looked at by a person.

``python -m bench.story_shots FOLDER [STORY ...]`` writes one picture per story and language.
"""

import html
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from bench.shots import ARGUMENTS, BROWSERS
from pulse.reports.charts.pictures import pictures_of
from pulse.reports.pages import Setting, page_of
from tests.reports.stories import STORIES, found

GROUPS = {
    "en": {"first": "Sales", "second": "Operations"},
    "es": {"first": "Ventas", "second": "Operaciones"},
}
STYLE = (
    "body{font:15px DejaVu Sans,sans-serif;margin:12px;background:#fff}"
    "div{display:inline-block;vertical-align:top;margin:6px;border:1px solid #ccc;padding:4px}"
)


def document(story: str, language: str) -> str:
    """Return all words and pictures of a story as one HTML page."""
    setting = Setting(
        language=language, company="Example", groups=GROUPS[language], is_simulated=True
    )
    page = page_of(found(story), setting)
    pictures = pictures_of(found(story), setting, page)
    titles = {"wide": page["chart"]["title"]} | {
        f"{name}-wide": figure["title"] for name, figure in page["figures"].items()
    }
    lines = [*page["changes"], *page["cautions"], page["next_step"]]
    parts = [f"<h2>{html.escape(page['headline'])}</h2>", *(f"<p>{html.escape(x)}" for x in lines)]
    for name, svg in pictures.items():
        if name not in ("file", "plain"):
            width = 330 if name.endswith("narrow") else 800
            title = html.escape(titles.get(name, name))
            parts.append(f'<div style="width:{width}px"><b>{title}</b>{svg}</div>')
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(parts)}"


def main(arguments: list[str]) -> None:
    """Write the pictures."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(path for path in BROWSERS if Path(path).exists())
    with sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1240, "height": 700})
        for story in arguments[1:] or sorted(STORIES):
            for language in GROUPS:
                page.set_content(document(story, language))
                page.screenshot(path=folder / f"{story}.{language}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
