"""What is kept after the count, and that it is nothing else."""

import json
import random

import numpy as np
import pytest

from pulse.tallies.ballot_body import NO_CONTACT, SKIPPED, Sheet
from pulse.tallies.count import moments
from pulse.tallies.disclosure import merge_small
from pulse.tallies.scoring import DIMENSIONS, friction_points
from tests.factories.tallies import (
    BEST,
    KEY,
    WORST,
    make_kept,
    make_sheet,
    random_kept,
    random_sheet,
)

ALWAYS = {"schema", "counted", "spoiled", "valid"}
FROM_5 = ALWAYS | {"index", "dimensions"}
FROM_10 = FROM_5 | {"items", "rotating", "quality", "languages", "modes"}
FROM_30 = FROM_10 | {"cross"}
MOMENTS = {"n", "sum", "sum_squares"}


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (0, ALWAYS),
        (4, ALWAYS),
        (5, FROM_5),
        (9, FROM_5),
        (10, FROM_10),
        (29, FROM_10),
        (30, FROM_30),
    ],
)
def test_exactly_this_is_kept(n: int, expected: set[str]) -> None:
    kept = random_kept(3, n, share_missing=0.0)["first"]
    assert kept["valid"] == n
    assert set(kept) == expected
    if n >= 5:
        assert set(kept["index"]) == MOMENTS
        assert set(kept["dimensions"]) == set(DIMENSIONS)
        assert all(set(cell) == MOMENTS for cell in kept["dimensions"].values())
    if n >= 10:
        assert set(kept["items"]) == {*KEY.items, "META"}
        counted = {"answered", "no_contact", "skipped", "counts"}
        assert all(set(cell) == counted for cell in kept["items"].values())
        # The whole group rated the common pair: there are no others to lay beside.
        assert set(kept["rotating"]) == {"RU01", "RU07"}
        assert all(set(cell) == MOMENTS for cell in kept["rotating"].values())
        assert set(kept["quality"]) == {
            "same_answer",
            "same_answer_middle",
            "good_half",
            "bad_half",
        }
        assert set(kept["quality"]["good_half"]) == {"n", "sum"}
        assert set(kept["languages"]) == {"en", "es"}
        assert set(kept["modes"]) == {"link", "slip", "kiosk", "form"}
    if n >= 30:
        assert set(kept["cross"]) == {"items", "n", "sums", "products"}


def test_what_is_kept_is_plain_json_and_as_short_as_said() -> None:
    for code, kept in random_kept(5, 40, 12).items():
        assert json.loads(json.dumps(kept)) == kept, code
        for number in numbers_of(kept):
            assert round(number, 2) == number


def numbers_of(value: object) -> list[float]:
    if isinstance(value, dict):
        return [n for inner in value.values() for n in numbers_of(inner)]
    if isinstance(value, list):
        return [n for inner in value for n in numbers_of(inner)]
    return [value] if isinstance(value, int | float) else []


def test_a_ballot_is_counted_spoiled_or_valid() -> None:
    short = make_sheet([*BEST[:5], *[SKIPPED] * 5])
    kept = make_kept([None, None, short, *[make_sheet()] * 6], [make_sheet()] * 5)["first"]
    assert (kept["counted"], kept["spoiled"], kept["valid"]) == (9, 2, 6)
    assert kept["index"]["n"] == 6


def test_two_groups_below_five_have_no_index() -> None:
    kept = make_kept([make_sheet()] * 4, [make_sheet()] * 4)
    assert all(set(tally) == ALWAYS for tally in kept.values())


def test_known_sums() -> None:
    """Five at worst and five at best, by hand: mean 50, squares 5 * 100 ** 2."""
    kept = make_kept([make_sheet(WORST)] * 5 + [make_sheet(BEST)] * 5, [])["first"]
    expected = {"n": 10, "sum": 500.0, "sum_squares": 50_000.0}
    assert kept["index"] == expected
    assert all(cell == expected for cell in kept["dimensions"].values())
    assert kept["items"]["APP1"]["counts"] == [5, 0, 0, 0, 5]
    assert kept["quality"]["good_half"] == {"n": 10, "sum": 500.0}


def test_sums_agree_with_a_plain_loop() -> None:
    chance = random.Random(11)
    sheets = [random_sheet(chance, share_missing=0.0) for _ in range(33)]
    kept = make_kept(sheets, [])["first"]
    codes = np.array([[sheet.answers[item] for item in KEY.items] for sheet in sheets], np.int8)
    points = friction_points(codes, KEY)
    assert kept["index"]["sum"] == pytest.approx(sum(row.mean() for row in points), abs=0.01)
    assert kept["index"]["sum_squares"] == pytest.approx(
        sum(row.mean() ** 2 for row in points), abs=0.01
    )
    for j, item in enumerate(KEY.items):
        assert kept["items"][item]["counts"] == [int((codes[:, j] == c).sum()) for c in range(5)]
    cross = kept["cross"]
    assert cross["n"] == [[33] * 10] * 10
    assert cross["products"][2][7] == int((codes[:, 2].astype(int) * codes[:, 7]).sum())
    assert cross["sums"][4] == [int(codes[:, 4].sum())] * 10


def with_gaps(n: int, n_gaps: int) -> list[Sheet]:
    """Return sheets of which so many have one question skipped."""
    chance = random.Random(2)
    sheets = [random_sheet(chance, share_missing=0.0) for _ in range(n)]
    for place in range(n_gaps):
        answers = [sheets[place].answers[item] for item in KEY.items]
        answers[place % len(answers)] = SKIPPED
        sheets[place] = make_sheet(answers)
    return sheets


@pytest.mark.parametrize(("n_gaps", "base"), [(0, 40), (1, 34), (4, 31), (5, 30), (6, 0)])
def test_cross_products_rest_on_all_or_on_the_complete_but_five(n_gaps: int, base: int) -> None:
    """Else who skipped one question would stand there with the answers to all others."""
    kept = make_kept(with_gaps(40, n_gaps), [])["first"]
    assert kept["valid"] == 40
    assert ("cross" in kept) is (base > 0)
    if base:
        assert kept["cross"]["n"] == [[base] * 10] * 10


def test_the_one_who_skipped_a_question_is_not_the_difference_of_two_sums() -> None:
    sums = np.array(make_kept(with_gaps(40, 1), [])["first"]["cross"]["sums"])
    assert (sums == sums[:, :1]).all()


def test_exact_counts_only_where_everybody_answered() -> None:
    """Else the exact sum beside the index would show the score of who did not answer."""
    sheets = [make_sheet([2] * 10) for _ in range(11)]
    sheets.append(make_sheet([SKIPPED, NO_CONTACT, *[4] * 8]))
    items = make_kept(sheets, [])["first"]["items"]
    assert items[KEY.items[0]] == {
        "answered": 11,
        "no_contact": 0,
        "skipped": 1,
        "bands": [0, 11, 0],
    }
    assert items[KEY.items[1]]["no_contact"] == 1
    assert "counts" not in items[KEY.items[1]]
    assert items[KEY.items[2]]["counts"] == [0, 0, 11, 0, 1]


def test_an_item_with_fewer_than_ten_answers_keeps_no_distribution() -> None:
    sheets = [make_sheet([2] * 10)] * 9 + [make_sheet([SKIPPED, *[2] * 9])] * 5
    cell = make_kept(sheets, [])["first"]["items"][KEY.items[0]]
    assert cell == {"answered": 9, "no_contact": 0, "skipped": 5}


def drawn(rated: dict[str, int], core: tuple[int, ...]) -> object:
    return make_sheet(core, more=rated)


@pytest.mark.parametrize(("raters", "others"), [(4, 10), (5, 5), (10, 4), (14, 0), (5, 4)])
def test_a_rating_needs_five_raters_and_a_link_five_others(raters: int, others: int) -> None:
    sheets = [make_sheet(more={"RU05": 2})] * raters + [make_sheet(BEST, more={"RU02": 1})] * others
    kept = make_kept(sheets, [])["first"].get("rotating", {})
    is_enough = raters + others >= 10
    for item, n, n_others in (("RU05", raters, others), ("RU02", others, raters)):
        assert (item in kept) is (is_enough and n >= 5)
        assert ("n_others" in kept.get(item, {})) is (is_enough and n >= 5 and n_others >= 5)


def test_a_rotating_item_by_hand_with_its_overlap_left_out() -> None:
    appreciated = [4 if item == "APP1" else 2 for item in KEY.items]  # APP1 friction 0, rest 50
    sheets = [make_sheet(appreciated, more={"RU01": 3})] * 5 + [make_sheet(WORST)] * 7
    kept = make_kept(sheets, [])["first"]["rotating"]["RU01"]
    assert kept == {
        "n": 5,
        "sum": 375.0,
        "sum_squares": 5 * 75.0**2,
        "n_others": 7,
        "index_raters": 250.0,  # 50 each: APP1 is left out
        "index_others": 700.0,
        "products": 5 * 75.0 * 50.0,
    }
    without_overlap = [make_sheet(appreciated, more={"RU02": 3})] * 5 + [make_sheet(WORST)] * 7
    kept = make_kept(without_overlap, [])["first"]["rotating"]["RU02"]
    assert kept["index_raters"] == 225.0  # 45 each: nothing is left out


def test_no_contact_with_a_rotating_item_is_no_rating() -> None:
    sheets = [make_sheet(more={"RU05": 2})] * 5 + [make_sheet(more={"RU05": NO_CONTACT})] * 5
    kept = make_kept(sheets, [])["first"]["rotating"]["RU05"]
    assert (kept["n"], kept["n_others"]) == (5, 5)


def test_same_answers_are_counted_also_around_gaps() -> None:
    sheets = [
        make_sheet([4] * 10),
        make_sheet([2] * 10),
        make_sheet([*[2] * 8, NO_CONTACT, SKIPPED]),
        *[make_sheet(WORST)] * 9,
    ]
    quality = make_kept(sheets, [])["first"]["quality"]
    assert (quality["same_answer"], quality["same_answer_middle"]) == (3, 2)


def test_small_language_and_mode_counts_go_to_their_neighbour() -> None:
    sheets = [make_sheet(language="en", mode="link")] * 8
    sheets += [make_sheet(language="es", mode="form")] * 4
    kept = make_kept(sheets, [])["first"]
    assert kept["languages"] == {"en": 12, "es": 0}
    assert kept["modes"] == {"link": 12, "slip": 0, "kiosk": 0, "form": 0}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([20, 5, 0, 0], [20, 5, 0, 0]),
        ([20, 4, 0, 0], [24, 0, 0, 0]),
        ([20, 0, 4, 9], [20, 0, 0, 13]),
        ([2, 2, 2, 9], [0, 6, 0, 9]),
        ([4, 0, 0, 0], [4, 0, 0, 0]),
        ([0, 0, 0, 0], [0, 0, 0, 0]),
        ([1, 0, 0, 30], [0, 0, 0, 31]),
    ],
)
def test_merging(counts: list[int], expected: list[int]) -> None:
    names = ("link", "slip", "kiosk", "form")
    found = merge_small(dict(zip(names, counts, strict=True)))
    assert list(found.values()) == expected


@pytest.mark.parametrize("seed", range(200))
def test_rounding_never_makes_a_variance_negative(seed: int) -> None:
    chance = random.Random(seed)
    value = chance.uniform(0, 100)
    cell = moments(np.full(chance.randrange(1, 3000), value))
    assert cell["n"] * cell["sum_squares"] >= cell["sum"] ** 2 * (1 - 1e-12)


def test_one_who_differs_from_all_others_does_not_learn_what_they_said() -> None:
    alike = [make_sheet([2] * 10)] * 5
    kept = make_kept([make_sheet(WORST), *alike], [])["first"]
    assert kept["index"] == {"withheld": "capped", "capped": "middle", "n": 6}
    kept = make_kept([make_sheet(WORST), make_sheet(BEST), *alike], [])["first"]
    assert kept["index"]["sum"] == 5 * 50.0 + 100.0
