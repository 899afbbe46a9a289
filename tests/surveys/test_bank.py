"""The instrument is what the design fixed: balance, wording rules, reading level (A21)."""

import dataclasses
import re
from collections import Counter

import pytest

from pulse.surveys.bank import CURRENT_VERSION, Item, load_instrument, versions
from pulse.surveys.errors import UnknownInstrumentError
from pulse.surveys.questionnaire import GroupNames, render
from tests.factories.surveys import OPERATIONS, SALES
from tests.surveys.reading_level import flesch_kincaid, inflesz, spanish_syllables

INSTRUMENT = load_instrument(CURRENT_VERSION)
OTHERS = [item for item in INSTRUMENT.items if item.block not in {"core", "open"}]
ORDER = ["APP1", "RSP1", "COM1", "HON1", "COM2", "RSP2", "APP2", "COMMIT", "HON2", "FRIC"]
# The digest of the frozen wording: whoever changes a word makes a new version instead.
DIGEST = "f3821b373a5d63d6137b050747022d17fc8c7ce2ff129cc3b11ffe0a723012b9"


def sides(item: Item) -> tuple[GroupNames, GroupNames]:
    """Who answers and who is rated: self-rated rules are asked of Sales, all else of Operations."""
    return (SALES, OPERATIONS) if item.block == "rules_self" else (OPERATIONS, SALES)


def rendered(item: Item, language: str) -> str:
    return render(item.text[language], *sides(item), language)


def test_the_version_is_frozen() -> None:
    assert INSTRUMENT.digest == DIGEST


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(UnknownInstrumentError):
        load_instrument("../bank/2026-1")
    assert versions() == {CURRENT_VERSION}


def test_the_instrument_cannot_be_changed_in_memory() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        INSTRUMENT.items[0].key = -1  # type: ignore[misc]
    with pytest.raises(TypeError):
        INSTRUMENT.items[0].text["en"] = "?"  # type: ignore[index]
    assert load_instrument(CURRENT_VERSION) is INSTRUMENT


def test_ten_core_items_in_their_order_and_a_good_event_first() -> None:
    assert [item.id for item in INSTRUMENT.core] == ORDER
    assert INSTRUMENT.core[0].key == 1


def test_core_is_balanced() -> None:
    assert Counter(item.key for item in INSTRUMENT.core) == {1: 5, -1: 5}
    keys: dict[str, list[int]] = {}
    for item in INSTRUMENT.core:
        keys.setdefault(item.dimension, []).append(item.key)
    pairs = {name: sorted(found) for name, found in keys.items() if len(found) == 2}
    assert pairs == {
        dimension: [-1, 1] for dimension in ("appreciation", "respect", "communication", "honesty")
    }
    assert keys["commitments"] == [1]
    assert keys["friction"] == [-1]


def test_core_asks_one_scale_without_negation() -> None:
    for item in INSTRUMENT.core:
        assert item.scale == "freq5"
        assert not re.search(r"\b(not|no|never|without)\b", item.text["en"], re.IGNORECASE)
        assert not re.search(r"\b(no|nunca|sin|ni)\b", item.text["es"], re.IGNORECASE)


@pytest.mark.parametrize("item", INSTRUMENT.items, ids=lambda item: item.id)
def test_no_english_contraction(item: Item) -> None:
    assert not re.search(r"\w['\u2019]\w", item.text["en"])


@pytest.mark.parametrize("item", INSTRUMENT.core, ids=lambda item: item.id)
def test_core_reads_easily(item: Item) -> None:
    assert flesch_kincaid(rendered(item, "en")) <= 8.5
    assert inflesz(rendered(item, "es")) >= 65


@pytest.mark.parametrize("item", OTHERS, ids=lambda item: item.id)
def test_other_items_read_easily(item: Item) -> None:
    assert flesch_kincaid(rendered(item, "en")) <= 9.5
    assert inflesz(rendered(item, "es")) >= 54


@pytest.mark.parametrize("item", INSTRUMENT.items, ids=lambda item: item.id)
def test_questions_are_short(item: Item) -> None:
    for language in ("en", "es"):
        assert len(rendered(item, language).split()) <= 20


def test_the_formulas_agree_with_the_design() -> None:
    """Figures of the design's table, computed there with other programs."""
    assert flesch_kincaid(rendered(INSTRUMENT.item("RU03"), "en")) == pytest.approx(8.8, abs=0.05)
    assert inflesz(rendered(INSTRUMENT.item("RU09"), "es")) == pytest.approx(88, abs=0.5)
    words = {"día": 2, "quién": 1, "guía": 2, "leer": 2, "respondió": 3, "hoy": 1, "averigüe": 4}
    assert {word: spanish_syllables(word) for word in words} == words


def test_every_rule_has_its_item() -> None:
    rules = [item.rules for item in INSTRUMENT.items if item.block == "rules"]
    assert rules == [(number,) for number in range(1, 11)]


def test_scales_have_the_same_length_in_both_languages() -> None:
    for labels in INSTRUMENT.scales.values():
        assert len(labels["en"]) == len(labels["es"])
        for language in ("en", "es"):
            assert len(set(labels[language])) == len(labels[language])
    assert INSTRUMENT.n_options("APP1") == 5
    assert INSTRUMENT.n_options("RU05") == 4
    assert INSTRUMENT.n_options("COMMENT") == 0
