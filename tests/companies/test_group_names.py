"""Names compared kindly, and Spanish contractions."""

import pytest

from pulse.companies.group_names import after_a, after_de, are_distinct, fold, fold_name


@pytest.mark.parametrize(
    ("name", "de", "a"),
    [
        ("Ventas", "de Ventas", "a Ventas"),
        ("el Almacén", "del Almacén", "al Almacén"),
        ("El Taller", "del Taller", "al Taller"),
        ("la Planta", "de la Planta", "a la Planta"),
        ("Electricidad", "de Electricidad", "a Electricidad"),
    ],
)
def test_spanish_forms(name: str, de: str, a: str) -> None:
    assert (after_de(name), after_a(name)) == (de, a)


def test_folding_is_blind_to_case_accents_marks_and_spaces() -> None:
    assert fold("  ALMACÉN—Central ") == fold("almacen  central") == "almacen central"


def test_an_article_does_not_make_another_group() -> None:
    assert fold_name("el Almacén") == fold_name("Almacen")
    assert fold_name("The Sales") == "sales"
    assert fold_name("La") == "la"  # nothing would be left


def test_names_that_could_be_mixed_up_are_not_distinct() -> None:
    assert are_distinct(("Sales", "Ventas"), ("Operations", "Operaciones"))
    assert not are_distinct(("Sales", "Ventas"), ("Store", "las ventas"))
