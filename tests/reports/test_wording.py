"""The closed list of sentences keeps its promises."""

import itertools
import re
from collections.abc import Iterator

import pytest

from analysis.guards.guard import GuardCode
from pulse.facts import kinds
from pulse.i18n import is_translated, translate
from pulse.reports import pages, wording
from pulse.reports.exports import papers, tables, trend_csv
from pulse.reports.figures import facts, items, outlook
from pulse.reports.numbers import percent, sentence, signed, whole
from pulse.reports.words import guard_words, quality_words
from tests.reports.stories import STORIES, found

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
    quality_words.STATES,
    quality_words.MODES,
    quality_words.LANGUAGES,
    quality_words.LABELS,
    quality_words.MIX,
    quality_words.MIX_NOTE,
    *quality_words.CONSEQUENCES.values(),
    guard_words.WHY,
    guard_words.TITLES,
    guard_words.HEADLINES,
    guard_words.SIZES,
    guard_words.NEXT_STEPS,
    guard_words.WARNINGS,
    guard_words.HOLDS,
    guard_words.SPARED,
    guard_words.TOO_LATE,
    items.ITEM_NAMES,
    facts.SERIES,
    facts.TITLES,
    facts.SENTENCES,
    papers.WORDS,
    kinds.EVENT_KINDS,
    pages.CHANGE_WORDS,
    pages.BASES,
)


def sentences() -> Iterator[str]:
    """Every sentence that a report may hold."""
    for table in TABLES:
        yield from table.values()
    yield from (
        *wording.CANNOT,
        wording.GUARDED,
        wording.MAYBE_TREND,
        wording.TREND_LINE,
        *trend_csv.HEADINGS,
    )
    yield outlook.HELD_BACK
    yield from (guard_words.GROUP, guard_words.SEASON_AFTER_ADOPTION, *items.BANDS)
    yield from (*tables.AREA_HEADINGS, *papers.TRUST_HEAD, papers.SAID, papers.DID, papers.NEXT)


@pytest.mark.parametrize("text", sorted(set(sentences())))
def test_every_sentence_has_spanish_with_the_same_fields(text: str) -> None:
    assert is_translated("es", text)
    assert set(FIELDS.findall(text)) == set(FIELDS.findall(translate("es", text)))


@pytest.mark.parametrize(
    "text",
    [
        *wording.HEADLINES.values(),
        *guard_words.HEADLINES.values(),
        *wording.GROUP_SENTENCES.values(),
    ],
)
def test_no_claim_without_its_range(text: str) -> None:
    has_range = {"low", "high"} <= set(FIELDS.findall(text))
    assert has_range or not CLAIMS.search(text)


def test_titles_have_at_most_ten_words() -> None:
    for language, text in itertools.product(
        ("en", "es"), [*wording.TITLES.values(), *guard_words.TITLES.values()]
    ):
        assert len(translate(language, text).split()) <= 10


def test_marks_stand_only_where_the_rule_is_met() -> None:
    met = {"lower", "higher", "trend_lower", "trend_higher"}
    assert set(wording.MARKS) == met
    for story in STORIES:
        findings = found(story)
        verdict = findings["overall"].get("verdict")
        is_met = verdict in {"improved", "worse"} and not any(findings["hidden"].values())
        assert (wording.mark(findings) is not None) == is_met, story


def test_more_than_the_earlier_trend_is_said_only_with_its_guard() -> None:
    said = {
        story: wording.GUARDED in wording.change_sentences(found(story), "en") for story in STORIES
    }
    assert said["improved"]
    assert not said["old_trend"]
    assert wording.MAYBE_TREND in wording.change_sentences(found("old_trend"), "en")
    unsure = wording.change_sentences(found("improved") | {"beats_earlier_trend": False}, "en")
    assert wording.GUARDED not in unsure
    assert wording.MAYBE_TREND in unsure
    other = found("undecided") | {"beats_earlier_trend": True}
    assert wording.GUARDED not in wording.change_sentences(other, "en")


@pytest.mark.parametrize(
    ("value", "text"), [(-9.5, "\u221210"), (-0.4, "0"), (2.49, "+2"), (0.0, "0")]
)
def test_signed(value: float, text: str) -> None:
    assert signed(value) == text


def test_numbers_are_whole() -> None:
    assert (whole(40.5), whole(40.49)) == (41, 40)
    assert (percent(0.926), percent(None)) == ("93\u00a0%", "")
    for story in STORIES:
        assert not re.search(r"\d\.\d", wording.headline(found(story), NAMES, "en")), story


def test_a_sentence_begins_with_a_capital() -> None:
    assert sentence("el Taller") == "El Taller"
    findings = found("one_hidden")
    names = {"first": "Ventas", "second": "el Taller"}
    assert "El Taller dice 46" in wording.headline(findings, names, "es")


NAMES = {"first": "Sales", "second": "Operations"}


def test_capped_cells_say_where_they_lie() -> None:
    assert wording.withheld("capped_high", 5, "en").startswith("90 or more")
    assert wording.withheld("complementary", 5, "en") == wording.WITHHELD["other"]
    assert wording.withheld("too_few", 7, "en") == "fewer than 7 answers"


@pytest.mark.parametrize("guard", [code.value for code in GuardCode])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_guard_has_its_words(guard: str, language: str) -> None:
    """A guard that `analysis` yields is never silent: as a reason, and as a warning."""
    raised = {"code": guard, "state": "raised", "value": 1.0}
    findings = found("improved") | {"guards": [raised]}
    names = {"first": "Sales", "second": "Operations"}
    assert wording.cautions(findings, names, language) != []
    overall = findings["overall"] | {"guard": guard}
    lowered = findings | {"situation": "guarded", "overall": overall}
    assert "%(" not in wording.headline(lowered, names, language)
    key = guard_words.key_of(guard, "adoption")
    assert wording.title(lowered, language) == translate(language, guard_words.TITLES[key])
    assert wording.change_sentences(lowered, language) == [
        translate(language, guard_words.SIZES[key])
    ]
    assert wording.next_step(lowered, language)
    assert wording.mark(lowered) is None
