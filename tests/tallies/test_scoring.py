"""The test vectors of the scoring, and what makes the sums safe to subtract."""

import random

import numpy as np
import pytest

from pulse.tallies.ballot_body import NO_CONTACT, SKIPPED
from pulse.tallies.scoring import (
    DIMENSIONS,
    OVERLAP,
    Codes,
    Floats,
    completed_sheets,
    friction_points,
    mean_over,
    reference_means,
    rotating_points,
    valid_ballots,
)
from tests.factories.tallies import BEST, INSTRUMENT, KEY, WORST

EVERYTHING = np.ones(10, dtype=np.bool_)
EQUAL = np.full(10, 40.0)


def codes_of(*rows: tuple[int, ...] | list[int]) -> Codes:
    return np.array(rows, dtype=np.int8)


def score(row: tuple[int, ...] | list[int], reference: Floats = EQUAL) -> float | None:
    points = friction_points(codes_of(row), KEY)
    if not valid_ballots(points, reference, KEY)[0]:
        return None
    return float(mean_over(completed_sheets(points, reference), EVERYTHING)[0])


def formula(row: list[int], reference: Floats) -> float:
    """Return the index of one person, straight from the instrument's text, item by item."""
    terms, means = [], []
    for j, (code, good) in enumerate(zip(row, KEY.is_good, strict=True)):
        if np.isnan(reference[j]):
            continue
        means.append(float(reference[j]))
        if code >= 0:
            terms.append((25.0 * (4 - code) if good else 25.0 * code) - reference[j])
    return float(min(100.0, max(0.0, sum(terms) / len(terms) + sum(means) / len(means))))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((4,) * 10, 50.0),  # all Always
        ((0,) * 10, 50.0),  # all Never
        ((2,) * 10, 50.0),  # all Sometimes
        (BEST, 0.0),
        (WORST, 100.0),
    ],
)
def test_vectors_of_full_sheets(row: tuple[int, ...], expected: float) -> None:
    assert score(row) == pytest.approx(expected, abs=1e-9)


def test_best_with_four_items_missing_stays_best() -> None:
    row = [*BEST[:6], SKIPPED, NO_CONTACT, SKIPPED, NO_CONTACT]
    assert score(row) == pytest.approx(0.0, abs=1e-9)


def test_five_answers_give_no_score_and_six_do() -> None:
    assert score([*BEST[:5], *[SKIPPED] * 5]) is None
    assert score([*BEST[:6], *[SKIPPED] * 4]) is not None


def test_six_answers_in_two_dimensions_give_no_score() -> None:
    answered = {"APP1", "APP2", "RSP1", "RSP2", "COMMIT", "FRIC"}
    row = [2 if item in answered else NO_CONTACT for item in KEY.items]
    assert score(row) is None
    row[KEY.items.index("COM1")] = 2
    assert score(row) == pytest.approx(50.0)


def test_scores_do_not_know_languages_or_sides() -> None:
    for language in ("en", "es"):
        assert all(len(scale[language]) == len(scale["en"]) for scale in INSTRUMENT.scales.values())
    assert (KEY.is_good.count(True), len(set(KEY.items))) == (5, 10)


@pytest.mark.parametrize("seed", range(200))
def test_the_index_is_the_formula_of_the_instrument(seed: int) -> None:
    chance = random.Random(seed)
    reference = np.array([chance.uniform(0, 100) for _ in range(10)])
    if seed % 4 == 0:
        reference[chance.randrange(10)] = np.nan
    base = chance.choice([BEST, WORST, [2] * 10])
    row = [code if chance.random() < 0.6 else chance.randrange(5) for code in base]
    for place in chance.sample(range(10), chance.randrange(5)):
        row[place] = chance.choice((NO_CONTACT, SKIPPED))
    found = score(row, reference)
    if found is not None:
        assert found == pytest.approx(formula(row, reference), abs=1e-9)


@pytest.mark.parametrize("seed", range(50))
def test_the_index_is_the_weighted_mean_of_its_parts_for_everybody(seed: int) -> None:
    """Whoever skipped something leaves no remainder between index, dimensions and halves."""
    chance = random.Random(seed)
    codes = codes_of(*[[chance.randrange(-2, 5) for _ in range(10)] for _ in range(40)])
    points = friction_points(codes, KEY)
    reference = np.array([chance.uniform(0, 100) for _ in range(10)])
    sheets = completed_sheets(points[valid_ballots(points, reference, KEY)], reference)
    index = mean_over(sheets, EVERYTHING)
    parts = sum(
        KEY.dimensions.count(d) * mean_over(sheets, KEY.of_dimension(d)) for d in DIMENSIONS
    )
    good = np.array(KEY.is_good)
    assert np.allclose(10 * index, parts, atol=1e-9)
    assert np.allclose(2 * index, mean_over(sheets, good) + mean_over(sheets, ~good), atol=1e-9)


def test_a_dimension_of_full_answers_is_the_mean_of_its_items() -> None:
    row = [*WORST]
    row[KEY.items.index("APP1")] = 2
    points = friction_points(codes_of(row), KEY)
    found = mean_over(completed_sheets(points, EQUAL), KEY.of_dimension("appreciation"))
    assert found[0] == pytest.approx((50.0 + 100.0) / 2)


def test_reference_means_weigh_the_groups_alike_and_need_five_answers() -> None:
    many = np.full((50, 10), 80.0)
    few = np.full((5, 10), 20.0)
    few[0, 3] = np.nan  # four answers to item 3
    many[:, 7] = np.nan
    few[0, 7] = np.nan
    reference = reference_means([many, few])
    assert reference[0] == 50.0
    assert reference[3] == 80.0
    assert np.isnan(reference[7])


def test_an_item_without_a_reference_mean_leaves_the_index() -> None:
    reference = EQUAL.copy()
    reference[0] = np.nan
    row = [4 - BEST[0], *BEST[1:]]
    assert score(row, reference) == pytest.approx(0.0, abs=1e-9)
    # and it does not help a ballot to its six answers
    assert score([*BEST[:6], *[SKIPPED] * 4], reference) is None


def test_skipping_hard_questions_does_not_move_the_mean() -> None:
    """Growing non-answers to the four items of high friction: the plain mean falls, ours does not."""
    chance = np.random.default_rng(7)
    level = np.array([70.0] * 4 + [40.0] * 6)
    mood = chance.normal(0, 15, (20_000, 1)) + level
    raw = np.clip(np.round((mood + chance.normal(0, 18, mood.shape)) / 25), 0, 4) * 25
    missing = chance.random(raw.shape) < np.array([0.35] * 4 + [0.0] * 6)
    points = np.where(missing, np.nan, raw)
    reference = reference_means([points])
    valid = valid_ballots(points, reference, KEY)
    found = mean_over(completed_sheets(points[valid], reference), EVERYTHING).mean()
    assert abs(found - raw.mean()) < 0.3
    assert abs(np.nanmean(points, axis=1).mean() - raw.mean()) > 2


def test_rotating_items_have_their_own_points() -> None:
    codes = codes_of([0, 1, 2, 3])[0]
    assert rotating_points("RU05", codes).tolist() == [0, 100, 100, 100]
    assert rotating_points("RU07", codes).tolist() == [0, 100, 100, 100]
    assert rotating_points("RU08", codes).tolist() == [0, 33, 67, 100]
    assert rotating_points("RU01", codes).tolist() == [0, 25, 50, 75]


def test_the_overlap_table_names_known_items_and_dimensions() -> None:
    assert set(OVERLAP) <= {item.id for item in INSTRUMENT.items}
    assert {d for left_out in OVERLAP.values() for d in left_out} <= set(DIMENSIONS)
    assert set(KEY.dimensions) == set(DIMENSIONS)
