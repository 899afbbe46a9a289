"""What a release shows of kept tallies."""

import random
from typing import Any

import pytest

from pulse.tallies.ballot_body import SKIPPED
from pulse.tallies.disclosure import shows_comments
from pulse.tallies.release import release_content, without_hidden
from pulse.tallies.scoring import DIMENSIONS
from tests.factories.tallies import (
    BEST,
    KEY,
    WORST,
    make_kept,
    make_sheet,
    random_kept,
    random_sheet,
)

TOO_FEW = {"withheld": "too_few"}


def released(kept: dict[str, Any], k: int = 5) -> dict[str, Any]:
    groups: dict[str, Any] = release_content(kept, KEY, k)["groups"]
    return groups


def test_the_frame_is_the_one_that_reports_read() -> None:
    content = release_content(random_kept(1, 12, 20), KEY, 5)
    assert set(content) == {"schema", "minimum_cell_size", "groups"}
    assert (content["schema"], content["minimum_cell_size"]) == (1, 5)
    for group in content["groups"].values():
        assert set(group) == {
            "n_counted",
            "index",
            "dimensions",
            "items",
            "rotating",
            "quality",
            "languages",
            "modes",
        }
        assert set(group["dimensions"]) == set(DIMENSIONS)
        assert set(group["items"]) == {*KEY.items, "META"}


@pytest.mark.parametrize(("n", "k"), [(4, 5), (0, 5), (9, 10), (29, 30)])
def test_a_group_below_k_shows_its_count_and_nothing_else(n: int, k: int) -> None:
    group = released(random_kept(2, n, share_missing=0.0), k)["first"]
    assert group.pop("n_counted") == n
    assert group["index"] == group["quality"] == group["languages"] == group["modes"] == TOO_FEW
    assert all(cell == TOO_FEW for cell in group["dimensions"].values())
    assert all(cell == TOO_FEW for cell in group["items"].values())
    assert group["rotating"] == {}


def test_from_five_the_means_and_from_ten_the_details() -> None:
    five = released(random_kept(4, 5, share_missing=0.0))["first"]
    assert five["index"]["n"] == 5
    assert five["items"]["APP1"] == five["quality"] == TOO_FEW
    ten = released(random_kept(4, 10, share_missing=0.0))["first"]
    assert "counts" in ten["items"]["META"]
    assert ten["quality"]["good_half"]["n"] == 10


def test_what_is_kept_but_not_for_show_stays_behind() -> None:
    kept = random_kept(6, 40, share_missing=0.0)
    assert "cross" in kept["first"]
    text = str(released(kept))
    assert "cross" not in text
    assert "spoiled" not in text


def test_an_item_that_someone_skipped_shows_three_bands() -> None:
    chance = random.Random(8)
    sheets = [random_sheet(chance, share_missing=0.0) for _ in range(15)]
    answers = [sheets[0].answers.get(item, SKIPPED) for item in KEY.items]
    sheets.append(make_sheet([SKIPPED, *answers[1:]]))
    items = released(make_kept(sheets, sheets))["first"]["items"]
    cell = items[KEY.items[0]]
    assert cell["withheld"] == "difference"
    assert (cell["answered"], cell["skipped"], sum(cell["bands"])) == (15, 1, 15)
    assert "counts" not in cell
    assert sum(items[KEY.items[1]]["counts"]) == 16


def test_a_unanimous_group_shows_an_end_instead_of_a_figure() -> None:
    group = released(make_kept([make_sheet(WORST)] * 12, [make_sheet(BEST)] * 6))["first"]
    assert group["index"] == {"withheld": "capped", "capped": "high", "n": 12}
    assert all(cell["withheld"] == "capped" for cell in group["dimensions"].values())
    assert all("counts" not in cell for cell in group["items"].values())
    assert "sum" not in str(group["quality"])


def one_capped_dimension() -> dict[str, Any]:
    """Twelve people, moderate on all but promises, which are never kept."""
    chance = random.Random(12)
    place = KEY.items.index("COMMIT")
    sheets = []
    for _ in range(12):
        row = [chance.choice((1, 2, 3)) for _ in KEY.items]
        row[place] = 0
        sheets.append(make_sheet(row))
    return released(make_kept(sheets, sheets))["first"]


def test_a_capped_dimension_cannot_be_worked_out_from_the_index() -> None:
    group = one_capped_dimension()
    assert group["dimensions"]["commitments"]["capped"] == "high"
    assert group["items"]["COMMIT"]["capped"] == "low"  # promises kept: never
    assert "sum" in group["index"]
    shown = [d for d in DIMENSIONS if "sum" in group["dimensions"][d]]
    # Index and five dimensions would give the sixth.
    assert len(shown) == 4
    hidden = {cell.get("withheld") for cell in group["dimensions"].values()}
    assert hidden == {None, "capped", "complementary"}


def test_k_above_ten_holds_for_items_raters_and_small_counts() -> None:
    sheets = [make_sheet(BEST, more={"RU05": 1})] * 8 + [make_sheet(WORST, language="es")] * 12
    kept = make_kept(sheets, sheets)
    assert kept["first"]["rotating"]["RU05"]["n"] == 8
    group = released(kept, 9)["first"]
    assert group["rotating"]["RU05"] == TOO_FEW
    group = released(kept, 14)["first"]
    assert group["languages"] == {"en": 20, "es": 0} or group["languages"] == {"en": 0, "es": 20}
    assert released(kept, 21)["first"]["items"]["APP1"] == TOO_FEW


def test_a_rating_with_few_others_is_shown_without_friction_beside_it() -> None:
    middle = [1, 2, 3, 2, 1, 2, 3, 2, 1, 2]
    rated = [make_sheet(middle, more={"RU05": place % 3}) for place in range(10)]
    kept = make_kept([*rated, *[make_sheet(middle[::-1])] * 6], [])
    assert "index_others" in kept["first"]["rotating"]["RU05"]
    stricter = release_content(kept, KEY, 8)
    assert set(stricter["groups"]["first"]["rotating"]["RU05"]) == {"n", "sum", "sum_squares"}
    corrected = release_content(kept, KEY, 5, [stricter])  # both can be laid side by side
    assert set(corrected["groups"]["first"]["rotating"]["RU05"]) == {"n", "sum", "sum_squares"}


def test_comments_need_ten_ballots_or_k() -> None:
    for n, k, expected in [(9, 5, False), (10, 5, True), (12, 13, False), (13, 13, True)]:
        group = released(random_kept(3, n, share_missing=0.0), k)["first"]
        assert shows_comments(group, k) is expected


def test_a_correction_never_shows_what_was_withheld_before() -> None:
    kept = random_kept(9, 20, share_missing=0.0)
    first = release_content(kept, KEY, 5)
    first["groups"]["first"]["dimensions"]["honesty"] = {"withheld": "complementary"}
    first["groups"]["second"]["quality"] = TOO_FEW
    second = release_content(kept, KEY, 5, [first])
    assert second == first
    stricter = release_content(kept, KEY, 25, [first])
    assert stricter["groups"]["first"]["index"] == TOO_FEW
    assert stricter["groups"]["first"]["dimensions"]["honesty"] == {"withheld": "complementary"}


def test_what_is_stored_of_a_unanimous_group_says_no_more_than_its_release() -> None:
    exact = make_kept([make_sheet(WORST)] * 40, [make_sheet(BEST)] * 6)
    stored = {code: without_hidden(tally, KEY) for code, tally in exact.items()}
    assert "sum" not in str(stored["first"])
    assert "counts" not in str(stored["first"])
    assert "cross" not in stored["first"]
    assert stored["second"]["index"] == {"withheld": "capped", "capped": "low", "n": 6}


@pytest.mark.parametrize("seed", range(12))
def test_a_release_of_what_is_stored_is_the_release_of_the_exact_sums(seed: int) -> None:
    level = (-2.2, -1.0, 0.0, 2.2)[seed % 4]
    exact = random_kept(seed, 8 + 3 * seed, 33, share_missing=0.02, level=level)
    stored = {code: without_hidden(tally, KEY) for code, tally in exact.items()}
    assert release_content(stored, KEY, 5) == release_content(exact, KEY, 5)
    assert figures(release_content(stored, KEY, 9)) <= figures(release_content(exact, KEY, 9))


def figures(content: Any, path: str = "") -> set[tuple[str, Any]]:
    if isinstance(content, dict):
        inner = [figures(value, f"{path}/{name}") for name, value in content.items()]
        return set().union(*inner) if "withheld" not in content else set()
    return {(path, str(content))}


def test_raters_of_one_mind_are_capped_too() -> None:
    rated = [make_sheet(BEST, more={"RU05": place % 3}) for place in range(6)]
    others = [make_sheet(WORST) for _ in range(6)]
    group = released(make_kept(rated + others, []))["first"]
    assert group["rotating"]["RU05"] == {"withheld": "capped"}
