"""Which column of a roster is which, by its heading; forgiving, in English and Spanish."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulse.companies.group_names import fold
from pulse.people.errors import ColumnMissingError, ColumnTwiceError

COLUMNS = ("id", "group", "language", "e-mail", "name")
NEEDED = ("id", "group")
HEADINGS: dict[str, frozenset[str]] = {
    "id": frozenset(
        {
            "id",
            "person id",
            "employee id",
            "employee number",
            "personnel number",
            "staff number",
            "number",
            "no",
            "numero",
            "num",
            "numero de empleado",
            "codigo",
            "clave",
            "legajo",
            "matricula",
        }
    ),
    "group": frozenset({"group", "grupo", "team", "equipo"}),
    "language": frozenset({"language", "lang", "idioma", "lengua"}),
    "e-mail": frozenset(
        {
            "e mail",
            "email",
            "mail",
            "e mail address",
            "email address",
            "correo",
            "correo electronico",
            "direccion de correo",
            "direccion de correo electronico",
        }
    ),
    "name": frozenset({"name", "full name", "nombre", "nombre completo", "nombre y apellidos"}),
}


@dataclass(frozen=True, kw_only=True)
class ColumnPlan:
    """Where each known column stands (0 = first), and the headings that nothing is taken from."""

    places: dict[str, int]
    ignored: tuple[str, ...]


def column_of(heading: str) -> str | None:
    """Return the column that `heading` means, or None.

    >>> column_of("Correo electrónico"), column_of("ID"), column_of("Employee_ID")
    ('e-mail', 'id', 'id')
    """
    folded = fold(heading)
    return next((column for column, known in HEADINGS.items() if folded in known), None)


def plan_columns(headings: Sequence[str]) -> ColumnPlan:
    """Return where the known columns stand.

    Raises
    ------
    ColumnMissingError
        There is no id or no group.
    ColumnTwiceError
        Two headings mean the same column.
    """
    places: dict[str, int] = {}
    ignored: list[str] = []
    for place, heading in enumerate(headings):
        column = column_of(heading)
        if column is None:
            ignored.extend([heading.strip()] if heading.strip() else [])
        elif column in places:
            first = headings[places[column]].strip()
            raise ColumnTwiceError(column=column, first=first, second=heading.strip())
        else:
            places[column] = place
    for column in NEEDED:
        if column not in places:
            raise ColumnMissingError(column=column)
    return ColumnPlan(places=places, ignored=tuple(ignored))
