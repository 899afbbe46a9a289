import pytest

from analysis.result import Question, Reason, Series, Verdict
from analysis.verdict import DEFAULT_RULE, DecisionRule, Family, decide

OPEN = (Verdict.TOO_EARLY, Reason.EVIDENCE_UNDECIDED)


def test_thresholds_are_those_of_the_decision() -> None:
    """docs/adr/0006: the design's, a little stricter, as measured."""
    table = {
        (Question.ADOPTION, Series.OVERALL, Family.HEADLINE): 0.982,
        (Question.ADOPTION, Series.FIRST, Family.HEADLINE): 0.99,
        (Question.ADOPTION, Series.GAP, Family.HEADLINE): 0.99,
        (Question.ADOPTION, Series.OVERALL, Family.DIMENSION): 0.993,
        (Question.ADOPTION, Series.SECOND, Family.DIMENSION): 0.997,
        (Question.TREND, Series.OVERALL, Family.HEADLINE): 0.986,
        (Question.TREND, Series.FIRST, Family.HEADLINE): 0.997,
        (Question.TREND, Series.OVERALL, Family.DIMENSION): 0.997,
    }
    for (question, series, family), threshold in table.items():
        assert DEFAULT_RULE.threshold(question, series, family) == threshold
    assert DEFAULT_RULE.delta == 5.0


@pytest.mark.parametrize(
    ("fell", "far", "rose_far", "months", "expected"),
    [
        (0.98, 0.5, 0.0, 3, (Verdict.IMPROVED, None)),
        (0.9799, 0.9, 0.0, 3, OPEN),
        (0.999, 0.499, 0.0, 3, OPEN),
        (0.999, 0.999, 0.0, 2, (Verdict.TOO_EARLY, Reason.TOO_FEW_WAVES)),
        (0.02, 0.0, 0.5, 3, (Verdict.WORSE, None)),
        (0.0201, 0.0, 0.9, 3, OPEN),
        (0.5, 0.025, 0.025, 6, (Verdict.NO_MEANINGFUL_CHANGE, None)),
        (0.5, 0.025, 0.025, 5, OPEN),
        (0.5, 0.03, 0.03, 12, OPEN),
    ],
)
def test_adoption(
    fell: float, far: float, rose_far: float, months: int, expected: tuple[Verdict, Reason | None]
) -> None:
    found = decide(
        Question.ADOPTION,
        p_fell=fell,
        p_fell_meaningfully=far,
        p_rose_meaningfully=rose_far,
        threshold=0.98,
        months=months,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("months", "far", "expected"),
    [
        (5, 0.9, (Verdict.TOO_EARLY, Reason.TOO_FEW_WAVES)),
        (6, 0.9, (Verdict.IMPROVED, None)),
        (8, 0.01, OPEN),
        (9, 0.01, (Verdict.NO_MEANINGFUL_CHANGE, None)),
    ],
)
def test_trend_needs_more_months(
    months: int, far: float, expected: tuple[Verdict, Reason | None]
) -> None:
    found = decide(
        Question.TREND,
        p_fell=0.99,
        p_fell_meaningfully=far,
        p_rose_meaningfully=0.0,
        threshold=0.985,
        months=months,
    )
    assert found == expected


@pytest.mark.parametrize(
    ("answers", "threshold"),
    [(3.0, 0.974), (7.5, 0.974), (8.75, 0.978), (10.0, 0.982), (500.0, 0.982)],
)
def test_small_groups_have_a_threshold_of_their_own(answers: float, threshold: float) -> None:
    """Only the company's verdict since adoption; all others stay as they are."""
    asked = Question.ADOPTION, Series.OVERALL, Family.HEADLINE
    assert DEFAULT_RULE.threshold(*asked, answers=answers) == pytest.approx(threshold)
    for question in Question:
        for series in Series:
            for family in Family:
                if (question, series, family) != asked:
                    here = DEFAULT_RULE.threshold(question, series, family, answers=answers)
                    assert here == DEFAULT_RULE.threshold(question, series, family)


def test_small_is_smaller_than_not_small() -> None:
    with pytest.raises(ValueError, match="smaller"):
        DecisionRule(small=15.0, not_small=15.0)


def test_the_smallest_change_of_interest_is_above_zero() -> None:
    with pytest.raises(ValueError, match="above 0"):
        DecisionRule(delta=0.0)
