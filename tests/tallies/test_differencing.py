"""No released figures can be subtracted down to fewer than k people, nor to a capped figure.

Five hundred companies of three waves each: `./dev attack differencing`. Here are fewer.
"""

import random
from dataclasses import replace

import numpy as np
import pytest

from bench.audit.ballots import WaveBallots
from bench.audit.differencing import Books, People, Published, audit
from bench.audit.rosters import OPEN_WIDTH, WEAK_K, WEAKENED, audited, narrowest, weakened
from pulse.tallies.ballot_body import NO_CONTACT
from pulse.tallies.count import tally_wave
from pulse.tallies.release import release_content
from tests.factories.tallies import KEY, make_pile, make_sheet, random_sheet

PEOPLE = tuple(
    People(cell=("2026-03", "first"), number=number, size=1, width=2) for number in range(7)
)


def total_of(name: str, n: int, question: int = 0) -> Published:
    """Return the sum of the first `n` people's answers to a question."""
    weights = np.eye(2)[question]
    return Published(name=name, parts=dict.fromkeys(PEOPLE[:n], weights))


def test_two_sums_whose_bases_differ_by_one_give_that_one() -> None:
    (leak,) = audit([total_of("all", 7), total_of("all but one", 6)])
    assert leak.n_ballots == 1
    assert leak.figures == ("all", "all but one")


def test_two_sums_over_the_same_ballots_give_nothing() -> None:
    assert audit([total_of("one question", 7), total_of("the other", 7, question=1)]) == ()


def test_a_figure_about_four_is_a_leak_by_itself() -> None:
    assert {leak.n_ballots for leak in audit([total_of("four", 4)])} == {4}


def test_bases_that_differ_by_five_are_far_enough_apart() -> None:
    assert audit([total_of("all", 7), total_of("two", 2)], k=2) == ()
    assert audit([total_of("all", 7), total_of("two", 2)], k=3) != ()


def test_a_secret_that_is_the_rest_of_a_sum_is_found() -> None:
    both = Published(name="both", parts=dict.fromkeys(PEOPLE, np.ones(2)))
    (leak,) = audit([both, total_of("first", 7)], secrets=[total_of("second", 7, question=1)])
    assert leak.what == "second"
    assert leak.figures == ("both", "first")


def test_the_bounds_close_where_everybody_is_at_the_end() -> None:
    books = Books((total_of("all", 7),))
    one = books.vector(total_of("one", 1))
    everybody = books.vector(total_of("all", 7))
    assert books.bounds(one, 100.0 * everybody) == pytest.approx((100.0, 100.0))
    assert books.bounds(one, 50.0 * everybody) == pytest.approx((0.0, 100.0))


def test_the_company_beside_one_group_gives_the_other() -> None:
    """What a surface has to be audited for: the total must not stand beside a hidden group."""
    piles = {"first": make_pile([make_sheet()] * 8), "second": make_pile([make_sheet()] * 3)}
    ballots = WaveBallots("2026-03", piles, KEY)
    assert audit([ballots.index("first")]) == ()
    (leak,) = audit([ballots.index("first"), ballots.company()])
    assert leak.n_ballots == 3


def test_nothing_follows_about_fewer_than_five_over_three_waves() -> None:
    found = audited(range(20))
    assert found.leaky == (), found.examples
    assert found.n_figures > 800


def test_nobodys_score_is_pinned_down_by_bounds() -> None:
    """Not only no equation: the figures and 0..100 leave open a tenth of the scale or more."""
    widths = [width for seed in range(20) if (width := narrowest(seed)) is not None]
    assert len(widths) > 10
    assert min(widths) > OPEN_WIDTH


@pytest.mark.parametrize("rule", WEAKENED)
def test_each_weakened_rule_is_found(rule: str) -> None:
    with weakened(rule):
        found = audited(range(10), 2, WEAK_K.get(rule, 5))
    assert found.leaky


def with_cross(seed: int, left_out: int) -> tuple[WaveBallots, list[Published]]:
    """Return a group of 44 of whom some skipped a question, and what is stored of it."""
    chance = random.Random(seed)
    sheets = [
        random_sheet(chance, share_missing=0.0, drawn_from=("RU03", "RU08", "EMRG"))
        for _ in range(44)
    ]
    for place in range(1 + seed % 4):
        answers = dict(sheets[place].answers)
        del answers[KEY.items[3 * place]]
        sheets[place] = replace(sheets[place], answers=answers)
    piles = {"first": make_pile(sheets), "second": make_pile([])}
    complete = np.flatnonzero((piles["first"].core > NO_CONTACT).all(axis=1))[left_out:]
    ballots = WaveBallots("2026-03", piles, KEY, {"first": set(complete.tolist())})
    kept = tally_wave(piles)
    assert kept["first"]["cross"]["n"][0][0] == len(complete) - 5 + left_out
    shown = ballots.shown(release_content(kept, KEY, 5))
    return ballots, [*shown, *ballots.stored_sums("first")]


@pytest.mark.parametrize("seed", range(4))
def test_stored_cross_products_beside_all_that_is_shown_leave_five_or_more(seed: int) -> None:
    _ballots, figures = with_cross(seed, 5)
    assert audit(figures) == ()


@pytest.mark.parametrize("seed", range(4))
def test_cross_products_of_all_complete_ballots_would_leak(seed: int) -> None:
    """Planted: the base that looks natural, and which nobody suspects."""
    _ballots, figures = with_cross(seed, 0)
    assert audit(figures)
