"""Sentences as people read them, over odd names of groups."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulse.surveys.bank import CURRENT_VERSION, load_instrument
from pulse.surveys.questionnaire import GroupNames, contract, questions, render
from pulse.surveys.rotation import rotating_items
from tests.factories.surveys import OPERATIONS, SALES, group_names

INSTRUMENT = load_instrument(CURRENT_VERSION)
ODD = [
    SALES,
    group_names("the workshop", "el taller"),
    group_names("the office", "la oficina"),
    group_names("Engineering", "Ingeniería"),
    group_names("{other}", "{own}"),
    group_names("R&D <b>", "I+D"),
    # As HR may enter it, uncontracted.
    group_names("Plant", "el almacén", name_es_de="de el almacén", name_es_a="a el almacén"),
    group_names("El Paso", "El Paso"),
]
PAIRS = list(itertools.permutations(ODD, 2))


def asked(
    own: GroupNames, other: GroupNames, language: str, *, requests: bool = False
) -> list[str]:
    rotating = rotating_items(requests)
    found = questions(INSTRUMENT, own=own, other=other, language=language, rotating=rotating)
    return [question.text for question in found]


@pytest.mark.parametrize(("own", "other"), PAIRS)
def test_no_uncontracted_spanish(own: GroupNames, other: GroupNames) -> None:
    for requests in (True, False):
        for text in asked(own, other, "es", requests=requests):
            assert not re.search(r"\b(de|a) el\b", text)


def test_spanish_forms() -> None:
    workshop, engineering = ODD[1], ODD[3]
    texts = asked(workshop, engineering, "es")
    assert "la gente de Ingeniería trató al taller con respeto?" in texts[1].removeprefix(
        "¿Con qué frecuencia "
    )
    assert texts[9] == "¿Con qué frecuencia hubo tensión entre el taller e Ingeniería?"
    assert asked(engineering, workshop, "es")[0] == (
        "¿Con qué frecuencia la gente del taller le dio las gracias a Ingeniería por su ayuda?"
    )


@pytest.mark.parametrize(
    ("name", "word"),
    [("Ingeniería", "e"), ("Hilados", "e"), ("Hierro", "y"), ("Ventas", "y"), ("Índice", "e")],
)
def test_and_before_an_i(name: str, word: str) -> None:
    text = render("{own} y {other}", SALES, group_names(name), "es")
    assert text == f"Ventas {word} {name}"


def test_a_proper_name_keeps_its_article() -> None:
    assert "de El Paso" in asked(SALES, ODD[-1], "es")[0]
    assert contract("A el fin de el día, a él") == "Al fin del día, a él"


def test_a_name_with_braces_is_a_name() -> None:
    braces = ODD[4]
    assert asked(braces, SALES, "en")[1] == (
        "How often did people in Sales treat {other} with respect?"
    )


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_name_stands_in_every_question_about_it(name: str) -> None:
    names = GroupNames(name_en=name, name_es=name, name_es_de=f"de {name}", name_es_a=f"a {name}")
    text = render("How often did people in {other} hide problems from {own}?", SALES, names, "en")
    assert text == f"How often did people in {name} hide problems from Sales?"


def test_order_core_rotating_gap() -> None:
    found = questions(
        INSTRUMENT, own=OPERATIONS, other=SALES, language="en", rotating=("RU05", "EMRG")
    )
    ids = [question.item_id for question in found]
    assert ids == [*(item.id for item in INSTRUMENT.core), "RU05", "EMRG", "META"]
    assert len(ids) == 13
    counts = found[10]
    assert counts.options == ("None", "1 time", "2 or 3 times", "4 times or more")
    assert counts.no_contact == "No contact, or not sure"
    assert counts.no_contact not in counts.options
