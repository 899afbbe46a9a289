"""From lines to a plan: every fault named, nothing invented."""

from typing import Any

import pytest

from pulse.i18n import translate
from pulse.people.roster_check import (
    SENTENCES,
    Entry,
    RosterPlan,
    check_roster,
    name_groups,
)
from pulse.people.roster_file import RosterLine, RosterTable

GROUPS = name_groups(
    {"first": ("Sales", "Ventas"), "second": ("Warehouse", "el Almacén")},
    first="Sales",
    second="Warehouse",
)
ALL = ("id", "group", "language", "e-mail", "name")


def line(number: int, **cells: Any) -> RosterLine:
    values = {"roster_id": f"E{number}", "group": "Sales", "language": "", "email": "", "name": ""}
    values |= cells
    return RosterLine(number=number, last_number=values.pop("last_number", number), **values)


def entry(roster_id: str, **values: Any) -> Entry:
    return Entry(
        **(
            {"roster_id": roster_id, "group_code": "first", "language": "en"}
            | {"email": None, "name": None}
            | values
        )
    )


def check(
    *lines: RosterLine, present: tuple[Entry, ...] = (), columns: tuple[str, ...] = ALL
) -> RosterPlan:
    return check_roster(
        RosterTable(lines=lines, has_columns=columns),
        {each.roster_id: each for each in present},
        groups=GROUPS,
        language="en",
    )


def faults(plan: RosterPlan) -> list[tuple[int, list[str]]]:
    return [(bad.line.number, [problem.kind for problem in bad.problems]) for bad in plan.bad_lines]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Sales", "first"),
        ("VENTAS", "first"),
        (" ventas ", "first"),
        ("first", "first"),
        ("el almacen", "second"),
        ("Almacén", "second"),
        ("the Warehouse", "second"),
    ],
)
def test_groups_are_known_by_both_names_and_code(written: str, code: str) -> None:
    (new,) = check(line(2, group=written)).new
    assert new.group_code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "en"),
        ("ES", "es"),
        ("Español", "es"),
        ("espanol", "es"),
        ("Inglés", "en"),
        ("Spanish", "es"),
        ("es-MX", "es"),
        ("en_GB", "en"),
        ("es-419", "es"),
    ],
)
def test_languages_are_forgiven(written: str, code: str) -> None:
    assert check(line(2, language=written)).new[0].language == code


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"roster_id": ""}, "id missing"),
        ({"roster_id": "\u200b \u00a0"}, "id missing"),
        ({"roster_id": "x" * 61}, "id too long"),
        ({"roster_id": "a\x07b"}, "sign"),
        ({"group": ""}, "group missing"),
        ({"group": "Finance"}, "group unknown"),
        ({"language": "fr"}, "language unknown"),
        ({"language": "en español"}, "language unknown"),
        ({"email": "ana"}, "email wrong"),
        ({"email": "a@b.es, c@d.es"}, "email wrong"),
        ({"email": "a" * 250 + "@b.es"}, "email too long"),
        ({"name": "x" * 121}, "name too long"),
        ({"name": "a\x1bb"}, "sign"),
        ({"last_number": 9}, "line break"),
    ],
)
def test_each_fault_is_named(cells: dict[str, Any], kind: str) -> None:
    plan = check(line(2, **cells))
    assert faults(plan) == [(2, [kind])]
    assert plan.n_good == 0
    problem = plan.bad_lines[0].problems[0]
    for language in ("en", "es"):
        sentence = translate(language, SENTENCES[kind], **problem.params)
        assert "%(" not in sentence


def test_a_line_names_all_its_faults() -> None:
    plan = check(line(2, group="", language="fr", email="x"))
    assert faults(plan) == [(2, ["group missing", "language unknown", "email wrong"])]


def test_values_at_the_limits_are_good() -> None:
    plan = check(line(2, roster_id="x" * 60, name="n" * 120, email="a" * 242 + "@example.com"))
    assert plan.n_good == 1


def test_the_second_line_with_an_id_is_the_faulty_one() -> None:
    plan = check(line(2, roster_id="A"), line(3), line(4, roster_id=" A\u200b"))
    assert faults(plan) == [(4, ["id twice"])]
    assert plan.bad_lines[0].problems[0].params["line"] == 2
    assert [new.roster_id for new in plan.new] == ["A", "E3"]


def test_a_faulty_line_still_owns_its_id() -> None:
    plan = check(line(2, roster_id="A", group="?"), line(3, roster_id="A"))
    assert faults(plan) == [(2, ["group unknown"]), (3, ["id twice"])]


def test_ids_that_look_alike_are_the_same() -> None:
    composed, decomposed = "Pe\u00f1a", "Pen\u0303a"
    assert faults(check(line(2, roster_id=composed), line(3, roster_id=decomposed))) == [
        (3, ["id twice"])
    ]


def test_an_address_is_used_once_whatever_its_case() -> None:
    plan = check(line(2, email="ana@example.com"), line(3, email="ANA@example.com"))
    assert faults(plan) == [(3, ["email twice"])]
    assert plan.bad_lines[0].problems[0].params["line"] == 2


def test_an_address_of_somebody_whom_the_file_leaves_alone() -> None:
    owner = entry("OLD", email="ana@example.com")
    plan = check(line(2, email="Ana@example.com"), present=(owner,))
    assert faults(plan) == [(2, ["email of other"])]
    assert plan.bad_lines[0].problems[0].params["id"] == "OLD"


def test_an_inactive_person_keeps_no_address() -> None:
    gone = entry("OLD", email="ana@example.com", is_active=False)
    assert check(line(2, email="ana@example.com"), present=(gone,)).n_good == 1


def test_two_people_may_swap_addresses() -> None:
    present = (entry("A", email="a@example.com"), entry("B", email="b@example.com"))
    plan = check(
        line(2, roster_id="A", email="b@example.com"),
        line(3, roster_id="B", email="a@example.com"),
        present=present,
    )
    assert len(plan.changed) == 2


def test_a_refused_line_keeps_its_person_s_address_taken() -> None:
    present = (
        entry("A", email="a@example.com"),
        entry("B", email="b@example.com"),
        entry("C", email="c@example.com"),
    )
    plan = check(
        line(2, roster_id="A", email="b@example.com"),  # B keeps b, since line 3 is refused
        line(3, roster_id="B", email="c@example.com"),  # C keeps c, since line 4 is faulty
        line(4, roster_id="C", email="x@example.com", group="?"),
        present=present,
    )
    assert faults(plan) == [
        (2, ["email of other"]),
        (3, ["email of other"]),
        (4, ["group unknown"]),
    ]


def test_new_changed_unchanged_and_absent() -> None:
    present = (
        entry("same", name="Ana"),
        entry("moved"),
        entry("back", is_active=False),
        entry("absent"),
        entry("long gone", is_active=False),
        entry("faulty"),
    )
    plan = check(
        line(2, roster_id="same", name="Ana"),
        line(3, roster_id="moved", group="Almacén"),
        line(4, roster_id="back"),
        line(5, roster_id="new"),
        line(6, roster_id="faulty", group="?"),
        present=present,
    )
    assert [each.roster_id for each in plan.unchanged] == ["same"]
    assert [each.roster_id for each in plan.changed] == ["moved", "back"]
    assert [each.roster_id for each in plan.new] == ["new"]
    assert [each.roster_id for each in plan.absent] == ["absent"]


def test_a_missing_column_leaves_what_is_known() -> None:
    known = entry("A", language="es", email="a@example.com", name="Ana")
    written = line(2, roster_id="A")
    assert check(written, present=(known,), columns=("id", "group")).unchanged == (known,)
    cleared = check(written, present=(known,)).changed[0]
    assert (cleared.language, cleared.email, cleared.name) == ("en", None, None)


def test_equal_plans_have_equal_fingerprints_and_others_not() -> None:
    plans = [
        check(line(2)),
        check(line(2, name="Ana")),
        check(line(2), present=(entry("absent"),)),
        check(line(2), line(3)),
        check(),
    ]
    assert check(line(2)).fingerprint == plans[0].fingerprint
    assert len({plan.fingerprint for plan in plans}) == len(plans)
