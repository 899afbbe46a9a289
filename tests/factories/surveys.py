"""Groups as the questionnaire names them."""

from pulse.surveys.questionnaire import GroupNames


def group_names(name_en: str = "Sales", name_es: str | None = None, **forms: str) -> GroupNames:
    """Return the forms of a group's name; the Spanish ones follow from `name_es`."""
    es = name_es or name_en
    contracted = es.removeprefix("el ")
    has_article = contracted != es
    return GroupNames(
        name_en=name_en,
        name_es=es,
        name_es_de=forms.get("name_es_de", f"del {contracted}" if has_article else f"de {es}"),
        name_es_a=forms.get("name_es_a", f"al {contracted}" if has_article else f"a {es}"),
    )


SALES = group_names("Sales", "Ventas")
OPERATIONS = group_names("Operations", "Operaciones")
