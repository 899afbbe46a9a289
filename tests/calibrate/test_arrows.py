"""The count of false arrows sees what a report shows."""

from bench.arrows import marks_of, over_the_bar, reports_of, shares_of
from pulse.reports.inputs import ReportInputs
from tests.reports.stories import STORIES, found


def test_it_sees_arrows_sentences_and_words() -> None:
    assert {("arrow", "fell"), ("group", "fell")} <= set(marks_of(found("improved")))
    assert {("arrow", "rose"), ("group", "rose")} <= set(marks_of(found("worse")))
    assert any(place == "area" for place, _ in marks_of(found("improved")))
    for story in ("no_change", "undecided", "too_early", "drop_out", "both_hidden"):
        assert list(marks_of(found(story))) == [], story


def test_a_company_counts_once_and_a_bar_is_a_bar() -> None:
    mark = ("since the rules", "arrow", "fell")
    shares = shares_of([{mark}] * 6 + [set()] * 94)
    assert shares[mark] == 0.06
    assert len(list(over_the_bar("N03_ar.3", shares))) == 1
    assert list(over_the_bar("Q01_straight_lining", shares)) == []
    assert list(over_the_bar("N03_ar.3", shares_of([{mark}] * 5 + [set()] * 95))) == []


def test_reports_begin_where_the_rule_may_speak() -> None:
    waves = STORIES["no_change"]().waves

    def months(*, every: bool) -> list[tuple[str, int, bool]]:
        return [
            (series, len(inputs.waves), inputs.adopted_on is not None)
            for series, inputs in reports_of(waves, every=every)
        ]

    spoken = months(every=False)
    assert [n for series, n, _ in spoken if series == "since the rules"] == [6, *range(9, 19)]
    assert [n for series, n, _ in spoken if series == "trend"] == list(range(6, 16))
    assert len(months(every=True)) == 18 + 15
    assert all(has_rules == (series != "trend" and n > 6) for series, n, has_rules in spoken)
    assert isinstance(next(reports_of(waves, every=True))[1], ReportInputs)
