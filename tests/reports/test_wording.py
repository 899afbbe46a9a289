"""The closed list of sentences keeps its promises."""

import itertools
import re
from collections.abc import Iterator

import pytest

from pulse.i18n import is_translated, translate
from pulse.reports import pages, wording
from pulse.reports.exports import trend_csv
from pulse.reports.findings import find
from pulse.reports.numbers import percent, sentence, signed, whole
from tests.reports.stories import STORIES

FIELDS = re.compile(r"%\((\w+)\)s")
CLAIMS = re.compile(r"\b(lower|higher|falling|rising)\b", re.IGNORECASE)
TABLES = (
    wording.HEADLINES,
    wording.TITLES,
    wording.SIZES,
    wording.CHANGES,
    wording.GROUP_SENTENCES,
    wording.NEXT_STEPS,
    wording.CAUTIONS,
    wording.NO_NUMBER,
    wording.REASONS,
    wording.WITHHELD,
    pages.DIMENSION_NAMES,
    pages.STATES,
    pages.CHANGE_WORDS,
    pages.BASES,
)


def sentences() -> Iterator[str]:
    """Every sentence that a report may hold."""
    for table in TABLES:
        yield from table.values()
    yield from (*wording.CANNOT, wording.GUARDED, wording.TREND_LINE, *trend_csv.HEADINGS)


@pytest.mark.parametrize("text", sorted(set(sentences())))
def test_every_sentence_has_spanish_with_the_same_fields(text: str) -> None:
    assert is_translated("es", text)
    assert set(FIELDS.findall(text)) == set(FIELDS.findall(translate("es", text)))


@pytest.mark.parametrize("text", [*wording.HEADLINES.values(), *wording.GROUP_SENTENCES.values()])
def test_no_claim_without_its_range(text: str) -> None:
    has_range = {"low", "high"} <= set(FIELDS.findall(text))
    assert has_range or not CLAIMS.search(text)


def test_titles_have_at_most_ten_words() -> None:
    for language, text in itertools.product(("en", "es"), wording.TITLES.values()):
        assert len(translate(language, text).split()) <= 10


def test_marks_stand_only_where_the_rule_is_met() -> None:
    met = {"lower", "higher", "trend_lower", "trend_higher"}
    assert set(wording.MARKS) == met
    for story, make in STORIES.items():
        findings = find(make())
        verdict = findings["overall"].get("verdict")
        is_met = verdict in {"improved", "worse"} and not any(findings["hidden"].values())
        assert (wording.mark(findings) is not None) == is_met, story


def test_more_than_the_earlier_trend_is_said_only_with_its_guard() -> None:
    said = {
        story: wording.GUARDED in wording.change_sentences(find(make()), "en")
        for story, make in STORIES.items()
    }
    assert said["improved"]
    assert not said["old_trend"]
    findings = find(STORIES["improved"]())
    assert wording.GUARDED not in wording.change_sentences(
        findings | {"beats_earlier_trend": False}, "en"
    )
    other = find(STORIES["undecided"]()) | {"beats_earlier_trend": True}
    assert wording.GUARDED not in wording.change_sentences(other, "en")


@pytest.mark.parametrize(
    ("value", "text"), [(-9.5, "\u221210"), (-0.4, "0"), (2.49, "+2"), (0.0, "0")]
)
def test_signed(value: float, text: str) -> None:
    assert signed(value) == text


def test_numbers_are_whole() -> None:
    assert (whole(40.5), whole(40.49)) == (41, 40)
    assert (percent(0.926), percent(None)) == ("93\u00a0%", "")
    for story, make in STORIES.items():
        assert not re.search(r"\d\.\d", wording.headline(find(make()), NAMES, "en")), story


def test_a_sentence_begins_with_a_capital() -> None:
    assert sentence("el Taller") == "El Taller"
    findings = find(STORIES["one_hidden"]())
    names = {"first": "Ventas", "second": "el Taller"}
    assert "El Taller dice 46" in wording.headline(findings, names, "es")


NAMES = {"first": "Sales", "second": "Operations"}


def test_capped_cells_say_where_they_lie() -> None:
    assert wording.withheld("capped_high", 5, "en").startswith("90 or more")
    assert wording.withheld("complementary", 5, "en") == wording.WITHHELD["other"]
    assert wording.withheld("too_few", 7, "en") == "fewer than 7 answers"
