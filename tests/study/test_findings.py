"""The answer over companies: verdicts, rungs, drop-outs, counter-evidence, and the words for them."""

import dataclasses
import json

import pytest

from pulse.study.canonical import content_hash
from pulse.study.evidence import evidence_text
from pulse.study.evidence_file import read_evidence
from pulse.study.findings import find_study
from pulse.study.plans import STUDY, NewPlan, Plan, plan_document, plan_of
from pulse.study.queries import MemberView
from pulse.study.wording import MOST_QUOTED_WORDS, page_of
from tests.factories.study import PLANNED, STARTS, make_company_plan, make_files, shifted


def study_plan() -> Plan:
    document = plan_document(
        NewPlan(starts_on=STARTS), plan_id="study", scope=STUDY, made_on=PLANNED.date()
    )
    return plan_of(document, content_hash(document))


def member(label: str, text: str, **content: object) -> MemberView:
    file = read_evidence(text.encode())
    return MemberView(
        label=label,
        plan=file.plan,
        is_announced=True,
        content=file.content | content,
        content_hash=file.content_hash,
        imported_at=PLANNED,
    )


def members(shifts: tuple[float, ...], base: str) -> list[MemberView]:
    return [member(f"Company {n}", text) for n, text in enumerate(make_files(shifts, base), 1)]


@pytest.mark.parametrize(
    ("shifts", "answer", "words"),
    [
        ((0.0, 1.0, -1.0, 2.0, 0.5, -0.5), "clearly_fell", "Yes, friction fell clearly"),
        ((5.0, 3.5, 5.5, 4.0, 5.0, 4.0), "probably_fell", "Probably"),
        ((8.5, 8.0, 9.0, 7.5, 8.5, 8.2), "probably_not", "Probably not"),
        ((16.0, 17.0, 15.0, 18.0, 16.5, 16.0), "rose", "No, it rose"),
        ((0.0, 20.0, -9.0, 25.0), "cannot_tell", "Cannot tell yet"),
        ((0.0,), "clearly_fell", "Yes, friction fell clearly"),
        ((), "cannot_tell", "Cannot tell yet"),
    ],
)
def test_five_answers(base_file: str, shifts: tuple[float, ...], answer: str, words: str) -> None:
    found = find_study(study_plan(), members(shifts, base_file))
    page = page_of(found)
    assert (found["answer"], page["answer"]) == (answer, words)
    assert len(page["quote"].split()) <= MOST_QUOTED_WORDS
    json.dumps(found, allow_nan=False)


def test_sentences_tell_fall_from_cause(base_file: str) -> None:
    same_start = [
        member(f"Company {n}", shifted(base_file, shift, f"c{n}"))
        for n, shift in enumerate((0.0, 1.0, -1.0), 1)
    ]
    page = page_of(find_study(study_plan(), same_start))
    assert page["fell"].startswith("It fell: \N{MINUS SIGN}9 points on average, likely")
    assert "A company that starts next may expect" in page["fell"]
    assert page["rules"].startswith("This study cannot say.")
    assert "That it was the rules is not shown." in page["quote"]
    reached = {rung["name"]: rung["reached"] for rung in page["ladder"]}
    assert list(reached.values()) == [True, False, False, False, False]
    assert "fewer than four companies" in page["ladder"][3]["why"]


def test_staggered_starts_climb_the_ladder(base_file: str) -> None:
    found = find_study(study_plan(), members((0.0, 1.0, -1.0, 0.5, -0.5, 1.0), base_file))
    assert found["staggered"]["different_starts"] == 3
    assert found["staggered"]["high"] < 0
    page = page_of(found)
    assert page["ladder"][3]["reached"]
    assert page["rules"].startswith("Likely in part: in the same months")
    assert "more than in companies that had not started yet" in page["quote"]


def test_dropped_out_and_silent_companies_stay_in_sight(base_file: str) -> None:
    stopped = member("Company 1", shifted(base_file, 8.0, "a"), status="stopped", name="Tool & Co")
    silent = dataclasses.replace(
        member("Company 2", shifted(base_file, 0.0, "b")), content=None, content_hash=None
    )
    late = dataclasses.replace(
        member("Company 3", shifted(base_file, 0.0, "c", later=3)), is_announced=False
    )
    page = page_of(find_study(study_plan(), [late, silent, stopped]))
    rows = page["forest"]["rows"]
    assert [row[0] for row in rows[:3]] == ["Company 1: Tool & Co", "Company 2", "Company 3"]
    assert rows[0][6] == "stopped early"
    assert rows[1][5] == "no evidence sent"
    text = " ".join(page["counter"])
    assert "Stopped before the planned month: 1 of 2 companies." in text
    assert "Announced, but no evidence sent: 1 of the companies." in text
    assert "without having announced the plan: 1" in text


def test_counter_evidence(base_file: str) -> None:
    troubled = member(
        "Company 1",
        base_file,
        guards=[{"code": "season", "state": "raised"}, {"code": "placebo", "state": "clear"}],
        events=[{"kind": "pay_plan", "after": 2}, {"kind": "layoffs", "after": -1}],
        response={"before": 90, "now": 60},
    )
    text = " ".join(page_of(find_study(study_plan(), [troubled]))["counter"])
    assert "other months of the year were compared" in text
    assert "Pay or bonus plan changed" in text
    assert "Layoffs" not in text
    assert "Far fewer people answer than before: in 1 of 1" in text


@pytest.mark.parametrize(
    ("code", "state", "is_counted"),
    [("season", "caution", True), ("season", "clear", False), ("drop_out", "caution", False)],
)
def test_other_months_of_the_year_count_though_nobody_knows_of_a_season(
    base_file: str, code: str, state: str, *, is_counted: bool
) -> None:
    one = member("Company 1", base_file, guards=[{"code": code, "state": state}])
    assert (find_study(study_plan(), [one])["counter"]["guards"] == {code: 1}) is is_counted


def test_what_would_change_the_answer(base_file: str) -> None:
    found = find_study(study_plan(), members((0.0, 1.0, 20.0), base_file))
    assert found["leave_one_out"]
    lines = page_of(found)["change"]
    assert any(line.startswith("Without Company 3 the answer would be") for line in lines)


def test_links_of_rules_need_ten_companies(base_file: str) -> None:
    """Withheld with nine; with ten it is worded as suggestive, with the number of tests."""

    def made(count: int) -> list[MemberView]:
        found = []
        for number in range(count):
            text = shifted(base_file, 0.0, f"c{number}")
            content = json.loads(text)["content"]
            for rule in content["adherence"]["rules"]:
                rule |= {"before": 40.0, "now": 40.0 + 3 * number, "others_change": -1.5 * number}
                rule["others_change"] += (-1) ** number
            found.append(member(f"Company {number}", evidence_text(content)))
        return found

    page = page_of(find_study(study_plan(), made(9)))
    assert {row[4] for row in page["ten_rules"]["rows"]} == {"withheld"}
    found = find_study(study_plan(), made(10))
    page = page_of(found)
    assert page["ten_rules"]["rows"][0][4].startswith(
        "suggestive: r\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}\N{MINUS SIGN}0.9"
    )
    assert "10 rules were tested at once" in page["ten_rules"]["notes"][2]
    assert found["ladder"][2]["reached"]


@pytest.mark.parametrize(
    ("r", "p", "words"),
    [
        (-0.8, 0.004, "suggestive: r = \N{MINUS SIGN}0.80, p < 0.01"),
        (-0.8, 0.04, "suggestive: r = \N{MINUS SIGN}0.80, p = 0.04"),
        (0.8, 0.04, "suggestive of more friction: r = 0.80, p = 0.04"),
        (-0.3, 1.0, "not shown: r = \N{MINUS SIGN}0.30, p = 1.00"),
    ],
)
def test_a_link_that_may_be_chance_is_not_called_suggestive(
    base_file: str, r: float, p: float, words: str
) -> None:
    found = find_study(study_plan(), members((0.0, 1.0), base_file))
    found["rules"][0] |= {"correlation": r, "p_adjusted": p, "tested": 1}
    shown = page_of(found)["ten_rules"]["rows"][0][4]
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == words


def test_companies_of_one_day_are_listed_by_number(base_file: str) -> None:
    many = [member(f"Company {n}", shifted(base_file, 0.0, f"c{n}")) for n in (10, 9, 2)]
    rows = page_of(find_study(study_plan(), many))["forest"]["rows"]
    assert [row[0] for row in rows[:3]] == ["Company 2", "Company 9", "Company 10"]


def test_companies_without_an_estimate_are_listed_and_not_pooled(base_file: str) -> None:
    nothing = member("Company 1", base_file, estimate={"not_estimable": "no_baseline"})
    found = find_study(study_plan(), [nothing])
    assert found["answer"] == "cannot_tell"
    page = page_of(found)
    assert page["forest"]["rows"][0][5] == "no estimate"
    assert page["quote"] == "There is no result to quote."
    assert make_company_plan().document["exclusions"].startswith("A company whose own report")
