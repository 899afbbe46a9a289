"""No released figures can be subtracted down to fewer than k people, nor to a capped figure.

PULSE_AUDIT_ROSTERS sets the number of random rosters (100 here, 500 for the bar).
"""

import os
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from pulse.tallies import count, disclosure, release
from pulse.tallies.count import tally_wave
from pulse.tallies.disclosure import change_reason
from pulse.tallies.release import release_content
from pulse.tallies.sheets import SheetPile
from tests.factories.tallies import KEY, make_pile, random_sheet
from tests.tallies.differencing_auditor import Audit, Equation, Scene, truth_of

ROSTERS = int(os.environ.get("PULSE_AUDIT_ROSTERS", "100"))
Piles = dict[str, SheetPile]


def random_piles(seed: int) -> Piles:
    """Two groups of 0 to 24 people; some moods are near an end, some pairs are drawn."""
    chance = random.Random(seed)
    piles = {}
    for code in ("first", "second"):
        level = chance.choice((-2.2, -1.0, 0.0, 0.0, 1.0, 2.2))
        share = chance.choice((0.0, 0.01, 0.03, 0.1))
        pool = chance.choice((("RU01", "RU07"), ("RU03", "RU08", "RU09", "EMRG")))
        n = chance.choice((chance.randrange(12), chance.randrange(5, 18)))
        skipped = chance.choice(((), (), ("FRIC",), ("COM1", "COM2"), ("APP2",)))
        people = [
            random_sheet(
                chance, share_missing=share, drawn_from=pool, level=level, often_skipped=skipped
            )
            for _ in range(n)
        ]
        piles[code] = make_pile(people)
    return piles


def audit(piles: Piles, k: int = 5, contents: list[dict[str, Any]] | None = None) -> Audit:
    scene = Scene(piles)
    released = contents or [release_content(tally_wave(piles), KEY, k)]
    equations = [equation for content in released for equation in scene.equations(content)]
    return Audit(scene, equations, 5)


def waves(seed: int) -> Iterator[Piles]:
    """Yield four waves of a roster with joiners and leavers, four in five taking part."""
    chance = random.Random(seed)
    rosters = {code: chance.randrange(3, 14) for code in ("first", "second")}
    for _ in range(4):
        piles = {}
        for code, size in rosters.items():
            taking_part = sum(chance.random() < 0.8 for _ in range(size))
            people = [random_sheet(chance, share_missing=0.03) for _ in range(taking_part)]
            piles[code] = make_pile(people)
            rosters[code] = max(0, size + chance.choice((-2, -1, 0, 1, 2)))
        yield piles


def small_cells_over_time(seed: int) -> list[Any]:
    """Audit each wave, knowing the one before and every change that may be shown."""
    found: list[Any] = []
    before: dict[str, Any] = {}
    for piles in waves(seed):
        content = release_content(tally_wave(piles), KEY, 5)
        scene = Scene(piles)
        equations = scene.equations(content)
        for code, cells in content["groups"].items():
            known = before.get(code, {"withheld": "too_few"})
            if "withheld" not in known and change_reason(known, cells["index"]) is None:
                index = scene.completed(code, [True] * len(KEY.items))
                equations.append(Equation(name="change", vector=index, is_shown=True))
            before[code] = cells["index"]
        found += Audit(scene, equations, 5).small_cells()
    return found


@pytest.mark.parametrize("seed", range(ROSTERS))
def test_joiners_and_leavers_do_not_show_between_waves(seed: int) -> None:
    assert small_cells_over_time(seed) == []


def test_it_finds_a_change_beside_a_hidden_wave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tests.tallies.test_differencing.change_reason", lambda _before, _after: None
    )
    assert sum(bool(small_cells_over_time(seed)) for seed in range(30)) > 3


@pytest.mark.parametrize("seed", range(ROSTERS))
def test_nothing_follows_about_fewer_than_k_people(seed: int) -> None:
    piles = random_piles(seed)
    found = audit(piles, k=random.Random(seed).choice((5, 5, 8)))
    assert found.small_cells() == []


@pytest.mark.parametrize("seed", range(ROSTERS))
def test_no_capped_figure_follows_from_the_others(seed: int) -> None:
    piles = random_piles(seed)
    content = release_content(tally_wave(piles), KEY, 5)
    found = audit(piles, contents=[content])
    for code, cells in content["groups"].items():
        capped = [name for name, cell in cells["dimensions"].items() if "capped" in cell]
        capped += [name for name, cell in cells["items"].items() if "capped" in cell]
        capped += ["index"] * ("capped" in cells["index"])
        secrets = {f"{code}/{name}" for name in capped}
        assert secrets.isdisjoint(found.derived_secrets()), (code, capped)


@pytest.mark.parametrize("seed", range(20))
def test_a_correction_beside_the_first_release_gives_nothing_more(seed: int) -> None:
    piles = random_piles(seed)
    kept = tally_wave(piles)
    first = release_content(kept, KEY, 5)
    second = release_content(kept, KEY, 9, [first])
    assert audit(piles, contents=[first, second]).small_cells() == []


@pytest.mark.parametrize("seed", range(20))
def test_nobodys_score_is_pinned_down_by_bounds(seed: int) -> None:
    """Not only no equation: the equations and 0..100 leave open a tenth of the scale or more."""
    piles = random_piles(seed)
    found = audit(piles)
    if not any(equation.is_shown for equation in found.equations):
        return
    truth = truth_of(found.scene, piles)
    for people in [people for people in found.scene.classes if people.size < 5][:4]:
        target = np.zeros(found.scene.n_unknowns)
        target[people.start : people.start + 10] = np.array(people.answered) / sum(people.answered)
        low, high = found.bounds(target / people.size, truth)
        assert high - low > 10.0, (people, low, high)


# Planted faults: an auditor that finds nothing proves nothing.


def test_it_finds_a_count_without_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "given_up", lambda _answered, _sums: frozenset())
    assert leaky(lambda piles: audit(piles).small_cells(), 100) > 3


def leaky(check: Any, seeds: int = 40) -> int:
    return sum(bool(check(random_piles(seed))) for seed in range(seeds))


def test_it_finds_exact_items_beside_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = count._item_counts
    monkeypatch.setattr(count, "_item_counts", lambda codes, **_: sound(codes, is_exact=True))
    assert leaky(lambda piles: audit(piles).small_cells()) > 5


def test_it_finds_a_weak_minimum(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "FLOOR", 2)
    assert leaky(lambda piles: audit(piles, k=2).small_cells()) > 1


def test_it_finds_a_company_value_beside_a_hidden_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tests.tallies.differencing_auditor.company_reason", lambda _first, _second: None
    )
    assert leaky(lambda piles: _small_groups(piles) and audit(piles).small_cells()) > 1


def _small_groups(piles: Piles) -> bool:
    return all(Scene(piles).n_valid.values())


def test_it_finds_missing_complementary_suppression(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "complementary", lambda _figures: frozenset())
    assert leaky(lambda piles: audit(piles).derived_secrets(), 100) > 3


def test_it_finds_dimensions_on_a_base_of_their_own() -> None:
    """Why dimensions are sums over completed sheets: each on its own answers would leak."""

    def naive(piles: Piles) -> list[Any]:
        sound = audit(piles)
        equations = [_naive(sound.scene, equation) for equation in sound.equations]
        return Audit(sound.scene, equations, 5).small_cells()

    assert leaky(naive) > 5


def _naive(scene: Scene, equation: Equation) -> Equation:
    group, _, name = equation.name.partition("/")
    if name not in KEY.dimensions:
        return equation
    vector = scene.naive_dimension(group, name)
    return Equation(name=equation.name, vector=vector, is_shown=equation.is_shown)


def test_it_finds_a_rotating_item_with_few_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "FLOOR", 1)
    monkeypatch.setattr(disclosure, "FLOOR", 1)

    def few_others(piles: Piles) -> list[Any]:
        contents = [release_content(tally_wave(piles), KEY, 1)]
        return list(audit(piles, contents=contents).small_cells())

    assert leaky(few_others) > 5
