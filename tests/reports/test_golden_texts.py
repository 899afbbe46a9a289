"""The words of every situation, in both languages: changing the data changes the words."""

import json
from pathlib import Path
from typing import Any

import pytest

from pulse.reports.pages import Setting, page_of
from tests.reports.stories import STORIES, found

GOLDEN = Path(__file__).parent / "golden"
GROUPS = {
    "en": {"first": "Sales", "second": "Operations"},
    "es": {"first": "Ventas", "second": "Operaciones"},
}


def words(story: str, language: str) -> dict[str, Any]:
    """Everything worded on the page of a story; the numbers of the tables are left to others."""
    setting = Setting(
        language=language, company="Example Works", groups=GROUPS[language], is_simulated=False
    )
    page = page_of(found(story), setting)
    kept = (
        "headline mark number no_number changes trend cautions next_step groups quality chart"
        " adopted events"
    )
    figures = {
        name: {part: figure[part] for part in ("title", "description", "notes")}
        for name, figure in page["figures"].items()
    }
    return {name: page[name] for name in kept.split()} | {"figures": figures}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("story", sorted(STORIES))
def test_words_of(story: str, language: str) -> None:
    """A golden file is read by a person before it is changed: see its diff."""
    written = json.loads((GOLDEN / f"{story}.{language}.json").read_text())
    assert words(story, language) == written
