"""A short run of `./dev attack`: at chance after the close, and every planted leak is found."""

from pathlib import Path

import numpy as np
import pytest

from bench.attack import sections
from bench.attack.campaign import Plan, run
from bench.attack.live import Timing, two_visits
from bench.attack.plants import WHAT
from bench.attack.sections import PARTS, live
from bench.attack.visits import Size

# All leaks in one house: each is judged by its own attacks alone.
TINY = Plan(
    waves=1,
    planted_waves=1,
    size=Size(n_mail=30, n_slips=30),
    seeds=(7,),
    plants=(tuple(WHAT),),
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_pulse_stays_at_chance_and_planted_leaks_are_found(kind: str, tmp_path: Path) -> None:
    outcome = run(TINY, (kind,), tmp_path)
    assert outcome.failures == []
    text = outcome.text()
    assert text.count("| found |") == len(WHAT)
    assert "NOT FOUND" not in text


@pytest.mark.parametrize("habit", [0.0, 0.5])
def test_a_stored_credential_is_hard_to_link_and_a_fallback_easy(habit: float) -> None:
    stored, fallback = two_visits(np.random.default_rng(3), 12, collects=0.75, habit=habit)
    assert stored.share < 0.05
    assert not stored.is_above
    assert fallback.share > 0.9


def test_a_link_above_chance_breaks_the_bar() -> None:
    timing = Timing(name="", n_linked=40, n_ballots=1_000, chance=13.0, is_bounded=True)
    assert timing.is_above
    assert not Timing(name="", n_linked=15, n_ballots=1_000, chance=13.0, is_bounded=True).is_above


def test_habits_make_the_operator_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: were people the same in both visits, the operator would see it, and so must the run."""
    stored, _fallback = two_visits(np.random.default_rng(3), 12, collects=0.75, habit=0.98)
    assert stored.n_linked > (stored.limit or 0)
    linked = Timing(name="x", n_linked=900, n_ballots=1_000, chance=13.0, is_bounded=True)
    monkeypatch.setattr(sections, "simulate", lambda *_: [linked])
    assert live((), is_small=False).failures == ("live operator: x: 90.0%",)


def test_every_part_has_its_place_on_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "privacy" / "attacks.md").read_text()
    for part in PARTS:
        table = page.partition(f"<!-- {part} -->")[2].partition(f"<!-- end {part} -->")[0]
        assert f"`./dev attack {part}`" in table, part
